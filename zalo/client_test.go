package zalo_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
	"github.com/loalang/loalang/zalo/zalosim"
)

const (
	appID      = "2600000000000000001"
	appSecret  = "the app's secret"
	account    = "4300000000000000001" // of a business
	accessOf   = "at-business"
	refreshOf  = "rt-business"
	government = "4300000000000000002"
	accessGov  = "at-government"
	resident   = "7100000000000000001" // of both
)

// bundle is a client and the simulated Zalo that it speaks with.
type bundle struct {
	sim    *zalosim.Server
	client *zalo.Client
	wire   *wire
	url    string
	now    *clock
}

// clock is a time that a test sets.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// setup starts a Zalo with a business account and a government account of 100 calls a minute, and one resident who wrote
// to both.
func setup(t *testing.T, change ...func(*zalo.Config)) *bundle {
	t.Helper()
	b := &bundle{wire: &wire{}, now: &clock{at: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)}}
	b.sim = zalosim.New(zalosim.Config{AppID: appID, AppSecret: appSecret, Now: b.now.now})
	b.sim.AddOA(zalosim.OA{ID: account, Name: "Xã Thử", CallsPerMinute: 100, AccessToken: accessOf, RefreshToken: refreshOf})
	b.sim.AddOA(zalosim.OA{ID: government, Name: "Tỉnh Thử", Government: true, CallsPerMinute: 100, AccessToken: accessGov})
	for _, oa := range []string{account, government} {
		b.sim.AddUser(zalosim.User{OA: oa, ID: resident, Name: "Bà Hoa", Following: true})
		_, err := b.sim.Say(zalosim.Say{OA: oa, User: resident, Text: "Xin chào", MsgID: "said"})
		require.NoError(t, err)
	}
	server := httptest.NewServer(b.sim)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	b.url = server.URL
	cfg := zalo.Config{
		APIURL: server.URL + "/", OAuthURL: server.URL + "/", AppID: appID, AppSecret: appSecret, HTTPClient: &http.Client{Transport: b.wire},
	}
	for _, f := range change {
		f(&cfg)
	}
	b.client = zalo.NewClient(cfg)
	return b
}

// last is the newest message on the resident's phone.
func (b *bundle) last(t *testing.T, oaID string) zalosim.Message {
	t.Helper()
	messages := b.sim.Messages(oaID, resident)
	require.NotEmpty(t, messages)
	return messages[len(messages)-1]
}

// wire keeps what goes out, and lets nothing leave this machine.
type wire struct {
	mu    sync.Mutex
	calls []call
}

type call struct {
	method, url string
	header      http.Header
	body        string
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if ip := net.ParseIP(r.URL.Hostname()); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("a test wants to call %s", r.URL.Host)
	}
	seen := call{method: r.Method, url: r.URL.String(), header: r.Header.Clone()}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		seen.body = string(body)
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	w.mu.Lock()
	w.calls = append(w.calls, seen)
	w.mu.Unlock()
	return http.DefaultTransport.RoundTrip(r)
}

func (w *wire) last(t *testing.T) call {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	require.NotEmpty(t, w.calls)
	return w.calls[len(w.calls)-1]
}

func requireCode(t *testing.T, code int, err error) {
	t.Helper()
	var refusal *zalo.Error
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, code, refusal.Code)
}

