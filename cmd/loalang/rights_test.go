package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot/rights"
	"github.com/loalang/loalang/store/storetest"
)

// The two accounts of the walk: one of two communes, and one of a single commune, in which its officer counts everywhere.
const (
	walkOA   = "4000000000000000002"
	singleOA = "4000000000000000003"
)

// walk is a database with one operator of each role, all of whom count in commune or village "own".
type walk struct {
	t         *testing.T
	flags     []string
	operators map[string]map[rights.Role]string // by account
}

// do runs a command in this process.
func (w *walk) do(args ...string) (stdout, stderr string, exit int) {
	w.t.Helper()
	var out, errs bytes.Buffer
	exit = run(w.t.Context(), append(append([]string{}, w.flags...), args...), strings.NewReader(""), &out, &errs)
	return out.String(), errs.String(), exit
}

func (w *walk) must(args ...string) string {
	w.t.Helper()
	out, errs, exit := w.do(args...)
	require.Zero(w.t, exit, "%v: %s", args, errs)
	return out
}

func (w *walk) written(name, text string) string {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), name)
	require.NoError(w.t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func (w *walk) id(args ...string) string {
	w.t.Helper()
	var made struct{ ID string }
	require.NoError(w.t, json.Unmarshal([]byte(w.must(append([]string{"--json"}, args...)...)), &made))
	return made.ID
}

// draft is one that an admin has made for a unit.
func (w *walk) draft(unit string, args ...string) string {
	w.t.Helper()
	return w.id(append([]string{"announce", "create", "--oa", walkOA, "--title", "Tin", "--text-file", w.written("text.txt", "Mời bà con."), "--unit", unit}, args...)...)
}

// may tells whether somebody was allowed to run a command: it works, or is refused by the rights and by nothing else.
func (w *walk) may(oa string, role rights.Role, args ...string) bool {
	w.t.Helper()
	_, errs, exit := w.do(append([]string{"--as", w.operators[oa][role]}, args...)...)
	if exit != 0 {
		require.Contains(w.t, errs, "not allowed", "%s: %v", role, args)
	}
	return exit == 0
}

func newWalk(t *testing.T) *walk {
	t.Helper()
	w := &walk{
		t: t, operators: make(map[string]map[rights.Role]string),
		flags: []string{"--database-url", storetest.SQLiteURL(t), "--secret-key", storetest.SecretKey},
	}
	now := time.Now().Add(-time.Minute).Format(time.RFC3339)
	for oa, units := range map[string]string{
		walkOA:   "tinh,Tỉnh,tinh,,\nxa,Xã Nhà,xa,tinh,\nnha,Thôn Nhà,thon,xa,\nnha2,Thôn Nhì,thon,xa,\nxa2,Xã Khác,xa,tinh,\nkhac,Thôn Khác,thon,xa2,\n",
		singleOA: "xa,Xã Nhà,xa,,\nnha,Thôn Nhà,thon,xa,\n",
	} {
		w.must("oa", "add", "--oa-id", oa, "--name", "Xã")
		w.must("import", "units", "--oa", oa, w.written("units.csv", "ma,ten,loai,ma_cap_tren,ten_cu\n"+units))
		w.operators[oa] = make(map[rights.Role]string)
		for role, unit := range map[rights.Role]string{
			rights.VillageHead: "nha", rights.CommuneOfficer: "xa", rights.BankOfficer: "xa", rights.DigitalTeam: "nha", rights.Admin: "",
		} {
			args := []string{"operator", "add", "--oa", oa, "--name", string(role), "--role", string(role)}
			if unit != "" {
				args = append(args, "--unit", unit)
			}
			w.operators[oa][role] = w.id(args...)
		}
	}
	w.must("import", "households", "--oa", walkOA, w.written("households.csv",
		"ma_ho,ma_don_vi,chu_ho,dia_chi,so_dien_thoai,nhu_cau,nguoi_giup\nnha-1,nha,Ông Một,,,,\nkhac-1,khac,Ông Hai,,,,\n"))
	w.must("import", "residents", w.written("residents.csv", "oa_id,zalo_user_id,ten,ma_don_vi,ma_ho,chu_de,vai_tro,ngon_ngu,tuong_tac_cuoi,dong_y\n"+
		walkOA+",7100000000000000001,Một,nha,,bank;livestock,,,"+now+","+now+"\n"+
		walkOA+",7100000000000000002,Hai,khac,,bank;livestock,,,"+now+","+now+"\n"))
	return w
}

// attempts run each action as somebody, about a unit: "nha" is the own one, "khac" another's.
func (w *walk) attempt(action rights.Action, role rights.Role, unit string, topic ...string) bool {
	w.t.Helper()
	household := unit + "-1"
	if role == rights.BankOfficer && topic == nil {
		topic = []string{"--topic", "bank"}
	}
	sent := func(args ...string) string {
		id := w.draft(unit, append(args, topic...)...)
		w.must("announce", "send", id)
		return id
	}
	switch action {
	case rights.Send:
		id := w.draft(unit, topic...)
		created := w.may(walkOA, role, append([]string{"announce", "create", "--oa", walkOA, "--title", "Tin", "--text-file", w.written("t.txt", "Mời."), "--unit", unit}, topic...)...)
		planned, sent := w.may(walkOA, role, "announce", "plan", id), w.may(walkOA, role, "announce", "send", id)
		require.Equal(w.t, []bool{sent, sent}, []bool{created, planned}, "%s: create, plan and send go together", role)
		return sent
	case rights.SendEmergency:
		return w.may(walkOA, role, "announce", "send", w.draft(unit, append(topic, "--urgency", "emergency")...))
	case rights.Approve:
		w.must("oa", "add", "--oa-id", walkOA, "--approval", "emergency")
		defer w.must("oa", "add", "--oa-id", walkOA, "--approval", "none")
		waiting, refused := sent("--urgency", "emergency"), sent("--urgency", "emergency")
		approves, rejects := w.may(walkOA, role, "announce", "approve", waiting), w.may(walkOA, role, "announce", "reject", refused)
		require.Equal(w.t, approves, rejects, "%s: approve and reject go together", role)
		return approves
	case rights.Cancel:
		paused := w.may(walkOA, role, "announce", "pause", sent())
		cancelled := w.may(walkOA, role, "announce", "cancel", sent())
		require.Equal(w.t, cancelled, paused, "%s: pause and cancel go together", role)
		return cancelled
	case rights.SeeResults:
		id := sent()
		status, reach, script := w.may(walkOA, role, "announce", "status", id), w.may(walkOA, role, "announce", "reach", id), w.may(walkOA, role, "announce", "script", id)
		require.Equal(w.t, []bool{status, status}, []bool{reach, script}, "%s: status, reach and script go together", role)
		return status
	case rights.SeeNotReached:
		return w.may(walkOA, role, "announce", "not-reached", sent())
	case rights.MarkTold:
		return w.may(walkOA, role, "announce", "close", sent(), "--household", household, "--by", "Ai")
	case rights.DecideCalendar:
		commune := map[string]string{"nha": "xa", "khac": "xa2"}[unit]
		return w.may(walkOA, role, "import", "calendar", "--oa", walkOA, w.written("days.csv",
			"ma_don_vi,diem,ngay,gio_bat_dau,gio_ket_thuc,dia_diem,can_bo\n"+commune+",Trụ sở,12,08:00,11:00,Trụ sở,\n"))
	case rights.ManageOperators:
		added := w.may(walkOA, role, "operator", "add", "--oa", walkOA, "--name", "Mới", "--role", "digital_team", "--unit", unit)
		listed, audit := w.may(walkOA, role, "operator", "list", "--oa", walkOA), w.may(walkOA, role, "audit")
		require.Equal(w.t, []bool{added, added}, []bool{listed, audit}, "%s: operators and audit go together", role)
		return added
	}
	// Whole lists: in the account of one commune they are the commune's own.
	oa := map[string]string{"nha": singleOA, "khac": walkOA}[unit]
	if action == rights.Export {
		return w.may(oa, role, "export", "residents", "--oa", oa, "-") && w.may(oa, role, "export", "households", "--oa", oa, "-")
	}
	require.Equal(w.t, rights.Import, action, "a new action: say here how it is attempted")
	return w.may(oa, role, "import", "groups", "--oa", oa, w.written("groups.csv", "oa_id,group_id,ten,ma_don_vi,thanh_vien\n"+oa+",g1,Nhóm,nha,\n"))
}

func TestRightsAreThoseOfTheREADME(t *testing.T) {
	t.Parallel()

	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	_, after, found := strings.Cut(string(readme), "<!-- rights: begin -->\n")
	require.True(t, found)
	table, _, found := strings.Cut(after, "<!-- rights: end -->")
	require.True(t, found)
	require.Equal(t, rights.Table(), strings.TrimLeft(table, "\n"))
	cells := make(map[rights.Action]map[rights.Role]rights.Reach)
	for line := range strings.Lines(table) {
		if columns := strings.Split(line, "|"); len(columns) == len(rights.Roles)+3 && strings.Contains(columns[1], "`") {
			action := rights.Action(strings.Trim(columns[1], " `"))
			cells[action] = make(map[rights.Role]rights.Reach)
			for i, role := range rights.Roles {
				cells[action][role] = rights.Reach(strings.TrimSpace(columns[i+2]))
			}
		}
	}
	require.Len(t, cells, len(rights.Actions))

	for _, action := range rights.Actions {
		t.Run(string(action), func(t *testing.T) {
			t.Parallel()

			w := newWalk(t)
			for _, role := range rights.Roles {
				reach := cells[action][role]
				require.Equal(t, reach != rights.No, w.attempt(action, role, "nha"), "%s by %s in the own unit", action, role)
				require.Equal(t, reach == rights.All, w.attempt(action, role, "khac"), "%s by %s in another's unit", action, role)
			}
		})
	}

	t.Run("TheBankIsItsOfficersMatterAndNoOtherIs", func(t *testing.T) {
		t.Parallel()

		w := newWalk(t)
		for _, action := range []rights.Action{rights.Send, rights.Cancel, rights.SeeResults, rights.SeeNotReached, rights.MarkTold} {
			require.False(t, w.attempt(action, rights.BankOfficer, "nha", "--topic", "livestock"), "%s", action)
			require.True(t, w.attempt(action, rights.BankOfficer, "nha", "--kind", "bank_day"), "%s", action)
			require.False(t, w.attempt(action, rights.VillageHead, "nha", "--topic", "bank"), "%s", action)
		}
	})

	t.Run("NobodyCountsInAnotherAccount", func(t *testing.T) {
		t.Parallel()

		w := newWalk(t)
		id := w.draft("nha")
		require.False(t, w.may(singleOA, rights.Admin, "announce", "send", id))
		require.False(t, w.may(singleOA, rights.Admin, "announce", "close", id, "--household", "nha-1", "--by", "Ai"))
		require.False(t, w.may(singleOA, rights.Admin, "operator", "list", "--oa", walkOA))
		require.False(t, w.may(singleOA, rights.Admin, "export", "residents", "--oa", walkOA, "-"))
		require.False(t, w.may(singleOA, rights.Admin, "import", "calendar", "--oa", walkOA, w.written("days.csv",
			"ma_don_vi,diem,ngay,gio_bat_dau,gio_ket_thuc,dia_diem,can_bo\nxa,Trụ sở,12,08:00,11:00,Trụ sở,\n")))
	})
}
