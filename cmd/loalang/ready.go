package main

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/store"
)

// stalledAfter is how long a lane may be due before the process counts as stalled: longer than any lease, so that a
// dead replica's lanes have been taken over before.
const stalledAfter = 2 * time.Minute

// readiness answers /readyz: 503 only when this process cannot do its work. What is wrong with single accounts stands in
// the body, each with the step that repairs it.
type readiness struct {
	store     *store.Store
	directory *bot.Directory
	hasSecret bool // a webhook secret for accounts without their own
	baseURL   string
	now       func() time.Time
}

type readyBody struct {
	Ready    bool           `json:"ready"`
	Problems []string       `json:"problems,omitempty"`
	Accounts []readyAccount `json:"accounts"`
}

type readyAccount struct {
	OAID     string   `json:"oa_id"`
	Name     string   `json:"name"`
	Token    string   `json:"token"`
	Expires  string   `json:"token_expires,omitempty"`
	Problems []string `json:"problems,omitempty"`
}

func (r *readiness) handle(c *gin.Context) {
	body := r.check(c.Request.Context())
	status := http.StatusOK
	if !body.Ready {
		status = http.StatusServiceUnavailable
	}
	c.IndentedJSON(status, body)
}

func (r *readiness) check(ctx context.Context) readyBody {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	body := readyBody{Accounts: []readyAccount{}}
	if schema, err := r.store.Schema(ctx); err != nil {
		body.Problems = append(body.Problems, "the database does not answer")
	} else if err := schema.Check(); err != nil {
		body.Problems = append(body.Problems, err.Error())
	} else if loads, err := r.store.LaneLoads(ctx, r.now()); err != nil {
		body.Problems = append(body.Problems, "the database does not answer")
	} else {
		body.Problems = append(body.Problems, r.stalled(loads)...)
	}
	for _, a := range r.directory.Accounts() {
		body.Accounts = append(body.Accounts, r.account(a))
	}
	body.Ready = len(body.Problems) == 0
	return body
}

func (r *readiness) stalled(loads []store.LaneLoad) (problems []string) {
	for _, l := range loads {
		if r.now().Sub(l.Oldest) > stalledAfter {
			problems = append(problems, "lanes of kind "+string(l.Kind)+" are stalled: none was taken for minutes; see the log, then restart")
		}
	}
	return problems
}

func (r *readiness) account(a bot.OfficialAccount) readyAccount {
	out := readyAccount{OAID: a.OAID, Name: a.Name, Token: string(a.Token.State)}
	if !a.Token.ExpiresAt.IsZero() {
		out.Expires = a.Token.ExpiresAt.UTC().Format(time.RFC3339)
	}
	if a.Token.State == bot.TokenConsent {
		out.Problems = append(out.Problems, a.Token.Fault+": an admin of the OA opens "+r.baseURL+"/oauth/zalo/start and agrees")
	}
	if a.Fault != "" {
		out.Problems = append(out.Problems, a.Fault)
	}
	if a.OASecretKey == "" && !r.hasSecret && a.SignedWith != bot.SignedWithAppSecret {
		out.Problems = append(out.Problems, "no webhook secret: events are dropped as unverified. Save the webhook URL in Zalo's console, "+
			"then set LOALANG_ZALO_OA_SECRET to the OA secret key shown there and restart")
	}
	return out
}
