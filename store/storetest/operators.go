package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/rights"
)

const aCode = "H7K3M9P2"

// anOperator is one to be added; change may say more.
func (w *world) anOperator(id string, change ...func(*bot.Operator)) bot.Operator {
	o := bot.Operator{
		OAID: oaID, ID: id, Name: "Ông " + id, Role: rights.VillageHead, Units: []string{"xom"}, Topics: []bot.Topic{bot.TopicLivestock},
		CreatedAt: w.now, CodeExpiresAt: w.now.Add(time.Hour),
	}
	for _, do := range change {
		do(&o)
	}
	return o
}

// aDraft is an announcement that is not kept yet.
func (w *world) aDraft(id string) bot.Announcement {
	return bot.Announcement{
		OAID: oaID, ID: id, Title: "Tin " + id, Urgency: bot.UrgencyNormal, Message: bot.Message{Text: "Tin."},
		Audience: bot.Audience{Units: []string{"xom"}}, State: bot.AnnouncementDraft, CreatedAt: w.now,
	}
}

func (w *world) addOperator(o bot.Operator, code string) {
	w.t.Helper()
	record := bot.CommandLine.Record(oaID, bot.AuditAddOperator, o.ID, "", w.now)
	require.NoError(w.t, w.AddOperator(w.t.Context(), o, code, record))
}

func (w *world) bindOperator(user, code string, at time.Time) bot.BindOutcome {
	w.t.Helper()
	_, outcome, err := w.BindOperator(w.t.Context(), oaID, user, code, at)
	require.NoError(w.t, err)
	return outcome
}

// bound is an operator, a, whom the Zalo user u1 is.
func (w *world) bound() bot.Operator {
	w.t.Helper()
	w.addOperator(w.anOperator("a"), aCode)
	require.Equal(w.t, bot.BindDone, w.bindOperator("u1", aCode, w.now))
	o, err := w.OperatorOf(w.t.Context(), oaID, "u1")
	require.NoError(w.t, err)
	return o
}

// audited are the actions in the audit, in order.
func (w *world) audited() (actions []bot.AuditAction) {
	w.t.Helper()
	list, err := w.Audit(w.t.Context(), oaID, time.Time{})
	require.NoError(w.t, err)
	for _, e := range list {
		actions = append(actions, e.Action)
	}
	return actions
}

