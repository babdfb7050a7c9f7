package zalosim

import (
	"cmp"
	"slices"
	"time"

	"github.com/loalang/loalang/zalo"
)

// OA is a simulated Official Account.
type OA struct {
	ID             string   `json:"id"`
	Name           string   `json:"name"`
	Government     bool     `json:"government"`
	Secret         string   `json:"secret"` // signs its webhooks
	CallsPerMinute int      `json:"calls_per_minute"`
	AccessToken    string   `json:"access_token"`
	RefreshToken   string   `json:"refresh_token"`
	TokenLife      string   `json:"token_life,omitempty"` // of its access tokens, like "2s"; empty = 25 hours
	RefuseButtons  bool     `json:"refuse_buttons"`       // answers -233 to buttons
	Billing        *Billing `json:"billing,omitempty"`    // nil = it never lacks money
}

// account is an OA with what has become of it.
type account struct {
	OA
	tokens    tokens
	calls     calls
	users     map[string]*user
	groups    map[string]*group
	templates map[string]*zbsTemplate
	uploads   map[string]*uploaded
	// uploadsPath is where uploads can be looked at.
	uploadsPath string
	purse       purse
}

// AddOA adds an account, or replaces the one with this id and forgets its residents, groups and templates.
func (s *Server) AddOA(oa OA) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.oas[oa.ID]; old != nil {
		for token, a := range s.byToken {
			if a == old {
				delete(s.byToken, token)
			}
		}
	}
	a := &account{
		OA: oa, users: make(map[string]*user), groups: make(map[string]*group), templates: make(map[string]*zbsTemplate),
		uploads: make(map[string]*uploaded), uploadsPath: s.uploadsPath(), purse: newPurse(oa.Billing),
	}
	s.oas[oa.ID] = a
	s.putTokens(a, oa.AccessToken, oa.RefreshToken)
}

// putTokens makes a pair the account's; the access token before it dies. The caller holds the lock.
func (s *Server) putTokens(a *account, access, refresh string) {
	a.tokens.put(access, refresh, s.cfg.Now(), a.life(), s.cfg.RefreshLife)
	if access != "" {
		s.byToken[access] = a
	}
}

func (a *account) life() time.Duration {
	if life, err := time.ParseDuration(a.TokenLife); err == nil {
		return life
	}
	return tokenLife
}

// sorted are the accounts by id; the caller holds the lock.
func (s *Server) sorted() []*account {
	list := make([]*account, 0, len(s.oas))
	for _, a := range s.oas {
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b *account) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

func zaloNumber(government bool) int {
	if government {
		return zalo.OATypeGovernment
	}
	return zalo.OATypeBusiness
}
