package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/store"
	"github.com/loalang/loalang/zalo"
)

// Run checks that a database keeps the promises of bot's store interfaces. newDatabase names a fresh, empty one.
func Run(t *testing.T, newDatabase func(t testing.TB) string) {
	for name, part := range map[string]func(*testing.T, func(testing.TB) string){
		"Lanes": runLanes, "Events": runEvents, "Intake": runIntake, "Deliveries": runDeliveries, "Doubts": runDoubts,
		"Accounts": runAccounts, "FAQ": runFAQ, "Overrides": runOverrides, "Models": runModels, "Questions": runQuestions,
		"Teaching": runTeaching, "Units": runUnits, "Households": runHouseholds, "Residents": runResidents, "Groups": runGroups,
		"Imports": runImports, "Calendar": runCalendar, "Audiences": runAudiences, "Announcements": runAnnouncements, "Fires": runFires,
		"Posts": runPosts, "Attachments": runAttachments, "Templates": runTemplates, "Reach": runReach, "Notices": runNotices,
		"Operators": runOperators, "Sessions": runSessions, "Audit": runAudit, "Reminders": runReminders, "Proxies": runProxies,
		"Ladders": runLadders, "Migrations": runMigrations, "Upgrades": runUpgrades,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			part(t, newDatabase)
		})
	}
}

// long is a lease that no test outlives.
const long = time.Minute

// giveUpAfter is how long a test waits for what must come.
const giveUpAfter = 90 * time.Second

const oaID = "4000000000000000001"

// world is one database with what a test wants to know of it.
type world struct {
	*store.Store
	t     *testing.T
	url   string
	now   time.Time // of the village
	asked int       // questions
	aloft []int64   // deliveries that are sending
}

func newWorld(t *testing.T, newDatabase func(testing.TB) string) *world {
	t.Helper()
	url := newDatabase(t)
	return &world{Store: Open(t, url), t: t, url: url, now: time.Now().UTC().Truncate(time.Millisecond)}
}

// other is a second process on the same database.
func (w *world) other() *world {
	return &world{Store: Open(w.t, w.url), t: w.t, url: w.url, now: w.now}
}

// event is what a resident wrote.
func event(user, msgID, text string) zalo.Event {
	body := fmt.Sprintf(`{"app_id":"1","event_name":"user_send_text","sender":{"id":%q},"recipient":{"id":%q},"message":{"msg_id":%q,"text":%q},"timestamp":"1790000000000"}`,
		user, oaID, msgID, text)
	ev, err := zalo.ParseEvent([]byte(body))
	if err != nil {
		panic(err) // our own
	}
	return ev
}

func (w *world) accept(events ...zalo.Event) []bool {
	w.t.Helper()
	fresh, err := w.AcceptEvents(w.t.Context(), events)
	require.NoError(w.t, err)
	return fresh
}

// claim leases all due lanes of a kind. Lanes are due by the clock of the rows, which is a little ahead of the test's.
func (w *world) claim(kind bot.LaneKind, length time.Duration) []bot.Lease {
	w.t.Helper()
	leases, err := w.ClaimLanes(w.t.Context(), kind, time.Now().Add(time.Second), 100, length)
	require.NoError(w.t, err)
	return leases
}

// one claims the only due lane of a kind.
func (w *world) one(kind bot.LaneKind) bot.Lease {
	w.t.Helper()
	leases := w.claim(kind, long)
	require.Len(w.t, leases, 1)
	return leases[0]
}

func (w *world) inbox(lease bot.Lease) bot.Inbox {
	w.t.Helper()
	inboxes, err := w.PendingEvents(w.t.Context(), []bot.Lease{lease}, 50)
	require.NoError(w.t, err)
	require.Len(w.t, inboxes, 1)
	return inboxes[0]
}

// outcomeOf marks all events of an inbox as handled.
func outcomeOf(in bot.Inbox) bot.Outcome {
	out := bot.Outcome{Lease: in.Lease, Resident: in.Resident, Conversation: in.Conversation, More: in.More}
	for _, ev := range in.Events {
		out.Handled = append(out.Handled, bot.Handled{EventID: ev.ID, Decision: "answer"})
	}
	return out
}

func (w *world) finish(outcomes ...bot.Outcome) []bot.Lane {
	w.t.Helper()
	lost, err := w.FinishEvents(w.t.Context(), outcomes)
	require.NoError(w.t, err)
	return lost
}

