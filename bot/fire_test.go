package bot_test

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/bottest"
	"github.com/loalang/loalang/bot/plan"
)

// weekly goes on Thursdays; the world begins on a Saturday, 2026-11-21 10:00.
const weekly = "thứ 5 hằng tuần 18:00"

func schedule(spec string) func(*bot.Announcement) {
	return func(a *bot.Announcement) { a.Schedule = spec }
}

func at(day, clock string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", day+" "+clock, village)
	if err != nil {
		panic(err) // our own
	}
	return t
}

func onceAt(when time.Time) func(*bot.Announcement) {
	return func(a *bot.Announcement) { a.ScheduledAt = when }
}

// scheduled has an announcement to u1, sent and waiting for its first fire.
func (w *world) scheduled(change ...func(*bot.Announcement)) {
	w.t.Helper()
	w.announce([]bot.Resident{w.resident("u1", -14*24*time.Hour)}, change...)
	require.Equal(w.t, bot.AnnouncementScheduled, w.current().State)
}

// newYear is a world whose token outlasts all schedules.
func newYear(t *testing.T, change ...func(*bot.OfficialAccount)) *world {
	t.Helper()
	long := func(a *bot.OfficialAccount) { a.Token.ExpiresAt = at("2027-11-21", "10:00") }
	return newWorld(t, append([]func(*bot.OfficialAccount){long}, change...)...)
}

func (w *world) current() bot.Announcement {
	w.t.Helper()
	a, err := w.db.Announcement(w.t.Context(), "A")
	require.NoError(w.t, err)
	return a
}

// tick lets all workers do what is due, a few times over two seconds of the village.
func (w *world) tick() {
	w.t.Helper()
	for range 3 {
		an := bot.NewAnnouncer(w.db, w.db, rules(w.t), plan.Hours{}, w.wake, w.clock.Now, slog.New(slog.DiscardHandler))
		for _, lease := range w.claim(bot.LaneAnnouncement) {
			require.NoError(w.t, an.Announce(w.t.Context(), lease))
		}
		for _, lease := range w.claim(bot.LaneDelivery) {
			require.NoError(w.t, w.deliverer().Deliver(w.t.Context(), lease))
		}
		w.clock.Advance(time.Second)
	}
}

// tickAt is tick at a time.
func (w *world) tickAt(when time.Time) {
	w.t.Helper()
	w.clock.Set(when)
	w.tick()
}

// fires are what became of the fires, the latest first, by the village's clock.
func (w *world) fires() []string {
	w.t.Helper()
	found, err := w.db.Fires(w.t.Context(), bot.Announcement{OAID: oaID, ID: "A"}, 200)
	require.NoError(w.t, err)
	list := []string{}
	for _, f := range found {
		list = append(list, f.At.In(village).Format("2006-01-02 15:04")+" "+string(f.Outcome))
	}
	return list
}

func (w *world) runNumber() int {
	w.t.Helper()
	run, err := w.db.Run(w.t.Context(), w.current(), 0)
	require.NoError(w.t, err)
	return run.Number
}

// wakesAt is when the announcement's lane is due, by the village's clock.
func (w *world) wakesAt() string {
	w.t.Helper()
	due, _ := w.lane(bot.LaneAnnouncement)
	return due.In(village).Format("2006-01-02 15:04")
}

// wakeAnnouncement makes the announcement's lane due, as a hint out of nothing does.
func (w *world) wakeAnnouncement() {
	w.t.Helper()
	_, err := w.raw.ExecContext(w.t.Context(), `UPDATE lanes SET next_at = '2000-01-01 00:00:00.000' WHERE kind = 'announcement'`)
	require.NoError(w.t, err)
}

// do pauses, resumes or cancels.
func (w *world) do(what func(*bot.Announcements) (bot.Announcement, error)) bot.Announcement {
	w.t.Helper()
	a, err := what(w.announcements(plan.Hours{}))
	require.NoError(w.t, err)
	return a
}

func (w *world) pause() bot.Announcement {
	return w.do(func(s *bot.Announcements) (bot.Announcement, error) { return s.Pause(w.t.Context(), "A") })
}

