package bot_test

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/bottest"
	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/zalo"
)

func enclosedPicture(t *testing.T) bot.Enclosure {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 2, 2))))
	e, err := bot.ReadPicture("lũ.jpg", int64(b.Len()), &b)
	require.NoError(t, err)
	return e
}

func enclosedFile(t *testing.T) bot.Enclosure {
	t.Helper()
	e, err := bot.ReadFile("don.txt", 0, strings.NewReader("%PDF-1.7 đơn"))
	require.NoError(t, err)
	require.Equal(t, "don.pdf", e.Name, "by its content")
	return e
}

func attached(t *testing.T) func(*bot.Announcement) {
	t.Helper()
	picture, file := enclosedPicture(t), enclosedFile(t)
	return func(a *bot.Announcement) {
		a.Enclosures = []bot.Enclosure{picture, file}
		a.Message.Image, a.Message.File = &picture.Attachment, &file.Attachment
	}
}

func (w *world) two() []bot.Resident {
	return []bot.Resident{w.resident("u1", time.Hour), w.resident("u2", time.Hour)}
}

func TestAttachments(t *testing.T) {
	t.Parallel()

	t.Run("AreUploadedOnceForAllWithTheFileAfterTheText", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.announce(w.two(), attached(t))
		forecast, err := w.announcements(plan.Hours{}).Plan(t.Context(), "A")
		require.NoError(t, err)
		require.Equal(t, 6, forecast.Calls, "a text with the picture and a file to each, and two uploads")
		w.deliverAll()
		uploads := w.zalo.Uploads()
		require.Len(t, uploads, 2)
		require.Equal(t, []string{"anh.png", "don.pdf"}, []string{uploads[0].Name, uploads[1].Name})
		calls := w.zalo.Calls()
		require.Len(t, calls, 4)
		for _, c := range calls {
			if c.Message.FileToken == "" {
				require.Equal(t, uploads[0].ID, c.Message.Image.AttachmentID)
			} else {
				require.Equal(t, uploads[1].ID, c.Message.FileToken)
				require.Empty(t, c.Message.Text)
			}
		}
		_, status := w.announced()
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryAccepted: 2}, status.States)
	})

	t.Run("AreUploadedAnewWhenZaloKnowsThemNoMore", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.zalo.To("u1", bottest.Refuse(-100))
		w.announce([]bot.Resident{w.resident("u1", time.Hour)}, attached(t))
		w.deliverAll()
		require.Len(t, w.zalo.Uploads(), 3)
		calls := w.zalo.Calls()
		require.Len(t, calls, 3)
		require.NotEqual(t, calls[0].Message.Image.AttachmentID, calls[1].Message.Image.AttachmentID)
	})

	t.Run("LetTheTextGoAloneWhenZaloRefusesThem", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.zalo.ThenUploads(bottest.Refuse(-210), bottest.Refuse(-210))
		w.announce(w.two(), attached(t))
		w.deliverAll()
		require.Len(t, w.zalo.Uploads(), 2)
		require.Len(t, w.zalo.Calls(), 2)
		for _, c := range w.zalo.Calls() {
			require.Nil(t, c.Message.Image)
			require.Equal(t, "Mời họp.", c.Message.Text)
		}
		_, status := w.announced()
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryAccepted: 2}, status.States)
	})

	t.Run("APictureWithoutItsTextInTheConversationMayBeTheOne", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.zalo.To("u1", bottest.Hide(false))
		w.announce([]bot.Resident{w.resident("u1", time.Hour)}, attached(t))
		w.deliverAll()
		w.zalo.Chat("u1", zalo.ConversationMessage{FromOA: true, Time: w.clock.Now(), Type: "photo", MessageID: "p1"})
		w.clock.Advance(time.Hour)
		w.deliverAll()
		require.Len(t, w.zalo.Calls(), 1)
		_, status := w.announced()
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryUnsure: 1}, status.States)
	})

	t.Run("AFileOfUnknownFateIsNotSentTwice", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.zalo.To("u1", bottest.Answer{}, bottest.Hide(false))
		w.announce([]bot.Resident{w.resident("u1", time.Hour)}, attached(t))
		w.deliverAll()
		w.clock.Advance(time.Hour)
		w.deliverAll()
		require.Len(t, w.zalo.Calls(), 2)
		_, status := w.announced()
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryUnsure: 1}, status.States)
		w.hear(func(o *bot.Outcome) {
			o.Witnesses = []bot.Witness{{UserID: "u1", MsgID: "z9", TextKey: "file:" + enclosedFile(t).Checksum, At: w.clock.Now()}}
		})
		_, status = w.announced()
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryAccepted: 1}, status.States, "its echo tells its checksum")
	})
}

func TestAttachmentsSayWhatIsWrong(t *testing.T) {
	t.Parallel()

	require.Contains(t, bot.PictureTrouble("", make([]byte, 1<<20+1)), "tối đa 1 MB (tệp này 1.1 MB)")
	require.Contains(t, bot.PictureTrouble("", []byte("GIF89a")), "JPG hoặc PNG")
	require.Contains(t, bot.PictureTrouble("", []byte("\xff\xd8\xff")), "bị hỏng")
	require.Contains(t, bot.PictureTrouble("http://a/b.jpg", nil), "https://")
	require.Empty(t, bot.PictureTrouble("https://a/b.jpg", nil))
	require.Empty(t, bot.PictureTrouble("", enclosedPicture(t).Content))
	_, err := bot.ReadFile("a.pdf", 6<<20, strings.NewReader(""))
	require.ErrorContains(t, err, "larger than the 5 MB that Zalo takes (it has 6.0 MB)")
	_, err = bot.ReadFile("a.pdf", 0, strings.NewReader("PK\x03\x04"))
	require.ErrorContains(t, err, "no PDF, DOC or DOCX by its content")
}
