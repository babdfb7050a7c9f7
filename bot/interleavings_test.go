package bot

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/loalang/loalang/bot/notice"
	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/bot/rights"
	"github.com/loalang/loalang/configs"
	"github.com/loalang/loalang/zalo"
)

// fewKinds are free text, kinds with fields, and one of the bank's.
var fewKinds = func() *notice.Library {
	place := notice.Field{ID: "place", Label: "Ở đâu", Question: "Ở đâu?", Required: true}
	kind := func(id, title, urgency, topic, body string, fields ...notice.Field) notice.Kind {
		return notice.Kind{ID: id, Title: title, Urgency: urgency, Topic: topic, UsefulFor: 7 * 24 * time.Hour, Bodies: map[string]string{"vi": body}, Fields: fields}
	}
	return notice.New(
		kind(kindGeneral, "Tin tự viết", "normal", "", "{text}", notice.Field{ID: "text", Label: "Nội dung", Question: "Nội dung?", Required: true, Type: notice.TypeParagraph}),
		kind("power_cut", "Cắt điện", "normal", "", "Cắt điện {day} ở {place}.\n{note}", place,
			notice.Field{ID: "day", Label: "Ngày", Question: "Hôm nào?", Required: true, Choices: []string{"hôm nay", "ngày mai"}}, notice.Field{ID: "note", Label: "Ghi thêm", Question: "Ghi thêm?"}),
		kind("bank_day", "Ngày ngân hàng", "normal", "bank", "Ngân hàng về {place}.", place),
		kind("flood", "Lũ", "emergency", "", "Lũ ở {place}.", place),
	)
}()

// everything that operators may type, in and out of place.
var typedByOperators = []string{
	"thông báo", "thong bao", "thoong bao", "gửi thông báo", "hủy", "huy", "dừng", "xong", "gửi", "gui", "gửi khẩn cấp", "sửa", "đổi người nhận",
	"hoàn tác", "rut lai", "kết quả", "ket qua", "chưa tới", "đã báo 1", "da bao 2 3", "đã báo", "dừng gửi", "duyệt", "từ chối", "tu choi X9X9X viết lại",
	"1", "2", "3", "1 2", "2 3", "9", "0", "tất cả", "ca xa", "thôn nhà", "thon khac", "vật nuôi", "ngân hàng", "bỏ qua", "hôm nay", "menu", "giúp", "sai",
	"Tối nay họp thôn ở nhà văn hóa lúc 19 giờ.", "Mai cắt điện từ 7 giờ đến 11 giờ.", "Liên hệ anh Tư 0912345678 để nhận bò.", "anh ấy nhờ đăng số",
	"làm sao kích hoạt VNeID", "hỏi làm sao kích hoạt VNeID", "cảm ơn", "??", "#soan", "#soan a 0 xem gui", "#hoan-tac chat-1-0", "#da-tham chat-1-0 k1", "#duyet",
	"mã C2C2C2C2", "H2H2H2H2", "K3K3K3K3",
}

// interleaving is one run of the property: a few operators with their phones, and what must never happen.
type interleaving struct {
	did    map[string]int // what happened, by what
	r      *rapid.T
	bot    *Bot
	mem    *memory
	now    time.Time
	ids    int64
	busy   int // who composes most
	phones map[string]*phone
	users  []string
}

// phone is what one Zalo user sees, and what is kept of the talk.
type phone struct {
	taps         []string // payloads of all buttons so far
	shown        []string // texts
	resident     Resident
	conversation Conversation
	session      string // as it is kept
}

func (x *interleaving) announcer() *Announcer {
	return &Announcer{store: x.mem, rules: x.bot.desk.announcements.rules, wake: silentWake{}, now: x.bot.now, log: slog.New(slog.DiscardHandler)}
}

type silentWake struct{ Wake }

func (silentWake) Hint(LaneKind) {}

// own are the villages of each operator's units, said anew and not by the code under test.
var ownOf = map[string][]string{
	"head": {"nha"}, "officer": {"xa", "nha", "khac", ""}, "bank": {"xa", "nha", "khac", ""}, "team": {"nha"}, "admin": {"xa", "nha", "khac", ""},
}

