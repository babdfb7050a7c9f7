package bot_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/zalo"
	"github.com/loalang/loalang/zalo/zalosim"
)

// simulated is a world whose Zalo is the simulator, spoken to by the real client.
type simulated struct {
	*world
	sim    *zalosim.Server
	client *zalo.Client
}

func newSimulated(t *testing.T, change func(*zalosim.OA)) *simulated {
	t.Helper()
	w := &simulated{world: newWorld(t)}
	oa := zalosim.OA{ID: oaID, Name: "Xã Thử", AccessToken: "at-1", RefreshToken: "rt-1"}
	if change != nil {
		change(&oa)
	}
	w.sim = zalosim.New(zalosim.Config{AppID: "1000000000000000001", AppSecret: "app secret", Now: w.clock.Now})
	w.sim.AddOA(oa)
	for _, u := range []string{"7001", "7002"} {
		w.sim.AddUser(zalosim.User{OA: oaID, ID: u, Following: true, LastInteraction: w.clock.Now()})
	}
	server := httptest.NewServer(w.sim)
	transport := &http.Transport{}
	t.Cleanup(func() {
		require.NoError(t, w.sim.Stop(context.Background()))
		transport.CloseIdleConnections()
		server.CloseClientConnections()
		server.Close()
	})
	w.client = zalo.NewClient(zalo.Config{
		APIURL: server.URL, OAuthURL: server.URL, AppID: "1000000000000000001", AppSecret: "app secret",
		HTTPClient: &http.Client{Transport: transport}, Timeout: 2 * time.Second,
	})
	return w
}

func (w *simulated) deliverAll() {
	w.t.Helper()
	w.world.deliverAll(func(c *bot.DelivererConfig) { c.Sender = w.client })
}

// texts are what a resident's phone shows of the account.
func (w *simulated) texts(user string) (list []string) {
	for _, m := range w.sim.Messages(oaID, user) {
		if m.FromOA {
			list = append(list, m.Text)
		}
	}
	return list
}

