package bot_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/bottest"
	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/store"
	"github.com/loalang/loalang/zalo"
	"github.com/loalang/loalang/zalo/zalosim"
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
		require.Zero(t, status.WithoutPicture+status.WithoutFile)
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
		_, status := w.announced()
		require.Zero(t, status.WithoutPicture+status.WithoutFile)
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
		require.Equal(t, []int{2, 2}, []int{status.WithoutPicture, status.WithoutFile})
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

func pictured(t *testing.T) func(*bot.Announcement) {
	t.Helper()
	picture := enclosedPicture(t)
	return func(a *bot.Announcement) {
		a.Enclosures, a.Message.Image = append(a.Enclosures, picture), &picture.Attachment
	}
}

func filed(t *testing.T) func(*bot.Announcement) {
	t.Helper()
	file := enclosedFile(t)
	return func(a *bot.Announcement) {
		a.Enclosures, a.Message.File = append(a.Enclosures, file), &file.Attachment
	}
}

// shown is a call as its text, with a + before it when a picture stands with it; a file is "file".
func shown(c bottest.Call) string {
	switch {
	case c.Message.FileToken != "":
		return "file"
	case c.Message.Image != nil:
		return "+" + c.Message.Text
	}
	return c.Message.Text
}

// upload is what the ledger knows an attachment by.
func (w *world) upload(e bot.Enclosure) bot.Upload {
	w.t.Helper()
	u, err := w.db.Upload(w.t.Context(), oaID, e.Attachment)
	require.NoError(w.t, err)
	return u
}

// sent are the calls to somebody as they are shown, in order.
func (w *world) sent(user string) (list []string) {
	for _, c := range w.zalo.Calls() {
		if c.UserID == user {
			list = append(list, shown(c))
		}
	}
	return list
}

func TestAttachmentsOutliveTheirHolder(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		calls int // that the one who dies makes
		last  func(*testing.T) bot.Enclosure
		sent  []string
	}{
		"BeforeTheText":                 {1, enclosedPicture, nil},
		"BetweenTheTextAndTheFilesCall": {3, enclosedFile, []string{"+Mời họp."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w := newWorld(t)
			w.limiter.Allow(c.calls)
			w.announce([]bot.Resident{w.resident("u1", time.Hour)}, attached(t))
			r := w.deliver()
			w.until("the upload to be kept", func() bool { return w.upload(c.last(t)).ID != "" })
			_, err := w.raw.ExecContext(t.Context(), "UPDATE lanes SET owner = 'another' WHERE kind = 'delivery'")
			require.NoError(t, err)
			w.limiter.Answer(0, nil)
			require.NoError(t, r.wait(), "it is dead to the ledger")
			require.Equal(t, c.sent, w.sent("u1"), "and sends nothing more")
			require.NoError(t, w.db.ForgetLeases(t.Context()))
			w.deliverAll()
			require.Equal(t, []string{"+Mời họp.", "file"}, w.sent("u1"))
			uploads, calls := w.zalo.Uploads(), w.zalo.Calls()
			require.Len(t, uploads, 2, "each once, whoever holds the lane")
			require.Equal(t, uploads[0].ID, calls[0].Message.Image.AttachmentID)
			require.Equal(t, uploads[1].ID, calls[1].Message.FileToken)
			_, status := w.announced()
			require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryAccepted: 1}, status.States)
		})
	}

	t.Run("WhoIsStoppedInTheMiddleOfAnUploadLeavesItToTheNext", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.zalo.ThenUploads(bottest.Answer{Until: make(chan struct{})})
		w.announce([]bot.Resident{w.resident("u1", time.Hour)}, attached(t))
		r := w.deliver()
		w.until("the upload to begin", func() bool { return len(w.zalo.Uploads()) == 1 })
		r.stop()
		require.Equal(t, bot.Upload{}, w.upload(enclosedPicture(t)), "a stop is no failure")
		w.deliverAll()
		require.Equal(t, []string{"+Mời họp.", "file"}, w.sent("u1"))
		require.Len(t, w.zalo.Uploads(), 3)
	})
}

