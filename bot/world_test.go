package bot_test

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/bottest"
	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/bot/notice"
	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/configs"
	"github.com/loalang/loalang/store"
	"github.com/loalang/loalang/store/storetest"
	"github.com/loalang/loalang/zalo"
)

const (
	oaID = "4000000000000000001"
	// patience is how long a test waits for what must come.
	patience = 20 * time.Second
	// often is how often a test looks whether it has come.
	often = 20 * time.Millisecond
)

var village = time.FixedZone("+07", 7*60*60)

// world is one account on a database of its own, with a clock and a Zalo that the test drives.
type world struct {
	*bottest.FaultyStore
	t       *testing.T
	db      *store.Store
	url     string
	raw     *sql.DB
	clock   *bottest.Clock
	zalo    *bottest.Sender
	limiter *bottest.Limiter
	wake    *bottest.Wake
	counts  *bottest.Observer
	planned int
	kinds   *notice.Library // nil = free text alone
}

// newWorld has one business account with a valid token; change may say more of it.
func newWorld(t *testing.T, change ...func(*bot.OfficialAccount)) *world {
	t.Helper()
	w := &world{
		t: t, url: storetest.SQLiteURL(t), clock: bottest.NewClock(time.Date(2026, time.November, 21, 10, 0, 0, 0, village)),
		limiter: &bottest.Limiter{}, wake: bottest.NewWake(), counts: &bottest.Observer{},
	}
	w.db = w.open()
	w.raw = storetest.Raw(t, w.url)
	w.FaultyStore = bottest.NewFaultyStore(w.db)
	w.zalo = bottest.NewSender(2*time.Second, w.clock.Now)
	account := bot.OfficialAccount{OAID: oaID, Name: "Xã Thử", Type: bot.AccountBusiness, Token: w.token("at-1", "rt-1", time.Hour)}
	for _, do := range change {
		do(&account)
	}
	_, err := w.db.PutAccount(t.Context(), account)
	require.NoError(t, err)
	return w
}

// open opens the database once more, as another process does.
func (w *world) open() *store.Store {
	w.t.Helper()
	return storetest.OpenAt(w.t, w.url, w.clock.Now)
}

// token is a pair obtained so long ago.
func (w *world) token(access, refresh string, age time.Duration) bot.Token {
	return bot.NewToken(zalo.Token{AccessToken: access, RefreshToken: refresh, ExpiresIn: 25 * time.Hour}, "", w.clock.Now().Add(-age))
}

func (w *world) account() bot.OfficialAccount {
	w.t.Helper()
	a, err := w.db.Account(w.t.Context(), oaID)
	require.NoError(w.t, err)
	return a
}

// event is a webhook body that was accepted.
func (w *world) event(user, msgID, text string) zalo.Event {
	w.t.Helper()
	body := fmt.Sprintf(`{"app_id":"1","event_name":"user_send_text","sender":{"id":%q},"recipient":{"id":%q},"message":{"msg_id":%q,"text":%q},"timestamp":"%d"}`,
		user, oaID, msgID, text, w.clock.Now().UnixMilli())
	ev, err := zalo.ParseEvent([]byte(body))
	require.NoError(w.t, err)
	return ev
}

// write lets a resident write to the account.
func (w *world) write(user string, texts ...string) {
	w.t.Helper()
	for _, text := range texts {
		w.planned++
		_, err := w.db.AcceptEvents(w.t.Context(), []zalo.Event{w.event(user, fmt.Sprint("m", w.planned), text)})
		require.NoError(w.t, err)
	}
}

// claim leases the due lanes of a kind.
func (w *world) claim(kind bot.LaneKind) []bot.Lease {
	w.t.Helper()
	leases, err := w.db.ClaimLanes(w.t.Context(), kind, w.clock.Now(), 1000, time.Minute)
	require.NoError(w.t, err)
	return leases
}

