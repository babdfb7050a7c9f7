package bottest

import (
	"context"
	"sync"
	"time"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/zalo"
)

// OAuth is Zalo's token host. Without a script it gives each refresh token out once, as Zalo does.
type OAuth struct {
	mu     sync.Mutex
	script []func() (zalo.Token, error)
	used   []string
	spent  map[string]bool
}

var _ bot.Refresher = (*OAuth)(nil)

// Then scripts the answer of the next refresh. It may do more while the call is on its way.
func (o *OAuth) Then(answer func() (zalo.Token, error)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.script = append(o.script, answer)
}

// RefreshToken implements bot.Refresher.
func (o *OAuth) RefreshToken(_ context.Context, refreshToken string) (zalo.Token, error) {
	o.mu.Lock()
	o.used = append(o.used, refreshToken)
	var answer func() (zalo.Token, error)
	repeated := o.spent[refreshToken]
	if len(o.script) > 0 {
		answer, o.script = o.script[0], o.script[1:]
	} else {
		if o.spent == nil {
			o.spent = make(map[string]bool)
		}
		o.spent[refreshToken] = true
	}
	o.mu.Unlock()
	switch {
	case answer != nil:
		return answer()
	case repeated:
		return zalo.Token{}, &zalo.Error{Code: -14014, Message: "Invalid refresh token", OAuth: true}
	}
	return zalo.Token{AccessToken: refreshToken + "-access", RefreshToken: refreshToken + "-next", ExpiresIn: 25 * time.Hour}, nil
}

// Timeout implements bot.Refresher.
func (o *OAuth) Timeout() time.Duration { return time.Second }

// Used are the refresh tokens that came, in order.
func (o *OAuth) Used() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]string(nil), o.used...)
}