func newInterleaving(r *rapid.T, base *Bot, rules *plan.Rules, did map[string]int) *interleaving {
	x := &interleaving{r: r, did: did, now: morning, phones: make(map[string]*phone), users: []string{"u-head", "u-officer", "u-bank", "u-team", "u-admin"}}
	x.mem = &memory{
		account: OfficialAccount{OAID: theOA, Name: "Xã Thử", CallsPerMinute: 100}, codes: map[string]string{},
		announcements: make(map[string]Announcement), runs: make(map[string][]Run),
		units: []Unit{
			{OAID: theOA, Code: "xa", Kind: UnitCommune, Name: "Xã Nhà"}, {OAID: theOA, Code: "nha", Kind: UnitThon, Name: "Thôn Nhà", ParentCode: "xa"},
			{OAID: theOA, Code: "khac", Kind: UnitThon, Name: "Thôn Khác", ParentCode: "xa"},
		},
		households: []Household{{OAID: theOA, Code: "n1", UnitCode: "nha"}, {OAID: theOA, Code: "n2", UnitCode: "nha"}, {OAID: theOA, Code: "k1", UnitCode: "khac"}},
		residents: []Resident{
			{OAID: theOA, UserID: "r1", UnitCode: "nha", ConsentAt: morning, LastInteraction: morning, Topics: []Topic{TopicLivestock, TopicBank}},
			{OAID: theOA, UserID: "r2", UnitCode: "khac", ConsentAt: morning, LastInteraction: morning},
		},
	}
	x.mem.account.Approval = rights.Policy{Commune: rapid.Bool().Draw(r, "approve communes"), Emergency: rapid.Bool().Draw(r, "approve emergencies")}
	x.mem.began, x.mem.left, x.mem.kept = x.began, x.left, x.kept
	x.busy = rapid.IntRange(0, len(x.users)-1).Draw(r, "busy")
	for _, role := range []rights.Role{rights.VillageHead, rights.CommuneOfficer, rights.BankOfficer, rights.DigitalTeam, rights.Admin} {
		x.addOperator(role)
	}
	b := *base
	b.now = func() time.Time { return x.now }
	b.desk = desk{operators: x.mem, kinds: fewKinds, announcements: NewAnnouncements(x.mem, rules, plan.Hours{}, b.now)}
	x.bot = &b
	for _, user := range x.users {
		x.phones[user] = &phone{resident: Resident{OAID: theOA, UserID: user}, conversation: Conversation{OAID: theOA, UserID: user}, session: "{}"}
	}
	return x
}

// names of the operators' ids by role; a second of the same role has the same units.
var idOf = map[rights.Role]string{
	rights.VillageHead: "head", rights.CommuneOfficer: "officer", rights.BankOfficer: "bank", rights.DigitalTeam: "team", rights.Admin: "admin",
}

// addOperator makes one whom the Zalo user of the role is.
func (x *interleaving) addOperator(role rights.Role) {
	id := fmt.Sprintf("%s:%d", idOf[role], len(x.mem.operators))
	o := Operator{OAID: theOA, ID: id, Name: id, Role: role, UserID: "u-" + idOf[role], LastInteraction: x.now}
	switch role {
	case rights.VillageHead, rights.DigitalTeam:
		o.Units = []string{"nha"}
	case rights.BankOfficer:
		o.Units, o.Topics = []string{"xa"}, []Topic{TopicBank}
	case rights.CommuneOfficer:
		o.Units = []string{"xa"}
	}
	x.mem.operators = append(x.mem.operators, o)
}

// composingOf is the composing that an announcement came from: what was edited in it changes only the end of the id.
func composingOf(id string) string { return id[:strings.LastIndex(id, "-")] }

// stale tells whether a button of composing is one of before: its composing, edit and step are not those of the session.
func stale(session, text string) bool {
	fields := strings.Fields(text)
	if len(fields) < 5 || fields[0] != "#soan" {
		return false
	}
	var now struct {
		ID   string
		Edit int
		Step string
	}
	err := json.Unmarshal([]byte(session), &now)
	return err != nil || fields[1] != now.ID || fields[2] != fmt.Sprint(now.Edit) || fields[3] != now.Step
}

// untouched is what a button of before must leave as it is.
func untouched(session string) string {
	var s Session
	if err := json.Unmarshal([]byte(session), &s); err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%s %d %s %v %v %v %d", s.ID, s.Edit, s.Step, s.Units, s.Topics, s.Values, s.Field)
}

// name is what the operator with an id is in ownOf.
func nameOf(id string) string { name, _, _ := strings.Cut(id, ":"); return name }

