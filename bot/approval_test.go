package bot_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/rights"
	"github.com/loalang/loalang/store"
)

// careful is a desk whose account wants a second person for what goes to a commune or is an emergency.
func careful(t *testing.T) (d *desk, officer, admin bot.Operator) {
	t.Helper()
	d = newDesk(t)
	record := bot.CommandLine.Record(oaID, bot.AuditSetApproval, "", "", d.clock.Now())
	require.NoError(t, d.db.SetApproval(t.Context(), oaID, rights.Policy{Commune: true, Emergency: true}, record))
	return d, d.bind("u-officer", "o", rights.CommuneOfficer, "xa"), d.bind("u-admin", "a", rights.Admin)
}

func TestApproval(t *testing.T) {
	t.Parallel()

	last := func(d *desk, user string) bot.Message {
		told := d.told(user)
		return told[len(told)-1]
	}

	t.Run("IsAskedOfWhoeverMayAndToldToWhoAsked", func(t *testing.T) {
		t.Parallel()

		d, officer, admin := careful(t)
		d.bind(headOf, "h", rights.VillageHead, "nha")
		require.NoError(t, d.draft(officer, "A", toAll))
		a, err := d.by(officer).Send(t.Context(), "A")
		require.NoError(t, err)
		require.Equal(t, bot.AnnouncementApproval, a.State)
		require.Contains(t, last(d, "u-admin").Text, "Cán bộ o muốn gửi thông báo \"Họp A\"")
		require.Contains(t, last(d, "u-admin").Text, "Mời họp.")
		require.Contains(t, last(d, "u-admin").Text, "\n\nGửi tới: Xã Nhà, tất cả bà con: 5 người.\n"+
			"Cách gửi: 2 người nhận tin riêng; 1 hộ phải báo tận nơi.\nChi phí 0 đồng, gửi xong trong khoảng 1 phút.\n\n", "with the plan")
		require.NotContains(t, last(d, headOf).Text, "duyệt", "a head may not")
		require.True(t, last(d, "u-admin").Spelled, "a number would mean what was asked before")
		require.Contains(t, last(d, "u-admin").Text, "\"duyệt "+a.Short()+"\"")
		_, err = d.by(officer).Approve(t.Context(), "A")
		require.ErrorIs(t, err, bot.ErrForbidden, "nobody approves his own")
		_, err = d.by(admin).Approve(t.Context(), "A")
		require.NoError(t, err)
		require.Contains(t, last(d, "u-officer").Text, "đã được Cán bộ a duyệt")
		d.clock.Advance(bot.UndoTime)
		d.work()
		require.Equal(t, bot.AnnouncementSending, d.stateOf("A"))
		_, err = d.by(admin).Approve(t.Context(), "A")
		require.ErrorIs(t, err, bot.ErrState, "once")
	})

	t.Run("SaysForWhomItIs", func(t *testing.T) {
		t.Parallel()

		for whom, audience := range map[string]bot.Audience{
			"Xã Nhà, tất cả bà con":                           {Units: []string{"xa"}},
			"Xã Nhà, người theo dõi ngân hàng":                {Topics: []bot.Topic{bot.TopicBank}},
			"Xã Nhà, tổ trưởng tổ vay vốn hoặc người vay vốn": {Roles: []bot.Role{bot.RoleGroupLeader, bot.RoleBorrower}},
			"Xã Nhà, một phần bà con":                         {Roles: []bot.Role{"beekeeper"}},
			"Xã Nhà, nhà thuộc diện sống một mình":            {Needs: []bot.Need{bot.NeedAlone}},
			"Xã Nhà, người dùng tiếng Khmer":                  {Languages: []string{"km"}},
			"Xã Nhà, tất cả bà con, trừ Thôn Khác":            {Units: []string{"xa"}, WithoutUnits: []string{"khac"}},
			"Xã Nhà, tất cả bà con, trừ một số người":         {Units: []string{"xa"}, WithoutRoles: []bot.Role{bot.RoleBorrower}},
		} {
			d, officer, _ := careful(t)
			_, err := d.db.ImportResidents(t.Context(), store.Values([]bot.Resident{d.resident("u3", time.Hour, func(r *bot.Resident) {
				r.UnitCode, r.HouseholdCode, r.Language = "nha", "n2", "km"
				r.Roles, r.Topics = []bot.Role{bot.RoleBorrower, "beekeeper"}, []bot.Topic{bot.TopicBank}
			}), d.resident("u4", time.Hour, func(r *bot.Resident) { r.UnitCode = "nha" })}), false)
			require.NoError(t, err)
			require.NoError(t, d.draft(officer, "A", func(a *bot.Announcement) { a.Audience = audience }))
			_, err = d.by(officer).Send(t.Context(), "A")
			require.NoError(t, err)
			require.Contains(t, last(d, "u-admin").Text, "\n\nGửi tới: "+whom+": ")
		}
	})

	t.Run("SaysThatACorrectionIsForThoseWhoGotTheOtherOne", func(t *testing.T) {
		t.Parallel()

		d, officer, admin := careful(t)
		require.NoError(t, d.draft(officer, "A", toAll))
		_, err := d.by(officer).Send(t.Context(), "A")
		require.NoError(t, err)
		_, err = d.by(admin).Approve(t.Context(), "A")
		require.NoError(t, err)
		d.clock.Advance(bot.UndoTime)
		d.work()
		d.deliverAll()
		_, err = d.by(admin).Cancel(t.Context(), "A")
		require.NoError(t, err)
		require.NoError(t, d.by(officer).Correct(t.Context(), "A", bot.Announcement{ID: "B", Message: bot.Message{Text: "Đính chính."}}))
		b, err := d.by(officer).Send(t.Context(), "B")
		require.NoError(t, err)
		require.Equal(t, bot.AnnouncementApproval, b.State)
		require.Contains(t, last(d, "u-admin").Text, "\n\nGửi tới: Xã Nhà, những người đã nhận tin cũ: ")
	})

	t.Run("IsWantedOfTheCommandLineToo", func(t *testing.T) {
		t.Parallel()

		d, _, admin := careful(t)
		require.NoError(t, d.draft(bot.CommandLine, "A", danger))
		a, err := d.by(bot.CommandLine).Send(t.Context(), "A")
		require.NoError(t, err)
		require.Equal(t, bot.AnnouncementApproval, a.State)
		_, err = d.by(bot.CommandLine).Approve(t.Context(), "A")
		require.ErrorIs(t, err, bot.ErrForbidden)
		_, err = d.by(admin).Approve(t.Context(), "A")
		require.NoError(t, err)
	})

	t.Run("IsNotWantedForOneVillage", func(t *testing.T) {
		t.Parallel()

		d, officer, _ := careful(t)
		require.NoError(t, d.draft(officer, "A"))
		a, err := d.by(officer).Send(t.Context(), "A")
		require.NoError(t, err)
		require.Equal(t, bot.AnnouncementPlanning, a.State)
	})

	t.Run("IsWantedForAllVillagesByName", func(t *testing.T) {
		t.Parallel()

		d, officer, _ := careful(t)
		require.NoError(t, d.draft(officer, "A", func(a *bot.Announcement) { a.Audience.Units = []string{"nha", "khac"} }))
		a, err := d.by(officer).Send(t.Context(), "A")
		require.NoError(t, err)
		require.Equal(t, bot.AnnouncementApproval, a.State)
	})

	t.Run("IsRefusedWithAReason", func(t *testing.T) {
		t.Parallel()

		d, officer, admin := careful(t)
		require.NoError(t, d.draft(officer, "A", toAll))
		_, err := d.by(officer).Send(t.Context(), "A")
		require.NoError(t, err)
		_, err = d.by(admin).Reject(t.Context(), "A", "sai giờ")
		require.NoError(t, err)
		require.Equal(t, bot.AnnouncementCancelled, d.stateOf("A"))
		require.Contains(t, last(d, "u-officer").Text, "không được Cán bộ a duyệt nên không gửi.\nLý do: sai giờ")
		list, err := d.db.Audit(t.Context(), oaID, time.Time{})
		require.NoError(t, err)
		require.Equal(t, "sai giờ", list[len(list)-1].Detail)
	})

	t.Run("LapsesAfterADay", func(t *testing.T) {
		t.Parallel()

		d, officer, admin := careful(t)
		require.NoError(t, d.draft(officer, "A", toAll))
		_, err := d.by(officer).Send(t.Context(), "A")
		require.NoError(t, err)
		d.clock.Advance(24*time.Hour - time.Second)
		d.work()
		require.Equal(t, bot.AnnouncementApproval, d.stateOf("A"))
		d.clock.Advance(time.Second)
		_, err = d.by(admin).Approve(t.Context(), "A")
		require.ErrorIs(t, err, bot.ErrState)
		d.work()
		require.Equal(t, bot.AnnouncementCancelled, d.stateOf("A"))
		require.Contains(t, last(d, "u-officer").Text, "chưa ai duyệt kịp")
		require.Contains(t, d.audited(), bot.AuditApprovalExpired)
	})

	t.Run("EndsWithItsOperator", func(t *testing.T) {
		t.Parallel()

		d, officer, admin := careful(t)
		require.NoError(t, d.draft(officer, "A", toAll))
		_, err := d.by(officer).Send(t.Context(), "A")
		require.NoError(t, err)
		_, err = d.operators.Remove(t.Context(), oaID, officer.ID)
		require.NoError(t, err)
		require.Equal(t, bot.AnnouncementCancelled, d.stateOf("A"))
		_, err = d.by(admin).Approve(t.Context(), "A")
		require.ErrorIs(t, err, bot.ErrState)
	})

	t.Run("MarksAreTheOperatorsOwnHouseholds", func(t *testing.T) {
		t.Parallel()

		d, _, _ := careful(t)
		head := d.bind(headOf, "h", rights.VillageHead, "nha")
		require.NoError(t, d.draft(bot.CommandLine, "A", toAll))
		closed, err := d.by(head).Close(t.Context(), "A", []string{"n1", "n2", "n1"}, "", "")
		require.NoError(t, err)
		require.Equal(t, 2, closed)
		_, err = d.by(head).Close(t.Context(), "A", []string{"n1", "k1"}, "", "")
		require.ErrorIs(t, err, bot.ErrForbidden)
		_, err = d.by(head).Close(t.Context(), "A", []string{"none"}, "", "")
		require.ErrorIs(t, err, bot.ErrNotFound)
		_, list, _, err := d.by(head).Reach(t.Context(), "A", bot.ReceiptPatience)
		require.NoError(t, err)
		require.Len(t, list, 2, "of the own village alone")
	})
}
