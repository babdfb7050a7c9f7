package zalosim

import (
	"fmt"
	"time"
)

// tokens are an account's tokens: one access token lives at a time, a refresh token works once.
type tokens struct {
	access  string // the one that lives; those before it are dead
	expires time.Time
	refresh map[string]time.Time // unused refresh tokens by their end
	used    map[string]bool
}

func (t *tokens) put(access, refresh string, now time.Time, life, refreshLife time.Duration) {
	if t.refresh == nil {
		t.refresh, t.used = make(map[string]time.Time), make(map[string]bool)
	}
	t.access, t.expires = access, now.Add(life)
	if refresh != "" {
		t.refresh[refresh] = now.Add(refreshLife)
	}
}

// use takes a refresh token. known says that it was once this account's, code is Zalo's error or 0.
func (t *tokens) use(refresh string, now time.Time) (known bool, code int) {
	if t.used[refresh] {
		return true, -14014
	}
	end, ok := t.refresh[refresh]
	if !ok {
		return false, -14014
	}
	if !now.Before(end) {
		return true, -14020
	}
	delete(t.refresh, refresh)
	t.used[refresh] = true
	return true, 0
}

// ExpireToken ends an account's access token now; it must be refreshed.
func (s *Server) ExpireToken(oaID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.oas[oaID]
	if a == nil {
		return fmt.Errorf("no account %s", oaID)
	}
	a.tokens.expires = s.cfg.Now()
	return nil
}
