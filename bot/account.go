package bot

import (
	"time"

	"github.com/loalang/loalang/bot/rights"
	"github.com/loalang/loalang/zalo"
)

// AccountType is Zalo's kind of an Official Account; it decides which message endpoint works.
type AccountType string

// The types that residents' authorities use.
const (
	AccountBusiness   AccountType = "business"
	AccountGovernment AccountType = "government"
)

// OfficialAccount is one Zalo OA with what we know of it. Secrets are in the clear here and encrypted at rest.
type OfficialAccount struct {
	OAID           string
	Name           string
	Type           AccountType
	Package        string // "growth" or "comprehensive", empty when unknown
	CallsPerMinute int    // the cap of the package; 0 = none
	Approval       rights.Policy
	OASecretKey    string // signs its webhooks; empty = the deployment's
	SignedWith     SecretKind

	Endpoint       zalo.Endpoint // the message endpoint in use
	EndpointPinned bool          // Zalo itself sent us to Endpoint; being sent back is a configuration error
	TextOnly       bool          // Zalo refused buttons once: choices stand only as numbers in the text
	Fault          string        // why Zalo refuses everything of this OA, with the next step; empty = nothing known

	Token Token
}

// SecretKind says which of the two secrets signed an OA's first verified event. Sources disagree on which it is.
type SecretKind string

// The candidates; empty means that none was seen yet.
const (
	SignedWithOASecret  SecretKind = "oa_secret"
	SignedWithAppSecret SecretKind = "app_secret"
)

// TokenState says whether an OA's tokens can be used.
type TokenState string

// The states of a token pair.
const (
	TokenValid   TokenState = "valid"
	TokenStale   TokenState = "stale"   // Zalo refused the access token, or it ran out: a refresh is due, deliveries wait
	TokenConsent TokenState = "consent" // an admin of the OA must consent again
)

// Token is an OA's token pair. The refresh token can be used once; Version counts the pairs and guards that.
type Token struct {
	Access     string
	Refresh    string
	Version    int64
	State      TokenState
	Fault      string // why it must be consented again, with Zalo's code
	ObtainedAt time.Time
	RefreshAt  time.Time // 80 % of its life
	ExpiresAt  time.Time
}

// refreshShare is the share of an access token's life after which it is refreshed: 20 of 25 hours.
const refreshShare = 0.8

// NewToken is the pair that Zalo answered at now. An answer without a refresh token keeps the one that was used.
func NewToken(got zalo.Token, used string, now time.Time) Token {
	if got.RefreshToken == "" {
		got.RefreshToken = used
	}
	return Token{
		Access:     got.AccessToken,
		Refresh:    got.RefreshToken,
		State:      TokenValid,
		ObtainedAt: now,
		RefreshAt:  now.Add(time.Duration(float64(got.ExpiresIn) * refreshShare)),
		ExpiresAt:  now.Add(got.ExpiresIn),
	}
}

// GivenToken is a pair that a person brought at now. How old it is nobody knows; it is taken for new until Zalo refuses it.
func GivenToken(access, refresh string, now time.Time, life time.Duration) Token {
	t := NewToken(zalo.Token{AccessToken: access, RefreshToken: refresh, ExpiresIn: life}, "", now)
	t.ObtainedAt = time.Time{}
	return t
}

// Usable tells whether a message may be sent with the token at now.
func (t Token) Usable(now time.Time) bool {
	return t.State == TokenValid && t.Access != "" && now.Before(t.ExpiresAt)
}

// FirstEndpoint is the message endpoint to try first for an OA of this type.
// Source: two field reports of government OAs answer -235 on v3; business OAs answer -240 on v2, read 2026-11-21.
func (t AccountType) FirstEndpoint() zalo.Endpoint {
	if t == AccountGovernment {
		return zalo.EndpointV2
	}
	return zalo.EndpointV3
}
