package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/plan"
)

var (
	aPicture = bot.Attachment{Hash: "p", Name: "anh.png", Type: "image/png"}
	aFile    = bot.Attachment{Hash: "f", Name: "don.pdf", Type: "application/pdf"}
)

// enclosing has an announcement go with a picture and a file.
func enclosing(a *bot.Announcement) { a.Message.Image, a.Message.File = &aPicture, &aFile }

// going are the users to whom something may go while some attachments cannot.
func (w *world) going(waiting ...bot.Attachment) []string {
	w.t.Helper()
	look := w.look()
	for _, a := range waiting {
		look.Waiting = append(look.Waiting, a.Key())
	}
	list, err := w.NextDeliveries(w.t.Context(), oaID, look, 100)
	require.NoError(w.t, err)
	return users(list)
}

// sendText has Zalo accept the next part of somebody's delivery, with more to follow.
func (w *world) sendText(lease bot.Lease, user string, lack bot.Lack) {
	w.t.Helper()
	for _, d := range w.nextDeliveries() {
		if d.UserID != user {
			continue
		}
		a := w.attempt(d)
		a.Lack, a.Charge.Channel = lack, plan.ChannelFree
		if lack.File {
			a.Parts--
		}
		started, err := w.ExchangeAttempts(w.t.Context(), lease, nil, []bot.Attempt{a})
		require.NoError(w.t, err)
		require.Len(w.t, started, 1)
		state := bot.DeliveryPlanned
		if a.Part+1 == a.Parts {
			state = bot.DeliveryAccepted
		}
		w.record(lease, w.result(started[0], state, "z-"+user))
		return
	}
	require.Fail(w.t, "nothing for "+user)
}

