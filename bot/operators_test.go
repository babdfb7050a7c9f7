package bot_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/bot/rights"
	"github.com/loalang/loalang/store"
)

// desk is a world with a commune of two villages, their residents, and operators.
type desk struct {
	*world
	bot       *bot.Bot
	operators *bot.Operators
}

const headOf = "u-head"

func newDesk(t *testing.T, change ...func(*bot.OfficialAccount)) *desk {
	t.Helper()
	w := newWorld(t, change...)
	d := &desk{world: w, operators: bot.NewOperators(w.db, w.clock.Now)}
	_, err := w.db.ImportUnits(t.Context(), store.Values([]bot.Unit{
		{OAID: oaID, Code: "xa", Kind: bot.UnitCommune, Name: "Xã Nhà"},
		{OAID: oaID, Code: "nha", Kind: bot.UnitThon, Name: "Thôn Nhà", ParentCode: "xa"},
		{OAID: oaID, Code: "khac", Kind: bot.UnitThon, Name: "Thôn Khác", ParentCode: "xa"},
	}), false)
	require.NoError(t, err)
	_, err = w.db.ImportHouseholds(t.Context(), store.Values([]bot.Household{
		{OAID: oaID, Code: "n1", UnitCode: "nha", Head: "Ông Một"}, {OAID: oaID, Code: "n2", UnitCode: "nha", Head: "Bà Hai", Needs: []bot.Need{bot.NeedAlone}},
		{OAID: oaID, Code: "k1", UnitCode: "khac", Head: "Anh Ba"},
	}), false)
	require.NoError(t, err)
	in := func(unit, household string) func(*bot.Resident) {
		return func(r *bot.Resident) {
			r.UnitCode, r.HouseholdCode, r.Topics = unit, household, []bot.Topic{bot.TopicLivestock, bot.TopicBank}
		}
	}
	_, err = w.db.ImportResidents(t.Context(), store.Values([]bot.Resident{
		w.resident("u1", time.Hour, in("nha", "n1")), w.resident("u2", time.Hour, in("khac", "k1")),
	}), false)
	require.NoError(t, err)
	d.bot = w.newBot()
	return d
}

// handle handles what was written.
func (d *desk) handle() {
	d.t.Helper()
	require.NoError(d.t, d.bot.HandleEvents(d.t.Context(), d.claim(bot.LaneResident)))
}

// says lets a Zalo user write, and returns the answer.
func (d *desk) says(user, text string) bot.Message {
	d.t.Helper()
	d.write(user, text)
	d.handle()
	told := d.told(user)
	require.NotEmpty(d.t, told)
	return told[len(told)-1]
}

// told are the messages to a Zalo user that are no announcements, in order.
func (d *desk) told(user string) (list []bot.Message) {
	d.t.Helper()
	found, err := d.raw.QueryContext(d.t.Context(), "SELECT message FROM deliveries WHERE user_id = ? AND announcement_id = '' ORDER BY id", user)
	require.NoError(d.t, err)
	defer found.Close()
	for found.Next() {
		var text string
		require.NoError(d.t, found.Scan(&text))
		var m bot.Message
		require.NoError(d.t, json.Unmarshal([]byte(text), &m))
		list = append(list, m)
	}
	require.NoError(d.t, found.Err())
	return list
}

// add makes an operator, and returns the code.
func (d *desk) add(id string, role rights.Role, units ...string) string {
	d.t.Helper()
	code, err := d.operators.Add(d.t.Context(), bot.Operator{OAID: oaID, ID: id, Name: "Cán bộ " + id, Role: role, Units: units})
	require.NoError(d.t, err)
	return code
}

// bind makes an operator of a Zalo user, who has just written.
func (d *desk) bind(user, id string, role rights.Role, units ...string) bot.Operator {
	d.t.Helper()
	require.Contains(d.t, d.says(user, d.add(id, role, units...)).Text, "Từ nay anh/chị là")
	o, err := d.db.OperatorOf(d.t.Context(), oaID, user)
	require.NoError(d.t, err)
	return o
}

// by is what an operator does with announcements.
func (d *desk) by(o bot.Operator) *bot.Announcements { return d.announcements(plan.Hours{}).By(o) }