// hear brings witnesses and receipts to the ledger, and plans replies, as handling an event does.
func (w *world) hear(change func(*bot.Outcome)) {
	w.t.Helper()
	w.write("planner", "x")
	for _, lease := range w.claim(bot.LaneResident) {
		inboxes, err := w.db.PendingEvents(w.t.Context(), []bot.Lease{lease}, 50)
		require.NoError(w.t, err)
		out := bot.Outcome{Lease: lease, Resident: inboxes[0].Resident, Conversation: inboxes[0].Conversation}
		for _, ev := range inboxes[0].Events {
			out.Handled = append(out.Handled, bot.Handled{EventID: ev.ID, Decision: "answer"})
		}
		change(&out)
		lost, err := w.db.FinishEvents(w.t.Context(), []bot.Outcome{out})
		require.NoError(w.t, err)
		require.Empty(w.t, lost)
	}
}

// reply is a planned delivery; change may say more.
func (w *world) reply(user, origin string, change ...func(*bot.Delivery)) bot.Delivery {
	now := w.clock.Now()
	d := bot.Delivery{
		OAID: oaID, UserID: user, Origin: origin, Urgency: bot.UrgencyReply, Message: bot.Message{Text: "trả lời " + origin},
		State: bot.DeliveryPlanned, Parts: 1, NotBefore: now, ExpiresAt: now.Add(24 * time.Hour), CreatedAt: now,
	}
	for _, do := range change {
		do(&d)
	}
	return d
}

func urgency(u bot.Urgency) func(*bot.Delivery) { return func(d *bot.Delivery) { d.Urgency = u } }

// inParts makes a message of n parts, each of which names itself.
func inParts(n int) func(*bot.Delivery) {
	return func(d *bot.Delivery) {
		var text strings.Builder
		for i := range n {
			fmt.Fprintf(&text, "Phần %d %s\n", i+1, strings.Repeat("chữ ", 480))
		}
		d.Message.Text, d.Parts = text.String(), n
	}
}

func withButton(d *bot.Delivery) { d.Message.Choices = []bot.Choice{{Title: "Xem", Payload: "#menu"}} }

func (w *world) plan(deliveries ...bot.Delivery) {
	w.t.Helper()
	w.hear(func(o *bot.Outcome) { o.Replies = deliveries })
}

// row is a delivery as it stands in the ledger.
type row struct {
	State     bot.DeliveryState
	Part      int
	Failures  int
	Code      int
	Reason    string
	Asked     int
	NotBefore string // by the village clock; empty = none
}

func (w *world) rows() map[string]row {
	w.t.Helper()
	found, err := w.raw.QueryContext(w.t.Context(),
		`SELECT origin, CASE WHEN id IN (SELECT delivery_id FROM sending) THEN 'sending' ELSE state END,
			part, failures, code, reason, asked, COALESCE(CAST(not_before AS text), '') FROM deliveries`)
	require.NoError(w.t, err)
	defer found.Close()
	rows := make(map[string]row)
	for found.Next() {
		var origin string
		var r row
		require.NoError(w.t, found.Scan(&origin, &r.State, &r.Part, &r.Failures, &r.Code, &r.Reason, &r.Asked, &r.NotBefore))
		if r.NotBefore != "" {
			at, err := time.Parse("2006-01-02 15:04:05.000", r.NotBefore)
			require.NoError(w.t, err)
			r.NotBefore = at.In(village).Format(time.TimeOnly)
		}
		rows[origin] = r
	}
	require.NoError(w.t, found.Err())
	return rows
}

func (w *world) state(origin string) bot.DeliveryState {
	w.t.Helper()
	return w.rows()[origin].State
}

// lane says when a lane of the account is due, zero when never, and whether somebody holds it.
func (w *world) lane(kind bot.LaneKind) (due time.Time, held bool) {
	w.t.Helper()
	var at, owner string
	err := w.raw.QueryRowContext(w.t.Context(),
		"SELECT COALESCE(CAST(next_at AS text), ''), owner FROM lanes WHERE oa_id = ? AND kind = ?", oaID, kind).Scan(&at, &owner)
	require.NoError(w.t, err)
	if at != "" {
		due, err = time.Parse("2006-01-02 15:04:05.000", at)
		require.NoError(w.t, err)
	}
	return due, owner != ""
}

// run is one holding of the delivery lane.
type run struct {
	w      *world
	lease  bot.Lease
	cancel context.CancelFunc
	done   chan error
}