func runOperators(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("AreBoundByTheirCodeOnce", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		o := w.anOperator("a")
		w.addOperator(o, aCode)
		_, err := w.OperatorOf(t.Context(), oaID, "u1")
		require.ErrorIs(t, err, bot.ErrNotFound)
		require.Equal(t, bot.BindDone, w.bindOperator("u1", aCode, w.now))
		require.Equal(t, bot.BindAgain, w.bindOperator("u1", aCode, w.now), "a double tap changes nothing")
		require.Equal(t, bot.BindUsed, w.bindOperator("u2", aCode, w.now))
		got, err := w.OperatorOf(t.Context(), oaID, "u1")
		require.NoError(t, err)
		o.UserID, o.BoundAt = "u1", w.now
		require.Equal(t, o, got)
		require.Equal(t, []bot.AuditAction{bot.AuditAddOperator, bot.AuditBindOperator}, w.audited())
		var hash string
		require.NoError(t, Raw(t, w.url).QueryRowContext(t.Context(), "SELECT code_hash FROM operators").Scan(&hash))
		require.NotContains(t, hash, aCode)
	})

	t.Run("AreNotBoundByAnOldCodeOrAnotherAccountsCode", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.addOperator(w.anOperator("a"), aCode)
		require.Equal(t, bot.BindExpired, w.bindOperator("u1", aCode, w.now.Add(time.Hour)))
		_, outcome, err := w.BindOperator(t.Context(), "another", "u1", aCode, w.now)
		require.NoError(t, err)
		require.Equal(t, bot.BindWrong, outcome)
	})

	t.Run("StopLookingAfterTooManyGuesses", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.addOperator(w.anOperator("a", func(o *bot.Operator) { o.CodeExpiresAt = w.now.Add(24 * time.Hour) }), aCode)
		for range 5 {
			require.Equal(t, bot.BindWrong, w.bindOperator("u1", "C2C2C2C2", w.now))
		}
		require.NoError(t, w.PurgeGuesses(t.Context(), w.now))
		require.Equal(t, bot.BindTooMany, w.bindOperator("u1", aCode, w.now.Add(time.Minute)), "also the right one")
		require.Equal(t, bot.BindDone, w.bindOperator("u2", aCode, w.now), "nobody else is held up")
		w.addOperator(w.anOperator("b", func(o *bot.Operator) { o.CodeExpiresAt = w.now.Add(24 * time.Hour) }), "C2C3C4C5")
		require.NoError(t, w.PurgeGuesses(t.Context(), w.now.Add(time.Second)))
		require.Equal(t, bot.BindDone, w.bindOperator("u1", "C2C3C4C5", w.now.Add(time.Minute)))
	})

	t.Run("LookAgainAfterAnHour", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.addOperator(w.anOperator("a", func(o *bot.Operator) { o.CodeExpiresAt = w.now.Add(24 * time.Hour) }), aCode)
		for range 5 {
			require.Equal(t, bot.BindWrong, w.bindOperator("u1", "C2C2C2C2", w.now))
		}
		require.Equal(t, bot.BindDone, w.bindOperator("u1", aCode, w.now.Add(2*time.Hour)))
	})

	t.Run("AreOneForEachZaloUser", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		first := w.bound()
		w.addOperator(w.anOperator("b"), "C2C3C4C5")
		require.Equal(t, bot.BindAlready, w.bindOperator("u1", "C2C3C4C5", w.now))
		_, err := w.RemoveOperator(t.Context(), first, w.now, func([]bot.Announcement) []bot.Record { return nil })
		require.NoError(t, err)
		require.Equal(t, bot.BindDone, w.bindOperator("u1", "C2C3C4C5", w.now), "the first is none any more")
		require.Equal(t, bot.BindWrong, w.bindOperator("u2", aCode, w.now), "nor is the first one's code")
	})

	t.Run("DoNothingOnceRemoved", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		o := w.bound()
		require.NoError(t, w.CreateAnnouncement(t.Context(), w.aDraft("x")))
		removal := func(stopped []bot.Announcement) []bot.Record {
			require.Empty(t, stopped)
			return []bot.Record{bot.CommandLine.Record(oaID, bot.AuditRemoveOperator, o.ID, "", w.now)}
		}
		_, err := w.RemoveOperator(t.Context(), o, w.now, removal)
		require.NoError(t, err)
		_, err = w.RemoveOperator(t.Context(), o, w.now, removal)
		require.ErrorIs(t, err, bot.ErrNotFound)
		left, err := w.Operators(t.Context(), oaID)
		require.NoError(t, err)
		require.Empty(t, left)
		a := w.announcement("x")
		by := o.Record(oaID, bot.AuditSend, "", "", w.now)
		require.ErrorIs(t, w.BeginRun(t.Context(), a, a.NewRun(bot.RunFirst, w.now), by), bot.ErrNotOperator)
		got, err := w.Announcement(t.Context(), a.ID)
		require.NoError(t, err)
		require.Equal(t, bot.AnnouncementDraft, got.State, "the step leaves no trace")
		require.Equal(t, []bot.AuditAction{bot.AuditAddOperator, bot.AuditBindOperator, bot.AuditRemoveOperator}, w.audited())
	})

	t.Run("LeaveNothingWaitingWhenRemoved", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		o := w.bound()
		begin := func(id, by string, held time.Duration) {
			a := w.aDraft(id)
			require.NoError(t, w.CreateAnnouncement(t.Context(), a))
			run := a.NewRun(bot.RunFirst, w.now)
			run.By, run.HeldUntil = by, w.now.Add(held)
			require.NoError(t, w.BeginRun(t.Context(), a, run))
		}
		begin("held", o.ID, time.Second)
		begin("gone", o.ID, -time.Second)
		begin("others", "b", time.Second)
		asked := w.aDraft("asked")
		require.NoError(t, w.CreateAnnouncement(t.Context(), asked))
		require.NoError(t, w.AskApproval(t.Context(), asked, o.ID, w.now.Add(time.Hour)))
		require.ErrorIs(t, w.AskApproval(t.Context(), asked, o.ID, w.now.Add(time.Hour)), bot.ErrChanged)
		stopped, err := w.RemoveOperator(t.Context(), o, w.now, func(stopped []bot.Announcement) []bot.Record {
			return []bot.Record{{
				Audit:   bot.AuditEntry{OAID: oaID, At: w.now, Action: bot.AuditRemoveOperator, Detail: "x"},
				Notices: []bot.Delivery{w.reply("u1", "removed")},
			}}
		})
		require.NoError(t, err)
		require.Len(t, stopped, 2)
		for id, want := range map[string]bot.AnnouncementState{
			"held": bot.AnnouncementCancelled, "asked": bot.AnnouncementCancelled, "gone": bot.AnnouncementPlanning, "others": bot.AnnouncementPlanning,
		} {
			a, err := w.Announcement(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, want, a.State, id)
		}
		require.Equal(t, []string{"removed"}, w.next(), "the notice goes by the one road out")
		run, err := w.Run(t.Context(), w.announcement("held"), 0)
		require.NoError(t, err)
		require.Equal(t, bot.AnnouncementCancelled, run.State)
		require.Equal(t, o.ID, run.By)
		require.WithinDuration(t, w.now.Add(time.Second), run.HeldUntil, 0)
	})
}

