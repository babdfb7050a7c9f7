package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/store"
)

// posting begins an announcement to residents u00 to u03, of whom u00 and u01 are in group g1 and u01 in g2, both of
// which get a post, and freezes all of it as the verdict would be. It claims the delivery lane.
func (w *world) posting() (bot.Announcement, bot.Run, bot.Lease) {
	w.t.Helper()
	a := w.announce(4)
	_, err := w.ImportGroups(w.t.Context(), store.Values([]bot.Group{
		{OAID: oaID, ID: "g1", Name: "Nhóm một", UnitCode: "xa", Members: []string{"u00", "u01"}},
		{OAID: oaID, ID: "g2", Name: "Nhóm hai", UnitCode: "xa", Members: []string{"u01"}},
	}), false)
	require.NoError(w.t, err)
	run, lease := w.begin(a)
	require.False(w.t, run.Posted)
	require.NoError(w.t, w.FreezePosts(w.t.Context(), lease, run, []string{"g1", "g2"}, false, w.now))
	run = w.latest(a)
	require.True(w.t, run.Posted)
	covering, err := w.Covering(w.t.Context(), run, []string{"u00", "u01", "u02", "u03"})
	require.NoError(w.t, err)
	require.Len(w.t, covering, 2)
	require.Equal(w.t, covering["u00"], covering["u01"], "of two posts the first covers")
	page := []bot.Frozen{
		{UserID: "u00", Channel: plan.ChannelGroup, PostID: covering["u00"]}, {UserID: "u01", Channel: plan.ChannelGroup, PostID: covering["u01"]},
		{UserID: "u02", Channel: plan.ChannelFree}, {UserID: "u03", Channel: plan.ChannelNone, Reason: plan.ReasonWindow},
	}
	require.NoError(w.t, w.FreezePage(w.t.Context(), lease, run, page, true, w.now))
	require.NoError(w.t, w.ReleaseLane(w.t.Context(), lease, w.now, time.Time{}))
	return w.announcement(a.ID), w.latest(a), w.one(bot.LaneDelivery)
}

// end starts the delivery to somebody and ends it like this.
func (w *world) end(lease bot.Lease, user string, channel plan.Channel, state bot.DeliveryState, reason string) {
	w.t.Helper()
	a := w.startFor(lease, user, bot.Charge{Channel: channel})
	r := bot.AttemptResult{Attempt: a, State: state, Reason: reason, At: w.now}
	if state == bot.DeliveryAccepted {
		r.Part, r.MsgID = 1, "z-"+user
	}
	require.NoError(w.t, w.FinishAttempts(w.t.Context(), lease, []bot.AttemptResult{r}))
}

