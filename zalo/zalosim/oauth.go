package zalosim

import (
	"crypto/rand"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/loalang/loalang/zalo"
)

// grantCode is an authorization code that an admin's consent has made.
type grantCode struct {
	oaID        string
	challenge   string
	redirectURI string
	expires     time.Time
}

func (s *Server) routeOAuth() {
	s.mux.HandleFunc("GET /v4/oa/permission", s.consentPage)
	s.mux.HandleFunc("POST /v4/oa/permission", s.consent)
	s.mux.HandleFunc("POST /v4/oa/access_token", func(w http.ResponseWriter, r *http.Request) {
		s.deliver(w, r, "", func() reply { return s.issue(r) })
	})
}

var consentTemplate = template.Must(template.New("consent").Parse(`<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Cấp quyền</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:30rem;margin:4rem auto;padding:0 1rem}button{font:inherit;padding:.6rem 1.4rem;border:0;border-radius:.5rem;background:#0068ff;color:#fff}</style></head>
<body><h1>Cấp quyền cho ứng dụng {{.AppID}}</h1><form method="post"><p>Chọn Official Account:</p>
{{range .OAs}}<p><label><input type="radio" name="oa_id" value="{{.ID}}" required> {{.Name}} ({{.ID}})</label></p>{{end}}
<button id="agree">Đồng ý</button></form></body></html>
`))

func (s *Server) consentPage(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("app_id") != s.cfg.AppID {
		refuseOAuth(-14002, "Invalid app id").write(w)
		return
	}
	s.mu.Lock()
	var oas []OA
	for _, a := range s.sorted() {
		oas = append(oas, a.OA)
	}
	s.mu.Unlock()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = consentTemplate.Execute(w, map[string]any{"AppID": s.cfg.AppID, "OAs": oas}) // a browser that has gone needs no page
}

func (s *Server) consent(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	back, err := url.Parse(query.Get("redirect_uri"))
	if err != nil || back.Host == "" || back.RawQuery != "" {
		refuseOAuth(-14003, "Invalid redirect uri").write(w)
		return
	}
	code := rand.Text()
	s.mu.Lock()
	s.codes[code] = grantCode{
		oaID: r.FormValue("oa_id"), challenge: query.Get("code_challenge"), redirectURI: back.String(), expires: s.cfg.Now().Add(codeLife),
	}
	s.mu.Unlock()
	answer := url.Values{"code": {code}, "oa_id": {r.FormValue("oa_id")}}
	if state := query.Get("state"); state != "" {
		answer.Set("state", state)
	}
	back.RawQuery = answer.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

// oauthReply is the OAuth host's own form of an answer.
type oauthReply map[string]any

func refuseOAuth(code int, name string) oauthReply {
	return oauthReply{"error": code, "error_name": name, "error_reason": name, "ref_doc": "", "error_description": name}
}

func (a oauthReply) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	_ = json.NewEncoder(w).Encode(a) // a caller that has gone needs no answer
}

// issue answers both grants.
func (s *Server) issue(r *http.Request) reply {
	s.stats.refreshes.Add(1)
	return reply{raw: s.grant(r)}
}

func (s *Server) grant(r *http.Request) oauthReply {
	switch {
	case r.FormValue("app_id") != s.cfg.AppID:
		return refuseOAuth(-14002, "Invalid app id")
	case r.Header.Get("secret_key") != s.cfg.AppSecret:
		return refuseOAuth(-14004, "Invalid secret key")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch r.FormValue("grant_type") {
	case "authorization_code":
		code, known := s.codes[r.FormValue("code")]
		delete(s.codes, r.FormValue("code"))
		if !known || !s.cfg.Now().Before(code.expires) || s.oas[code.oaID] == nil {
			return refuseOAuth(-14019, "Authorization code expired")
		}
		if code.challenge != "" && zalo.Challenge(r.FormValue("code_verifier")) != code.challenge {
			return refuseOAuth(-14019, "Invalid code verifier")
		}
		return s.newTokens(s.oas[code.oaID])
	case "refresh_token":
		for _, a := range s.oas {
			known, code := a.tokens.use(r.FormValue("refresh_token"), s.cfg.Now())
			if known && code != 0 {
				return refuseOAuth(code, "Invalid refresh token")
			}
			if known {
				return s.newTokens(a)
			}
		}
		return refuseOAuth(-14014, "Invalid refresh token")
	}
	return refuseOAuth(-14003, "Invalid grant type")
}

// newTokens issues a pair; the access token before it dies.
func (s *Server) newTokens(a *account) oauthReply {
	access, refresh := "at-"+rand.Text(), "rt-"+rand.Text()
	s.putTokens(a, access, refresh)
	seconds := strconv.FormatInt(int64(a.life()/time.Second), 10)
	return oauthReply{"access_token": access, "refresh_token": refresh, "expires_in": seconds}
}