func runAudit(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("IsOnlyEverAddedTo", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		entry := bot.AuditEntry{
			OAID: oaID, At: w.now, By: "command line", Role: rights.Admin, Action: bot.AuditExport, AnnouncementID: "x", Subject: "residents", Detail: "vì sao",
		}
		require.NoError(t, w.WriteAudit(t.Context(), bot.Record{Audit: entry}))
		raw := Raw(t, w.url)
		for _, statement := range []string{"UPDATE audit SET detail = ''", "DELETE FROM audit"} {
			_, err := raw.ExecContext(t.Context(), statement)
			require.ErrorContains(t, err, "the audit is only ever added to", statement)
		}
		list, err := w.Audit(t.Context(), oaID, w.now)
		require.NoError(t, err)
		require.Len(t, list, 1)
		entry.ID = list[0].ID
		require.Equal(t, entry, list[0])
		none, err := w.Audit(t.Context(), "another", time.Time{})
		require.NoError(t, err)
		require.Empty(t, none)
		none, err = w.Audit(t.Context(), oaID, w.now.Add(time.Second))
		require.NoError(t, err)
		require.Empty(t, none)
	})

	t.Run("HoldsNothingOfAStepThatFailed", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a := w.aDraft("x")
		require.NoError(t, w.CreateAnnouncement(t.Context(), a))
		a.State = bot.AnnouncementSending
		by := bot.CommandLine.Record(oaID, bot.AuditPause, "", "", w.now)
		require.ErrorIs(t, w.MoveAnnouncement(t.Context(), a, bot.AnnouncementPaused, by), bot.ErrChanged)
		require.ErrorIs(t, w.SettleFires(t.Context(), a, bot.Fires{State: bot.AnnouncementCancelled}, w.now, by), bot.ErrChanged)
		require.Empty(t, w.audited())
	})

	t.Run("SaysForWhatASecondPersonIsWanted", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		_, err := w.PutAccount(t.Context(), bot.OfficialAccount{OAID: oaID, Name: "Xã"})
		require.NoError(t, err)
		set := bot.CommandLine.Record(oaID, bot.AuditSetApproval, "", "", w.now)
		for _, p := range []rights.Policy{{Commune: true, Emergency: true}, {Emergency: true}, {}} {
			require.NoError(t, w.SetApproval(t.Context(), oaID, p, set))
			_, err = w.PutAccount(t.Context(), bot.OfficialAccount{OAID: oaID, Name: "Xã"})
			require.NoError(t, err)
			account, err := w.Account(t.Context(), oaID)
			require.NoError(t, err)
			require.Equal(t, p, account.Approval, "changing the account leaves it")
		}
		require.ErrorIs(t, w.SetApproval(t.Context(), "none", rights.Policy{}, set), bot.ErrChanged)
	})
}