func TestSendConsultation(t *testing.T) {
	t.Parallel()

	t.Run("ReturnsZalosReceipt", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		sent, err := b.client.SendConsultation(t.Context(), accessOf, zalo.EndpointV3, resident, zalo.Message{Text: "Chào bà con"})
		require.NoError(t, err)
		m := b.last(t, account)
		require.Equal(t, zalo.Sent{
			MessageID: m.ID, UserID: resident, SentTime: b.now.now(), RateLimit: 100, RateRemain: 99,
			Quota: &zalo.Quota{Type: "reply", Remain: 8, Total: 8, OwnerType: "OA", OwnerID: account},
		}, sent)
		require.Equal(t, "Chào bà con", m.Text)
		require.True(t, m.FromOA)
	})

	t.Run("CountsDownTheRate", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		for n := 1; n <= 3; n++ {
			sent, err := b.client.SendConsultation(t.Context(), accessOf, zalo.EndpointV3, resident, zalo.Message{Text: "x"})
			require.NoError(t, err)
			require.Equal(t, []int{100, 100 - n}, []int{sent.RateLimit, sent.RateRemain})
		}
	})

	t.Run("DoesNotKnowTheRateWithoutHeaders", func(t *testing.T) {
		t.Parallel()

		client := answering(t, 200, `{"error":0,"message":"Success","data":{"message_id":"m1"}}`)
		sent, err := client.SendConsultation(t.Context(), "at", zalo.EndpointV3, resident, zalo.Message{Text: "x"})
		require.NoError(t, err)
		require.Equal(t, zalo.Sent{MessageID: "m1", RateLimit: -1, RateRemain: -1}, sent)
	})

	t.Run("KeepsAnAcceptedMessageAcceptedWhateverTheRestSays", func(t *testing.T) {
		t.Parallel()

		for _, data := range []string{`"gone"`, `{"message_id":{}}`, `{"sent_time":"soon"}`, `[]`, `null`} {
			client := answering(t, 200, `{"error":0,"message":"Success","data":`+data+`}`)
			sent, err := client.SendConsultation(t.Context(), "at", zalo.EndpointV3, resident, zalo.Message{Text: "x"})
			require.NoError(t, err, data)
			require.Empty(t, sent.MessageID, data)
		}
		client := answering(t, 200, `{"error":0}`)
		_, err := client.SendConsultation(t.Context(), "at", zalo.EndpointV3, resident, zalo.Message{Text: "x"})
		require.NoError(t, err)
	})

	t.Run("TakesIdsThatAreNumbers", func(t *testing.T) {
		t.Parallel()

		client := answering(t, 200, `{"error":"0","data":{"message_id":7100000000000000003,"user_id":7100000000000000001,"sent_time":1790000000123}}`)
		sent, err := client.SendConsultation(t.Context(), "at", zalo.EndpointV3, resident, zalo.Message{Text: "x"})
		require.NoError(t, err)
		require.Equal(t, "7100000000000000003", sent.MessageID)
		require.Equal(t, resident, sent.UserID)
		require.Equal(t, time.UnixMilli(1790000000123).UTC(), sent.SentTime)
	})

	t.Run("SendsAQuote", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		_, err := b.client.SendConsultation(t.Context(), accessOf, zalo.EndpointV3, resident, zalo.Message{Text: "Vâng", QuoteMsgID: "said"})
		require.NoError(t, err)
		require.JSONEq(t, `{"recipient":{"user_id":"`+resident+`"},"message":{"text":"Vâng","quote_message_id":"said"}}`, b.wire.last(t).body)
		require.Equal(t, "Vâng", b.last(t, account).Text)
	})

	t.Run("IsRefusedForATextTooLong", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		_, err := b.client.SendConsultation(t.Context(), accessOf, zalo.EndpointV3, resident, zalo.Message{Text: strings.Repeat("ữ", 2001)})
		requireCode(t, -210, err)
		_, err = b.client.SendConsultation(t.Context(), accessOf, zalo.EndpointV3, resident, zalo.Message{Text: strings.Repeat("ữ", 2000)})
		require.NoError(t, err)
		_, err = b.client.SendConsultation(t.Context(), accessOf, zalo.EndpointV3, resident, zalo.Message{Text: strings.Repeat("u\u031b\u0303", 2000)})
		require.NoError(t, err, "Zalo counts after composing")
	})

	t.Run("IsRefusedForAnEmptyMessage", func(t *testing.T) {
		t.Parallel()

		_, err := setup(t).client.SendConsultation(t.Context(), accessOf, zalo.EndpointV3, resident, zalo.Message{})
		requireCode(t, -201, err)
	})

	t.Run("IsRefusedForAStranger", func(t *testing.T) {
		t.Parallel()

		_, err := setup(t).client.SendConsultation(t.Context(), accessOf, zalo.EndpointV3, "7999", zalo.Message{Text: "x"})
		requireCode(t, -232, err)
		require.Equal(t, zalo.KindWindow, zalo.KindOf(err))
	})
}

