package main

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/store/storetest"
)

// asLongAgo moves the schedules of all announcements that were just sent: as if they had been sent earlier, and their only
// time had been earlier, with nobody serving since.
func (w *world) asLongAgo(ago time.Duration) {
	w.t.Helper()
	then := time.Now().Add(-ago).UTC().Format("2006-01-02 15:04:05.000")
	_, err := storetest.Raw(w.t, w.env["LOALANG_DATABASE_URL"]).ExecContext(w.t.Context(), fmt.Sprintf(
		`UPDATE announcements SET fires_after = '%[1]s', scheduled_at = CASE WHEN schedule = '' THEN '%[2]s' ELSE scheduled_at END`,
		then, time.Now().Add(-ago+time.Second).UTC().Format("2006-01-02 15:04:05.000")))
	require.NoError(w.t, err)
}

func TestAnnounceRepeatsByPlainWords(t *testing.T) {
	t.Parallel()

	w := allDay(newWorld(t, storetest.SQLiteURL(t), nil))
	w.village(1, 0)
	text := w.written("text.txt", "Giao dịch ngân hàng hôm nay.")
	var made struct {
		ID        string
		Schedule  string
		NextFires []time.Time `json:"next_fires"`
	}
	out := w.must("announce", "create", "--json", "--title", "Ngân hàng", "--text-file", text, "--unit", "xa", "--cron", "thứ 5 hằng tuần 18:00")
	require.NoError(t, json.Unmarshal([]byte(out), &made))
	require.Equal(t, "Hằng tuần, thứ năm, lúc 18:00", made.Schedule)
	require.Len(t, made.NextFires, 5)
	for _, at := range made.NextFires {
		require.Equal(t, "Thu 18:00 +07", at.Format("Mon 15:04 -07"))
		require.True(t, at.After(time.Now()))
	}
	next := made.NextFires[0].Format(time.RFC3339)
	require.Contains(t, w.must("announce", "plan", made.ID), made.Schedule+".\n  "+next+"\n")
	_, errs, exit := w.run("announce", "send", "--wait", made.ID)
	require.Equal(t, 1, exit)
	require.Contains(t, errs, "leave --wait out")
	require.EqualValues(t, "draft", w.status(made.ID).State)

	require.Equal(t, "Announcement "+made.ID+" is scheduled. Its next fire is at "+next+".\n", w.must("announce", "send", made.ID))
	require.Equal(t, next, w.status(made.ID).NextFire)
	require.Contains(t, w.must("announce", "list"), "Ngân hàng  (next "+next[:16]+")")
	require.Contains(t, w.must("announce", "pause", made.ID), "is paused.")
	require.Empty(t, w.status(made.ID).NextFire)
	require.Contains(t, w.must("announce", "resume", made.ID), "is scheduled. Its next fire is at "+next)
	require.Contains(t, w.must("announce", "cancel", made.ID), "is cancelled.")
	require.Empty(t, w.status(made.ID).NextFire)

	out = w.must("announce", "create", "--title", "Họp", "--text-file", text, "--unit", "xa", "--at", "2099-12-01T07:00:00+07:00")
	require.Contains(t, out, "Một lần, thứ ba ngày 1/12/2099, lúc 7:00.\n  2099-12-01T07:00:00+07:00\n")
}

func TestAnnounceSaysWhatIsWrongWithASchedule(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	w.village(1, 0)
	text := w.written("text.txt", "Tin.")
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"NoSuchDay":         {[]string{"--cron", "thứ 9 hằng tuần 18:00"}, `--cron: "thứ 9": không có thứ này`},
		"AFieldTooFew":      {[]string{"--cron", "0 18 * *"}, "cron cần đúng năm trường"},
		"NothingAtAll":      {[]string{"--cron", ""}, "lịch còn trống"},
		"AnIntervalOnly":    {[]string{"--cron", "@every 5m"}, "không nhận @every"},
		"AnEndThatIsPast":   {[]string{"--cron", "hằng ngày 8:00 đến hết 1/1/2020"}, "đến ngày cuối không còn lần nào"},
		"ATimeAndASchedule": {[]string{"--cron", "0 18 * * 4", "--at", "2099-12-01T07:00:00+07:00"}, "both one time and a schedule"},
	} {
		_, errs, exit := w.run(append([]string{"announce", "create", "--title", "Thử", "--text-file", text, "--unit", "xa"}, c.args...)...)
		require.Equal(t, 1, exit, name)
		require.Contains(t, errs, c.says, name)
	}
	require.Contains(t, w.must("announce", "list"), "There are no announcements.")
}