func TestAttachmentsThatDoNotGo(t *testing.T) {
	t.Parallel()

	for name, fault := range map[string]func(*simulated){
		"AnAnswerOf502":     func(w *simulated) { w.sim.Fail(zalosim.Fault{Path: "/upload", Mode: "502"}) },
		"ABrokenConnection": func(w *simulated) { w.sim.Fail(zalosim.Fault{Path: "/upload", Mode: "close"}) },
		"TooManyCalls":      func(w *simulated) { w.sim.Fail(zalosim.Fault{Path: "/upload", Code: -32}) },
	} {
		t.Run("AfterFiveTriesTheTextGoesAloneAt"+name, func(t *testing.T) {
			t.Parallel()

			w := newSimulated(t, nil)
			fault(w)
			w.announce([]bot.Resident{w.resident("7001", time.Hour)}, pictured(t))
			for tries := 1; tries <= 5; tries++ {
				require.Empty(t, w.texts("7001"), "the text waits, before try %d", tries)
				w.deliverAll()
				u := w.upload(enclosedPicture(t))
				require.Equal(t, tries, u.Failures)
				require.Equal(t, tries == 5, u.Refused)
				require.NotEmpty(t, u.Fault)
				if tries < 5 {
					due, _ := w.lane(bot.LaneDelivery)
					require.Equal(t, 15*time.Second, due.Sub(w.clock.Now()))
					w.clock.Advance(15 * time.Second)
				}
			}
			require.Equal(t, []string{"Mời họp."}, w.texts("7001"))
			rest := time.Hour
			if name == "TooManyCalls" {
				rest = time.Minute // it was the cap, and not the picture
			}
			require.Equal(t, rest, w.upload(enclosedPicture(t)).RetryAt.Sub(w.clock.Now()))
			_, status := w.announced()
			require.Equal(t, []int{1, 0}, []int{status.WithoutPicture, status.WithoutFile})
			require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryAccepted: 1}, status.States)
		})
	}

	t.Run("AfterFiveTimeOutsTheFileIsGivenUp", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.zalo.ThenUploads(repeat(5, bottest.Answer{Err: context.DeadlineExceeded})...)
		w.announce(w.two(), filed(t))
		for range 5 {
			w.deliverAll()
			require.Equal(t, []string{"Mời họp."}, w.sent("u1"), "the text does not wait for it")
			w.clock.Advance(15 * time.Second)
		}
		require.Len(t, w.zalo.Uploads(), 5)
		_, status := w.announced()
		require.Equal(t, []int{0, 2}, []int{status.WithoutPicture, status.WithoutFile})
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryAccepted: 2}, status.States)
	})

	t.Run("WhoGetsATemplateGetsNeither", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		require.NoError(t, w.db.PutTemplate(t.Context(), bot.Template{OAID: oaID, Kind: "hop", ID: "T1", VND: 300, Data: map[string]string{"viec": "{text}"}}))
		w.announce([]bot.Resident{w.resident("u1", time.Hour), w.resident("far", 200*time.Hour)}, attached(t), func(a *bot.Announcement) { a.Kind = "hop" })
		w.deliverAll()
		require.Equal(t, []string{"T1 viec: Mời họp."}, w.sent("far"))
		_, status := w.announced()
		require.Equal(t, []int{1, 1}, []int{status.WithoutPicture, status.WithoutFile})
	})

	t.Run("AnEarlierPartWithoutThePictureIsRemembered", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.zalo.ThenUploads(bottest.Refuse(-210))
		w.announce([]bot.Resident{w.resident("u1", time.Hour)}, attached(t), func(a *bot.Announcement) { a.Message.Text = strings.Repeat("chữ nào ", 350) })
		w.deliverAll()
		require.Len(t, w.sent("u1"), 3)
		_, status := w.announced()
		require.Equal(t, []int{1, 0}, []int{status.WithoutPicture, status.WithoutFile})
	})

	t.Run("AfterAnHourItIsTriedAgain", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		picture := enclosedPicture(t)
		w.keep(picture)
		w.zalo.ThenUploads(bottest.Refuse(-210))
		for i, c := range []struct {
			after   time.Duration
			uploads int
			shown   string
		}{{0, 1, "trả lời 0"}, {time.Hour - time.Second, 1, "trả lời 1"}, {time.Second, 2, "trả lời 2"}, {time.Hour, 2, "+trả lời 3"}} {
			w.clock.Advance(c.after)
			w.plan(w.reply("u1", strconv.Itoa(i), func(d *bot.Delivery) { d.Message.Image = &picture.Attachment }))
			w.deliverAll()
			require.Len(t, w.zalo.Uploads(), c.uploads)
			require.Equal(t, c.shown, w.sent("u1")[i])
		}
	})
}

