package bot_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
)

var errAway = errors.New("the database is away")

// decisions are how the events were decided, in order; empty = pending.
func (w *world) decisions() (list []string) {
	w.t.Helper()
	found, err := w.raw.QueryContext(w.t.Context(), "SELECT decision FROM events ORDER BY id")
	require.NoError(w.t, err)
	defer found.Close()
	for found.Next() {
		var d string
		require.NoError(w.t, found.Scan(&d))
		list = append(list, d)
	}
	require.NoError(w.t, found.Err())
	return list
}

func TestHandleEvents(t *testing.T) {
	t.Parallel()

	t.Run("SavesAnswersOnTheAccountsLaneInOrder", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		b := w.newBot()
		w.write("u1", "làm sao kích hoạt VNeID", "menu")
		w.write("u2", "dừng")
		require.NoError(t, b.HandleEvents(t.Context(), w.claim(bot.LaneResident)))
		require.Equal(t, []string{"answer", "menu", "stop"}, w.decisions())
		require.Empty(t, w.claim(bot.LaneResident), "nothing is left to do")
		require.Positive(t, w.wake.Hinted(bot.LaneDelivery))
		for _, d := range []string{"answer", "menu", "stop"} {
			require.Equal(t, 1, w.counts.Decisions(d))
		}
		w.deliverAll()
		texts := w.zalo.Texts("u1")
		require.Len(t, texts, 2)
		require.Contains(t, texts[0], "Mở ứng dụng.")
		require.Contains(t, texts[1], "1. VNeID")
		r, err := w.db.Resident(t.Context(), oaID, "u2")
		require.NoError(t, err)
		require.True(t, r.StoppedAt.Equal(w.clock.Now()))
		require.True(t, r.LastInteraction.Equal(w.clock.Now()))
	})

	t.Run("RemembersChoicesFromOneTurnToTheNext", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		b := w.newBot()
		for _, text := range []string{"menu", "1", "1"} {
			w.write("u1", text)
			require.NoError(t, b.HandleEvents(t.Context(), w.claim(bot.LaneResident)))
		}
		require.Equal(t, []string{"menu", "menu", "answer"}, w.decisions())
	})

	t.Run("TakesFiftyEventsOfOneResidentAtATime", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		b := w.newBot()
		for range 60 {
			w.write("u1", "menu")
		}
		for _, pending := range []int{10, 0} {
			require.NoError(t, b.HandleEvents(t.Context(), w.claim(bot.LaneResident)))
			left := 0
			for _, d := range w.decisions() {
				if d == "" {
					left++
				}
			}
			require.Equal(t, pending, left)
		}
	})

	t.Run("PutsTheLanesBackWhenNothingCanBeLoaded", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		b := w.newBot()
		w.write("u1", "menu")
		w.Fail("PendingEvents", 1, errAway)
		require.ErrorIs(t, b.HandleEvents(t.Context(), w.claim(bot.LaneResident)), errAway)
		require.Empty(t, w.claim(bot.LaneResident), "it waits a second")
		w.clock.Advance(time.Second)
		require.NoError(t, b.HandleEvents(t.Context(), w.claim(bot.LaneResident)))
		require.Equal(t, []string{"menu"}, w.decisions())
	})

	t.Run("AnswersNobodyWhoseAnswerIsNotSaved", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		b := w.newBot()
		w.write("u1", "menu")
		w.Fail("FinishEvents", 1, errAway)
		require.ErrorIs(t, b.HandleEvents(t.Context(), w.claim(bot.LaneResident)), errAway)
		require.Empty(t, w.rows())
		require.Zero(t, w.wake.Hinted(bot.LaneDelivery))
		require.Zero(t, w.counts.Decisions("menu"))
		w.clock.Advance(time.Second)
		require.NoError(t, b.HandleEvents(t.Context(), w.claim(bot.LaneResident)))
		require.Len(t, w.rows(), 1, "and once it is, just once")
	})

	t.Run("DoesNotHoldOthersUpForOneThatCannotBeSaved", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		b := w.newBot()
		w.write("u1", "menu")
		w.write("u2", "menu")
		w.write("u3", "menu")
		w.Poison(2, errAway)
		require.NoError(t, b.HandleEvents(t.Context(), w.claim(bot.LaneResident)))
		require.Equal(t, []string{"menu", "", "menu"}, w.decisions())
	})

	for name, texts := range map[string][]string{
		"Alone": {"dừng"}, "BeforeOthers": {"dừng", "menu", "trợ giúp"}, "AfterOthers": {"menu", "trợ giúp", "dừng"}, "AmongOthers": {"menu", "dừng", "trợ giúp"},
	} {
		t.Run("PutsAsideAnEventThatCanNeverBeSaved"+name, func(t *testing.T) {
			t.Parallel()

			w := newWorld(t)
			b := w.newBot()
			w.write("u1", texts...)
			want := map[string]string{"menu": "menu", "trợ giúp": "help", "dừng": "failed"}
			var decided []string
			for i, text := range texts {
				decided = append(decided, want[text])
				if text == "dừng" {
					w.Poison(int64(i+1), errAway)
				}
			}
			for range 40 {
				_ = b.HandleEvents(t.Context(), w.claim(bot.LaneResident)) // the lane waits, and comes again
				w.clock.Advance(5 * time.Minute)
			}
			require.Equal(t, decided, w.decisions())
			require.Len(t, w.rows(), len(texts)-1, "the others were answered")
		})
	}

	t.Run("LeavesNoTraceWhenTheLeaseWasLost", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		b := w.newBot()
		w.write("u1", "menu")
		w.write("u2", "menu")
		leases := w.claim(bot.LaneResident)
		for i := range leases {
			if leases[i].Key == "u1" {
				leases[i].Owner = "somebody before"
			}
		}
		require.NoError(t, b.HandleEvents(t.Context(), leases))
		require.Equal(t, []string{"", "menu"}, w.decisions())
		require.Len(t, w.rows(), 1)
		require.Equal(t, 1, w.counts.Decisions("menu"), "only what was kept is counted")
	})

	t.Run("SpeaksOfNothingWhereNothingIsSaid", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		require.NoError(t, w.newBot().HandleEvents(t.Context(), nil))
		require.Zero(t, w.wake.Hinted(bot.LaneDelivery))
	})
}