func TestSendConsultationShowsOnThePhone(t *testing.T) {
	t.Parallel()

	hoi := zalo.Action{Type: zalo.ActionQueryHide, Payload: "#hoi"}
	page := zalo.Action{Type: zalo.ActionOpenURL, URL: "https://dichvucong.gov.vn"}
	phone := zalo.Action{Type: zalo.ActionOpenPhone, PhoneCode: "84912345678"}
	for name, c := range map[string]struct {
		message func(t *testing.T, b *bundle) zalo.Message
		shown   zalosim.Message
	}{
		"AText": {
			func(*testing.T, *bundle) zalo.Message { return zalo.Message{Text: "Chào bà con\n😀"} },
			zalosim.Message{Kind: "text", Text: "Chào bà con\n😀"},
		},
		"Buttons": {
			func(*testing.T, *bundle) zalo.Message {
				return zalo.Message{Text: "Chọn", Buttons: []zalo.Button{{Title: "Hỏi", Action: hoi}, {Title: "Trang", Action: page}, {Title: "Gọi", Action: phone}}}
			},
			zalosim.Message{Kind: "text", Text: "Chọn", Buttons: []zalosim.Button{
				{Title: "Hỏi", Type: "oa.query.hide", Payload: "#hoi"},
				{Title: "Trang", Type: "oa.open.url", URL: "https://dichvucong.gov.vn"},
				{Title: "Gọi", Type: "oa.open.phone", Phone: "84912345678"},
			}},
		},
		"AList": {
			func(*testing.T, *bundle) zalo.Message {
				return zalo.Message{
					List:    []zalo.ListItem{{Title: "Tin", Subtitle: "Hôm nay", ImageURL: "https://a/b.png", Action: &page}, {Title: "Hỏi", Action: &hoi}},
					Buttons: []zalo.Button{{Title: "Gọi", Action: phone}},
				}
			},
			zalosim.Message{
				Kind:    "list",
				Buttons: []zalosim.Button{{Title: "Gọi", Type: "oa.open.phone", Phone: "84912345678"}},
				Elements: []zalosim.Element{
					{Title: "Tin", Subtitle: "Hôm nay", ImageURL: "https://a/b.png", Action: &zalosim.Button{Type: "oa.open.url", URL: "https://dichvucong.gov.vn"}},
					{Title: "Hỏi", Action: &zalosim.Button{Type: "oa.query.hide", Payload: "#hoi"}},
				},
			},
		},
		"AnImageByItsURL": {
			func(*testing.T, *bundle) zalo.Message {
				return zalo.Message{Text: "Bản đồ", Image: &zalo.Image{URL: "https://a/b.png"}}
			},
			zalosim.Message{Kind: "image", Text: "Bản đồ", ImageURL: "https://a/b.png"},
		},
		"AnUploadedImage": {
			func(t *testing.T, b *bundle) zalo.Message {
				id, err := b.client.UploadImage(t.Context(), accessOf, "a.png", strings.NewReader("png"))
				require.NoError(t, err)
				return zalo.Message{Image: &zalo.Image{AttachmentID: id}}
			},
			zalosim.Message{Kind: "image"},
		},
		"AnUploadedGIF": {
			func(t *testing.T, b *bundle) zalo.Message {
				id, err := b.client.UploadGIF(t.Context(), accessOf, "a.gif", strings.NewReader("gif"))
				require.NoError(t, err)
				return zalo.Message{Image: &zalo.Image{AttachmentID: id, GIF: true, Width: 120, Height: 120}}
			},
			zalosim.Message{Kind: "gif"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			b := setup(t)
			message := c.message(t, b)
			sent, err := b.client.SendConsultation(t.Context(), accessOf, zalo.EndpointV3, resident, message)
			require.NoError(t, err)
			if message.Image != nil && message.Image.AttachmentID != "" {
				c.shown.ImageURL = "/demo/uploads/" + message.Image.AttachmentID
			}
			c.shown.ID, c.shown.OA, c.shown.User, c.shown.FromOA = sent.MessageID, account, resident, true
			c.shown.At, c.shown.Endpoint = b.now.now(), "v3"
			require.Equal(t, c.shown, b.last(t, account))
		})
	}

	t.Run("AFile", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		token, err := b.client.UploadFile(t.Context(), accessOf, "don.pdf", strings.NewReader("pdf"))
		require.NoError(t, err)
		_, err = b.client.SendConsultation(t.Context(), accessOf, zalo.EndpointV3, resident, zalo.Message{FileToken: token})
		require.NoError(t, err)
		shown := b.last(t, account)
		require.Equal(t, []string{"file", "don.pdf", "/demo/uploads/" + token, ""}, []string{shown.Kind, shown.FileName, shown.FileURL, shown.Text})
	})
}