func (d *desk) draft(o bot.Operator, id string, change ...func(*bot.Announcement)) error {
	a := bot.Announcement{
		OAID: oaID, ID: id, Title: "Họp " + id, Urgency: bot.UrgencyNormal, Message: bot.Message{Text: "Mời họp."}, Unlimited: true,
		Audience: bot.Audience{Units: []string{"nha"}},
	}
	for _, do := range change {
		do(&a)
	}
	return d.by(o).Create(d.t.Context(), a)
}

func (d *desk) stateOf(id string) bot.AnnouncementState {
	d.t.Helper()
	a, err := d.db.Announcement(d.t.Context(), id)
	require.NoError(d.t, err)
	return a.State
}

// work does all that is due of announcements.
func (d *desk) work() {
	d.t.Helper()
	an := d.announcer()
	for _, lease := range d.claim(bot.LaneAnnouncement) {
		require.NoError(d.t, an.Announce(d.t.Context(), lease))
	}
}

func (d *desk) audited() (actions []bot.AuditAction) {
	d.t.Helper()
	list, err := d.db.Audit(d.t.Context(), oaID, time.Time{})
	require.NoError(d.t, err)
	for _, e := range list {
		actions = append(actions, e.Action)
	}
	return actions
}

func toAll(a *bot.Announcement)  { a.Audience.Units = []string{"xa"} }
func danger(a *bot.Announcement) { a.Urgency = bot.UrgencyEmergency }

