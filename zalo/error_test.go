package zalo_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
	"github.com/loalang/loalang/zalo/zalosim"
)

// apiKinds are all codes of the OpenAPI with what they mean for us.
var apiKinds = map[int]zalo.Kind{
	-32:   zalo.KindRate,
	-100:  zalo.KindUpload,
	-124:  zalo.KindToken,
	-200:  zalo.KindUnsure,
	-201:  zalo.KindFormat,
	-204:  zalo.KindConfig,
	-205:  zalo.KindConfig,
	-209:  zalo.KindConfig,
	-210:  zalo.KindPermanent,
	-211:  zalo.KindQuota,
	-212:  zalo.KindConfig,
	-213:  zalo.KindRecipient,
	-214:  zalo.KindLater,
	-216:  zalo.KindToken,
	216:   zalo.KindToken,
	401:   zalo.KindToken,
	-401:  zalo.KindToken,
	-217:  zalo.KindRecipient,
	-218:  zalo.KindQuota,
	-219:  zalo.KindConfig,
	-220:  zalo.KindToken,
	-221:  zalo.KindConfig,
	-223:  zalo.KindConfig,
	-224:  zalo.KindConfig,
	-227:  zalo.KindRecipient,
	-230:  zalo.KindWindow,
	-232:  zalo.KindWindow,
	-233:  zalo.KindFormat,
	-234:  zalo.KindNight,
	-235:  zalo.KindEndpointV2,
	-237:  zalo.KindGroup,
	-238:  zalo.KindGroup,
	-240:  zalo.KindEndpointV3,
	-241:  zalo.KindGroup,
	-242:  zalo.KindConfig,
	-244:  zalo.KindRecipient,
	-248:  zalo.KindPermanent,
	-249:  zalo.KindTemplate,
	-320:  zalo.KindBilling,
	-321:  zalo.KindBilling,
	-403:  zalo.KindGroup,
	-1340: zalo.KindPermanent,
	-1341: zalo.KindPermanent,

	// template messages
	-101:  zalo.KindConfig,
	-102:  zalo.KindConfig,
	-103:  zalo.KindConfig,
	-104:  zalo.KindConfig,
	-105:  zalo.KindConfig,
	-106:  zalo.KindPermanent,
	-107:  zalo.KindPermanent,
	-108:  zalo.KindRecipient,
	-109:  zalo.KindTemplate,
	-1091: zalo.KindTemplate,
	-110:  zalo.KindRecipient,
	-111:  zalo.KindFormat,
	-112:  zalo.KindFormat,
	-1121: zalo.KindFormat,
	-1122: zalo.KindFormat,
	-1123: zalo.KindFormat,
	-1124: zalo.KindFormat,
	-113:  zalo.KindFormat,
	-1131: zalo.KindFormat,
	-114:  zalo.KindRecipient,
	-115:  zalo.KindBilling,
	-116:  zalo.KindFormat,
	-117:  zalo.KindTemplate,
	-118:  zalo.KindRecipient,
	-119:  zalo.KindRecipient,
	-120:  zalo.KindConfig,
	-1201: zalo.KindConfig,
	-1202: zalo.KindConfig,
	-121:  zalo.KindPermanent,
	-122:  zalo.KindFormat,
	-123:  zalo.KindConfig,
	-1241: zalo.KindConfig,
	-125:  zalo.KindConfig,
	-126:  zalo.KindBilling,
	-127:  zalo.KindTemplate,
	-128:  zalo.KindConfig,
	-129:  zalo.KindConfig,
	-130:  zalo.KindFormat,
	-131:  zalo.KindTemplate,
	-132:  zalo.KindFormat,
	-133:  zalo.KindNight,
	-134:  zalo.KindPermanent,
	-135:  zalo.KindConfig,
	-1351: zalo.KindConfig,
	-136:  zalo.KindBilling,
	-137:  zalo.KindBilling,
	-138:  zalo.KindConfig,
	-1381: zalo.KindConfig,
	-139:  zalo.KindRecipient,
	-140:  zalo.KindRecipient,
	-141:  zalo.KindRecipient,
	-142:  zalo.KindConfig,
	-143:  zalo.KindConfig,
	-144:  zalo.KindQuota,
	-1441: zalo.KindQuota,
	-145:  zalo.KindTemplate,
	-146:  zalo.KindTemplate,
	-147:  zalo.KindQuota,
	-1471: zalo.KindQuota,
	-1472: zalo.KindQuota,
	-148:  zalo.KindTemplate,
	-149:  zalo.KindTemplate,
	-150:  zalo.KindTemplate,
	-151:  zalo.KindPermanent,
	-152:  zalo.KindPermanent,
	-153:  zalo.KindPermanent,
	-158:  zalo.KindPermanent,
	-159:  zalo.KindPermanent,
	-160:  zalo.KindPermanent,
	-161:  zalo.KindPermanent,
	-162:  zalo.KindPermanent,
}

