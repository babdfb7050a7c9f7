package zalosim_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
	"github.com/loalang/loalang/zalo/zalosim"
)

// evening are residents who read in the evening, at the same moment in the village's time.
func evening(share float64) zalosim.Events {
	return zalosim.Events{
		Echo: zalosim.Arrival{Off: true}, Received: zalosim.Arrival{Off: true},
		Reading: zalosim.Reading{Share: share, Hours: zalosim.Hours{From: 19 * time.Hour, To: 21*time.Hour + 30*time.Minute}},
	}
}

func TestReading(t *testing.T) {
	t.Parallel()

	from := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) // 19:00 in the village
	to := from.Add(150 * time.Minute)

	t.Run("HappensInTheEvening", func(t *testing.T) {
		t.Parallel()

		b := setup(t, arriving(evening(1)))
		var sent []string
		for range 3 {
			receipt, err := b.send(t, "x")
			require.NoError(t, err)
			sent = append(sent, receipt.MessageID)
		}
		b.clock.set(from.Add(-1))
		b.sim.ClockMoved()
		b.nothing(t)
		b.clock.set(to)
		b.sim.ClockMoved()
		got := b.hook.next(t).event
		require.Equal(t, zalo.EventUserSeenMessage, got.Name)
		require.Equal(t, sent, got.MsgIDs, "all that has come, at once")
		b.nothing(t)
	})

	t.Run("WaitsForTomorrowWhenTheEveningIsOver", func(t *testing.T) {
		t.Parallel()

		b := setup(t, arriving(evening(1)))
		b.clock.set(to)
		_, err := b.send(t, "x")
		require.NoError(t, err)
		b.clock.set(from.Add(24*time.Hour - 1))
		b.sim.ClockMoved()
		b.nothing(t)
		b.clock.set(to.Add(24 * time.Hour))
		b.sim.ClockMoved()
		require.Equal(t, zalo.EventUserSeenMessage, b.hook.next(t).event.Name)
	})

	t.Run("HappensAgainForWhatCameLater", func(t *testing.T) {
		t.Parallel()

		b := setup(t, arriving(evening(1)), func(_ *zalosim.Config, oa *zalosim.OA, _ *hook) { oa.TokenLife = "10000h" })
		for day := range 3 {
			receipt, err := b.send(t, "x")
			require.NoError(t, err)
			b.clock.set(to.AddDate(0, 0, day))
			b.sim.ClockMoved()
			require.Equal(t, []string{receipt.MessageID}, b.hook.next(t).event.MsgIDs)
		}
	})

	t.Run("BeginsAtOnceWithinTheEvening", func(t *testing.T) {
		t.Parallel()

		b := setup(t, arriving(evening(1)))
		b.clock.set(to.Add(-time.Second))
		_, err := b.send(t, "x")
		require.NoError(t, err)
		b.moved(time.Second)
		require.Equal(t, zalo.EventUserSeenMessage, b.hook.next(t).event.Name)
	})

	t.Run("NeedsThatTheMessageHasCome", func(t *testing.T) {
		t.Parallel()

		for _, received := range []zalosim.Arrival{{Never: 1}, {After: exactly(48 * time.Hour)}} {
			events := evening(1)
			events.Received = received
			b := setup(t, arriving(events))
			_, err := b.send(t, "x")
			require.NoError(t, err)
			b.clock.set(to)
			b.sim.ClockMoved()
			b.nothing(t)
		}
	})

	t.Run("IsDoneByAShareOfTheResidentsAlwaysTheSame", func(t *testing.T) {
		t.Parallel()

		const residents = 1000
		at := &clock{at: from.Add(-time.Hour)}
		sim := newVillage(residents, func(c *zalosim.Config) { c.Now, c.Seed, c.Events = at.now, 7, evening(0.8) })
		for n := range residents {
			sim.AddUser(zalosim.User{OA: account, ID: villager(n), LastInteraction: at.now()})
		}
		readers := func() (list []bool) {
			for n := range residents {
				call(sim, "/v3.0/oa/message/cs", announcement(n))
			}
			at.set(at.now().Add(24 * time.Hour))
			sim.ClockMoved()
			for n := range residents {
				chat := sim.Messages(account, villager(n))
				list = append(list, chat[len(chat)-1].Seen)
			}
			return list
		}
		first := readers()
		n := 0
		for _, reads := range first {
			if reads {
				n++
			}
		}
		require.InDelta(t, 0.8, float64(n)/residents, 0.05)
		require.Equal(t, first, readers())
	})
}

func TestHours(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]zalosim.Hours{
		"19:00-21:30": {From: 19 * time.Hour, To: 21*time.Hour + 30*time.Minute},
		"00:00-24:00": {To: 24 * time.Hour},
		"05:05-05:06": {From: 5*time.Hour + 5*time.Minute, To: 5*time.Hour + 6*time.Minute},
	} {
		var h zalosim.Hours
		require.NoError(t, json.Unmarshal([]byte(`"`+text+`"`), &h))
		require.Equal(t, want, h)
		back, err := json.Marshal(h)
		require.NoError(t, err)
		require.Equal(t, `"`+text+`"`, string(back))
	}
	for _, text := range []string{"", "19:00", "21:00-19:00", "19:00-19:00", "19h-21h", "19:00-25:00", "-", "24:00-24:00"} {
		var h zalosim.Hours
		require.Error(t, h.UnmarshalText([]byte(text)), text)
	}
	whole, err := zalosim.Hours{}.MarshalText()
	require.NoError(t, err)
	require.Equal(t, "00:00-24:00", string(whole))
}