// may checks what an operator does against the rights, said anew.
func (x *interleaving) may(a Announcement, id string) {
	name := nameOf(id)
	units := make(Units)
	for _, u := range x.mem.units {
		units[u.Code] = u
	}
	for code := range a.inUnits(units) {
		require.Contains(x.r, ownOf[name], code, "%s sends to another's unit", id)
	}
	bank := slices.Contains(a.Audience.Topics, TopicBank) || a.Kind == "bank_day"
	require.NotEqual(x.r, "team", name, "the digital team sends")
	require.False(x.r, name == "head" && bank, "a head sends about the bank")
	require.False(x.r, name == "bank" && (!bank || len(a.Audience.Topics) != 1 || a.Urgency == UrgencyEmergency), "the bank's officer sends something else")
}

func (x *interleaving) began(a Announcement, run Run, records []Record) {
	require.Len(x.r, records, 1)
	audit := records[0].Audit
	x.did["urgency "+fmt.Sprint(a.Urgency)]++
	for id, runs := range x.mem.runs {
		require.False(x.r, len(runs) > 0 && composingOf(id) == composingOf(a.ID), "%s is sent though %s was: one composing, one announcement", a.ID, id)
	}
	x.may(a, audit.OperatorID)
	wide := slices.Contains(a.Audience.Units, "xa") || len(a.Audience.Units) > 1
	policy := x.mem.account.Approval
	if policy.Commune && wide || policy.Emergency && a.Urgency == UrgencyEmergency {
		require.Equal(x.r, AuditApprove, audit.Action, "without a second person")
		require.NotEqual(x.r, a.AskedBy, audit.OperatorID, "approved his own")
	}
	if a.Urgency != UrgencyEmergency {
		require.Equal(x.r, x.now.Add(UndoTime), run.HeldUntil)
	}
	author := audit.OperatorID
	if a.AskedBy != "" {
		author = a.AskedBy
	}
	shown := x.phones["u-"+nameOf(author)].shown
	require.True(x.r, slices.ContainsFunc(shown, func(text string) bool {
		return strings.Contains(text, a.Message.Text) && (a.Urgency != UrgencyEmergency || strings.Contains(text, "KHẨN CẤP đi ngay"))
	}), "sent what was not shown, or an emergency without the second word: %q", a.Message.Text)
}

func (x *interleaving) left(run Run) {
	a := x.mem.announcements[run.AnnouncementID]
	require.Equal(x.r, AnnouncementPlanning, a.State)
	x.did["left"]++
	require.False(x.r, x.now.Before(run.HeldUntil), "something leaves before the undo has ended")
}

func (x *interleaving) kept(r Record) {
	id := r.Audit.OperatorID
	x.did[string(r.Audit.Action)]++
	for _, notice := range r.Notices {
		for _, c := range notice.Message.Choices {
			x.phones[notice.UserID].taps = append(x.phones[notice.UserID].taps, c.Payload)
		}
	}
	if id == "" {
		return
	}
	switch name := nameOf(id); r.Audit.Action {
	case AuditApprove, AuditReject:
		require.Contains(x.r, []string{"officer", "admin"}, name)
	case AuditMarkTold:
		unit := map[string]string{"n1": "nha", "n2": "nha", "k1": "khac"}[r.Audit.Subject]
		require.Contains(x.r, ownOf[name], unit)
	case AuditCreate, AuditSend, AuditUndo, AuditCancel, AuditAskApproval:
		require.NotEqual(x.r, "team", name)
	}
}

