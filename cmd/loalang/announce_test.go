package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/store/storetest"
	"github.com/loalang/loalang/zalo/zalosim"
)

// allDay lets announcements go at whatever hour a test runs.
func allDay(w *world) *world {
	w.env["LOALANG_QUIET_HOURS"] = ""
	return w
}

// written writes a file of a test's own.
func (w *world) written(name, text string) string {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), name)
	require.NoError(w.t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// villager is the nth resident's id.
func villager(n int) string { return fmt.Sprintf("71%017d", n+1) }

// village brings a commune with two villages into the database: xom has n consenting residents who wrote just now, and
// ban has few more. Zalo knows all of them.
func (w *world) village(n, few int) {
	w.t.Helper()
	w.must("import", "units", w.written("units.csv", "ma,ten,loai,ma_cap_tren,ten_cu\nxa,Xã Thử,xa,,\nxom,Thôn Xóm,thon,xa,\nban,Bản Xa,ban,xa,\n"))
	var residents strings.Builder
	residents.WriteString("oa_id,zalo_user_id,ten,ma_don_vi,ma_ho,chu_de,vai_tro,ngon_ngu,tuong_tac_cuoi,dong_y\n")
	now := time.Now().Add(-time.Minute).Format(time.RFC3339)
	for i := range n + few {
		unit := "xom"
		if i >= n {
			unit = "ban"
		}
		fmt.Fprintf(&residents, "%s,%s,Người %d,%s,,,,,%s,%s\n", testOA, villager(i), i, unit, now, now)
		w.sim.AddUser(zalosim.User{OA: testOA, ID: villager(i), LastInteraction: time.Now()})
	}
	w.must("import", "residents", w.written("residents.csv", residents.String()))
}

// draft creates an announcement and returns its id.
func (w *world) draft(text string, args ...string) string {
	w.t.Helper()
	out := w.must(append([]string{"announce", "create", "--json", "--title", "Thử", "--text-file", w.written("text.txt", text)}, args...)...)
	var made struct{ ID string }
	require.NoError(w.t, json.Unmarshal([]byte(out), &made))
	return made.ID
}

func (w *world) status(id string, args ...string) statusDocument {
	w.t.Helper()
	var doc statusDocument
	require.NoError(w.t, json.Unmarshal([]byte(w.must(append([]string{"announce", "status", "--json", id}, args...)...)), &doc))
	sum := doc.Planned + doc.Sending + doc.Accepted + doc.Received + doc.Seen + doc.Refused + doc.Expired + doc.Cancelled + doc.Unsure
	require.Equal(w.t, doc.Recipients, sum, "the states add up to the recipients")
	return doc
}

// copies counts how often a text stands on a resident's phone.
func (w *world) copies(user, text string) (n int) {
	for _, got := range w.answers(user) {
		if got == text {
			n++
		}
	}
	return n
}

// once checks that each of some residents got a text exactly once.
func (w *world) once(text string, from, to int) {
	w.t.Helper()
	lost, double := 0, 0
	for i := from; i < to; i++ {
		switch n := w.copies(villager(i), text); {
		case n == 0:
			lost++
		case n > 1:
			double++
		}
	}
	require.Zero(w.t, lost, "lost")
	require.Zero(w.t, double, "double")
}

func TestAnnounceReachesEachResidentOfTheUnitsOnce(t *testing.T) {
	t.Parallel()

	onBoth(t, func(t *testing.T, database string) {
		w := allDay(newWorld(t, database, nil))
		w.village(30, 5)
		p := w.serve()
		id := w.draft("Họp thôn tối nay.", "--unit", "xa", "--without-unit", "ban")
		require.Contains(t, w.must("announce", "plan", id), "\n30 people")
		require.Empty(t, w.answers(villager(0)), "a draft stays")
		w.must("announce", "send", "--wait", id)
		w.once("Họp thôn tối nay.", 0, 30)
		require.Empty(t, w.answers(villager(30)))
		require.Eventually(t, func() bool { return w.status(id).Received == 30 }, patience, 100*time.Millisecond, p.log.String())
		require.Contains(t, w.must("announce", "list"), "done")
	})
}

func TestAnnounceLosesAndDoublesNothingWhenKilled(t *testing.T) {
	t.Parallel()

	onBoth(t, func(t *testing.T, database string) { torture(t, database, 600, 3, patience) })
}

// torture kills the program at random moments of an announcement to n residents, and then counts what arrived.
func torture(t *testing.T, database string, n, kills int, patience time.Duration, trouble ...func(*zalosim.Server)) {
	t.Helper()
	w := allDay(newWorld(t, database, func(cfg *zalosim.Config, _ *zalosim.OA) {
		cfg.Latency = func() time.Duration { return 20*time.Millisecond + rand.N(60*time.Millisecond) }
	}))
	for _, do := range trouble {
		do(w.sim)
	}
	w.village(n, 0)
	const text = "Mời bà con họp."
	id := w.draft(text, "--unit", "xa")
	w.must("announce", "send", id)
	p := w.serve()
	for kill := range kills {
		before := int64(n * (2*kill + 1) / (2 * kills))
		until := before + rand.Int64N(int64(n/kills)+1)/2
		require.Eventually(t, func() bool { return w.sim.Stats().Accepted >= until }, patience, time.Millisecond)
		p.kill()
		p = w.serve()
	}
	require.Eventually(t, func() bool { return w.status(id).State == "done" }, patience, 200*time.Millisecond)
	doc, stats := w.status(id), w.sim.Stats()
	t.Logf("%d kills: %d accepted or received, %d unsure; %d calls, %d refused, %d conversations read", kills,
		doc.Accepted+doc.Received+doc.Seen, doc.Unsure, stats.Calls, stats.Refused, stats.Conversations)
	w.once(text, 0, n)
	require.Equal(t, n, doc.Recipients)
	require.Equal(t, n, doc.Accepted+doc.Received+doc.Seen, "%+v\n%s", doc, p.log)
}

func TestAnnounceLosesAndDoublesNoFileWhenKilled(t *testing.T) {
	t.Parallel()

	onBoth(t, func(t *testing.T, database string) {
		const n, kills, text = 150, 3, "Mời bà con họp."
		w := allDay(newWorld(t, database, func(cfg *zalosim.Config, _ *zalosim.OA) {
			cfg.Latency = func() time.Duration { return 20*time.Millisecond + rand.N(60*time.Millisecond) }
		}))
		w.village(n, 0)
		id := w.draft(text, "--unit", "xa", "--file", w.written("don.pdf", "%PDF-1.7 đơn"))
		w.must("announce", "send", id)
		p := w.serve()
		for kill := range kills {
			until := int64(2 * n * (2*kill + 1) / (2 * kills))
			require.Eventually(t, func() bool { return w.sim.Stats().Accepted >= until }, patience, time.Millisecond)
			p.kill()
			p = w.serve()
		}
		var doc statusDocument
		require.Eventually(t, func() bool {
			doc = w.status(id)
			for i := range n { // a text of unknown fate is asked after, and goes
				if w.copies(villager(i), text) == 0 {
					return false
				}
			}
			return doc.Planned+doc.Sending == 0
		}, patience, 200*time.Millisecond, p.log)
		w.once(text, 0, n)
		without := 0
		for i := range n {
			files := 0
			for _, m := range w.sim.Messages(testOA, villager(i)) {
				if m.FileName == "don.pdf" {
					files++
				}
			}
			require.LessOrEqual(t, files, 1)
			if files == 0 {
				without++
			}
		}
		require.LessOrEqual(t, without, doc.Unsure, "what may be lost is shown: of a file only its echo can tell")
		require.Equal(t, n, doc.Accepted+doc.Received+doc.Seen+doc.Unsure, "%+v\n%s", doc, p.log)
		require.LessOrEqual(t, w.sim.Stats().Uploads, int64(1+kills), "its id outlives the process")
	})
}

func TestAnnouncePauseStopsCallsAndResumeGoesOn(t *testing.T) {
	t.Parallel()

	w := allDay(newWorld(t, storetest.SQLiteURL(t), func(_ *zalosim.Config, oa *zalosim.OA) { oa.CallsPerMinute = 0 }))
	w.village(40, 0)
	w.must("oa", "add", "--oa-id", testOA, "--name", "Xã Thử", "--calls-per-minute", "240", "--access-token", "at", "--refresh-token", "rt")
	w.serve()
	id := w.draft("Tin.", "--unit", "xa", "--urgency", "bulk")
	w.must("announce", "send", id)
	require.Eventually(t, func() bool { return w.sim.Stats().Accepted >= 5 }, patience, 10*time.Millisecond)
	w.must("announce", "pause", id)
	paused := time.Now()
	require.Eventually(t, func() bool { return time.Since(paused) > time.Second }, patience, 50*time.Millisecond)
	stopped := w.sim.Stats().Accepted
	doc := w.status(id)
	require.EqualValues(t, "paused", doc.State)
	require.Positive(t, doc.Planned)
	require.Never(t, func() bool { return w.sim.Stats().Accepted > stopped }, 700*time.Millisecond, 50*time.Millisecond)
	w.must("announce", "resume", id)
	require.Eventually(t, func() bool { return w.sim.Stats().Accepted > stopped+3 }, patience, 10*time.Millisecond)
	w.must("announce", "cancel", id)
	doc = w.status(id)
	require.EqualValues(t, "cancelled", doc.State)
	require.Positive(t, doc.Cancelled)
	require.Zero(t, doc.Planned)
	w.must("announce", "resend", "--wait", id)
	w.once("Tin.", 0, 40)
	require.Equal(t, doc.Cancelled, w.status(id).Recipients, "only the missed")
	require.EqualValues(t, "cancelled", w.status(id, "--run", "1").State)
}

func TestAnnounceEmergencyGoesBeforeBulk(t *testing.T) {
	t.Parallel()

	w := allDay(newWorld(t, storetest.SQLiteURL(t), nil))
	w.village(300, 20)
	w.must("oa", "add", "--oa-id", testOA, "--name", "Xã Thử", "--calls-per-minute", "600", "--access-token", "at", "--refresh-token", "rt")
	w.serve()
	bulk := w.draft("Tin thường.", "--unit", "xom", "--urgency", "bulk")
	w.must("announce", "send", bulk)
	require.Eventually(t, func() bool { return w.sim.Stats().Accepted >= 10 }, patience, 10*time.Millisecond)
	emergency := w.draft("Lũ về!", "--unit", "ban", "--urgency", "emergency")
	w.must("announce", "send", emergency)
	before := len(w.sim.Sent(testOA))
	require.Eventually(t, func() bool { return w.status(emergency).State == "done" }, patience, 100*time.Millisecond)
	w.once("Lũ về!", 300, 320)
	late := 0 // bulk messages before the last of the emergency
	for _, m := range w.sim.Sent(testOA)[before:] {
		if m.Text != "Lũ về!" {
			late++
		} else if late > 60 { // of 290 that were waiting; how soon the first one goes is a benchmark's to say
			require.Fail(t, "bulk went before the emergency", "%d messages", late)
		}
	}
	require.Positive(t, w.status(bulk).Planned, "bulk goes on behind it")
}

func TestAnnounceCorrectionGoesToThoseWhoGotTheWrongOne(t *testing.T) {
	t.Parallel()

	w := allDay(newWorld(t, storetest.SQLiteURL(t), nil))
	w.village(10, 5)
	w.serve()
	wrong := w.draft("Họp lúc 7 giờ.", "--unit", "xom")
	text := w.written("correct.txt", "Đính chính: họp lúc 8 giờ.")
	_, errs, exit := w.run("announce", "correct", wrong, "--text-file", text)
	require.Equal(t, 1, exit)
	require.Contains(t, errs, "nobody got anything wrong")
	w.must("announce", "send", "--wait", wrong)
	var made struct{ ID string }
	require.NoError(t, json.Unmarshal([]byte(w.must("announce", "correct", "--json", wrong, "--text-file", text)), &made))
	require.Contains(t, w.must("announce", "list"), "Đính chính: Thử")
	w.must("announce", "send", "--wait", made.ID)
	w.once("Đính chính: họp lúc 8 giờ.", 0, 10)
	require.Empty(t, w.answers(villager(12)))
}

func TestAnnounceSaysWhatIsWrong(t *testing.T) {
	t.Parallel()

	w := allDay(newWorld(t, storetest.SQLiteURL(t), nil))
	w.village(1, 0)
	text := w.written("good.txt", "Tin.")
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"AnEmptyText":       {[]string{"--unit", "xa", "--text-file", w.written("empty.txt", " \n")}, "its text is empty"},
		"ALongText":         {[]string{"--unit", "xa", "--text-file", w.written("long.txt", strings.Repeat("chữ nào ", 2500))}, "at most 5 are sent"},
		"AMention":          {[]string{"--unit", "xa", "--text-file", w.written("all.txt", "Chào [@all] bà con")}, "mention"},
		"ATimeThatHasGone":  {[]string{"--unit", "xa", "--text-file", text, "--at", "2020-01-01T07:00:00+07:00"}, "which is past"},
		"ATimeThatIsNone":   {[]string{"--unit", "xa", "--text-file", text, "--at", "mai"}, "is no time"},
		"AnUnknownUnit":     {[]string{"--unit", "nowhere", "--text-file", text}, `there is no unit "nowhere"`},
		"AnUnknownTopic":    {[]string{"--topic", "weather", "--text-file", text}, "there is no such topic"},
		"AnImpossibleRole":  {[]string{"--role", "Trưởng nhóm", "--text-file", text}, "Trưởng nhóm"},
		"NoAudience":        {[]string{"--text-file", text}, "name units, topics"},
		"NoWording":         {[]string{"--unit", "xa", "--kind", "x", "--field", "a=b"}, `there is no kind "x" with its wording ready`},
		"NothingToRead":     {[]string{"--unit", "xa", "--kind", "x"}, "there is nothing to read"},
		"AnAnswerMissing":   {[]string{"--unit", "xa", "--kind", "meeting", "--field", "what=họp", "--field", "date=31/2"}, "Lúc mấy giờ"},
		"ALocalPicture":     {[]string{"--unit", "xa", "--text-file", text, "--picture", text}, "no JPEG or PNG by its content"},
		"AnOpenPicture":     {[]string{"--unit", "xa", "--text-file", text, "--picture", "http://xa.gov.vn/a.jpg"}, "no link that begins with https://"},
		"AMovingPicture":    {[]string{"--unit", "xa", "--text-file", text, "--picture", "https://xa.gov.vn/a.gif"}, "neither .jpg nor .png"},
		"AnIssuerlessPaper": {[]string{"--unit", "xa", "--text-file", text, "--document-number", "12/TB-UBND"}, "no issuer"},
		"AnOutdatedOne":     {[]string{"--unit", "xa", "--text-file", text, "--valid-until", "2020-01-01T07:00:00+07:00"}, "which is past"},
		"ATongueThatIsNone": {[]string{"--unit", "xa", "--text-file", text, "--text-file-for", "Ê Đê=" + text}, "that is no language"},
		"AnImpossibleNeed":  {[]string{"--need", "rich", "--text-file", text}, "rich"},
		"AWrongLanguage":    {[]string{"--unit", "xa", "--language", "?", "--text-file", text}, `"?"`},
		"AnUnknownUnitOut":  {[]string{"--unit", "xa", "--without-unit", "nowhere", "--text-file", text}, `there is no unit "nowhere"`},
		"AnotherEncoding":   {[]string{"--unit", "xa", "--text-file", w.written("latin.txt", "M\xedt")}, "is not in UTF-8"},
		"NothingToBeAllOf":  {[]string{"--unit", "xa", "--text-file", text, "--all-or-nothing"}, "without a budget"},
		"ANegativeBudget":   {[]string{"--unit", "xa", "--text-file", text, "--budget=-1"}, "below 0"},
	} {
		_, errs, exit := w.run(append([]string{"announce", "create", "--title", "Thử"}, c.args...)...)
		require.Equal(t, 1, exit, name)
		require.Contains(t, errs, c.says, name)
	}
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"NothingToCorrect":  {[]string{"correct", "none", "--text-file", text}, "there is no announcement none"},
		"OneThatIsNotThere": {[]string{"send", "none"}, "there is no announcement none"},
		"NobodyInIt":        {[]string{"send", w.draft("Tin.", "--topic", "bank")}, "there is nobody to send it to"},
		"PausingADraft":     {[]string{"pause", w.draft("Tin.", "--unit", "xa")}, "it is draft, and cannot be paused"},
		"ResendingADraft":   {[]string{"resend", w.draft("Tin.", "--unit", "xa")}, "cannot be sent to the missed"},
		"ARunThatIsNot":     {[]string{"status", "--run", "7", w.draft("Tin.", "--unit", "xa")}, "has no run 7"},
	} {
		_, errs, exit := w.run(append([]string{"announce"}, c.args...)...)
		require.Equal(t, 1, exit, name)
		require.Contains(t, errs, c.says, name)
	}
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"NoText":   {[]string{"--unit", "xa"}, "--text-file=FILE, or --kind"},
		"TwoTexts": {[]string{"--unit", "xa", "--kind", "meeting", "--field", "what=họp", "--text-file", text}, "leave one of them out"},
	} {
		_, errs, exit := w.run(append([]string{"announce", "create", "--title", "Thử"}, c.args...)...)
		require.Equal(t, 2, exit, name)
		require.Contains(t, errs, c.says, name)
	}
	cancelled := w.draft("Tin.", "--unit", "xa")
	w.must("announce", "cancel", cancelled)
	require.EqualValues(t, "cancelled", w.status(cancelled).State)
	at := time.Now().Add(time.Hour).Format(time.RFC3339)
	scheduled := w.draft("Tin.", "--unit", "xa", "--at", at)
	require.Contains(t, w.must("announce", "send", scheduled), "scheduled")
}

