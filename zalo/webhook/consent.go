package webhook

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/loalang/loalang/zalo"
)

const (
	consentCookie  = "loalang_consent"
	consentSeconds = 600 // the life of Zalo's authorization code
	consentPath    = "/oauth/zalo"
)

// OAuth is the part of Zalo's OAuth that consent needs.
type OAuth interface {
	ConsentURL(redirectURI, state, challenge string) string
	ExchangeCode(ctx context.Context, code, verifier string) (zalo.Token, error)
	OA(ctx context.Context, accessToken string) (zalo.OAInfo, error)
}

// Granter saves the tokens that an admin's consent has brought.
type Granter interface {
	Grant(ctx context.Context, oaID string, token zalo.Token) error
}

// Consent leads an OA's admin through Zalo's consent and back.
type Consent struct {
	oauth    OAuth
	granter  Granter
	accounts Accounts
	baseURL  string // public, without a trailing slash
	verifier string // fixed: of the link that Zalo's console has made; empty = one for each consent
	log      *slog.Logger
}

// NewConsent returns the handlers of /oauth/zalo. An empty baseURL makes them say that it must be set.
func NewConsent(oauth OAuth, granter Granter, accounts Accounts, baseURL, verifier string, log *slog.Logger) *Consent {
	return &Consent{
		oauth: oauth, granter: granter, accounts: accounts,
		baseURL: strings.TrimSuffix(baseURL, "/"), verifier: verifier, log: log,
	}
}

// Start sends the admin to Zalo. What must be known again at the callback stays in the admin's own browser.
func (h *Consent) Start(c *gin.Context) {
	if h.baseURL == "" {
		page(c, http.StatusServiceUnavailable, "Chưa đặt địa chỉ công khai",
			"Đặt LOALANG_BASE_URL (ví dụ https://loa.xa.gov.vn) rồi khởi động lại, sau đó mở lại trang này.")
		return
	}
	verifier := h.verifier
	if verifier == "" {
		verifier = zalo.NewVerifier()
	}
	state := rand.Text()
	h.setCookie(c, state+"."+verifier, consentSeconds)
	c.Redirect(http.StatusFound, h.oauth.ConsentURL(h.baseURL+consentPath+"/callback", state, zalo.Challenge(verifier)))
}

// Callback takes the authorization code. Zalo echoes the state only sometimes; the cookie proves the browser either way.
func (h *Consent) Callback(c *gin.Context) {
	cookie, err := c.Cookie(consentCookie)
	state, verifier, ok := strings.Cut(cookie, ".")
	if err != nil || !ok {
		page(c, http.StatusBadRequest, "Phiên đã hết hạn", "Mở lại /oauth/zalo/start trên cùng trình duyệt này rồi đồng ý lần nữa.")
		return
	}
	if echoed := c.Query("state"); echoed != "" && subtle.ConstantTimeCompare([]byte(echoed), []byte(state)) != 1 {
		page(c, http.StatusBadRequest, "Yêu cầu không khớp", "Mở lại /oauth/zalo/start rồi đồng ý lần nữa.")
		return
	}
	h.setCookie(c, "", -1)
	code, oaID := c.Query("code"), c.Query("oa_id")
	if code == "" || oaID == "" {
		page(c, http.StatusBadRequest, "Zalo chưa cấp quyền", "Chọn đúng Official Account và bấm đồng ý trên trang của Zalo.")
		return
	}
	_, known, err := h.accounts.Secrets(c.Request.Context(), oaID)
	if err != nil {
		h.log.Error("consent", "oa_id", oaID, "error", err)
		page(c, http.StatusServiceUnavailable, "Máy chủ đang bận", "Chờ một lát, mở lại /oauth/zalo/start rồi đồng ý lần nữa.")
		return
	}
	if !known {
		page(c, http.StatusNotFound, "Chưa có Official Account này", "Thêm nó bằng lệnh: loalang oa add --oa-id "+digitsOnly(oaID)+" … rồi làm lại.")
		return
	}
	token, err := h.oauth.ExchangeCode(c.Request.Context(), code, verifier)
	if err == nil {
		err = h.belongs(c.Request.Context(), token, oaID)
	}
	if err == nil {
		err = h.granter.Grant(c.Request.Context(), oaID, token)
	}
	if err != nil {
		h.log.Error("consent", "oa_id", oaID, "error", err, "next_step", advice(err))
		page(c, http.StatusBadGateway, "Chưa lấy được quyền từ Zalo", "Zalo từ chối hoặc đang lỗi; xem nhật ký của máy chủ, rồi mở lại /oauth/zalo/start.")
		return
	}
	h.log.Info("account consented", "oa_id", oaID)
	page(c, http.StatusOK, "Đã kết nối", "Official Account đã cấp quyền. Có thể đóng trang này.")
}

// belongs refuses a token of another account than the callback names. When Zalo does not say whose it is, the callback
// is believed.
func (h *Consent) belongs(ctx context.Context, token zalo.Token, oaID string) error {
	info, err := h.oauth.OA(ctx, token.AccessToken)
	if err != nil {
		h.log.Warn("whose token it is could not be checked", "oa_id", oaID, "error", err)
		return nil
	}
	if info.ID != "" && info.ID != oaID {
		return fmt.Errorf("the token is of account %s, the callback names %s", info.ID, oaID)
	}
	return nil
}

func (h *Consent) setCookie(c *gin.Context, value string, seconds int) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: consentCookie, Value: value, Path: consentPath, MaxAge: seconds,
		HttpOnly: true, Secure: strings.HasPrefix(h.baseURL, "https://"), SameSite: http.SameSiteLaxMode,
	})
}

func advice(err error) string {
	var refusal *zalo.Error
	if errors.As(err, &refusal) {
		return zalo.Advice(refusal.Code)
	}
	return ""
}

func digitsOnly(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