// reply is a planned delivery; change may say more.
func (w *world) reply(user, origin string, change ...func(*bot.Delivery)) bot.Delivery {
	d := bot.Delivery{
		OAID: oaID, UserID: user, Origin: origin, Urgency: bot.UrgencyReply, Message: bot.Message{Text: "trả lời " + origin},
		State: bot.DeliveryPlanned, Parts: 1, NotBefore: w.now, ExpiresAt: w.now.Add(24 * time.Hour), CreatedAt: w.now,
	}
	for _, c := range change {
		c(&d)
	}
	return d
}

// plan brings deliveries into the ledger the way the bot does: as replies of a handled event.
func (w *world) plan(deliveries ...bot.Delivery) {
	w.t.Helper()
	w.accept(event("planner", deliveries[0].UserID+deliveries[0].Origin, "menu"))
	leases := w.claim(bot.LaneResident, long)
	i := slices.IndexFunc(leases, func(l bot.Lease) bool { return l.Key == "planner" })
	require.GreaterOrEqual(w.t, i, 0)
	out := outcomeOf(w.inbox(leases[i]))
	out.Replies = deliveries
	require.Empty(w.t, w.finish(out))
}

// next are the origins of the deliveries that may go now, in order.
func (w *world) next() []string {
	w.t.Helper()
	origins := []string{}
	for _, d := range w.nextDeliveries() {
		origins = append(origins, d.Origin)
	}
	return origins
}

// look is what a sender looks for at the moment.
func (w *world) look() bot.Look {
	return bot.Look{Now: w.now, UnsureSince: w.now.Add(-time.Minute), Least: bot.UrgencyBulk, Aloft: w.aloft}
}

func (w *world) nextDeliveries() []bot.Delivery {
	w.t.Helper()
	list, err := w.NextDeliveries(w.t.Context(), oaID, w.look(), 100)
	require.NoError(w.t, err)
	return list
}

// start starts the delivery with an origin, which must be among those that may go.
func (w *world) start(lease bot.Lease, origin string) bot.Attempt {
	w.t.Helper()
	list := w.nextDeliveries()
	i := slices.IndexFunc(list, func(d bot.Delivery) bool { return d.Origin == origin })
	require.GreaterOrEqual(w.t, i, 0, "%s may not go now", origin)
	started, err := w.ExchangeAttempts(w.t.Context(), lease, nil, []bot.Attempt{w.attempt(list[i])})
	require.NoError(w.t, err)
	require.Len(w.t, started, 1)
	w.aloft = append(w.aloft, started[0].DeliveryID)
	return started[0]
}

func (w *world) attempt(d bot.Delivery) bot.Attempt {
	return bot.Attempt{
		DeliveryID: d.ID, OAID: d.OAID, UserID: d.UserID, Part: d.Part, Parts: d.Parts, TextKey: bot.TextKey(d.Message.Text),
		StartedAt: w.now, Deadline: w.now.Add(10 * time.Second),
	}
}

func (w *world) result(a bot.Attempt, state bot.DeliveryState, msgID string) bot.AttemptResult {
	r := bot.AttemptResult{Attempt: a, State: state, Part: a.Part, MsgID: msgID, NotBefore: w.now, At: w.now}
	if msgID != "" {
		r.Part++
	}
	return r
}

func (w *world) record(lease bot.Lease, results ...bot.AttemptResult) {
	w.t.Helper()
	require.NoError(w.t, w.FinishAttempts(w.t.Context(), lease, results))
	for _, r := range results {
		w.aloft = slices.DeleteFunc(w.aloft, func(id int64) bool { return id == r.Attempt.DeliveryID })
	}
}

// states are the states of all deliveries by origin.
func (w *world) states() map[string]bot.DeliveryState {
	w.t.Helper()
	states := make(map[string]bot.DeliveryState)
	rows, err := Raw(w.t, w.url).QueryContext(w.t.Context(), `SELECT origin,
		CASE WHEN id IN (SELECT delivery_id FROM sending) THEN 'sending' ELSE state END FROM deliveries`)
	require.NoError(w.t, err)
	defer rows.Close()
	for rows.Next() {
		var origin, state string
		require.NoError(w.t, rows.Scan(&origin, &state))
		states[origin] = bot.DeliveryState(state)
	}
	require.NoError(w.t, rows.Err())
	return states
}