func TestEachTypeOfAccountHasItsEndpoint(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		token    string
		endpoint zalo.Endpoint
		path     string
		code     int
		kind     zalo.Kind
	}{
		"BusinessOnV3":   {accessOf, zalo.EndpointV3, "/v3.0/oa/message/cs", 0, 0},
		"BusinessOnV2":   {accessOf, zalo.EndpointV2, "/v2.0/oa/message", -240, zalo.KindEndpointV3},
		"GovernmentOnV3": {accessGov, zalo.EndpointV3, "/v3.0/oa/message/cs", -235, zalo.KindEndpointV2},
		"GovernmentOnV2": {accessGov, zalo.EndpointV2, "/v2.0/oa/message", 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			b := setup(t)
			_, err := b.client.SendConsultation(t.Context(), c.token, c.endpoint, resident, zalo.Message{Text: "x"})
			require.Equal(t, b.url+c.path, b.wire.last(t).url)
			if c.code == 0 {
				require.NoError(t, err)
				return
			}
			requireCode(t, c.code, err)
			require.Equal(t, c.kind, zalo.KindOf(err))
		})
	}
}

func TestUpload(t *testing.T) {
	t.Parallel()

	type uploader = func(t *testing.T, c *zalo.Client, name string, r io.Reader) (string, error)
	image := func(t *testing.T, c *zalo.Client, name string, r io.Reader) (string, error) {
		return c.UploadImage(t.Context(), accessOf, name, r)
	}
	gif := func(t *testing.T, c *zalo.Client, name string, r io.Reader) (string, error) {
		return c.UploadGIF(t.Context(), accessOf, name, r)
	}
	file := func(t *testing.T, c *zalo.Client, name string, r io.Reader) (string, error) {
		return c.UploadFile(t.Context(), accessOf, name, r)
	}
	for name, c := range map[string]struct {
		upload uploader
		path   string
		names  []string
		wrong  []string
		most   int
	}{
		"Image": {image, "/v2.0/oa/upload/image", []string{"a.jpg", "a.jpeg", "A.PNG"}, []string{"a.gif", "a.pdf", "a", "jpg"}, 1 << 20},
		"GIF":   {gif, "/v2.0/oa/upload/gif", []string{"a.gif", "ảnh.GIF"}, []string{"a.png", "a.gif.exe"}, 5 << 20},
		"File":  {file, "/v2.0/oa/upload/file", []string{"đơn.pdf", "a.doc", "a.docx", "a.csv"}, []string{"a.xlsx", "a.png", ""}, 5 << 20},
	} {
		t.Run(name+"ReturnsAnId", func(t *testing.T) {
			t.Parallel()

			b := setup(t)
			seen := make(map[string]bool)
			for _, name := range c.names {
				id, err := c.upload(t, b.client, name, strings.NewReader("content"))
				require.NoError(t, err)
				require.NotEmpty(t, id)
				seen[id] = true
				require.Equal(t, b.url+c.path, b.wire.last(t).url)
				require.Contains(t, b.wire.last(t).body, "content")
			}
			require.Len(t, seen, len(c.names))
		})

		t.Run(name+"OfAnotherKindNeverLeaves", func(t *testing.T) {
			t.Parallel()

			b := setup(t)
			for _, name := range c.wrong {
				_, err := c.upload(t, b.client, name, strings.NewReader("content"))
				require.ErrorContains(t, err, "Zalo takes only .", name)
				require.Equal(t, zalo.KindPermanent, zalo.KindOf(err))
			}
			require.Empty(t, b.wire.calls)
		})

		t.Run(name+"TakesTheMostAndNoByteMore", func(t *testing.T) {
			t.Parallel()

			b := setup(t)
			_, err := c.upload(t, b.client, c.names[0], bytes.NewReader(make([]byte, c.most)))
			require.NoError(t, err)
			_, err = c.upload(t, b.client, c.names[0], bytes.NewReader(make([]byte, c.most+1)))
			require.ErrorContains(t, err, fmt.Sprintf("larger than the %d MB", c.most>>20))
			require.Len(t, b.wire.calls, 1)
		})
	}

	t.Run("SaysWhenTheFileCannotBeRead", func(t *testing.T) {
		t.Parallel()

		_, err := setup(t).client.UploadImage(t.Context(), accessOf, "a.png", io.MultiReader(strings.NewReader("a"), broken{}))
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	})

	t.Run("SaysWhenZaloNamesNoId", func(t *testing.T) {
		t.Parallel()

		_, err := answering(t, 200, `{"error":0,"data":{}}`).UploadImage(t.Context(), "at", "a.png", strings.NewReader("a"))
		require.ErrorContains(t, err, "without an id")
	})

	t.Run("PassesOnARefusal", func(t *testing.T) {
		t.Parallel()

		_, err := setup(t).client.UploadFile(t.Context(), "wrong", "a.pdf", strings.NewReader("a"))
		requireCode(t, -216, err)
	})
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestUserDetail(t *testing.T) {
	t.Parallel()

	t.Run("ReadsWhatZaloKnows", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		got, err := b.client.UserDetail(t.Context(), accessOf, resident)
		require.NoError(t, err)
		require.Equal(t, zalo.UserDetail{
			UserID: resident, UserIDByApp: "9" + resident, DisplayName: "Bà Hoa", Alias: "Bà Hoa", IsFollower: true,
			LastInteraction: "21/11/2026", Tags: []string{},
		}, got)
		require.Equal(t, b.url+"/v3.0/oa/user/detail?data="+url.QueryEscape(`{"user_id":"`+resident+`"}`), b.wire.last(t).url)
	})

	t.Run("TakesNumbersTagsAndUnknownFields", func(t *testing.T) {
		t.Parallel()

		client := answering(t, 200, `{"error":0,"data":{"user_id":7100000000000000001,"user_id_by_app":97,"avatar":"https://a/b","is_sensitive":false,
			"tags_and_notes_info":{"notes":["n"],"tag_names":["Thôn 1"]},"shared_info":{"phone":84}}}`)
		got, err := client.UserDetail(t.Context(), "at", resident)
		require.NoError(t, err)
		require.Equal(t, zalo.UserDetail{UserID: resident, UserIDByApp: "97", Avatar: "https://a/b", Tags: []string{"Thôn 1"}}, got)
	})

	t.Run("IsRefusedForAStranger", func(t *testing.T) {
		t.Parallel()

		_, err := setup(t).client.UserDetail(t.Context(), accessOf, "7999")
		requireCode(t, -201, err)
	})

	t.Run("SaysWhenTheAnswerCannotBeRead", func(t *testing.T) {
		t.Parallel()

		_, err := answering(t, 200, `{"error":0,"data":"gone"}`).UserDetail(t.Context(), "at", resident)
		require.ErrorContains(t, err, "read user detail: read the answer")
	})
}