func TestAttachmentsThatWereRefusedAreTriedAgain(t *testing.T) {
	t.Parallel()

	w := newWorld(t)
	file := enclosedFile(t)
	w.keep(file)
	w.zalo.ThenUploads(bottest.Refuse(-210))
	for _, c := range []struct {
		after time.Duration
		sent  []string
	}{{0, []string{"trả lời a"}}, {time.Hour - time.Second, []string{"trả lời a"}}, {time.Second, []string{"trả lời a", "file"}}} {
		w.clock.Advance(c.after)
		user := "after " + c.after.String()
		w.plan(w.reply(user, "a", func(d *bot.Delivery) { d.Message.File, d.Parts = &file.Attachment, 2 }))
		w.deliverAll()
		require.Equal(t, c.sent, w.sent(user))
	}
	w.clock.Advance(2 * time.Hour)
	require.NoError(t, w.db.SaveUpload(t.Context(), oaID, file.Attachment, bot.Upload{Refused: true, At: w.clock.Now().Add(-time.Hour), RetryAt: w.clock.Now()}))
	w.announce([]bot.Resident{w.resident("u1", time.Hour)}, filed(t))
	w.deliverAll()
	require.Equal(t, []string{"Mời họp.", "file"}, w.sent("u1"), "of announcements, too")
}

func TestAttachmentsHoldUp(t *testing.T) {
	t.Parallel()

	// uploading is a world whose next uploads come back when they are told to.
	uploading := func(t *testing.T) (*world, func()) {
		w := newWorld(t)
		gate := make(chan struct{})
		w.zalo.ThenUploads(repeat(2, bottest.Answer{Until: gate})...)
		return w, sync.OnceFunc(func() { close(gate) })
	}
	begun := func(w *world) {
		w.until("the upload to begin", func() bool { return len(w.zalo.Uploads()) > 0 })
	}

	t.Run("WhatIsNoEmergency", func(t *testing.T) {
		t.Parallel()

		w, land := uploading(t)
		w.announce(w.two(), pictured(t))
		r := w.deliver()
		begun(w)
		w.plan(w.reply("u1", "a"))
		w.untilState("a", bot.DeliveryAccepted)
		w.clock.Advance(time.Minute)
		w.plan(w.reply("u2", "b"))
		w.untilState("b", bot.DeliveryAccepted)
		require.Equal(t, []string{"trả lời a"}, w.sent("u1"), "replies pass, the notice waits")
		land()
		w.calls(4)
		require.Equal(t, []string{"trả lời a", "+Mời họp."}, w.sent("u1"))
		require.Equal(t, []string{"trả lời b", "+Mời họp."}, w.sent("u2"))
		r.stop()
	})

	t.Run("AnEmergencyForAMoment", func(t *testing.T) {
		t.Parallel()

		w, land := uploading(t)
		defer land()
		w.announce(w.two(), pictured(t), func(a *bot.Announcement) { a.Urgency = bot.UrgencyEmergency })
		r := w.deliver()
		begun(w)
		w.plan(w.reply("u9", "a"))
		w.untilState("a", bot.DeliveryAccepted)
		require.Empty(t, w.sent("u1"), "most uploads take a second or two")
		w.clock.Advance(4 * time.Second)
		w.calls(3)
		require.Equal(t, []string{"Mời họp."}, w.sent("u1"), "one that takes longer is not waited for")
		require.Equal(t, []string{"Mời họp."}, w.sent("u2"))
		land()
		r.stop()
	})

	t.Run("AnEmergencyNotForASecondTry", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.zalo.ThenUploads(bottest.Answer{Err: context.DeadlineExceeded})
		w.announce(w.two(), pictured(t), func(a *bot.Announcement) { a.Urgency = bot.UrgencyEmergency })
		w.deliverAll()
		require.Equal(t, []string{"Mời họp."}, w.sent("u1"))
		require.Len(t, w.zalo.Uploads(), 1)
	})

	t.Run("NoReply", func(t *testing.T) {
		t.Parallel()

		w, land := uploading(t)
		defer land()
		picture, file := enclosedPicture(t), enclosedFile(t)
		w.keep(picture, file)
		w.plan(
			w.reply("u1", "a", func(d *bot.Delivery) {
				d.Message.Image, d.Message.File, d.Parts = &picture.Attachment, &file.Attachment, 2
			}),
			w.reply("u1", "b"),
		)
		r := w.deliver()
		w.untilState("b", bot.DeliveryAccepted)
		require.Equal(t, []string{"trả lời a", "trả lời b"}, w.sent("u1"), "not by its own attachments, nor by an earlier one's")
		land()
		w.untilState("a", bot.DeliveryAccepted)
		require.Equal(t, []string{"trả lời a", "trả lời b", "file"}, w.sent("u1"))
		r.stop()
	})
}

