package main

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/calendar"
	"github.com/loalang/loalang/store"
	"github.com/loalang/loalang/zalo/zalosim"
)

// demoUnits are a made-up commune and two of its villages.
var demoUnits = []bot.Unit{
	{
		Code: "dong-xanh", Kind: bot.UnitCommune, Name: "Xã Đồng Xanh", OldNames: []string{"Xã Đồng Hạ"},
		Phone: "0900000100", Address: "Trung tâm phục vụ hành chính công xã Đồng Xanh", Hours: "thứ Hai đến thứ Sáu, 7 giờ 30 đến 16 giờ 30",
	},
	{
		Code: "suoi-hoa", Kind: bot.UnitThon, Name: "Thôn Suối Hoa", ParentCode: "dong-xanh",
		Phone: "0900000101", Hours: "buổi tối, gọi trưởng thôn",
	},
	{Code: "ea-lang", Kind: bot.UnitBuon, Name: "Buôn Ea Lang", ParentCode: "dong-xanh"},
}

// demoBankDays is when the bank comes to the made-up commune: each month, and in some days from now, so that the reminders
// can be seen by moving the clock while people may still be written to.
func demoBankDays(now time.Time) []calendar.Entry {
	soon := calendar.DateOf(now).Add(demoBankAhead)
	monthly := calendar.Entry{
		Point: calendar.Point{Unit: "dong-xanh"}, When: calendar.When{Monthly: soon.Day}, Hours: calendar.Hours{From: 8 * 60, To: 11 * 60},
		Place: "hội trường xã Đồng Xanh", Officers: []string{"chị Thu"},
	}
	decided := monthly // whatever holiday it may be
	decided.When = calendar.When{Date: soon}
	return []calendar.Entry{monthly, decided}
}

const (
	// demoBankAhead is in how many days the bank comes: the first reminder is due tomorrow evening.
	demoBankAhead = 4
	// demoReminderVND is what a reminder may cost in the demo, whose money is not real.
	demoReminderVND = 10_000
)

// demoResidents are made-up people, each with a phone in the browser.
var demoResidents = []struct {
	id, name, about, unit string
	idle                  time.Duration // since the last interaction; 0 = never
	joined                bool          // has agreed to announcements
	roles                 []bot.Role
}{
	{"7100000000000000001", "Bà Nguyễn Thị Lành", "62 tuổi, thôn Suối Hoa", "suoi-hoa", 3 * time.Hour, true, []bot.Role{bot.RoleBorrower}},
	{"7100000000000000002", "Anh Y Bhăm Niê", "nuôi heo, buôn Ea Lang", "ea-lang", 30 * time.Hour, false, nil},
	{"7100000000000000003", "Chị H’Linh Ayũn", "tổ trưởng tổ vay vốn, buôn Ea Lang", "ea-lang", 4 * 24 * time.Hour, true, []bot.Role{bot.RoleGroupLeader}},
	{"7100000000000000004", "Ông Trần Văn Tư", "hộ cận nghèo, thôn Suối Hoa", "suoi-hoa", 9 * 24 * time.Hour, false, nil},
	{"7100000000000000005", "Em Lê Minh Khôi", "sinh viên, mới quan tâm", "", 0, false, nil},
}

// seedDemo puts the same account, villages and people into the store and into the simulated Zalo.
func seedDemo(ctx context.Context, st *store.Store, sim *zalosim.Server, now time.Time) error {
	oa := zalosim.OA{
		ID: demoOAID, Name: "Xã Đồng Xanh", Secret: rand.Text(), CallsPerMinute: 100,
		AccessToken: rand.Text(), RefreshToken: rand.Text(),
	}
	sim.AddOA(oa)
	_, err := st.PutAccount(ctx, bot.OfficialAccount{
		OAID: oa.ID, Name: oa.Name, Type: bot.AccountBusiness, CallsPerMinute: oa.CallsPerMinute, OASecretKey: oa.Secret,
		Token: bot.GivenToken(oa.AccessToken, oa.RefreshToken, now, tokenLife),
	})
	if err != nil {
		return err
	}
	units := make([]bot.Unit, len(demoUnits))
	for i, u := range demoUnits {
		u.OAID = oa.ID
		units[i] = u
	}
	if _, err := st.ImportUnits(ctx, store.Values(units), false); err != nil {
		return err
	}
	if err := seedBankDays(ctx, st, now); err != nil {
		return err
	}
	residents := make([]bot.Resident, len(demoResidents))
	for i, r := range demoResidents {
		residents[i] = bot.Resident{OAID: oa.ID, UserID: r.id, Name: r.name, UnitCode: r.unit, Roles: r.roles}
		if r.joined {
			residents[i].ConsentAt, residents[i].Topics = now.Add(-r.idle), []bot.Topic{bot.TopicBank}
		}
		u := zalosim.User{OA: oa.ID, ID: r.id, Name: r.name, About: r.about, Following: r.idle > 0}
		if r.idle > 0 {
			u.LastInteraction = now.Add(-r.idle)
			residents[i].Following, residents[i].LastInteraction = true, u.LastInteraction
		}
		sim.AddUser(u)
	}
	_, err = st.ImportResidents(ctx, store.Values(residents), false)
	return err
}

// seedBankDays brings the bank's days, and money for the reminders of them.
func seedBankDays(ctx context.Context, st *store.Store, now time.Time) error {
	var days []bot.TransactionDay
	for _, entry := range demoBankDays(now) {
		days = append(days, bot.TransactionDay{OAID: demoOAID, Entry: entry})
	}
	if _, err := st.ImportTransactionDays(ctx, store.Values(days), false); err != nil {
		return err
	}
	return st.PutReminders(ctx, bot.ReminderSettings{OAID: demoOAID, Budget: demoReminderVND, PaidBefore: calendar.Reminded})
}
