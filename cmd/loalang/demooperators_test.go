package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/store"
	"github.com/loalang/loalang/store/storetest"
)

// operatorPhone is a person's phone on the demo's page, worked by the keyboard.
type operatorPhone struct {
	t    *testing.T
	ctx  context.Context
	taps int // of buttons, and of "send"
}

// pick shows the phone of one whose name is searched for.
func (p *operatorPhone) pick(user, name string) {
	p.t.Helper()
	phone := `.resident[data-user="` + user + `"]`
	require.NoError(p.t, chromedp.Do(p.ctx, chromedp.SendKeys(`#find`, name), chromedp.WaitVisible(phone),
		chromedp.SendKeys(phone, kb.Enter), chromedp.WaitVisible(phone+`[aria-current="true"]`)))
}

func (p *operatorPhone) answers() (n int) {
	p.t.Helper()
	n, err := chromedp.Run(p.ctx, chromedp.Evaluate[int](`document.querySelectorAll('.message[data-from="oa"]:not([data-group])').length`))
	require.NoError(p.t, err)
	return n
}

// answer waits for the account's next message after so many.
func (p *operatorPhone) answer(before int) string {
	p.t.Helper()
	next := fmt.Sprintf(`:nth-child(%d of .message[data-from="oa"]:not([data-group]))`, before+1)
	require.NoError(p.t, chromedp.Do(p.ctx, chromedp.WaitVisible(next)))
	text, err := chromedp.Run(p.ctx, chromedp.Text(next))
	require.NoError(p.t, err)
	return text
}

func (p *operatorPhone) types(text string) string {
	p.t.Helper()
	before := p.answers()
	require.NoError(p.t, chromedp.Do(p.ctx, chromedp.SendKeys(`#composer`, text), chromedp.SendKeys(`#composer`, kb.Enter)))
	p.taps++
	return p.answer(before)
}

// tap taps a button with a title, the newest with it.
func (p *operatorPhone) tap(title string) string {
	p.t.Helper()
	before := p.answers()
	found, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](fmt.Sprintf(
		`(b => { if (b) { document.querySelectorAll('#tapped').forEach(o => o.removeAttribute('id')); b.id = 'tapped'; } return !!b; })(`+
			`[...document.querySelectorAll('button.message-button')].reverse().find(b => b.textContent.startsWith(%q)))`, title)))
	require.NoError(p.t, err)
	require.True(p.t, found, "no button %q", title)
	require.NoError(p.t, chromedp.Do(p.ctx, chromedp.SendKeys(`#tapped`, kb.Enter)))
	p.taps++
	return p.answer(before)
}

// pictured keeps what the page looks like, when somebody wants to see it.
func (p *operatorPhone) pictured(name string) {
	p.t.Helper()
	folder := os.Getenv("LOALANG_TEST_PICTURES")
	if folder == "" {
		return
	}
	require.Eventually(p.t, func() bool { // it scrolls softly
		end, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](`(c => c.scrollHeight - c.scrollTop - c.clientHeight < 2)(document.getElementById('chat'))`))
		return err == nil && end
	}, patience, 50*time.Millisecond)
	picture, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	require.NoError(p.t, err)
	require.NoError(p.t, os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600))
}