func TestAttachmentsInGroups(t *testing.T) {
	t.Parallel()

	setup := func(t *testing.T) *world {
		t.Helper()
		w := newWorld(t)
		w.groups(map[string][]string{"g1": {"u1", "u2"}})
		return w
	}
	follow := func(w *world, withoutFile int) {
		w.t.Helper()
		w.settle()
		require.Empty(w.t, w.sent("u1"), "whoever read the text in the group does not get it again")
		_, status := w.announced()
		require.Equal(w.t, map[bot.DeliveryState]int{bot.DeliveryAccepted: 2}, status.States)
		require.Equal(w.t, bot.DeliveryAccepted, status.Posts[0].State)
		require.Equal(w.t, 2, status.Posts[0].Members)
		require.Equal(w.t, []int{0, withoutFile}, []int{status.WithoutPicture, status.WithoutFile})
	}

	t.Run("GoOnceForAllMembers", func(t *testing.T) {
		t.Parallel()

		w := setup(t)
		w.announce(w.two(), attached(t))
		require.Equal(t, 4, w.forecast().Calls, "the text with the picture, the file, and two uploads")
		w.deliverAll()
		require.Equal(t, []string{"+Mời họp.", "file"}, w.sent("g1"))
		follow(w, 0)
	})

	for _, code := range []int{-210, -224, -235, -237, -403} {
		t.Run("AFileThatTheGroupRefusesWith"+strconv.Itoa(code)+"SendsTheTextToNobodyAgain", func(t *testing.T) {
			t.Parallel()

			w := setup(t)
			w.zalo.To("g1", bottest.Answer{}, bottest.Refuse(code))
			w.announce(w.two(), attached(t))
			w.deliverAll()
			require.Equal(t, []string{"+Mời họp.", "file"}, w.sent("g1"))
			follow(w, 2)
		})
	}

	t.Run("APostWhoseFileCannotBeUploadedIsOneAllTheSame", func(t *testing.T) {
		t.Parallel()

		w := setup(t)
		w.zalo.ThenUploads(bottest.Refuse(-210))
		w.announce(w.two(), filed(t))
		w.deliverAll()
		require.Equal(t, []string{"Mời họp."}, w.sent("g1"))
		follow(w, 2)
	})
}