// oauthKinds are all codes of the OAuth host.
var oauthKinds = map[int]zalo.Kind{
	-118:   zalo.KindConsent,
	-14002: zalo.KindConfig,
	-14003: zalo.KindConfig,
	-14004: zalo.KindConfig,
	-14012: zalo.KindConsent,
	-14014: zalo.KindConsent,
	-14019: zalo.KindConsent,
	-14020: zalo.KindConsent,
	-14024: zalo.KindConsent,
}

// codesInSource are the keys of a table of error.go.
func codesInSource(t *testing.T, table string) (list []int) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "error.go", nil, 0)
	require.NoError(t, err)
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Names[0].Name != table {
			return true
		}
		for _, element := range spec.Values[0].(*ast.CompositeLit).Elts {
			key, sign := element.(*ast.KeyValueExpr).Key, 1
			if minus, ok := key.(*ast.UnaryExpr); ok {
				key, sign = minus.X, -1
			}
			n, err := strconv.Atoi(key.(*ast.BasicLit).Value)
			require.NoError(t, err)
			list = append(list, sign*n)
		}
		return false
	})
	return list
}

func keys(table map[int]zalo.Kind) (list []int) {
	for code := range table {
		list = append(list, code)
	}
	return list
}

func TestEveryCodeHasItsKindAndAnAdvice(t *testing.T) {
	t.Parallel()

	require.ElementsMatch(t, keys(apiKinds), codesInSource(t, "codes"))
	require.ElementsMatch(t, keys(oauthKinds), codesInSource(t, "oauthCodes"))
	for code, kind := range apiKinds {
		t.Run(fmt.Sprintf("API%d", code), func(t *testing.T) {
			t.Parallel()

			refusal := &zalo.Error{Code: code, Message: "m"}
			require.Equal(t, kind, refusal.Kind())
			require.Equal(t, kind, zalo.KindOf(fmt.Errorf("send: %w", refusal)))
			require.NotEmpty(t, zalo.Advice(code))
		})
	}
	for code, kind := range oauthKinds {
		t.Run(fmt.Sprintf("OAuth%d", code), func(t *testing.T) {
			t.Parallel()

			refusal := &zalo.Error{Code: code, Message: "m", OAuth: true}
			require.Equal(t, kind, refusal.Kind())
			require.Equal(t, kind, zalo.KindOf(fmt.Errorf("refresh: %w", refusal)))
			require.NotEmpty(t, zalo.Advice(code))
		})
	}
}

func TestATemplatesUnknownErrorIsUnsure(t *testing.T) {
	t.Parallel()

	require.Equal(t, zalo.KindUpload, (&zalo.Error{Code: -100}).Kind())
	for code, kind := range apiKinds {
		if code == -100 {
			kind = zalo.KindUnsure
		}
		require.Equal(t, kind, (&zalo.Error{Code: code, Template: true}).Kind(), code)
	}
}

func TestAnUnknownCodeIsPermanentAndWithoutAdvice(t *testing.T) {
	t.Parallel()

	for _, refusal := range []*zalo.Error{{Code: -99999}, {Code: -99999, OAuth: true}, {Code: 0, OAuth: true}, {Code: -14014}, {Code: -216, OAuth: true}} {
		require.Equal(t, zalo.KindPermanent, refusal.Kind())
	}
	require.Empty(t, zalo.Advice(-99999))
	require.Contains(t, zalo.Advice(-118), "/oauth/zalo/start")
}

func TestKindNamesAreAllDifferent(t *testing.T) {
	t.Parallel()

	names := make(map[string]bool)
	for kind := zalo.KindPermanent; kind <= zalo.KindTemplate; kind++ {
		require.NotEmpty(t, kind.String())
		names[kind.String()] = true
	}
	require.Len(t, names, int(zalo.KindTemplate)+1)
}

func TestAppWide(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		refusal zalo.Error
		wide    bool
	}{
		"IsMinus32AboutTheApp":        {zalo.Error{Code: -32, Message: "Your App has exceeded the number of calls per minute"}, true},
		"IsNotMinus32AboutTheAccount": {zalo.Error{Code: -32, Message: "Your OA has exceeded the number of calls per minute"}, false},
		"IsNotMinus32WithoutText":     {zalo.Error{Code: -32}, false},
		"IsNotMinus32NamingBoth":      {zalo.Error{Code: -32, Message: "the app's calls for this OA"}, false},
		"IsNoOtherCode":               {zalo.Error{Code: -209, Message: "app not activated"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			require.Equal(t, c.wide, c.refusal.AppWide())
		})
	}
}

// clientOf is a client of a server that is no simulator.
func clientOf(t *testing.T, handler http.HandlerFunc) *zalo.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return zalo.NewClient(zalo.Config{APIURL: server.URL, OAuthURL: server.URL, AppID: "1", AppSecret: "s"})
}

// answering is a client of a server that always says the same.
func answering(t *testing.T, status int, body string) *zalo.Client {
	t.Helper()
	return clientOf(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})
}

func sendTo(ctx context.Context, c *zalo.Client) error {
	_, err := c.SendConsultation(ctx, accessOf, zalo.EndpointV3, resident, zalo.Message{Text: "Chào bà con"})
	return err
}

