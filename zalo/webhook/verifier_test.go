package webhook_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo/webhook"
)

func TestVerifier(t *testing.T) {
	t.Parallel()

	tokens := []string{"AbC123", `x"><script>`}
	for name, c := range map[string]struct {
		tokens []string
		path   string
		status int
		body   string
	}{
		"ShowsTheTokenThatIsAskedFor": {tokens, "/zalo_verifierAbC123.html", 200, `<meta name="zalo-platform-site-verification" content="AbC123">`},
		"EscapesTheToken":             {tokens, "/zalo_verifierx%22%3E%3Cscript%3E.html", 200, `content="x&#34;&gt;&lt;script&gt;"`},
		"DoesNotKnowAnotherToken":     {tokens, "/zalo_verifierOther.html", 404, "not found"},
		"DoesNotKnowATokenInCapitals": {tokens, "/zalo_verifierABC123.html", 404, "not found"},
		"DoesNotKnowAnEmptyToken":     {tokens, "/zalo_verifier.html", 404, "not found"},
		"DoesNotKnowAnotherPath":      {tokens, "/AbC123", 404, "not found"},
		"DoesNotKnowAFolder":          {tokens, "/a/zalo_verifierAbC123.html", 404, "not found"},
		"KnowsNoneWithoutTokens":      {nil, "/zalo_verifierAbC123.html", 404, "not found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			router := gin.New()
			router.NoRoute(webhook.Verifier(c.tokens))
			w := httptest.NewRecorder()
			router.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, c.path, nil))
			require.Equal(t, c.status, w.Code)
			require.Contains(t, w.Body.String(), c.body)
			require.NotContains(t, w.Body.String(), "<script>")
		})
	}
}