// hear lets a Zalo user write some texts that are handled together. With crash what was decided is lost, and is decided
// anew.
func (x *interleaving) hear(user string, crash bool, texts ...string) {
	p := x.phones[user]
	events := make([]Event, len(texts))
	for i, text := range texts {
		x.ids++
		events[i] = Event{ID: x.ids, Event: zalo.Event{Name: zalo.EventUserSendText, OAID: theOA, UserID: user, MsgID: fmt.Sprint(x.ids), Text: text, Timestamp: x.now}}
	}
	before, made, old := p.session, len(x.mem.order), len(texts) == 1 && stale(p.session, texts[0])
	var out Outcome
	for range 2 {
		in := Inbox{Resident: p.resident, Conversation: p.conversation, Events: events, Operator: x.mem.of(user)}
		in.Conversation.Choices = slices.Clone(in.Conversation.Choices)
		require.NoError(x.r, json.Unmarshal([]byte(p.session), &in.Session))
		var err error
		out, err = x.bot.handle(x.r.Context(), in)
		require.NoError(x.r, err)
		for _, h := range out.Handled {
			require.NotEqual(x.r, "trouble", h.Decision, "%q panics", texts)
		}
		require.GreaterOrEqual(x.r, len(out.Replies), len(texts), "%q is not answered", texts)
		if !crash {
			break
		}
		crash = false
		x.now = x.now.Add(rapid.SampledFrom([]time.Duration{0, time.Second, time.Minute}).Draw(x.r, "until it is taken up"))
	}
	p.resident, p.conversation = out.Resident, out.Conversation
	if out.Session != nil {
		text, err := json.Marshal(out.Session)
		require.NoError(x.r, err)
		p.session = string(text)
	}
	if o := x.mem.of(user); old && o != nil && o.ID == x.operatorOf(before) {
		require.Equal(x.r, untouched(before), untouched(p.session), "a button of before has changed something: %s", texts[0])
		require.Len(x.r, x.mem.order, made, "a button of before has made something: %s", texts[0])
		x.did["stale"]++
	}
	for _, reply := range out.Replies {
		p.shown = append(p.shown, reply.Message.Text)
		for _, c := range reply.Message.Choices {
			if c.Payload != "" {
				p.taps = append(p.taps, c.Payload)
			}
		}
	}
}

// operatorOf is whose session it is.
func (x *interleaving) operatorOf(session string) string {
	var s Session
	require.NoError(x.r, json.Unmarshal([]byte(session), &s))
	return s.Operator
}

// work lets the worker of announcements do what is due.
func (x *interleaving) work() {
	an := x.announcer()
	for _, id := range x.mem.order {
		for more := true; more; {
			var err error
			more, _, err = an.step(x.r.Context(), Lease{Lane: Lane{OAID: theOA, Kind: LaneAnnouncement, Key: id}})
			require.NoError(x.r, err)
		}
	}
}

// onward is what leads on from each step; with nothing composed, what comes before and after.
var onward = map[SessionStep][]string{
	StepNone: {"thông báo", "thông báo", "gui tin", "hoàn tác", "kết quả", "chưa tới", "đã báo 1", "đã báo 2", "duyệt", "từ chối", "hủy", "dừng gửi"},
	StepKind: {"1", "2", "3", "4", "cat dien"},
	StepField: {
		"Tối nay họp thôn ở nhà văn hóa lúc 19 giờ.", "Mai cắt điện từ 7 giờ đến 11 giờ.", "hôm nay", "1", "bỏ qua", "Liên hệ anh Tư 0912345678 để nhận bò.",
	},
	StepUnits:   {"1", "2", "3", "2 3", "thôn nhà", "xong", "xong", "xong"},
	StepTopics:  {"1", "2", "2 3", "vật nuôi", "tất cả"},
	StepReason:  {"anh ấy nhờ đăng số", "sửa", "x"},
	StepPreview: {"1", "gửi", "gửi", "gửi khẩn cấp", "sửa", "3"},
	StepConfirm: {"gửi khẩn cấp", "1", "sửa"},
}