func TestKindOfAnAnswerThatIsNotZalos(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		status int
		body   string
		kind   zalo.Kind
	}{
		"BadGatewayMayHaveSent":        {502, "<html>Bad Gateway</html>", zalo.KindUnsure},
		"UnavailableMayHaveSent":       {503, "", zalo.KindUnsure},
		"PageInsteadOfJSONMayHaveSent": {200, "<html>Xin chào</html>", zalo.KindUnsure},
		"CutJSONMayHaveSent":           {200, `{"error":0,"mess`, zalo.KindUnsure},
		"JSONWithoutCodeMayHaveSent":   {200, `{"message":"Success"}`, zalo.KindUnsure},
		"NothingMayHaveSent":           {200, "", zalo.KindUnsure},
		"NullMayHaveSent":              {200, "null", zalo.KindUnsure},
		"ForbiddenPageHasNotSent":      {403, "<html>blocked</html>", zalo.KindUnreachable},
		"NotFoundPageHasNotSent":       {404, "<html>no such page</html>", zalo.KindUnreachable},
		"CodeCountsWhateverTheStatus":  {500, `{"error":-230,"message":"too long ago"}`, zalo.KindWindow},
		"CodeInQuotesCounts":           {200, `{"error":"-216","message":"invalid"}`, zalo.KindToken},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			err := sendTo(t.Context(), answering(t, c.status, c.body))
			require.Error(t, err)
			require.Equal(t, c.kind, zalo.KindOf(err))
		})
	}
}

func TestKindOf(t *testing.T) {
	t.Parallel()

	t.Run("SaysUnreachableForARefusedConnection", func(t *testing.T) {
		t.Parallel()

		err := sendTo(t.Context(), zalo.NewClient(zalo.Config{APIURL: "http://127.0.0.1:1"}))
		require.Equal(t, zalo.KindUnreachable, zalo.KindOf(err))
	})

	t.Run("SaysUnreachableForATimeOutWhileDialling", func(t *testing.T) {
		t.Parallel()

		never := func(ctx context.Context, _, _ string) (net.Conn, error) {
			select {
			case <-ctx.Done():
			case <-t.Context().Done():
			}
			return nil, context.Canceled
		}
		client := zalo.NewClient(zalo.Config{
			APIURL: "http://127.0.0.1:1", Timeout: time.Millisecond, HTTPClient: &http.Client{Transport: &http.Transport{DialContext: never}},
		})
		err := sendTo(t.Context(), client)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, zalo.KindUnreachable, zalo.KindOf(err))
	})

	t.Run("SaysUnsureForAConnectionBrokenAfterTheBody", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		b.sim.Fail(zalosim.Fault{Mode: "deliver_close"})
		err := sendTo(t.Context(), b.client)
		require.Equal(t, zalo.KindUnsure, zalo.KindOf(err))
		require.Len(t, b.sim.Messages(account, resident), 2, "it was sent indeed")
	})

	t.Run("SaysUnsureForATimeOut", func(t *testing.T) {
		t.Parallel()

		b := setup(t, func(c *zalo.Config) { c.Timeout = time.Second })
		b.sim.Fail(zalosim.Fault{Mode: "hang"})
		err := sendTo(t.Context(), b.client)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, zalo.KindUnsure, zalo.KindOf(err))
	})

	t.Run("SaysUnsureForACallGivenUp", func(t *testing.T) {
		t.Parallel()

		ctx, cancel := context.WithCancel(t.Context())
		client := clientOf(t, func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // only then the server hears that the caller has gone
			cancel()
			<-r.Context().Done()
		})
		err := sendTo(ctx, client)
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, zalo.KindUnsure, zalo.KindOf(err))
	})

	t.Run("SaysUnsureForAnAnswerCutOff", func(t *testing.T) {
		t.Parallel()

		client := clientOf(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, `{"error":0,`)
		})
		require.Equal(t, zalo.KindUnsure, zalo.KindOf(sendTo(t.Context(), client)))
	})

	t.Run("SaysUnsureForABadGateway", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		b.sim.Fail(zalosim.Fault{Mode: "502"})
		require.Equal(t, zalo.KindUnsure, zalo.KindOf(sendTo(t.Context(), b.client)))
	})

	t.Run("FollowsNoRedirectWithTheToken", func(t *testing.T) {
		t.Parallel()

		calls := make(chan string, 2)
		client := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
			calls <- r.URL.Path
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		})
		require.Equal(t, zalo.KindUnreachable, zalo.KindOf(sendTo(t.Context(), client)))
		require.Len(t, calls, 1)
	})

	t.Run("SaysUnsureForABareTimeOut", func(t *testing.T) {
		t.Parallel()

		require.Equal(t, zalo.KindUnsure, zalo.KindOf(fmt.Errorf("send: %w", context.DeadlineExceeded)))
		require.Equal(t, zalo.KindUnsure, zalo.KindOf(context.Canceled))
	})

	t.Run("SaysPermanentForAnythingElse", func(t *testing.T) {
		t.Parallel()

		require.Equal(t, zalo.KindPermanent, zalo.KindOf(errors.New("read the file")))
	})
}