func runAttachments(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("HoldUpWhatCannotGoWithoutThem", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		_, _, lease := w.ready(2, enclosing)
		require.Equal(t, []string{"u00", "u01"}, w.going())
		require.Empty(t, w.going(aPicture))
		require.Equal(t, []string{"u00", "u01"}, w.going(aFile), "the text comes first")
		require.Equal(t, []string{"u00", "u01"}, w.going(bot.Attachment{Hash: "p", Name: "other.png"}))
		w.sendText(lease, "u00", bot.Lack{})
		require.Equal(t, []string{"u00", "u01"}, w.going())
		require.Equal(t, []string{"u00"}, w.going(aPicture), "it stands with the first part alone")
		require.Equal(t, []string{"u01"}, w.going(aFile))
		require.Empty(t, w.going(aPicture, aFile))
	})

	t.Run("HoldUpNoTextOfAnEmergency", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		_, _, lease := w.ready(2, enclosing, func(a *bot.Announcement) { a.Urgency = bot.UrgencyEmergency })
		require.Equal(t, []string{"u00", "u01"}, w.going(aPicture, aFile))
		w.sendText(lease, "u00", bot.Lack{})
		require.Equal(t, []string{"u01"}, w.going(aPicture, aFile))
	})

	t.Run("HoldUpNoTextThatGoesWithoutItsFile", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		_, _, lease := w.ready(1, enclosing, func(a *bot.Announcement) { a.Message.Text = strings.Repeat("chữ nào ", 350) })
		w.sendText(lease, "u00", bot.Lack{Picture: true, File: true})
		next := w.nextDeliveries()
		require.Equal(t, bot.Lack{Picture: true, File: true}, next[0].Lack)
		require.Equal(t, 2, next[0].Parts)
		require.Equal(t, []string{"u00"}, w.going(aPicture, aFile))
	})

	t.Run("HoldUpNoReply", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.plan(w.reply("u1", "a", func(d *bot.Delivery) { d.Message.Image, d.Message.File, d.Parts = &aPicture, &aFile, 2 }), w.reply("u1", "b"))
		lease := w.one(bot.LaneDelivery)
		require.Equal(t, []string{"u1"}, w.going(aPicture, aFile))
		require.Equal(t, []string{"a"}, w.next(), "the earlier one first")
		w.sendText(lease, "u1", bot.Lack{})
		require.Equal(t, []string{"a"}, w.next())
		look := w.look()
		look.Waiting = []string{aFile.Key()}
		list, err := w.NextDeliveries(t.Context(), oaID, look, 100)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, "b", list[0].Origin, "a text does not wait for the file of another")
	})

	t.Run("AreGivenUpWhereTheTextHasGone", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		_, run, lease := w.ready(4, enclosing)
		w.sendText(lease, "u00", bot.Lack{})
		w.sendText(lease, "u01", bot.Lack{})
		w.sendText(lease, "u02", bot.Lack{Picture: true, File: true})
		w.hear(nil, []bot.Receipt{{UserID: "u01", MsgIDs: []string{"z-u01"}, Seen: true, At: w.now}})
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryPlanned: 3, bot.DeliveryAccepted: 1}, w.counts(run).States)
		var refusals []bot.Refusal
		for _, d := range w.nextDeliveries() {
			if d.UserID != "u03" {
				refusals = append(refusals, bot.Refusal{DeliveryID: d.ID, Done: true})
			}
		}
		require.Len(t, refusals, 2)
		stranger := lease
		stranger.Owner = "somebody else"
		require.ErrorIs(t, w.RefuseDeliveries(t.Context(), stranger, refusals, w.now), bot.ErrLeaseLost)
		require.NoError(t, w.RefuseDeliveries(t.Context(), lease, refusals, w.now))
		status := w.counts(run)
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryPlanned: 1, bot.DeliveryAccepted: 2, bot.DeliverySeen: 1}, status.States)
		require.Equal(t, 3, status.Channels[plan.ChannelFree][bot.DeliveryAccepted]+status.Channels[plan.ChannelFree][bot.DeliverySeen], "they went as they went")
		require.Equal(t, []int{1, 3}, []int{status.WithoutPicture, status.WithoutFile})
		require.Equal(t, []string{"u03"}, w.going())
		require.NoError(t, w.RefuseDeliveries(t.Context(), lease, refusals, w.now), "twice is once")
		require.Equal(t, status.States, w.counts(run).States)
	})

	t.Run("AreGivenUpWhenTheirRunIsOver", func(t *testing.T) {
		t.Parallel()

		for name, end := range map[string]func(*world, bot.Run, bot.Lease) error{
			"cancelled": func(w *world, run bot.Run, _ bot.Lease) error {
				_, err := w.CancelPage(t.Context(), run, 10, w.now)
				return err
			},
			"expired": func(w *world, _ bot.Run, lease bot.Lease) error {
				return w.RecoverDeliveries(t.Context(), lease, w.now.Add(30*24*time.Hour))
			},
		} {
			w := newWorld(t, newDatabase)
			a, run, lease := w.ready(3, enclosing)
			w.sendText(lease, "u00", bot.Lack{})
			w.sendText(lease, "u01", bot.Lack{})
			w.hear(nil, []bot.Receipt{{UserID: "u01", MsgIDs: []string{"z-u01"}, At: w.now}})
			require.NoError(t, end(w, run, lease))
			status := w.counts(run)
			require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryAccepted: 1, bot.DeliveryReceived: 1, bot.DeliveryState(name): 1}, status.States)
			require.Equal(t, 2, status.WithoutFile)
			missed := a.NewRun(bot.RunMissed, w.now)
			missed.Number = 2
			people, err := w.Recipients(t.Context(), a, missed, 10)
			require.NoError(t, err)
			require.Len(t, people, 1, "nobody is sent a text twice")
		}
	})

	t.Run("TellTheHouseholdsThatGotTheTextAlone", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		a, _, lease := w.ready(2, enclosing)
		w.residents(
			bot.Resident{OAID: oaID, UserID: "u00", UnitCode: "xa", HouseholdCode: "h1"},
			bot.Resident{OAID: oaID, UserID: "u01", UnitCode: "xa", HouseholdCode: "h2"},
		)
		w.sendText(lease, "u00", bot.Lack{Picture: true})
		w.sendText(lease, "u01", bot.Lack{File: true})
		results, err := w.HouseholdResults(t.Context(), oaID, a.ID)
		require.NoError(t, err)
		lacks := map[string]bot.Lack{}
		for _, r := range results {
			lacks[r.UserID] = r.Lack
		}
		require.Equal(t, map[string]bot.Lack{"u00": {Picture: true}, "u01": {File: true}}, lacks)
	})

	t.Run("AreKeptWithTheirAnnouncementByTheirBytes", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		file := bot.Attachment{Hash: "h", Name: "đơn.pdf", Type: "application/pdf", Size: 3}
		a := bot.Announcement{
			OAID: oaID, ID: "a", Title: "x", State: bot.AnnouncementDraft, CreatedAt: w.now, Message: bot.Message{File: &file},
			Enclosures: []bot.Enclosure{{Attachment: file, Content: []byte{0, 255, 'x'}}},
		}
		require.NoError(t, w.CreateAnnouncement(t.Context(), a))
		require.Equal(t, &file, w.announcement("a").Message.File)
		a.ID = "b"
		require.NoError(t, w.CreateAnnouncement(t.Context(), a), "the same bytes again")
		content, err := w.AttachmentContent(t.Context(), oaID, file)
		require.NoError(t, err)
		require.Equal(t, []byte{0, 255, 'x'}, content)
		_, err = w.AttachmentContent(t.Context(), "other", file)
		require.ErrorIs(t, err, bot.ErrNotFound)
		a.ID = "a"
		a.Enclosures[0].Hash = "of a draft that was refused"
		require.ErrorIs(t, w.CreateAnnouncement(t.Context(), a), bot.ErrDuplicate)
		_, err = w.AttachmentContent(t.Context(), oaID, a.Enclosures[0].Attachment)
		require.ErrorIs(t, err, bot.ErrNotFound)
	})

	t.Run("AreForgottenWhenNoAnnouncementNeedsThem", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		now, before := w.now, w.now.Add(-90*24*time.Hour)
		w.units(bot.Unit{OAID: oaID, Code: "xa", Kind: bot.UnitCommune, Name: "Xã"})
		create := func(id, hash string, state bot.AnnouncementState, at time.Time) bot.Announcement {
			t.Helper()
			file := bot.Attachment{Hash: hash, Name: "a.pdf"}
			a := bot.Announcement{
				OAID: oaID, ID: id, Code: id, Title: "x", Urgency: bot.UrgencyNormal, Message: bot.Message{Text: "Tin.", File: &file}, State: state, CreatedAt: at,
				Enclosures: []bot.Enclosure{{Attachment: file, Content: []byte(hash)}},
			}
			require.NoError(t, w.CreateAnnouncement(t.Context(), a))
			require.NoError(t, w.SaveUpload(t.Context(), oaID, file, bot.Upload{ID: "up", At: at, RetryAt: at}))
			return a
		}
		// run has a run of a draft begin, and be over at a time; the zero time = not yet.
		run := func(a bot.Announcement, over time.Time) {
			t.Helper()
			w.now = a.CreatedAt
			run, lease := w.begin(a)
			require.NoError(t, w.FreezePage(t.Context(), lease, run, nil, true, w.now))
			if !over.IsZero() {
				require.NoError(t, w.EndRun(t.Context(), lease, run, over))
			}
			require.NoError(t, w.ReleaseLane(t.Context(), lease, w.now, time.Time{}))
		}
		old := before.Add(-30 * 24 * time.Hour)
		create("draft", "of a draft", bot.AnnouncementDraft, old)
		create("approval", "of one to be approved", bot.AnnouncementApproval, old)
		create("scheduled", "of one to come", bot.AnnouncementScheduled, old)
		create("dropped", "of a draft that was dropped", bot.AnnouncementCancelled, old)
		create("new", "of a new one", bot.AnnouncementCancelled, before.Add(time.Hour))
		run(create("sending", "of one under way", bot.AnnouncementDraft, old), time.Time{})
		run(create("over", "of one long over", bot.AnnouncementDraft, old), before.Add(-time.Second))
		run(create("lately", "of one lately over", bot.AnnouncementDraft, old), before.Add(time.Second))
		run(create("twice", "of two", bot.AnnouncementDraft, old), before.Add(-time.Second))
		create("two", "of two", bot.AnnouncementDraft, old)
		run(create("again", "attached again", bot.AnnouncementDraft, old), before.Add(-time.Second))
		create("elsewhere", "attached again", bot.AnnouncementCancelled, now)
		w.now = now

		kept := func() map[string]bool {
			t.Helper()
			list := make(map[string]bool)
			rows, err := Raw(t, w.url).QueryContext(t.Context(), `SELECT a.hash, u.zalo_id FROM attachments a JOIN uploads u ON u.hash = a.hash`)
			require.NoError(t, err)
			defer rows.Close()
			for rows.Next() {
				var hash, id string
				require.NoError(t, rows.Scan(&hash, &id))
				list[hash] = true
			}
			require.NoError(t, rows.Err())
			return list
		}
		all := kept()
		require.Len(t, all, 10)
		require.NoError(t, w.PurgeAttachments(t.Context(), before))
		delete(all, "of a draft that was dropped")
		delete(all, "of one long over")
		require.Equal(t, all, kept())
		gone := bot.Attachment{Hash: "of one long over", Name: "a.pdf"}
		_, err := w.AttachmentContent(t.Context(), oaID, gone)
		require.ErrorIs(t, err, bot.ErrNotFound)
		u, err := w.Upload(t.Context(), oaID, gone)
		require.NoError(t, err)
		require.Equal(t, bot.Upload{}, u)
		create("anew", "of one long over", bot.AnnouncementDraft, now)
		_, err = w.AttachmentContent(t.Context(), oaID, gone)
		require.NoError(t, err, "it can be attached anew")
	})

	t.Run("HaveTheirLatestUpload", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		file := bot.Attachment{Hash: "h", Name: "đơn.pdf"}
		u, err := w.Upload(t.Context(), oaID, file)
		require.NoError(t, err)
		require.Equal(t, bot.Upload{}, u)
		for _, want := range []bot.Upload{
			{At: w.now, Fault: "Zalo answers -210", Refused: true, Failures: 2, RetryAt: w.now.Add(time.Hour)},
			{ID: "up1", At: w.now, RetryAt: w.now},
		} {
			require.NoError(t, w.SaveUpload(t.Context(), oaID, file, want))
			u, err = w.Upload(t.Context(), oaID, file)
			require.NoError(t, err)
			u.At, u.RetryAt = u.At.UTC(), u.RetryAt.UTC()
			require.Equal(t, want, u)
		}
		file.Name = "don.pdf"
		u, err = w.Upload(t.Context(), oaID, file)
		require.NoError(t, err)
		require.Empty(t, u.ID, "another name is another file to residents")
	})
}