func TestOA(t *testing.T) {
	t.Parallel()

	t.Run("TellsABusinessFromAGovernment", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		got, err := b.client.OA(t.Context(), accessOf)
		require.NoError(t, err)
		require.Equal(t, zalo.OAInfo{
			ID: account, Name: "Xã Thử", Verified: true, Type: zalo.OATypeBusiness, Followers: 1, PackageName: "Growth", PackageUntil: "31/12/2027",
		}, got)
		got, err = b.client.OA(t.Context(), accessGov)
		require.NoError(t, err)
		require.Equal(t, zalo.OATypeGovernment, got.Type)
		require.Equal(t, government, got.ID)
	})

	t.Run("TakesTheOlderNameOfTheIdAndNumbersInQuotes", func(t *testing.T) {
		t.Parallel()

		got, err := answering(t, 200, `{"error":0,"data":{"oa_id":4300000000000000001,"oa_type":"4","num_follower":"12"}}`).OA(t.Context(), "at")
		require.NoError(t, err)
		require.Equal(t, zalo.OAInfo{ID: account, Type: zalo.OATypeGovernment, Followers: 12}, got)
	})

	t.Run("IsRefusedForAWrongToken", func(t *testing.T) {
		t.Parallel()

		_, err := setup(t).client.OA(t.Context(), "wrong")
		requireCode(t, -216, err)
		require.Equal(t, zalo.KindToken, zalo.KindOf(err))
	})
}