func TestDeliverToSimulatedZalo(t *testing.T) {
	t.Parallel()

	t.Run("PhonesShowWhatWasPlanned", func(t *testing.T) {
		t.Parallel()

		w := newSimulated(t, nil)
		w.plan(w.reply("7001", "a", withButton), w.reply("7001", "long", inParts(3)), w.reply("7002", "b"))
		w.deliverAll()
		require.Len(t, w.texts("7001"), 4)
		require.Equal(t, []string{"trả lời b"}, w.texts("7002"))
		require.Equal(t, "#menu", w.sim.Messages(oaID, "7001")[0].Buttons[0].Payload)
		require.EqualValues(t, 5, w.sim.Stats().Calls)
	})

	for _, mode := range []string{"deliver_502", "deliver_hang", "502", "hang", "close"} {
		t.Run("NothingIsLostOrSentTwiceWhenACallEndsIn_"+mode, func(t *testing.T) {
			t.Parallel()

			w := newSimulated(t, nil)
			w.sim.Fail(zalosim.Fault{Path: "/message", Times: 1, Mode: mode})
			w.plan(w.reply("7001", "a"), w.reply("7001", "b"))
			w.deliverAll()
			require.Equal(t, bot.DeliveryUnsure, w.state("a"))
			w.clock.Advance(12 * time.Second)
			w.deliverAll()
			require.Equal(t, []string{"trả lời a", "trả lời b"}, w.texts("7001"))
			require.Equal(t, bot.DeliveryAccepted, w.state("a"))
			require.EqualValues(t, 1, w.sim.Stats().Conversations)
			require.EqualValues(t, 2, w.sim.Stats().Accepted)
		})
	}

	t.Run("AWordlessRefusalIsAskedAfter", func(t *testing.T) {
		t.Parallel()

		w := newSimulated(t, nil)
		w.sim.Fail(zalosim.Fault{Path: "/message", Times: 1, Mode: "deliver", Code: -200})
		w.plan(w.reply("7001", "a"))
		w.deliverAll()
		w.clock.Advance(12 * time.Second)
		w.deliverAll()
		require.Equal(t, []string{"trả lời a"}, w.texts("7001"))
		require.Equal(t, bot.DeliveryAccepted, w.state("a"))
	})

	t.Run("AGovernmentAccountIsFoundOut", func(t *testing.T) {
		t.Parallel()

		w := newSimulated(t, func(oa *zalosim.OA) { oa.Government = true })
		w.plan(w.reply("7001", "a"), w.reply("7001", "b"))
		w.deliverAll()
		require.Equal(t, zalo.EndpointV2, w.account().Endpoint)
		require.Equal(t, []string{"trả lời a", "trả lời b"}, w.texts("7001"))
		require.EqualValues(t, 1, w.sim.Stats().Refused)
	})

	t.Run("ButtonsThatAreRefusedGoAsText", func(t *testing.T) {
		t.Parallel()

		w := newSimulated(t, func(oa *zalosim.OA) { oa.RefuseButtons = true })
		w.plan(w.reply("7001", "a", withButton), w.reply("7001", "b", withButton))
		w.deliverAll()
		require.Len(t, w.texts("7001"), 2)
		require.EqualValues(t, 1, w.sim.Stats().Refused)
		require.True(t, w.account().TextOnly)
	})

	t.Run("WhoNeverWroteOrWroteLongAgoIsRefused", func(t *testing.T) {
		t.Parallel()

		w := newSimulated(t, nil)
		w.sim.AddUser(zalosim.User{OA: oaID, ID: "7003", LastInteraction: w.clock.Now().Add(-8 * 24 * time.Hour)})
		w.plan(w.reply("7003", "late"), w.reply("7999", "never"), w.reply("7001", "a"))
		w.deliverAll()
		require.Equal(t, -230, w.rows()["late"].Code)
		require.Equal(t, -232, w.rows()["never"].Code)
		require.Equal(t, bot.DeliveryRefused, w.state("late"))
		require.Equal(t, bot.DeliveryAccepted, w.state("a"))
	})

	t.Run("ATokenThatRanOutIsRefreshedAndTheMessageGoes", func(t *testing.T) {
		t.Parallel()

		w := newSimulated(t, func(oa *zalosim.OA) { oa.TokenLife = "1m" })
		w.clock.Advance(time.Minute)
		w.plan(w.reply("7001", "a"))
		w.deliverAll()
		require.Equal(t, bot.TokenStale, w.account().Token.State)
		require.NoError(t, w.tokens(w.client).Refresh(t.Context(), w.claim(bot.LaneToken)[0]))
		w.deliverAll()
		require.Equal(t, []string{"trả lời a"}, w.texts("7001"))
		require.EqualValues(t, 1, w.sim.Stats().TokenCalls)
	})

	t.Run("ARefreshTokenThatWasUsedElsewhereNeedsConsent", func(t *testing.T) {
		t.Parallel()

		w := newSimulated(t, nil)
		_, err := w.client.RefreshToken(t.Context(), "rt-1")
		require.NoError(t, err)
		w.plan(w.reply("7001", "a"))
		w.deliverAll()
		require.NoError(t, w.tokens(w.client).Refresh(t.Context(), w.claim(bot.LaneToken)[0]))
		require.Equal(t, bot.TokenConsent, w.account().Token.State)
		require.Contains(t, w.account().Token.Fault, "-14014")
		require.Equal(t, bot.DeliveryPlanned, w.state("a"))
	})

	t.Run("AZaloThatCannotBeReachedIsTriedAgainWithBackoff", func(t *testing.T) {
		t.Parallel()

		w := newSimulated(t, nil)
		server := httptest.NewServer(http.NotFoundHandler())
		server.Close()
		w.client = zalo.NewClient(zalo.Config{APIURL: server.URL, Timeout: time.Second, HTTPClient: &http.Client{Transport: &http.Transport{}}})
		w.plan(w.reply("7001", "a"))
		at := w.clock.Now()
		for i, wait := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
			w.deliverAll()
			at = at.Add(wait)
			require.Equal(t, row{
				State: bot.DeliveryPlanned, Failures: i + 1, Reason: "unreachable", NotBefore: at.Format(time.TimeOnly),
			}, w.rows()["a"])
			w.clock.Set(at)
		}
	})
}