func (w *world) resume() bot.Announcement {
	return w.do(func(s *bot.Announcements) (bot.Announcement, error) { return s.Resume(w.t.Context(), "A") })
}

func (w *world) cancelAnnouncement() bot.Announcement {
	return w.do(func(s *bot.Announcements) (bot.Announcement, error) { return s.Cancel(w.t.Context(), "A") })
}

func (w *world) resend() bot.Announcement {
	return w.do(func(s *bot.Announcements) (bot.Announcement, error) { return s.Resend(w.t.Context(), "A") })
}

func TestSchedule(t *testing.T) {
	t.Parallel()

	t.Run("FiresAtItsTimesAndWaitsInBetween", func(t *testing.T) {
		t.Parallel()

		w := newYear(t)
		w.scheduled(schedule(weekly))
		require.Equal(t, "2026-11-26 18:00", w.wakesAt())
		w.tickAt(at("2026-11-26", "17:59"))
		require.Empty(t, w.zalo.Calls())
		w.tickAt(at("2026-11-26", "18:00"))
		require.Equal(t, []string{"Mời họp."}, w.zalo.Texts("u1"))
		a, status := w.announced()
		require.Equal(t, bot.AnnouncementScheduled, a.State)
		require.Equal(t, 1, status.States[bot.DeliveryAccepted])
		require.Equal(t, "2026-12-03 18:00", w.wakesAt())
		w.tickAt(at("2026-12-03", "18:00"))
		require.Len(t, w.zalo.Texts("u1"), 2)
		require.Equal(t, []string{"2026-12-03 18:00 run", "2026-11-26 18:00 run"}, w.fires())
		run, err := w.db.Run(t.Context(), a, 2)
		require.NoError(t, err)
		require.Equal(t, bot.RunFire, run.Reason)
		require.True(t, run.FireAt.Equal(at("2026-12-03", "18:00")))
		require.True(t, run.ExpiresAt.Equal(at("2026-12-10", "18:00")))
	})

	t.Run("FiresOnceHoweverManyAnnouncersBelieveThatTheyHoldIt", func(t *testing.T) {
		t.Parallel()

		w := newYear(t)
		w.scheduled(schedule(weekly))
		w.clock.Set(at("2026-11-26", "18:00"))
		var all sync.WaitGroup
		for range 4 {
			leases := w.claim(bot.LaneAnnouncement)
			require.Len(t, leases, 1)
			_, err := w.raw.ExecContext(t.Context(), `UPDATE lanes SET lease_until = 0`) // as if its holder were dead
			require.NoError(t, err)
			an := bot.NewAnnouncer(w.db, w.db, rules(t), plan.Hours{}, w.wake, w.clock.Now, slog.New(slog.DiscardHandler))
			all.Go(func() { _ = an.Announce(t.Context(), leases[0]) }) // those that lost it say so
		}
		all.Wait()
		w.tick()
		require.Equal(t, []string{"2026-11-26 18:00 run"}, w.fires())
		require.Equal(t, 1, w.runNumber())
		require.Len(t, w.zalo.Texts("u1"), 1)
	})

	t.Run("RunsTheLatestThatWasMissedWhenItIsYoung", func(t *testing.T) {
		t.Parallel()

		w := newYear(t)
		w.scheduled(schedule("hằng ngày 8:00"))
		w.tickAt(at("2026-11-24", "13:59"))
		require.Equal(t, []string{"2026-11-24 08:00 run", "2026-11-23 08:00 skipped", "2026-11-22 08:00 skipped"}, w.fires())
		require.Len(t, w.zalo.Texts("u1"), 1)
		require.Equal(t, "2026-11-25 08:00", w.wakesAt())
	})

	t.Run("SkipsAllThatWereMissedByLong", func(t *testing.T) {
		t.Parallel()

		w := newYear(t)
		w.scheduled(schedule("hằng ngày 8:00"))
		w.tickAt(at("2026-11-23", "14:00"))
		require.Equal(t, []string{"2026-11-23 08:00 skipped", "2026-11-22 08:00 skipped"}, w.fires())
		require.Empty(t, w.zalo.Calls())
		require.Equal(t, bot.AnnouncementScheduled, w.current().State)
		w.tickAt(at("2026-11-24", "08:00"))
		require.Len(t, w.zalo.Texts("u1"), 1)
	})

	t.Run("CountsWhatItDoesNotListAfterAClockThatJumpedAhead", func(t *testing.T) {
		t.Parallel()

		w := newYear(t)
		w.scheduled(schedule("* * * * *"))
		w.tickAt(at("2026-11-24", "10:00"))
		found, err := w.db.Fires(t.Context(), w.current(), 1000)
		require.NoError(t, err)
		total := 0
		for _, f := range found {
			total += 1 + f.Older
		}
		require.Equal(t, 3*24*60, total)
		require.Equal(t, bot.FireRun, found[0].Outcome)
		require.Len(t, w.zalo.Texts("u1"), 1)
	})

	t.Run("FiresNotAgainWhenTheClockIsSetBack", func(t *testing.T) {
		t.Parallel()

		w := newYear(t)
		w.scheduled(schedule("hằng ngày 8:00"))
		w.tickAt(at("2026-11-22", "08:00"))
		w.clock.Set(at("2026-11-22", "07:00"))
		w.wakeAnnouncement()
		w.tickAt(at("2026-11-22", "07:30"))
		w.tickAt(at("2026-11-22", "08:00"))
		require.Len(t, w.zalo.Texts("u1"), 1)
		w.tickAt(at("2026-11-23", "08:00"))
		require.Len(t, w.zalo.Texts("u1"), 2)
		require.Equal(t, []string{"2026-11-23 08:00 run", "2026-11-22 08:00 run"}, w.fires())
	})

	t.Run("IsOverAfterItsLastFire", func(t *testing.T) {
		t.Parallel()

		w := newYear(t)
		w.scheduled(schedule("hằng ngày 8:00 đến hết 23/11/2026"))
		w.tickAt(at("2026-11-22", "08:00"))
		require.Equal(t, bot.AnnouncementScheduled, w.current().State)
		w.tickAt(at("2026-11-23", "08:00"))
		require.Equal(t, bot.AnnouncementDone, w.current().State)
		require.Len(t, w.zalo.Texts("u1"), 2)
		w.tickAt(at("2026-11-24", "08:00"))
		require.Len(t, w.zalo.Texts("u1"), 2)
	})

	t.Run("IsOverWhenItsLastFiresWereMissed", func(t *testing.T) {
		t.Parallel()

		w := newYear(t)
		w.scheduled(schedule("hằng ngày 8:00 đến hết 23/11/2026"))
		w.tickAt(at("2026-12-01", "08:00"))
		require.Equal(t, bot.AnnouncementDone, w.current().State)
		require.Equal(t, []string{"2026-11-23 08:00 skipped", "2026-11-22 08:00 skipped"}, w.fires())
		require.Empty(t, w.zalo.Calls())
	})

	t.Run("LetsARunExpireWhenTheNextFireIsDue", func(t *testing.T) {
		t.Parallel()

		noToken := func(a *bot.OfficialAccount) { a.Token.ExpiresAt = at("2026-11-21", "10:00") }
		w := newYear(t, noToken) // nothing leaves, and the sender looks again in an hour
		w.scheduled(schedule("*/20 * * * *"))
		w.tickAt(at("2026-11-21", "10:20"))
		require.Equal(t, bot.AnnouncementSending, w.current().State)
		w.tickAt(at("2026-11-21", "10:39"))
		require.Equal(t, 1, w.runNumber())
		w.tickAt(at("2026-11-21", "10:40"))
		first, err := w.db.Run(t.Context(), w.current(), 1)
		require.NoError(t, err)
		require.Equal(t, bot.AnnouncementDone, first.State)
		status, err := w.db.RunStatus(t.Context(), first)
		require.NoError(t, err)
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryExpired: 1}, status.States)
		require.Equal(t, []string{"2026-11-21 10:40 run", "2026-11-21 10:20 run"}, w.fires())
	})

	t.Run("LetsAFireWaitForTheRunBefore", func(t *testing.T) {
		t.Parallel()

		w := newYear(t)
		w.scheduled(schedule("*/20 * * * *"))
		w.zalo.To("u1", bottest.Hide(false))
		w.zalo.FailConversation(errors.New("away"))
		for _, clock := range []string{"10:20", "10:22", "10:28", "10:45"} {
			w.tickAt(at("2026-11-21", clock))
			require.Equal(t, 1, w.runNumber(), "at %s it is still asked what became of the message", clock)
		}
		w.tickAt(at("2026-11-21", "11:15"))
		require.Equal(t, []string{"2026-11-21 11:00 run", "2026-11-21 10:40 skipped", "2026-11-21 10:20 run"}, w.fires())
		require.Equal(t, bot.AnnouncementScheduled, w.current().State)
	})

	t.Run("PausedFiresNotAndNotLateEither", func(t *testing.T) {
		t.Parallel()

		w := newYear(t)
		w.scheduled(schedule("hằng ngày 8:00"))
		w.pause()
		w.tickAt(at("2026-11-23", "08:30"))
		require.Empty(t, w.fires())
		require.Equal(t, bot.AnnouncementScheduled, w.resume().State)
		require.Equal(t, []string{"2026-11-23 08:00 skipped", "2026-11-22 08:00 skipped"}, w.fires())
		w.tick()
		require.Empty(t, w.zalo.Calls())
		w.tickAt(at("2026-11-24", "08:00"))
		require.Len(t, w.zalo.Texts("u1"), 1)
	})

	t.Run("PausedInARunGoesOnWithItAndSkipsWhatFellIntoThePause", func(t *testing.T) {
		t.Parallel()

		w := newYear(t)
		w.scheduled(schedule("hằng ngày 8:00"))
		w.clock.Set(at("2026-11-22", "08:00"))
		w.runAnnouncer()
		w.pause()
		w.tickAt(at("2026-11-22", "09:00"))
		require.Empty(t, w.zalo.Calls())
		require.Equal(t, bot.AnnouncementSending, w.resume().State)
		w.tick()
		require.Len(t, w.zalo.Texts("u1"), 1)
		w.clock.Set(at("2026-11-23", "08:00"))
		w.runAnnouncer()
		w.pause()
		w.tickAt(at("2026-11-24", "09:00"))
		require.Equal(t, bot.AnnouncementSending, w.resume().State)
		w.tick()
		require.Len(t, w.zalo.Texts("u1"), 1, "that of the day before is of no use any more")
		require.Equal(t, bot.AnnouncementScheduled, w.current().State)
		require.Equal(t, []string{"2026-11-24 08:00 skipped", "2026-11-23 08:00 run", "2026-11-22 08:00 run"}, w.fires())
	})

	t.Run("PausedBeyondItsEndIsDone", func(t *testing.T) {
		t.Parallel()

		w := newYear(t)
		w.scheduled(schedule("hằng ngày 8:00 đến hết 22/11/2026"))
		w.pause()
		w.clock.Set(at("2026-11-22", "08:01"))
		require.Equal(t, bot.AnnouncementDone, w.resume().State)
		require.Equal(t, []string{"2026-11-22 08:00 skipped"}, w.fires())
	})

	t.Run("CancelledFiresNeverAgain", func(t *testing.T) {
		t.Parallel()

		w := newYear(t)
		w.scheduled(schedule("hằng ngày 8:00"))
		w.pause()
		w.cancelAnnouncement()
		w.tickAt(at("2026-11-22", "08:00"))
		require.Empty(t, w.zalo.Calls())

		w = newYear(t)
		w.scheduled(schedule("hằng ngày 8:00"))
		w.clock.Set(at("2026-11-22", "08:00"))
		w.runAnnouncer()
		w.cancelAnnouncement()
		w.tick()
		require.Equal(t, bot.AnnouncementPlanning, w.resend().State)
		w.tick()
		require.Len(t, w.zalo.Texts("u1"), 1)
		require.Equal(t, bot.AnnouncementDone, w.current().State, "a later run to the missed does not bring its schedule back")
		w.tickAt(at("2026-11-23", "08:00"))
		require.Len(t, w.zalo.Texts("u1"), 1)
	})

	t.Run("IsSentToTheMissedInBetween", func(t *testing.T) {
		t.Parallel()

		w := newYear(t)
		w.scheduled(schedule("hằng ngày 8:00"))
		_, err := w.announcements(plan.Hours{}).Resend(t.Context(), "A")
		require.ErrorContains(t, err, "it was never sent")
		w.zalo.To("u1", bottest.Refuse(-227))
		w.tickAt(at("2026-11-22", "08:00"))
		require.Equal(t, bot.AnnouncementScheduled, w.current().State)
		w.resend()
		w.tick()
		require.Equal(t, bot.AnnouncementScheduled, w.current().State)
		run, err := w.db.Run(t.Context(), w.current(), 0)
		require.NoError(t, err)
		require.Equal(t, bot.RunMissed, run.Reason)
		require.True(t, run.FireAt.IsZero())
		require.True(t, run.ExpiresAt.Equal(at("2026-11-23", "08:00")))
		w.tickAt(at("2026-11-23", "08:00"))
		require.Equal(t, 3, w.runNumber())
	})

	t.Run("ThatIsOverIsNotSent", func(t *testing.T) {
		t.Parallel()

		w := newYear(t)
		s := w.announcements(plan.Hours{})
		w.announce([]bot.Resident{w.resident("u1", time.Hour)})
		b := w.current()
		b.ID, b.Schedule = "B", "hằng ngày 8:00 đến hết 22/11/2026"
		require.NoError(t, s.Create(t.Context(), b))
		w.clock.Set(at("2026-11-22", "08:00"))
		_, err := s.Send(t.Context(), "B")
		require.ErrorIs(t, err, bot.ErrState)
		require.ErrorContains(t, err, "đến ngày cuối không còn lần nào")
	})

	t.Run("IsPlannedForItsNextFire", func(t *testing.T) {
		t.Parallel()

		w := newYear(t)
		w.announce([]bot.Resident{w.resident("u1", 0)}, schedule(weekly))
		sum, err := w.announcements(plan.Hours{}).Plan(t.Context(), "A")
		require.NoError(t, err)
		require.Equal(t, 1, sum.People[plan.ChannelPaid], "five days after the last interaction")
	})

	t.Run("GoesOnAfterAFaultAtAnyStep", func(t *testing.T) {
		t.Parallel()

		w := newYear(t)
		w.scheduled(schedule("hằng ngày 8:00"))
		_, err := w.raw.ExecContext(t.Context(), `CREATE TRIGGER broken BEFORE INSERT ON fires BEGIN SELECT RAISE(ABORT, 'disk full'); END`)
		require.NoError(t, err)
		w.clock.Set(at("2026-11-22", "08:00"))
		an := bot.NewAnnouncer(w.db, w.db, rules(t), plan.Hours{}, w.wake, w.clock.Now, slog.New(slog.DiscardHandler))
		require.ErrorContains(t, an.Announce(t.Context(), w.claim(bot.LaneAnnouncement)[0]), "settle fires")
		_, err = w.db.Run(t.Context(), w.current(), 0)
		require.ErrorIs(t, err, bot.ErrNotFound, "no run without its fire")
		_, err = w.raw.ExecContext(t.Context(), `DROP TRIGGER broken`)
		require.NoError(t, err)
		w.tickAt(at("2026-11-22", "08:05"))
		require.Equal(t, []string{"2026-11-22 08:00 run"}, w.fires())
		require.Len(t, w.zalo.Texts("u1"), 1)
	})
}

