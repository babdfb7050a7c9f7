package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/calendar"
	"github.com/loalang/loalang/bot/rights"
	"github.com/loalang/loalang/store"
	"github.com/loalang/loalang/zalo/zalosim"
)

// demoUnits are a made-up commune and its four villages. No real commune has villages of these names.
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
	{Code: "doi-che", Kind: bot.UnitThon, Name: "Thôn Đồi Chè", ParentCode: "dong-xanh", OldNames: []string{"Thôn 5", "Thôn 6"}},
	{Code: "cu-may", Kind: bot.UnitBuon, Name: "Buôn Cư Mây", ParentCode: "dong-xanh"},
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

// demoResidents are made-up people who stand first on the page.
var demoResidents = []demoPerson{
	{
		id: "7100000000000000001", name: "Bà Nguyễn Thị Lành", about: "62 tuổi, thôn Suối Hoa", unit: "suoi-hoa", household: "suoi-hoa-01",
		idle: 3 * time.Hour, consents: true,
	},
	{
		id: "7100000000000000002", name: "Anh Y Bhăm Niê", about: "nuôi heo, buôn Ea Lang", unit: "ea-lang", household: "ea-lang-01",
		idle: 30 * time.Hour, consents: true, roles: []bot.Role{bot.RolePigFarmer},
	},
	{
		id: "7100000000000000003", name: "Chị H’Linh Ayũn", about: "tổ trưởng tổ vay vốn, buôn Ea Lang", unit: "ea-lang", household: "ea-lang-02",
		idle: 4 * 24 * time.Hour, consents: true, roles: []bot.Role{bot.RoleGroupLeader, bot.RoleBorrower},
	},
	{
		id: "7100000000000000004", name: "Ông Trần Văn Tư", about: "hộ cận nghèo, thôn Suối Hoa", unit: "suoi-hoa", household: "suoi-hoa-02",
		idle: 9 * 24 * time.Hour,
	},
	{id: "7100000000000000005", name: "Em Lê Minh Khôi", about: "sinh viên, mới quan tâm"},
}

// demoOperators are the made-up people who write to the others, and are bound as operators. To Zalo they are residents like
// everybody.
func demoOperators() []demoPerson {
	return []demoPerson{
		{
			id: "7100000000000000011", name: "Ông Hoàng Văn Bách", about: "trưởng thôn Suối Hoa", list: demoOperatorList, unit: "suoi-hoa",
			idle: time.Hour, consents: true, operates: rights.VillageHead, counts: "suoi-hoa",
		},
		{
			id: "7100000000000000012", name: "Chị Vi Thị Duyên", about: "cán bộ xã Đồng Xanh", list: demoOperatorList, unit: "doi-che",
			idle: 2 * time.Hour, consents: true, operates: rights.CommuneOfficer, counts: "dong-xanh",
		},
		{
			id: "7100000000000000013", name: "Chị Đặng Hoài Thu", about: "cán bộ Ngân hàng Chính sách xã hội", list: demoOperatorList,
			idle: 5 * time.Hour, operates: rights.BankOfficer, counts: "dong-xanh",
		},
	}
}

// demoOperatorList is the page's heading over demoOperators.
const demoOperatorList = "Cán bộ"

// seedDemo puts the same account, villages and people into the store and into the simulated Zalo. What residents of an
// earlier run have chosen stays.
func seedDemo(ctx context.Context, st *store.Store, sim *zalosim.Server, clock *demoClock, zone *time.Location) error {
	now := clock.now().In(zone)
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
	commune := newDemoCommune()
	if _, err := st.ImportHouseholds(ctx, store.Values(commune.households), false); err != nil {
		return err
	}
	for _, p := range commune.people {
		sim.AddUser(p.user(now))
	}
	for _, g := range commune.groups {
		if _, err := sim.AddGroup(zalosim.Group{OA: g.OAID, ID: g.ID, Name: g.Name, Members: g.Members}); err != nil {
			return err
		}
	}
	if _, err := st.ImportGroups(ctx, store.Values(commune.groups), false); err != nil {
		return err
	}
	if err := seedHistory(ctx, st, commune, clock, zone); err != nil {
		return fmt.Errorf("make the demo's past: %w", err)
	}
	if err := commune.importPeople(ctx, st, now, now); err != nil {
		return err
	}
	return commune.bindOperators(ctx, st, clock.now)
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