func TestAnnounceFiresOnceFromSeveralReplicasAlsoWhenOneIsKilled(t *testing.T) {
	t.Parallel()

	w := allDay(newWorld(t, storetest.PostgresURL(t), nil))
	w.village(40, 0)
	first := w.serve()
	w.serve()
	at := time.Now().Add(time.Minute).Truncate(time.Second) // a busy machine may take half of it to send
	id := w.draft("Họp bây giờ.", "--unit", "xa", "--at", at.Format(time.RFC3339))
	w.must("announce", "send", id)
	require.Eventually(t, func() bool { return w.sim.Stats().Accepted > 0 }, patience, 5*time.Millisecond)
	require.False(t, time.Now().Before(at), "not before its time")
	first.kill()
	require.Eventually(t, func() bool { return w.status(id).State == "done" }, 2*patience, 200*time.Millisecond)
	w.once("Họp bây giờ.", 0, 40)
	doc := w.status(id)
	require.Equal(t, []settledFire{{At: at.In(villageTime(t)).Format(time.RFC3339), Outcome: bot.FireRun, Run: 1}}, doc.Fires)
	require.Equal(t, doc.Fires[0].At, doc.FireAt)
}

func villageTime(t *testing.T) *time.Location {
	t.Helper()
	location, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	require.NoError(t, err)
	return location
}

func TestAnnounceCatchesUpWithOneFireThatWasMissedWhileNobodyServed(t *testing.T) {
	t.Parallel()

	onBoth(t, func(t *testing.T, database string) {
		w := allDay(newWorld(t, database, nil))
		w.village(3, 0)
		missed := time.Now().In(villageTime(t)).Add(-time.Minute).Truncate(time.Minute)
		id := w.draft("Tin hằng ngày.", "--unit", "xa", "--cron", missed.Format("4 15 * * *"))
		w.must("announce", "send", id)
		w.asLongAgo(49 * time.Hour)
		p := w.serve()
		over := func() bool {
			doc := w.status(id)
			return doc.Run == 1 && doc.State == bot.AnnouncementScheduled
		}
		require.Eventually(t, over, patience, 100*time.Millisecond, p.log)
		p.kill()
		w.serve()
		w.once("Tin hằng ngày.", 0, 3)
		doc := w.status(id)
		require.Equal(t, missed.AddDate(0, 0, 1).Format(time.RFC3339), doc.NextFire)
		require.Equal(t, []settledFire{
			{At: missed.Format(time.RFC3339), Outcome: bot.FireRun, Run: 1},
			{At: missed.AddDate(0, 0, -1).Format(time.RFC3339), Outcome: bot.FireSkipped},
			{At: missed.AddDate(0, 0, -2).Format(time.RFC3339), Outcome: bot.FireSkipped},
		}, doc.Fires)
		require.Contains(t, w.must("announce", "status", id), doc.Fires[1].At+"  skipped")
	})
}

func TestAnnounceDoesNotSendLateWhatWasForATimeLongGone(t *testing.T) {
	t.Parallel()

	w := allDay(newWorld(t, storetest.SQLiteURL(t), nil))
	w.village(1, 0)
	id := w.draft("Họp chiều nay.", "--unit", "xa", "--at", time.Now().Add(time.Hour).Format(time.RFC3339))
	w.must("announce", "send", id)
	w.asLongAgo(7 * time.Hour)
	p := w.serve()
	require.Eventually(t, func() bool { return w.status(id).State == "done" }, patience, 100*time.Millisecond, p.log)
	require.Empty(t, w.answers(villager(0)))
	require.Contains(t, w.must("announce", "status", id), "is done and was never sent.\n  "+w.status(id).Fires[0].At+"  skipped")
	require.Contains(t, p.log.String(), "fires skipped")
}