func runPosts(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("GoFirstAndTheirMembersFollowThem", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a, run, lease := w.posting()
		next := w.nextDeliveries()
		require.Equal(t, []string{"g1", "g2", "u02"}, users(next))
		require.True(t, next[0].Post)
		require.False(t, next[2].Post)
		status := w.counts(run)
		require.Equal(t, 4, status.Recipients, "posts are no recipients")
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryPlanned: 3, bot.DeliveryRefused: 1}, status.States)
		w.end(lease, "g1", plan.ChannelGroup, bot.DeliveryAccepted, "")
		status = w.counts(run)
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryAccepted: 2}, status.Channels[plan.ChannelGroup])
		posts, err := w.Posts(t.Context(), oaID, a.ID, run.Number)
		require.NoError(t, err)
		require.Len(t, posts, 2)
		require.Equal(t, "Nhóm một", posts[0].Name)
		require.Equal(t, 2, posts[0].Members)
		require.Zero(t, posts[1].Members, "its only member follows the other one")
		n, err := w.Uncover(t.Context(), run, w.now)
		require.NoError(t, err)
		require.Zero(t, n)
	})

	t.Run("AreFrozenOnceAndBeforeTheRecipients", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		run, lease := w.begin(w.announce(1))
		require.NoError(t, w.FreezePosts(t.Context(), lease, run, nil, false, w.now))
		require.ErrorIs(t, w.FreezePosts(t.Context(), lease, run, []string{"g1"}, false, w.now), bot.ErrChanged)
		lease.Owner = "another"
		require.ErrorIs(t, w.FreezePosts(t.Context(), lease, run, []string{"g1"}, false, w.now), bot.ErrLeaseLost)
	})

	t.Run("LetTheirMembersGoDirectlyWhenTheyAreRefused", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		_, run, lease := w.posting()
		w.end(lease, "u02", plan.ChannelFree, bot.DeliveryAccepted, "")
		w.end(lease, "g2", plan.ChannelGroup, bot.DeliveryAccepted, "")
		w.end(lease, "g1", plan.ChannelGroup, bot.DeliveryRefused, "group")
		open, err := w.RunOpen(t.Context(), run)
		require.NoError(t, err)
		require.True(t, open, "its members are still to be sent to")
		covering, err := w.Covering(t.Context(), run, []string{"u00", "u01"})
		require.NoError(t, err)
		require.Len(t, covering, 1, "a refused post covers nobody")
		n, err := w.Uncover(t.Context(), run, w.now)
		require.NoError(t, err)
		require.Equal(t, 2, n)
		next := w.nextDeliveries()
		require.Equal(t, []string{"u00", "u01"}, users(next))
		require.False(t, next[0].Errand.Covered)
		require.Equal(t, 4, w.counts(run).Recipients)
	})

	t.Run("CoverAgainWhomNothingElseReaches", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		_, err := w.ImportGroups(t.Context(), store.Values([]bot.Group{{OAID: oaID, ID: "g1", Name: "Nhóm", Members: []string{"u00", "u01"}}}), false)
		require.NoError(t, err)
		run, lease := w.begin(w.announce(2, func(a *bot.Announcement) { a.AlsoCovered = true }))
		require.NoError(t, w.FreezePosts(t.Context(), lease, run, []string{"g1"}, false, w.now))
		covering, err := w.Covering(t.Context(), run, []string{"u00"})
		require.NoError(t, err)
		page := []bot.Frozen{
			{UserID: "u00", Channel: plan.ChannelFree, PostID: covering["u00"]}, {UserID: "u01", Channel: plan.ChannelFree, PostID: covering["u00"]},
		}
		require.NoError(t, w.FreezePage(t.Context(), lease, run, page, true, w.now))
		delivery := w.one(bot.LaneDelivery)
		next := w.nextDeliveries()
		require.True(t, next[1].Errand.Covered && next[1].Errand.AlsoCovered)
		require.NoError(t, w.RefuseDeliveries(t.Context(), delivery, []bot.Refusal{{DeliveryID: next[1].ID}}, w.now))
		w.end(delivery, "u01", plan.ChannelFree, bot.DeliveryRefused, "recipient")
		w.end(delivery, "g1", plan.ChannelGroup, bot.DeliveryAccepted, "")
		status := w.counts(run)
		require.Equal(t, map[plan.Channel]map[bot.DeliveryState]int{plan.ChannelGroup: {bot.DeliveryAccepted: 2}}, status.Channels)
	})

	t.Run("TellWhoWasMissedAndWhoIsToBeCorrected", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a, run, lease := w.posting()
		w.end(lease, "u02", plan.ChannelFree, bot.DeliveryAccepted, "")
		n, err := w.CancelPage(t.Context(), run, 100, w.now)
		require.NoError(t, err)
		require.Equal(t, 2, n, "both posts, and with them whom they cover")
		missed := a.NewRun(bot.RunMissed, w.now)
		missed.Number = 2
		people, err := w.Recipients(t.Context(), a, missed, 100)
		require.NoError(t, err)
		require.Equal(t, []string{"u00", "u01", "u03"}, userIDs(people))
		correction := bot.Announcement{OAID: oaID, ID: "B", Corrects: "A"}
		people, err = w.Recipients(t.Context(), correction, correction.NewRun(bot.RunCorrection, w.now), 100)
		require.NoError(t, err)
		require.Equal(t, []string{"u02"}, userIDs(people))
	})
}

func userIDs(people []bot.Resident) (ids []string) {
	for _, r := range people {
		ids = append(ids, r.UserID)
	}
	return ids
}

func runTemplates(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("AreNamedByKindAndRestWhenTheyAreRefused", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		first := bot.Template{OAID: oaID, Kind: "bão", ID: "1", VND: 300, Data: map[string]string{"ten": "{name}"}}
		require.NoError(t, w.PutTemplate(t.Context(), first, bot.CommandLine.Record(oaID, bot.AuditPutTemplate, "bão", "", w.now)))
		require.NoError(t, w.SetTemplateFault(t.Context(), bot.Template{OAID: oaID, Kind: "bão", ID: "another"}, "wrong"))
		got, err := w.Template(t.Context(), oaID, "bão")
		require.NoError(t, err)
		require.Equal(t, first, got)
		require.NoError(t, w.SetTemplateFault(t.Context(), first, "not approved"))
		list, err := w.Templates(t.Context(), oaID)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, "not approved", list[0].Fault)
		second := bot.Template{OAID: oaID, Kind: "bão", ID: "2"}
		require.NoError(t, w.PutTemplate(t.Context(), second))
		got, err = w.Template(t.Context(), oaID, "bão")
		require.NoError(t, err)
		require.Equal(t, second, got)
		_, err = w.Template(t.Context(), "another", "bão")
		require.ErrorIs(t, err, bot.ErrNotFound)
		gone := bot.CommandLine.Record(oaID, bot.AuditRemoveTemplate, "bão", "", w.now)
		require.NoError(t, w.RemoveTemplate(t.Context(), oaID, "bão", gone))
		require.ErrorIs(t, w.RemoveTemplate(t.Context(), oaID, "bão", gone), bot.ErrNotFound)
		require.Equal(t, []bot.AuditAction{bot.AuditPutTemplate, bot.AuditRemoveTemplate}, w.audited(), "each once")
	})
}