func TestAnnounceSendWaitsAndSaysWhenNobodySends(t *testing.T) {
	t.Parallel()

	w := allDay(newWorld(t, storetest.SQLiteURL(t), nil))
	w.village(2, 0)
	id := w.draft("Tin.", "--unit", "xa")
	cmd := w.command("announce", "send", "--wait", id)
	errs := &logBuffer{addr: make(chan string, 1)}
	cmd.Stderr = errs
	require.NoError(t, cmd.Start())
	require.Eventually(t, func() bool { return strings.Contains(errs.String(), "no `loalang serve` is at work") }, patience, 50*time.Millisecond)
	w.serve()
	require.NoError(t, cmd.Wait())
	w.once("Tin.", 0, 2)
}

func TestAnnouncePostsInGroupsAndSendsTemplates(t *testing.T) {
	t.Parallel()

	w := allDay(newWorld(t, storetest.SQLiteURL(t), func(_ *zalosim.Config, oa *zalosim.OA) {
		oa.Billing = &zalosim.Billing{Linked: true, Balance: 10_000}
	}))
	w.village(6, 1)
	w.must("import", "groups", w.written("groups.csv", fmt.Sprintf("oa_id,group_id,ten,ma_don_vi,thanh_vien\n%[1]s,g1,Nhóm Xóm,xom,%[2]s;%[3]s;%[4]s\n%[1]s,g2,Nhóm Bản,ban,%[5]s\n",
		testOA, villager(0), villager(1), villager(2), villager(6))))
	_, err := w.sim.AddGroup(zalosim.Group{OA: testOA, ID: "g1", Name: "Nhóm Xóm", Members: []string{villager(0), villager(1), villager(2)}})
	require.NoError(t, err)
	long := time.Now().Add(-10 * 24 * time.Hour) // for Zalo as for us the window of one is closed
	w.must("import", "households", w.written("households.csv", "ma_ho,ma_don_vi,chu_ho,dia_chi,so_dien_thoai,nhu_cau,nguoi_giup\nh1,xom,Ông Tư,,,,\nh2,xom,Bà Sáu,,,,\nh3,ban,Ông Bảy,,,,\n"))
	w.sim.AddUser(zalosim.User{OA: testOA, ID: villager(9), LastInteraction: long})
	w.must("import", "residents", w.written("far.csv", fmt.Sprintf("oa_id,zalo_user_id,ten,ma_don_vi,ma_ho,chu_de,vai_tro,ngon_ngu,tuong_tac_cuoi,dong_y\n%s,%s,Bà Lan,xom,,,,,%s,%[3]s\n",
		testOA, villager(9), long.Format(time.RFC3339))))
	require.NoError(t, w.sim.AddTemplate(zalosim.Template{
		OA: testOA, ID: "T1", Text: "Kính gửi <ten>: có thông báo mới", Price: 300, Params: []zalosim.Param{{Name: "ten"}},
	}))
	w.must("oa", "template", "--kind", "hop", "--template-id", "T1", "--price", "300", "--data", "ten={name}")
	w.serve()

	id := w.draft("Họp thôn tối nay.", "--unit", "xom", "--kind", "hop", "--budget", "300", "--all-or-nothing")
	var doc planDocument
	require.NoError(t, json.Unmarshal([]byte(w.must("announce", "plan", "--json", id)), &doc))
	require.Equal(t, map[plan.Channel]int{
		plan.ChannelFree: 3, plan.ChannelGroup: 3, plan.ChannelPaid: 0, plan.ChannelTemplate: 1, plan.ChannelNone: 0,
	}, doc.ByChannel)
	require.EqualValues(t, 300, doc.CostVND)
	require.Equal(t, 5, doc.Calls)
	require.Equal(t, []string{"g1"}, doc.Groups)
	require.Len(t, doc.Sample, 5)
	require.Equal(t, 2, doc.OnRoll)
	require.Equal(t, 2, doc.InPerson, "nobody of these households is on Zalo")
	w.must("announce", "send", "--wait", id)
	require.Len(t, w.sim.Posts(testOA, "g1"), 1)
	require.Empty(t, w.sim.Posts(testOA, "g2"), "another village's group")
	w.once("Họp thôn tối nay.", 3, 6)
	require.Empty(t, w.answers(villager(0)), "who read it in the group")
	require.Equal(t, []string{"Kính gửi Bà Lan: có thông báo mới"}, w.answers(villager(9)))
	status := w.status(id)
	require.Equal(t, 7, status.Recipients)
	require.EqualValues(t, 300, status.CostVND)
	require.Equal(t, []groupStatus{{GroupID: "g1", Name: "Nhóm Xóm", State: bot.DeliveryAccepted, Members: 3}}, status.Groups)

	_, errs, exit := w.run("announce", "send", w.draft("Họp lại.", "--unit", "xom", "--kind", "hop", "--budget", "299", "--all-or-nothing"))
	require.Equal(t, 1, exit)
	require.Contains(t, errs, "1 VND more")
	require.Contains(t, w.must("oa", "template"), "hop  T1  300 VND")
	w.must("oa", "template", "--kind", "hop", "--remove")
	audited := w.audited()
	require.Equal(t, bot.AuditPutTemplate, audited[0])
	require.Equal(t, bot.AuditRemoveTemplate, audited[len(audited)-1])
	require.Contains(t, w.must("audit"), "T1, 300 VND")
	for says, args := range map[string][]string{
		"--price is missing":      {"--kind", "hop", "--template-id", "T1"},
		"there is no placeholder": {"--kind", "hop", "--template-id", "T1", "--price", "1", "--data", "ten={x}"},
		"no template is named":    {"--kind", "hop", "--remove"},
	} {
		_, errs, exit := w.run(append([]string{"oa", "template"}, args...)...)
		require.Equal(t, 1, exit)
		require.Contains(t, errs, says)
	}
}

func TestResidentJoinsByTypingAndGetsTheNextAnnouncement(t *testing.T) {
	t.Parallel()

	onBoth(t, func(t *testing.T, database string) {
		w := allDay(newWorld(t, database, nil))
		w.village(1, 1)
		w.sim.AddUser(zalosim.User{OA: testOA, ID: villager(7), LastInteraction: time.Now()})
		p := w.serve()
		for i, text := range []string{"đăng ký", "thon xom", "1"} {
			require.Equal(t, 200, signed(t.Context(), p.url, textEvent(villager(7), fmt.Sprint("join", i), text), testSecret))
			require.Eventually(t, func() bool { return len(w.answers(villager(7))) == i+1 }, patience, 20*time.Millisecond, p.log)
		}
		require.Contains(t, w.answers(villager(7))[2], "Xã Thử", "who says what it will send")
		w.must("announce", "send", "--wait", w.draft("Họp thôn tối nay.", "--unit", "xom"))
		w.once("Họp thôn tối nay.", 7, 8)
		require.Zero(t, w.copies(villager(1), "Họp thôn tối nay."), "who is of another village")
	})
}