func TestAttachmentsCost(t *testing.T) {
	t.Parallel()

	paid := func(w *world, n int) (list []bot.Resident) {
		for _, id := range people(n) {
			list = append(list, w.resident(id, 72*time.Hour))
		}
		return list
	}

	t.Run("AFileIsAPartOfThePrice", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.announce(paid(w, 3), attached(t), budget(2*2*55+55))
		require.EqualValues(t, 2*2*55, w.forecast().VND)
		w.deliverAll()
		_, status := w.announced()
		require.EqualValues(t, 2*2*55, status.VND)
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryAccepted: 2, bot.DeliveryRefused: 1}, status.States)
		require.Equal(t, []string{"+Mời họp.", "file"}, w.sent("u0"))
		require.Len(t, w.zalo.Calls(), 4, "nobody got a text whose file could not be paid for")
	})

	t.Run("AFileIsAPartOfThePackage", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, func(a *bot.OfficialAccount) { a.Package = "growth" })
		w.announce(paid(w, 1), attached(t), budget(0))
		w.deliverAll()
		used, err := w.db.IncludedSince(t.Context(), oaID, w.clock.Now().Add(-time.Hour))
		require.NoError(t, err)
		require.Equal(t, 2, used)
	})

	t.Run("WhatWasKeptBackForAFileThatDoesNotGoPaysForOthers", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		gate := make(chan struct{})
		w.zalo.ThenUploads(bottest.Refuse(-210))
		w.zalo.To("u1", bottest.Answer{Until: gate})
		w.announce(paid(w, 2), filed(t), budget(2*55))
		w.plan(w.reply("u1", "a"))
		r := w.deliver()
		w.until("the file to be given up", func() bool { _, status := w.announced(); return status.States[bot.DeliveryAccepted] == 1 })
		close(gate)
		w.calls(3)
		r.stop()
		_, status := w.announced()
		require.EqualValues(t, 2*55, status.VND)
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryAccepted: 2}, status.States)
	})

	t.Run("ATextThatBeganToGoWithoutItsFileEndsSo", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		gate := make(chan struct{})
		w.zalo.ThenUploads(bottest.Refuse(-210))
		w.keep(enclosedFile(t))
		file := enclosedFile(t)
		w.plan(w.reply("u9", "a", func(d *bot.Delivery) { d.Message.File, d.Parts = &file.Attachment, 2 }))
		w.deliverAll()
		require.Equal(t, []string{"trả lời a"}, w.sent("u9"), "the file is refused from now on")
		w.zalo.To("u0", bottest.Answer{Until: gate})
		w.announce(paid(w, 1), filed(t), budget(2*55), func(a *bot.Announcement) { a.Message.Text = strings.Repeat("chữ nào ", 350) })
		r := w.deliver()
		w.calls(2)
		w.clock.Advance(2 * time.Hour)
		close(gate)
		w.calls(3)
		r.stop()
		_, status := w.announced()
		require.EqualValues(t, 2*55, status.VND, "the whole text, as it was paid for")
		require.Equal(t, 1, status.States[bot.DeliveryAccepted])
	})

	t.Run("AFileThatHasBecomeDearIsGivenUp", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		gate := make(chan struct{})
		w.zalo.ThenUploads(bottest.Answer{Until: gate})
		w.announce([]bot.Resident{w.resident("u1", 47*time.Hour)}, filed(t), budget(0))
		r := w.deliver()
		w.until("the file's upload to begin", func() bool { return w.limiter.Taken() == 2 })
		w.clock.Advance(2 * time.Hour)
		close(gate)
		require.NoError(t, r.wait())
		_, status := w.announced()
		require.Zero(t, status.VND)
		require.Equal(t, []string{"Mời họp."}, w.sent("u1"))
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryAccepted: 1}, status.States)
	})
}

func TestAttachmentsThatAreGivenUpLeaveTheTextReceived(t *testing.T) {
	t.Parallel()

	receipt := func(w *world, seen bool) {
		w.t.Helper()
		w.hear(func(o *bot.Outcome) {
			o.Receipts = []bot.Receipt{{UserID: "u1", MsgIDs: []string{"z1"}, Seen: seen, At: w.clock.Now()}}
		})
	}
	upload := func(w *world) { w.zalo.ThenUploads(repeat(5, bottest.Answer{Err: context.DeadlineExceeded})...) }

	for name, c := range map[string]struct {
		trouble func(*world)
		end     func(*world)
		seen    bool
		state   bot.DeliveryState
	}{
		"ByUs": {upload, func(w *world) {
			for range 4 {
				w.clock.Advance(15 * time.Second)
				w.deliverAll()
			}
		}, false, bot.DeliveryReceived},
		"ByZalo": {func(w *world) { w.zalo.To("u1", bottest.Answer{}, bottest.Refuse(-214), bottest.Refuse(-210)) }, func(w *world) {
			w.clock.Advance(time.Minute)
			w.deliverAll()
		}, true, bot.DeliverySeen},
		"ByAPerson": {upload, func(w *world) {
			_, err := w.announcements(plan.Hours{}).Cancel(t.Context(), "A")
			require.NoError(t, err)
		}, true, bot.DeliverySeen},
		"ByTime": {upload, func(w *world) {
			w.clock.Advance(7 * 24 * time.Hour)
			w.runAnnouncer()
		}, false, bot.DeliveryReceived},
		"ByTimeWhileNobodyWatched": {upload, func(w *world) {
			w.clock.Advance(7 * 24 * time.Hour)
			w.deliverAll()
		}, false, bot.DeliveryReceived},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w := newWorld(t)
			c.trouble(w)
			w.announce([]bot.Resident{w.resident("u1", time.Hour)}, filed(t))
			w.deliverAll()
			receipt(w, c.seen)
			_, status := w.announced()
			require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryPlanned: 1}, status.States)
			c.end(w)
			_, status = w.announced()
			require.Equal(t, map[bot.DeliveryState]int{c.state: 1}, status.States)
		})
	}

	t.Run("AlsoWhenTheReceiptCameBeforeOurOwnAnswer", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		gate := make(chan struct{})
		upload(w)
		w.zalo.To("u1", bottest.Answer{Until: gate})
		w.announce([]bot.Resident{w.resident("u1", time.Hour)}, filed(t))
		r := w.deliver()
		w.calls(1)
		receipt(w, true)
		close(gate)
		require.NoError(t, r.wait())
		for range 4 {
			w.clock.Advance(15 * time.Second)
			w.deliverAll()
		}
		_, status := w.announced()
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliverySeen: 1}, status.States)
	})

	t.Run("ButAFileThatGoesIsWhatArrives", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.zalo.ThenUploads(bottest.Answer{Err: context.DeadlineExceeded})
		w.announce([]bot.Resident{w.resident("u1", time.Hour)}, filed(t))
		w.deliverAll()
		receipt(w, true)
		w.clock.Advance(15 * time.Second)
		w.deliverAll()
		_, status := w.announced()
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryAccepted: 1}, status.States)
		w.hear(func(o *bot.Outcome) {
			o.Receipts = []bot.Receipt{{UserID: "u1", MsgIDs: []string{"z2"}, At: w.clock.Now()}}
		})
		_, status = w.announced()
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryReceived: 1}, status.States)
	})
}