func TestAnnounceAtATime(t *testing.T) {
	t.Parallel()

	noon := at("2026-11-21", "12:00")

	t.Run("GoesThenAndOnce", func(t *testing.T) {
		t.Parallel()

		w := newYear(t)
		w.scheduled(onceAt(noon))
		require.Equal(t, "2026-11-21 12:00", w.wakesAt())
		w.tickAt(noon.Add(-time.Minute))
		require.Empty(t, w.zalo.Calls())
		w.tickAt(noon)
		require.Len(t, w.zalo.Texts("u1"), 1)
		require.Equal(t, bot.AnnouncementDone, w.current().State)
		require.Equal(t, []string{"2026-11-21 12:00 run"}, w.fires())
		w.clock.Set(noon.Add(-time.Hour))
		w.wakeAnnouncement()
		w.tickAt(noon)
		require.Len(t, w.zalo.Texts("u1"), 1)
	})

	t.Run("GoesLateWhenItWasMissedByLessThanSixHours", func(t *testing.T) {
		t.Parallel()

		w := newYear(t)
		w.scheduled(onceAt(noon))
		w.tickAt(noon.Add(6*time.Hour - time.Second))
		require.Len(t, w.zalo.Texts("u1"), 1)
	})

	t.Run("GoesNotWhenItWasMissedByMore", func(t *testing.T) {
		t.Parallel()

		w := newYear(t)
		w.scheduled(onceAt(noon))
		w.tickAt(noon.Add(6 * time.Hour))
		require.Empty(t, w.zalo.Calls())
		require.Equal(t, bot.AnnouncementDone, w.current().State)
		require.Equal(t, []string{"2026-11-21 12:00 skipped"}, w.fires())
	})

	t.Run("GoesNotWhenItFellIntoAPause", func(t *testing.T) {
		t.Parallel()

		w := newYear(t)
		w.scheduled(onceAt(noon))
		w.pause()
		require.Equal(t, bot.AnnouncementScheduled, w.resume().State)
		w.pause()
		w.clock.Set(noon)
		require.Equal(t, bot.AnnouncementDone, w.resume().State)
		w.tick()
		require.Empty(t, w.zalo.Calls())
		require.Equal(t, []string{"2026-11-21 12:00 skipped"}, w.fires())
	})
}