// step does one thing by chance. Most things are what leads on.
func (x *interleaving) step() {
	user := rapid.SampledFrom(x.users).Draw(x.r, "user")
	if rapid.IntRange(0, 2).Draw(x.r, "another") > 0 { // mostly the same one or two
		user = x.users[x.busy]
	}
	crash := rapid.IntRange(0, 9).Draw(x.r, "crash") == 0
	if i := slices.IndexFunc(x.mem.order, func(id string) bool { return x.mem.announcements[id].State == AnnouncementApproval }); i >= 0 {
		user = rapid.SampledFrom([]string{user, user, "u-officer", "u-admin"}).Draw(x.r, "approver")
		if rapid.IntRange(0, 3).Draw(x.r, "answers") == 0 { // also who may not, and who has asked
			name := x.mem.announcements[x.mem.order[i]].Short()
			x.hear(user, crash, rapid.SampledFrom([]string{"duyệt " + name, "duyet " + strings.ToLower(name), "từ chối " + name + " sai giờ"}).Draw(x.r, "answer"))
			return
		}
	}
	p := x.phones[user]
	if rapid.IntRange(0, 9).Draw(x.r, "astray") < 6 {
		var s Session
		require.NoError(x.r, json.Unmarshal([]byte(p.session), &s))
		x.hear(user, crash, rapid.SampledFrom(onward[s.Step]).Draw(x.r, "onward"))
		return
	}
	switch what := rapid.IntRange(0, 19).Draw(x.r, "what"); {
	case what < 7 && len(p.taps) > 0:
		recent := p.taps[max(0, len(p.taps)-6):]
		x.hear(user, crash, rapid.SampledFrom(recent).Draw(x.r, "tap"))
	case what < 8 && len(p.taps) > 0:
		x.hear(user, crash, rapid.SampledFrom(p.taps).Draw(x.r, "old tap"))
	case what < 10 && len(p.taps) > 0:
		tap := rapid.SampledFrom(p.taps[max(0, len(p.taps)-6):]).Draw(x.r, "double tap")
		x.hear(user, crash, tap, tap)
	case what < 11:
		other := x.phones[rapid.SampledFrom(x.users).Draw(x.r, "whose")]
		if len(other.taps) > 0 {
			x.hear(user, crash, rapid.SampledFrom(other.taps).Draw(x.r, "another's tap"))
		}
	case what < 16:
		x.hear(user, crash, rapid.SampledFrom(typedByOperators).Draw(x.r, "text"))
	case what < 17:
		x.now = x.now.Add(rapid.SampledFrom([]time.Duration{time.Second, 5 * time.Second, 11 * time.Second, time.Hour, 25 * time.Hour}).Draw(x.r, "later"))
	case what < 18:
		x.work()
	case what < 19:
		x.now = x.now.Add(UndoTime)
		x.work()
	default:
		if o := x.mem.of(user); o != nil {
			x.mem.remove(o.ID, x.now)
		} else {
			x.addOperator(map[string]rights.Role{
				"u-head": rights.VillageHead, "u-officer": rights.CommuneOfficer, "u-bank": rights.BankOfficer, "u-team": rights.DigitalTeam, "u-admin": rights.Admin,
			}[user])
		}
	}
}

// mayLeave checks that nobody is stuck: "hủy" leads out of wherever somebody is.
func (x *interleaving) mayLeave() {
	for _, user := range x.users {
		if x.mem.of(user) == nil {
			continue
		}
		stopped := x.phones[user].resident.StoppedAt
		x.hear(user, false, "hủy")
		var s Session
		require.NoError(x.r, json.Unmarshal([]byte(x.phones[user].session), &s))
		require.False(x.r, s.composing(), "%s is stuck at %q", user, s.Step)
		require.Equal(x.r, stopped, x.phones[user].resident.StoppedAt, "hủy has ended the announcements to an operator")
		if user == "u-team" {
			continue
		}
		x.hear(user, false, "thông báo")
		require.NoError(x.r, json.Unmarshal([]byte(x.phones[user].session), &s))
		require.True(x.r, s.composing(), "%s cannot compose any more", user)
	}
}

// TestInterleavings is the property that whatever operators tap and type, however often and in what order, while others are
// removed, processes die and time passes: no step runs twice, nobody is stuck, no right is exceeded, and nothing leaves
// before its undo has ended. How many there are is said by -rapid.checks.
func TestInterleavings(t *testing.T) {
	t.Parallel()

	rules, err := plan.Parse("zalo-rules.yaml", configs.ZaloRules)
	require.NoError(t, err)
	base := newChat(t, func(s *fixedStore) {
		s.units = []Unit{
			{OAID: theOA, Code: "xa", Kind: UnitCommune, Name: "Xã Nhà"}, {OAID: theOA, Code: "nha", Kind: UnitThon, Name: "Thôn Nhà", ParentCode: "xa"},
			{OAID: theOA, Code: "khac", Kind: UnitThon, Name: "Thôn Khác", ParentCode: "xa"},
		}
	}).bot
	did := make(map[string]int)
	rapid.Check(t, func(r *rapid.T) {
		x := newInterleaving(r, base, rules, did)
		for range rapid.IntRange(1, 40).Draw(r, "steps") {
			x.step()
		}
		x.mayLeave()
	})
	t.Logf("what happened: %v", did)
	if did[string(AuditCreate)] > 500 { // enough for what is seldom, too: a property of nothing would hold
		for _, action := range []AuditAction{AuditSend, AuditUndo, AuditCancel, AuditAskApproval, AuditApprove, AuditReject, AuditMarkTold, "left", "stale"} {
			require.NotZero(t, did[string(action)], "%s", action)
		}
	}
}
