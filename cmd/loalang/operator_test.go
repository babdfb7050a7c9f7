package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/store/storetest"
	"github.com/loalang/loalang/zalo/zalosim"
)

const headUser = "7200000000000000001"

// invite adds an operator and returns the id and the code.
func (w *world) invite(args ...string) (id, code string) {
	w.t.Helper()
	var made struct{ ID, Code string }
	require.NoError(w.t, json.Unmarshal([]byte(w.must(append([]string{"operator", "add", "--json"}, args...)...)), &made))
	return made.ID, made.Code
}

// told are the messages of the account to a Zalo user.
func (w *world) told(user string) (list []zalosim.Message) {
	for _, m := range w.sim.Messages(testOA, user) {
		if m.FromOA {
			list = append(list, m)
		}
	}
	return list
}

// says lets a Zalo user write, and returns the account's next message.
func (w *world) says(user, text string) zalosim.Message {
	w.t.Helper()
	before := len(w.told(user))
	_, err := w.sim.Say(zalosim.Say{OA: testOA, User: user, Text: text})
	require.NoError(w.t, err)
	require.Eventually(w.t, func() bool { return len(w.told(user)) > before }, patience, 10*time.Millisecond, "no answer to %q", text)
	return w.told(user)[before]
}

func (w *world) audited() (actions []bot.AuditAction) {
	w.t.Helper()
	var list []auditDocument
	require.NoError(w.t, json.Unmarshal([]byte(w.must("audit", "--json")), &list))
	for _, e := range list {
		if e.Action != bot.AuditImport {
			actions = append(actions, e.Action)
		}
	}
	return actions
}

func TestOperatorWorksFromTheChat(t *testing.T) {
	t.Parallel()

	w := allDay(newWorld(t, storetest.SQLiteURL(t), nil))
	w.village(2, 1)
	w.must("import", "households", w.written("households.csv", "ma_ho,ma_don_vi,chu_ho,dia_chi,so_dien_thoai,nhu_cau,nguoi_giup\n"+
		"h1,xom,Ông Tư,,,,\nh2,xom,Bà Sáu,Cuối xóm,,alone,\nh4,ban,Chị Tám,,,,\n"))
	id, code := w.invite("--name", "Ông Bảy", "--role", "village_head", "--unit", "xom")
	require.Contains(t, w.must("operator", "list"), "invited")
	w.sim.AddUser(zalosim.User{OA: testOA, ID: headUser, LastInteraction: time.Now()})
	w.serve()

	require.Contains(t, w.says(headUser, "mã "+strings.ToLower(code)).Text, "trưởng thôn")
	require.Contains(t, w.must("operator", "list"), "bound")
	w.says(headUser, "thong bao")
	w.says(headUser, "tu viet")
	w.says(headUser, "Tối nay 19 giờ 30 họp thôn ở nhà văn hóa, mời bà con tới đông đủ.")
	require.Contains(t, w.says(headUser, "1").Text, "2 người nhận tin riêng")
	asked := time.Now()
	require.Contains(t, w.says(headUser, "gui").Text, "sau 10 giây")
	require.Eventually(t, func() bool { return len(w.told(villager(0))) > 0 && len(w.told(villager(1))) > 0 }, patience, 20*time.Millisecond)
	require.GreaterOrEqual(t, w.told(villager(0))[0].At.Sub(asked), bot.UndoTime, "nothing leaves before the undo has ended")
	require.Contains(t, w.told(villager(1))[0].Text, "19 giờ 30")
	require.Empty(t, w.told(villager(2)), "another village")

	require.Contains(t, w.says(headUser, "kết quả").Text, "Trong 2 hộ")
	missed := w.says(headUser, "chưa tới")
	require.Contains(t, missed.Text, "1. Bà Sáu, Cuối xóm (sống một mình, chưa có ai trên Zalo)")
	require.Contains(t, w.says(headUser, "đã báo 1").Text, "1 hộ")
	require.Contains(t, w.says(headUser, "chưa tới").Text, "còn 1 hộ")

	w.says(headUser, "thông báo")
	w.says(headUser, "1")
	w.says(headUser, "Mai cắt điện toàn thôn từ 7 giờ đến 11 giờ.")
	w.says(headUser, "1")
	w.says(headUser, "gửi")
	var removed struct{ Stopped []string }
	require.NoError(t, json.Unmarshal([]byte(w.must("operator", "remove", "--json", id)), &removed))
	require.Len(t, removed.Stopped, 1, "what waits for its undo is stopped")
	require.Eventually(t, func() bool {
		told := w.told(headUser)
		return strings.Contains(told[len(told)-1].Text, "không còn là cán bộ")
	}, patience, 20*time.Millisecond)
	require.NotContains(t, w.says(headUser, "thông báo").Text, "nội dung tin")
	require.Equal(t, []bot.AuditAction{
		bot.AuditAddOperator, bot.AuditBindOperator, bot.AuditCreate, bot.AuditSend, bot.AuditMarkTold, bot.AuditCreate, bot.AuditSend,
		bot.AuditRemoveOperator, bot.AuditCancel,
	}, w.audited())
	require.Len(t, w.told(villager(0)), 1)
	_, errs, exit := w.run("operator", "remove", id)
	require.Equal(t, 1, exit)
	require.Contains(t, errs, "there is no operator "+id)
}