func TestScheduleSettlesEachFireOnceWhateverHappens(t *testing.T) {
	t.Parallel()

	for seed := range uint64(4) {
		t.Run(fmt.Sprint("Seed", seed), func(t *testing.T) {
			t.Parallel()

			w, dice := newYear(t), rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // the same ones each time
			w.scheduled(schedule("*/30 * * * *"))
			announcer := bot.NewAnnouncer(w.db, w.db, rules(t), plan.Hours{}, w.wake, w.clock.Now, slog.New(slog.DiscardHandler))
			sent, latest, resent := w.clock.Now(), w.clock.Now(), 0
			for range 150 {
				s := w.announcements(plan.Hours{})
				switch dice.IntN(12) {
				case 0:
					w.clock.Advance(-time.Duration(dice.IntN(120)) * time.Minute)
				case 1:
					w.clock.Advance(time.Duration(dice.IntN(20)) * time.Hour)
				case 2: // a holder that dies
					w.claim(bot.LaneAnnouncement)
					_, err := w.raw.ExecContext(t.Context(), `UPDATE lanes SET lease_until = 0`)
					require.NoError(t, err)
				case 3:
					_, _ = s.Pause(t.Context(), "A") // when it is not paused
				case 4, 5:
					_, _ = s.Resume(t.Context(), "A") // when it is
				case 6:
					if _, err := s.Resend(t.Context(), "A"); err == nil {
						resent++
					}
				default:
					w.clock.Advance(time.Duration(dice.IntN(40)) * time.Minute)
				}
				for _, lease := range w.claim(bot.LaneAnnouncement) {
					require.NoError(t, announcer.Announce(t.Context(), lease))
				}
				if now := w.clock.Now(); now.After(latest) {
					latest = now
				}
			}
			settled := w.current().FiresAfter
			require.True(t, settled.After(sent.Add(24*time.Hour)))
			require.False(t, settled.After(latest), "nothing fires before its time")
			fires, err := w.db.Fires(t.Context(), w.current(), 100_000)
			require.NoError(t, err)
			when, err := w.current().When(village)
			require.NoError(t, err)
			runs := 0
			for i, f := range fires {
				require.True(t, f.At.Equal(when.NextFires(sent, len(fires))[len(fires)-1-i]), "all of them, each once")
				require.Zero(t, f.Older)
				if f.Outcome == bot.FireRun {
					runs++
					run, err := w.db.Run(t.Context(), w.current(), f.Run)
					require.NoError(t, err)
					require.True(t, run.FireAt.Equal(f.At))
					late := run.StartedAt.Sub(f.At)
					require.True(t, late >= 0 && late < 6*time.Hour, "it began %s late", late)
				}
			}
			require.True(t, fires[0].At.Equal(settled))
			require.Equal(t, w.runNumber(), runs+resent)
			require.Greater(t, runs, 10)
		})
	}
}