func TestConversation(t *testing.T) {
	t.Parallel()

	t.Run("ReadsTheNewestFirst", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		b.now.move(time.Second)
		sent, err := b.client.SendConsultation(t.Context(), accessOf, zalo.EndpointV3, resident, zalo.Message{Text: "ti\u0301nh la\u0303i"})
		require.NoError(t, err)
		got, err := b.client.Conversation(t.Context(), accessOf, resident, 0, 10)
		require.NoError(t, err)
		require.Equal(t, []zalo.ConversationMessage{
			{FromOA: true, Time: b.now.now(), Type: "text", Text: "tính lãi", MessageID: sent.MessageID, FromID: account, ToID: resident},
			{Time: b.now.now().Add(-time.Second), Type: "text", Text: "Xin chào", MessageID: "said", FromID: resident, ToID: account},
		}, got)
	})

	t.Run("AsksWithTheIdAsANumber", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		_, err := b.client.Conversation(t.Context(), accessOf, resident, 1, 5)
		require.NoError(t, err)
		address, err := url.Parse(b.wire.last(t).url)
		require.NoError(t, err)
		require.Equal(t, `{"count":5,"offset":1,"user_id":7100000000000000001}`, address.Query().Get("data"))
	})

	t.Run("AsksWithTheIdAsTextWhenItIsNoNumber", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		for _, id := range []string{"abc", "007", "", strings.Repeat("9", 20), "-5", "1e5"} {
			_, err := b.client.Conversation(t.Context(), accessOf, id, 0, 1)
			requireCode(t, -201, err)
			address, err := url.Parse(b.wire.last(t).url)
			require.NoError(t, err)
			require.JSONEq(t, `{"count":1,"offset":0,"user_id":`+strconv.Quote(id)+`}`, address.Query().Get("data"))
		}
	})

	t.Run("TurnsPages", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		for n := range 12 {
			_, err := b.sim.Say(zalosim.Say{OA: account, User: resident, Text: strconv.Itoa(n)})
			require.NoError(t, err)
		}
		first, err := b.client.Conversation(t.Context(), accessOf, resident, 0, 10)
		require.NoError(t, err)
		require.Len(t, first, 10)
		require.Equal(t, "11", first[0].Text)
		second, err := b.client.Conversation(t.Context(), accessOf, resident, 10, 10)
		require.NoError(t, err)
		require.Len(t, second, 3)
		require.Equal(t, "1", second[0].Text)
	})

	t.Run("IsRefusedForMoreThanTen", func(t *testing.T) {
		t.Parallel()

		_, err := setup(t).client.Conversation(t.Context(), accessOf, resident, 0, 11)
		requireCode(t, -210, err)
	})

	t.Run("TakesIdsThatAreNumbers", func(t *testing.T) {
		t.Parallel()

		client := answering(t, 200, `{"error":0,"data":[{"src":"0","time":"1790000000123","type":"text","message":"x","message_id":7100000000000000009,
			"from_id":4300000000000000001,"to_id":7100000000000000001}]}`)
		got, err := client.Conversation(t.Context(), "at", resident, 0, 1)
		require.NoError(t, err)
		require.Equal(t, []zalo.ConversationMessage{{
			FromOA: true, Time: time.UnixMilli(1790000000123).UTC(), Type: "text", Text: "x", MessageID: "7100000000000000009", FromID: account, ToID: resident,
		}}, got)
	})
}