func (w *world) deliverer(change ...func(*bot.DelivererConfig)) *bot.Deliverer {
	cfg := bot.DelivererConfig{
		Store: w, Lanes: w, Accounts: w, Sender: w.zalo, Limiter: w.limiter, Rules: rules(w.t), Wake: w.wake,
		Observer: w.counts, Now: w.clock.Now, Log: slog.New(slog.DiscardHandler),
	}
	for _, do := range change {
		do(&cfg)
	}
	return bot.NewDeliverer(cfg)
}

// deliver claims the delivery lane, which must be due, and does it until it has nothing to do or is stopped.
func (w *world) deliver(change ...func(*bot.DelivererConfig)) *run {
	w.t.Helper()
	leases := w.claim(bot.LaneDelivery)
	require.Len(w.t, leases, 1)
	ctx, cancel := context.WithCancel(w.t.Context())
	r := &run{w: w, lease: leases[0], cancel: cancel, done: make(chan error, 1)}
	d := w.deliverer(change...)
	go func() { r.done <- d.Deliver(ctx, r.lease) }()
	w.t.Cleanup(cancel)
	return r
}

// wait returns what Deliver returned.
func (r *run) wait() error {
	r.w.t.Helper()
	select {
	case err := <-r.done:
		return err
	case <-time.After(patience):
		require.Fail(r.w.t, "Deliver does not return")
		return nil
	}
}

// stop tells the holder to stop, and waits for its end.
func (r *run) stop() {
	r.w.t.Helper()
	r.cancel()
	require.NoError(r.w.t, r.wait())
}

// deliverAll holds the lane until it is given back for want of work.
func (w *world) deliverAll(change ...func(*bot.DelivererConfig)) {
	w.t.Helper()
	require.NoError(w.t, w.deliver(change...).wait())
}

// until waits for something to become true.
func (w *world) until(what string, is func() bool) {
	w.t.Helper()
	deadline := time.Now().Add(patience)
	ticker := time.NewTicker(often)
	defer ticker.Stop()
	for !is() {
		require.True(w.t, time.Now().Before(deadline), "waited in vain for: %s", what)
		<-ticker.C
	}
}

// untilState waits until a delivery is in a state.
func (w *world) untilState(origin string, state bot.DeliveryState) {
	w.t.Helper()
	w.until(origin+" to be "+string(state), func() bool { return w.state(origin) == state })
}

// calls waits for n calls to send.
func (w *world) calls(n int) []bottest.Call {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	require.NoError(w.t, w.zalo.Await(ctx, n), "waited in vain for call %d", n)
	return w.zalo.Calls()
}

// newBot answers on the world's database, with one question in its content.
func (w *world) newBot() *bot.Bot {
	w.t.Helper()
	_, err := w.db.ImportFAQ(w.t.Context(), faq.Content{
		Sections: []faq.Section{{ID: "vneid", Title: "VNeID"}},
		Entries: []faq.Entry{{
			ID: "kich-hoat", Section: "vneid", Title: "Kích hoạt VNeID", Phrasings: []string{"làm sao kích hoạt VNeID"},
			Answer: "Mở ứng dụng.", Issuer: "Công an xã", VerifiedOn: faq.Date{Year: 2026, Month: 11, Day: 1},
		}},
	}, false)
	require.NoError(w.t, err)
	directory, library := bot.NewDirectory(w.db, time.Now), bot.NewLibrary(w.db, nil, slog.New(slog.DiscardHandler))
	require.NoError(w.t, directory.Reload(w.t.Context()))
	require.NoError(w.t, library.Reload(w.t.Context()))
	return bot.New(bot.Config{
		Store: w, Lanes: w, Directory: directory, Library: library, Operators: w.db, Announcements: w.announcements(plan.Hours{}), Kinds: cmp.Or(w.kinds, notice.New(freeText)), Wake: w.wake, Observer: w.counts,
		Now: w.clock.Now, Log: slog.New(slog.DiscardHandler),
	})
}

// rules are those that the program comes with.
func rules(t *testing.T) *plan.Rules {
	t.Helper()
	rules, err := plan.Parse("zalo-rules.yaml", configs.ZaloRules)
	require.NoError(t, err)
	return rules
}

func people(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = "u" + strconv.Itoa(i)
	}
	return list
}