func TestOperatorCommandsSayWhatIsWrong(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	w.village(1, 0)
	for _, c := range []struct {
		args []string
		exit int
		says string
	}{
		{[]string{"operator", "add", "--name", "A", "--role", "mayor"}, exitUsage, "must be one of"},
		{[]string{"operator", "add", "--name", "A", "--role", "village_head"}, exitFailure, "counts in units; name them with --unit"},
		{[]string{"operator", "add", "--name", "A", "--role", "village_head", "--unit", "xa"}, exitFailure, "xa is no village"},
		{[]string{"operator", "add", "--name", "A", "--role", "admin", "--unit", "none"}, exitFailure, "name no units"},
		{[]string{"--as", "none", "announce", "list"}, exitFailure, "there is no operator none"},
		{[]string{"audit", "--since", "gestern"}, exitFailure, `--since "gestern" is no time`},
		{[]string{"oa", "add", "--oa-id", testOA, "--approval", "village"}, exitFailure, `--approval "village": write commune, emergency`},
	} {
		_, errs, exit := w.run(c.args...)
		require.Equal(t, c.exit, exit, "%v", c.args)
		require.Contains(t, errs, c.says, "%v", c.args)
	}
	require.Contains(t, w.must("operator", "add", "--name", "Bà Năm", "--role", "commune_officer"), "mã ")
	require.Contains(t, w.must("audit"), "add_operator")
	require.NotContains(t, w.must("audit", "--since", "2999-01-01"), "add_operator")
}

func TestAnnounceWaitsForASecondPerson(t *testing.T) {
	t.Parallel()

	w := allDay(newWorld(t, storetest.SQLiteURL(t), nil))
	w.village(2, 1)
	w.must("oa", "add", "--oa-id", testOA, "--name", "Xã Thử", "--calls-per-minute", "0", "--approval", "commune")
	officer, _ := w.invite("--name", "Bà Năm", "--role", "commune_officer")
	id := w.draft("Mời họp.", "--unit", "xa")
	require.Contains(t, w.must("announce", "send", "--wait", id), "Another operator has to approve it")
	_, errs, exit := w.run("announce", "approve", id)
	require.Equal(t, 1, exit)
	require.Contains(t, errs, "one's own announcement")
	require.Contains(t, w.must("--as", officer, "announce", "approve", id), "planning")

	id = w.draft("Mời họp lần hai.", "--unit", "xa")
	w.must("announce", "send", id)
	require.Contains(t, w.must("--as", officer, "announce", "reject", "--reason", "sai ngày", id), "cancelled")
	require.Contains(t, w.must("audit"), "sai ngày")
}
