package zalosim_test

import (
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
	"github.com/loalang/loalang/zalo/zalosim"
)

// TestStorm lets everything go wrong at once: whatever the client was told must be true of what the simulator has taken.
func TestStorm(t *testing.T) {
	t.Parallel()

	const residents, senders = 600, 16
	b := setup(t, arriving(zalosim.Events{
		Echo:     zalosim.Arrival{Never: 0.1, Twice: 0.1, Before: 0.1, After: zalosim.Span{Most: 5 * time.Millisecond}},
		Received: zalosim.Arrival{Never: 0.1, Twice: 0.1, Before: 0.1, After: zalosim.Span{Most: 5 * time.Millisecond}},
		Reading:  zalosim.Reading{Share: 0.5},
	}), func(c *zalosim.Config, oa *zalosim.OA, h *hook) {
		c.Now, c.Seed = time.Now, 3
		oa.Billing = &zalosim.Billing{Allowance: 100, Linked: true, Balance: 55 * 100}
		h.calls = make(chan hooked, 10*residents)
	})
	b.sim.SetLatency(zalosim.Span{Most: 2 * time.Millisecond}.Drawn(3))
	for n := range residents {
		idle := time.Duration(n%10) * 24 * time.Hour // free, paid, and too late
		b.sim.AddUser(zalosim.User{OA: account, ID: villager(n), LastInteraction: time.Now().Add(-idle)})
	}
	for _, f := range []zalosim.Fault{
		{Path: "/message", Chance: 0.02, Code: -32},
		{Path: "/message", Chance: 0.02, Mode: "deliver_close"},
		{Path: "/message", Chance: 0.02, Mode: "close"},
		{Path: "/message", Chance: 0.02, Mode: "deliver_502"},
		{Path: "/message", Chance: 0.02, Mode: "503"},
		{Path: "/message", Skip: residents / 2, Times: 1, Mode: "expire"},
	} {
		b.sim.Fail(f)
	}

	var mu sync.Mutex
	told := make(map[string]error, residents)
	messageID := make(map[string]string, residents)
	token := access
	send := func(user string) {
		mu.Lock()
		with := token
		mu.Unlock()
		sent, err := b.client.SendConsultation(t.Context(), with, zalo.EndpointV3, user, zalo.Message{Text: "Chào " + user})
		mu.Lock()
		defer mu.Unlock()
		if zalo.KindOf(err) == zalo.KindToken && with == token {
			fresh, refreshErr := b.client.RefreshToken(t.Context(), refresh)
			if refreshErr == nil {
				token = fresh.AccessToken
			}
		}
		told[user], messageID[user] = err, sent.MessageID
	}
	var running sync.WaitGroup
	for from := range senders {
		running.Go(func() {
			for n := from; n < residents; n += senders {
				send(villager(n))
			}
		})
	}
	running.Wait()

	charged := int64(0)
	kinds := make(map[zalo.Kind]int)
	for user, err := range told {
		chat := b.sim.Messages(account, user)
		require.LessOrEqual(t, len(chat), 1, "nobody was sent two")
		for _, m := range chat {
			charged += m.Price
		}
		var refusal *zalo.Error
		switch {
		case err == nil:
			require.Len(t, chat, 1)
			require.Equal(t, messageID[user], chat[0].ID)
			kinds[-1]++
		case errors.As(err, &refusal):
			require.Empty(t, chat, "a refusal is one: "+strconv.Itoa(refusal.Code))
			kinds[refusal.Kind()]++
		default:
			require.Equal(t, zalo.KindUnsure, zalo.KindOf(err))
			kinds[zalo.KindUnsure]++
		}
	}
	charges := b.sim.Charges(account)
	require.Equal(t, charged, charges.Total.VND)
	require.Equal(t, 100, charges.Total.Allowance)
	require.Equal(t, 55*100-charged, *charges.Balance)
	for _, kind := range []zalo.Kind{-1, zalo.KindUnsure, zalo.KindRate, zalo.KindToken, zalo.KindWindow, zalo.KindBilling} {
		require.Positive(t, kinds[kind], "the storm lacks something")
	}
}