// everyCall runs each call of the client with one token.
func everyCall(t *testing.T, c *zalo.Client, token string) (errs []error) {
	t.Helper()
	ctx := t.Context()
	_, err := c.SendConsultation(ctx, token, zalo.EndpointV3, resident, zalo.Message{Text: "a secret text"})
	errs = append(errs, err)
	_, err = c.OA(ctx, token)
	errs = append(errs, err)
	_, err = c.UserDetail(ctx, token, resident)
	errs = append(errs, err)
	_, err = c.Conversation(ctx, token, resident, 0, 1)
	errs = append(errs, err)
	_, err = c.UploadImage(ctx, token, "a.png", strings.NewReader("a"))
	errs = append(errs, err)
	_, err = c.RefreshToken(ctx, token)
	errs = append(errs, err)
	_, err = c.ExchangeCode(ctx, token, token)
	return append(errs, err)
}

func TestTheTokenStandsInAHeaderAndNeverInAURL(t *testing.T) {
	t.Parallel()

	b := setup(t)
	everyCall(t, b.client, "t0ken")
	require.Len(t, b.wire.calls, 7)
	for _, call := range b.wire.calls {
		require.NotContains(t, call.url, "t0ken")
		require.NotContains(t, call.url, url.QueryEscape(appSecret))
		require.NotContains(t, call.header, "Authorization")
		if strings.HasSuffix(call.url, "/v4/oa/access_token") {
			require.Equal(t, []string{appSecret}, call.header["Secret_key"])
			require.NotContains(t, call.body, "secret")
			continue
		}
		require.Equal(t, []string{"t0ken"}, call.header["Access_token"])
		require.NotContains(t, call.body, "t0ken")
	}
}

func TestErrorsShowNeitherTokenNorSecretNorTextNorURL(t *testing.T) {
	t.Parallel()

	refused := zalo.NewClient(zalo.Config{APIURL: "http://127.0.0.1:1", OAuthURL: "http://127.0.0.1:1", AppID: appID, AppSecret: "s3cret"})
	off := zalo.NewClient(zalo.Config{APIURL: "http://127.0.0.1:1", OAuthURL: "http://127.0.0.1:1", AppSecret: "s3cret", HTTPClient: &http.Client{Transport: failing{}}})
	for name, client := range map[string]*zalo.Client{
		"RefusedConnection": refused,
		"BrokenTransport":   off,
		"BadGateway":        answering(t, 502, "<html>t0ken s3cret</html>"),
		"OddAnswer":         answering(t, 200, `["t0ken"]`),
		"OddCode":           answering(t, 200, `{"error":"t0ken s3cret","access_token":"t0ken"}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			for _, err := range everyCall(t, client, "t0ken") {
				require.Error(t, err)
				if name == "OddCode" && strings.HasPrefix(err.Error(), "zalo error 0") {
					continue // what the OAuth host calls its error is for operators
				}
				for _, secret := range []string{"t0ken", "s3cret", "a secret text", "http://", "data="} {
					require.NotContains(t, err.Error(), secret)
				}
			}
		})
	}
}

type failing struct{}

func (failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }

func TestNewClientSpeaksWithZaloByDefault(t *testing.T) {
	t.Parallel()

	client := zalo.NewClient(zalo.Config{AppID: appID})
	require.Equal(t, 10*time.Second, client.Timeout())
	require.True(t, strings.HasPrefix(client.ConsentURL("https://a/b", "s", "c"), zalo.DefaultOAuthURL+"/v4/oa/permission?"))
}
