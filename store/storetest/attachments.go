package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
)

func runAttachments(t *testing.T, newDatabase func(testing.TB) string) {
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