func TestHeadSendsAnAlertInTheBrowserAndTicksOffAHousehold(t *testing.T) {
	t.Parallel()

	const alert = "Xóm Dưới có lợn chết nghi dịch tả. Bà con không bán lợn, rắc vôi chuồng, thấy lợn bỏ ăn thì báo trưởng thôn."
	database := storetest.SQLiteURL(t)
	link := startDemoOn(t, database)
	st, err := store.Open(t.Context(), database, storetest.SecretKey, time.Now)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	head := demoOperators()[0]
	p := &operatorPhone{t: t, ctx: browse(t, link)}
	p.pick(head.id, "bach truong thon")
	began := time.Now()
	require.Contains(t, p.types("thông báo"), "gửi tin gì")
	require.Contains(t, p.tap("Tin khác, tự viết"), "viết nội dung")
	p.pictured("head-kinds")
	p.types(alert)
	p.taps = 0 // those after the text
	preview := p.tap("Tất cả bà con ở đó")
	require.Contains(t, preview, alert)
	require.Contains(t, preview, "Gửi tới: Thôn Suối Hoa, tất cả bà con")
	p.pictured("head-preview")
	require.Contains(t, p.tap("Gửi khẩn cấp"), "KHẨN CẤP đi ngay") // whatever the time of day is
	require.Contains(t, p.tap("Gửi khẩn cấp ngay"), "đang được gửi")
	require.LessOrEqual(t, p.taps, 9)
	t.Logf("%d taps after the text, %s for all of it by a machine", p.taps, time.Since(began).Round(10*time.Millisecond))
	p.pictured("head-sent")

	sent := latestOf(t, st)
	require.Eventually(t, func() bool {
		a, err := st.Announcement(t.Context(), sent.ID)
		require.NoError(t, err)
		return a.State == bot.AnnouncementDone
	}, patience, 50*time.Millisecond)
	require.True(t, slices.ContainsFunc(chat(t, link), func(m shownMessage) bool { // of the first resident, who lives there
		return m.FromOA && strings.Contains(m.Text, alert)
	}), "a resident has not got it")

	reach := func() (missed []bot.HouseholdReach) {
		list, err := bot.Reach(t.Context(), st, sent.ID, bot.ReceiptPatience, time.Now())
		require.NoError(t, err)
		require.Len(t, list, demoRoll)
		return slices.DeleteFunc(list, func(r bot.HouseholdReach) bool { return r.State != bot.ReachNotReached })
	}
	missed := reach()
	require.Greater(t, len(missed), 9, "there are households whom no message reaches")
	list := p.types("chưa tới")
	require.Contains(t, list, fmt.Sprintf("còn %d hộ chưa tới", len(missed)))
	p.pictured("head-missed")
	shown, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]string](
		`[...[...document.querySelectorAll('.message')].at(-1).querySelectorAll('.message-button')].map(b => b.textContent)`))
	require.NoError(t, err)
	for i, title := range shown[:min(len(shown), 9)] {
		require.True(t, slices.ContainsFunc(missed, func(r bot.HouseholdReach) bool {
			return title == fmt.Sprintf("Đã báo %d · %s", i+1, r.Head)
		}), "%d: %s was reached", i+1, title)
	}
	require.Contains(t, p.types("đã báo 1"), "Đã ghi: 1 hộ được báo tận nơi")
	require.Len(t, reach(), len(missed)-1)
	p.pictured("head-told")
}

func latestOf(t *testing.T, st *store.Store) bot.Announcement {
	t.Helper()
	list, err := st.RecentAnnouncements(t.Context(), demoOAID, 1)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, bot.UrgencyEmergency, list[0].Urgency)
	return list[0]
}

func TestBankRemindsASubscriberInTheBrowserWhenTheClockIsMoved(t *testing.T) {
	t.Parallel()

	link := startDemo(t)
	p := &operatorPhone{t: t, ctx: browse(t, link)}
	subscriber := demoResidents[0]
	p.pick(subscriber.id, "lanh suoi hoa")
	before := p.answers()
	village := time.FixedZone("+07", 7*60*60)
	day := time.Now().In(village).AddDate(0, 0, demoBankAhead)
	postJSON(t, link+"/clock", `{"now":"`+time.Date(day.Year(), day.Month(), day.Day()-3, 18, 0, 0, 0, village).Format(time.RFC3339)+`"}`)
	require.Contains(t, p.answer(before), "Còn 3 ngày nữa, Ngân hàng Chính sách xã hội về Xã Đồng Xanh")
	p.pictured("bank-reminder")
}
