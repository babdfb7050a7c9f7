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

// demoBankDay is when the bank comes to the made-up commune.
var demoBankDay = calendar.Entry{
	Point: calendar.Point{Unit: "dong-xanh"}, When: calendar.When{Monthly: 12}, Hours: calendar.Hours{From: 8 * 60, To: 11 * 60},
	Place: "hội trường xã Đồng Xanh", Officers: []string{"chị Thu"},
}

// demoResidents are made-up people, each with a phone in the browser.
var demoResidents = []struct {
	id, name, about, unit string
	idle                  time.Duration // since the last interaction; 0 = never
}{
	{"7100000000000000001", "Bà Nguyễn Thị Lành", "62 tuổi, thôn Suối Hoa", "suoi-hoa", 3 * time.Hour},
	{"7100000000000000002", "Anh Y Bhăm Niê", "nuôi heo, buôn Ea Lang", "ea-lang", 30 * time.Hour},
	{"7100000000000000003", "Chị H’Linh Ayũn", "tổ trưởng tổ vay vốn, buôn Ea Lang", "ea-lang", 4 * 24 * time.Hour},
	{"7100000000000000004", "Ông Trần Văn Tư", "hộ cận nghèo, thôn Suối Hoa", "suoi-hoa", 9 * 24 * time.Hour},
	{"7100000000000000005", "Em Lê Minh Khôi", "sinh viên, mới quan tâm", "", 0},
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
	if _, err := st.ImportTransactionDays(ctx, store.Values([]bot.TransactionDay{{OAID: oa.ID, Entry: demoBankDay}}), false); err != nil {
		return err
	}
	residents := make([]bot.Resident, len(demoResidents))
	for i, r := range demoResidents {
		residents[i] = bot.Resident{OAID: oa.ID, UserID: r.id, Name: r.name, UnitCode: r.unit}
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