// keep keeps the bytes of attachments, as a draft of theirs does.
func (w *world) keep(list ...bot.Enclosure) {
	w.t.Helper()
	require.NoError(w.t, w.db.CreateAnnouncement(w.t.Context(), bot.Announcement{
		OAID: oaID, ID: "kept", Title: "x", State: bot.AnnouncementDraft, CreatedAt: w.clock.Now(), Enclosures: list,
	}))
}

func TestAttachmentsAreKeptForTheMissed(t *testing.T) {
	t.Parallel()

	w := newWorld(t)
	w.zalo.To("u2", bottest.Refuse(-213))
	w.announce(w.two(), attached(t))
	w.deliverAll()
	w.settle()
	a, _ := w.announced()
	require.Equal(t, bot.AnnouncementDone, a.State)
	w.clock.Advance(8 * 24 * time.Hour)
	_, err := w.db.ImportResidents(t.Context(), store.Values(w.two()), false)
	require.NoError(t, err)
	require.NoError(t, w.db.SaveToken(t.Context(), oaID, w.account().Token.Version, w.token("at-2", "rt-2", 0), w.clock.Now()))
	require.NoError(t, w.db.PurgeAttachments(t.Context(), w.clock.Now().Add(-9*24*time.Hour)))
	s := w.announcements(plan.Hours{})
	_, err = s.Resend(t.Context(), "A")
	require.NoError(t, err)
	w.runAnnouncer()
	w.deliverAll()
	require.Equal(t, []string{"+Mời họp.", "+Mời họp.", "file"}, w.sent("u2"))
	require.Len(t, w.zalo.Uploads(), 4, "an upload lives for a week")
	w.settle()

	require.NoError(t, w.db.PurgeAttachments(t.Context(), w.clock.Now().Add(time.Hour)))
	_, err = s.Resend(t.Context(), "A")
	require.ErrorIs(t, err, bot.ErrState)
	require.ErrorContains(t, err, `"anh.png" is kept no more; create it anew with the file`)
}

func TestAttachmentsSayWhatIsWrong(t *testing.T) {
	t.Parallel()

	for content, says := range map[string]string{
		strings.Repeat("x", 1<<20+1): "tối đa 1 MB (tệp này 1.1 MB)", "GIF89a": "JPG hoặc PNG", "\xff\xd8\xff": "bị hỏng",
	} {
		_, err := bot.ReadPicture("anh", int64(len(content)), strings.NewReader(content))
		var wrong *bot.AttachmentError
		require.ErrorAs(t, err, &wrong)
		require.Contains(t, wrong.Screen(), says)
	}
	_, err := bot.ReadFile("a.pdf", 6<<20, strings.NewReader(""))
	require.ErrorContains(t, err, "larger than the 5 MB that Zalo takes (it has 6.0 MB)")
	_, err = bot.ReadFile("a.pdf", 0, strings.NewReader("PK\x03\x04"))
	require.ErrorContains(t, err, "no PDF, DOC or DOCX by its content")
}