func TestOperators(t *testing.T) {
	t.Parallel()

	t.Run("AreBoundByTheirCodeAsPeopleTypeIt", func(t *testing.T) {
		t.Parallel()

		for _, typed := range []func(string) string{
			func(code string) string { return code },
			func(code string) string { return "mã " + code[:4] + " " + code[4:] },
			func(code string) string { return "MA CAN BO: " + code[:4] + "-" + code[4:] },
			func(code string) string {
				return " " + strings.ToLower(strings.Join(strings.Split(code, ""), " ")) + " "
			},
		} {
			d := newDesk(t)
			answer := d.says(headOf, typed(d.add("h", rights.VillageHead, "nha")))
			require.Contains(t, answer.Text, "Chào Cán bộ h! Từ nay anh/chị là trưởng thôn trên Zalo này, phụ trách: Thôn Nhà.")
			o, err := d.db.OperatorOf(t.Context(), oaID, headOf)
			require.NoError(t, err)
			require.Equal(t, "h", o.ID)
		}
	})

	t.Run("AreToldWhatIsWrongWithACode", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		code := d.add("h", rights.VillageHead, "nha")
		require.Contains(t, d.says("u1", "mã C2C2C2C2").Text, "không đúng")
		require.Contains(t, d.says("u1", "mã "+code[:6]).Text, "8 ký tự")
		require.Contains(t, d.says(headOf, code).Text, "Từ nay")
		require.Contains(t, d.says("u1", code).Text, "đã có người dùng")
		require.Contains(t, d.says(headOf, d.add("h2", rights.VillageHead, "khac")).Text, "đã là cán bộ")
		late := d.add("late", rights.Admin)
		d.clock.Advance(bot.InvitationLife)
		require.Contains(t, d.says("u2", late).Text, "quá hạn")
		for range 5 {
			d.says("u3", "mã C2C2C2C2")
		}
		require.Contains(t, d.says("u3", d.add("x", rights.Admin)).Text, "nhiều lần")
	})

	t.Run("LeaveQuestionsAloneThatLookLikeACode", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		for _, text := range []string{"mã otp là gì", "ma so thue", "0912345678", "mã QR"} {
			require.NotContains(t, d.says("u1", text).Text, "Mã", text)
		}
	})

	t.Run("AreNotMadeWithoutAPlaceOrBeyondTheirRole", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		for _, wrong := range []bot.Operator{
			{Name: " ", Role: rights.Admin}, {Name: "A", Role: "mayor"}, {Name: "A", Role: rights.VillageHead},
			{Name: "A", Role: rights.VillageHead, Units: []string{"xa"}}, {Name: "A", Role: rights.VillageHead, Units: []string{"none"}},
			{Name: "A", Role: rights.VillageHead, Units: []string{"nha"}, Topics: []bot.Topic{bot.TopicBank}},
			{Name: "A", Role: rights.BankOfficer, Units: []string{"xa"}, Topics: []bot.Topic{bot.TopicCrops}},
			{Name: "A", Role: rights.Admin, Units: []string{"xa"}}, {Name: "A", Role: rights.CommuneOfficer, Topics: []bot.Topic{"x"}},
		} {
			wrong.OAID, wrong.ID = oaID, "w"
			_, err := d.operators.Add(t.Context(), wrong)
			require.ErrorIs(t, err, bot.ErrOperator, "%+v", wrong)
		}
		d.add("b", rights.BankOfficer)
		o, err := d.db.Operator(t.Context(), oaID, "b")
		require.NoError(t, err)
		require.Equal(t, []string{"xa"}, o.Units, "the only commune goes without saying")
		require.Equal(t, []bot.Topic{bot.TopicBank}, o.Topics)
	})

	t.Run("CanTakeBackWhatTheySentWhileNothingHasLeft", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		head := d.bind(headOf, "h", rights.VillageHead, "nha")
		require.NoError(t, d.draft(head, "A"))
		_, err := d.by(head).Send(t.Context(), "A")
		require.NoError(t, err)
		d.clock.Advance(bot.UndoTime - time.Millisecond)
		d.work()
		require.Empty(t, d.rows()["announcement:A:1"], "nothing is even planned")
		_, err = d.by(head).Undo(t.Context(), "A")
		require.NoError(t, err)
		d.clock.Advance(time.Minute)
		d.work()
		require.Empty(t, d.rows()["announcement:A:1"])
		require.Equal(t, bot.AnnouncementCancelled, d.stateOf("A"))

		require.NoError(t, d.draft(head, "B"))
		_, err = d.by(head).Send(t.Context(), "B")
		require.NoError(t, err)
		d.clock.Advance(bot.UndoTime)
		_, err = d.by(head).Undo(t.Context(), "B")
		require.ErrorIs(t, err, bot.ErrState)
		d.work()
		require.Equal(t, bot.DeliveryPlanned, d.state("announcement:B:1"))
		require.Equal(t, []bot.AuditAction{
			bot.AuditAddOperator, bot.AuditBindOperator, bot.AuditCreate, bot.AuditSend, bot.AuditUndo, bot.AuditCreate, bot.AuditSend,
		}, d.audited())
	})

	t.Run("SendAnEmergencyAtOnce", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		head := d.bind(headOf, "h", rights.VillageHead, "nha")
		require.NoError(t, d.draft(head, "A", danger))
		_, err := d.by(head).Send(t.Context(), "A")
		require.NoError(t, err)
		d.work()
		require.Equal(t, bot.DeliveryPlanned, d.state("announcement:A:1"))
	})

	t.Run("LoseWhatWaitsWhenRemoved", func(t *testing.T) {
		t.Parallel()

		d := newDesk(t)
		head := d.bind(headOf, "h", rights.VillageHead, "nha")
		require.NoError(t, d.draft(head, "A"))
		require.NoError(t, d.draft(head, "B"))
		_, err := d.by(head).Send(t.Context(), "A")
		require.NoError(t, err)
		stopped, err := d.operators.Remove(t.Context(), oaID, head.ID)
		require.NoError(t, err)
		require.Len(t, stopped, 1)
		require.Equal(t, bot.AnnouncementCancelled, d.stateOf("A"))
		told := d.told(headOf)
		require.Contains(t, told[len(told)-1].Text, "không còn là cán bộ")
		require.Contains(t, told[len(told)-1].Text, "Họp A")
		_, err = d.by(head).Send(t.Context(), "B")
		require.ErrorIs(t, err, bot.ErrNotOperator, "also for whoever still holds what the operator was")
		require.Equal(t, bot.AnnouncementDraft, d.stateOf("B"))
		_, err = d.operators.Remove(t.Context(), oaID, head.ID)
		require.ErrorIs(t, err, bot.ErrNotFound)
	})
}
