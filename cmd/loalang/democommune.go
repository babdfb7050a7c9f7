package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/loalang/loalang/bot"
)

// demoCommune is the demo's roll and its people, the same at every start.
type demoCommune struct {
	households []bot.Household
	people     []demoPerson
	groups     []bot.Group
	dice       *rand.Rand
}

// demoRoll is how many households each village of the demo has.
const demoRoll = 60

// demoGroups are the villages with a Zalo group, and how many of those who were made up for them are in it.
var demoGroups = map[string]int{"suoi-hoa": 22, "cu-may": 18}

// newDemoCommune makes everybody up.
func newDemoCommune() demoCommune {
	c := demoCommune{dice: rand.New(rand.NewPCG(2026, 11))}
	c.people = append(slices.Clone(demoResidents), demoOperators()...)
	for _, u := range demoUnits {
		if u.ParentCode == "" {
			continue
		}
		first := len(c.people)
		for n := range demoRoll {
			c.addHousehold(u, n+1)
		}
		c.addGroup(u, c.people[first:])
	}
	return c
}

// addHousehold makes up a household of a village and those of it who are on Zalo.
func (c *demoCommune) addHousehold(u bot.Unit, number int) {
	h := bot.Household{
		OAID: demoOAID, Code: fmt.Sprintf("%s-%02d", u.Code, number), UnitCode: u.Code,
		Address: fmt.Sprintf("%s, nhà số %d", demoHamlets[(number-1)*len(demoHamlets)/demoRoll], number),
	}
	for _, p := range demoResidents {
		if p.household == h.Code {
			h.Head = p.name
		}
	}
	invented := h.Head == ""
	if invented {
		h.Head = c.headName(u.Kind)
	}
	h.Needs = c.needs(number)
	if invented && !slices.Contains(h.Needs, bot.NeedNoSmartphone) {
		c.addPeople(u, h)
	} else if invented {
		h.Helper = fmt.Sprintf("%s-%02d", u.Code, number-1) // next door, who has one
	}
	c.households = append(c.households, h)
}

// needs are made up so that the first household of a village has none, nobody without a smartphone lives beside another, and
// the danger zone is one end of the village.
func (c *demoCommune) needs(number int) (list []bot.Need) {
	if number == 1 {
		return nil
	}
	chance := func(percent int, needs ...bot.Need) {
		if c.dice.IntN(100) < percent {
			list = append(list, needs...)
		}
	}
	chance(14, bot.NeedElderly)
	chance(5, bot.NeedAlone)
	if !slices.Contains(list, bot.NeedElderly) && !slices.Contains(list, bot.NeedAlone) {
		chance(6, bot.NeedPoor)
	}
	if len(list) == 0 {
		chance(8, bot.NeedNearPoor)
	}
	if number%5 == 0 {
		chance(60, bot.NeedNoSmartphone)
	}
	if number > demoRoll-9 {
		list = append(list, bot.NeedDangerZone)
	}
	return list
}

// addPeople makes up who of a household is on Zalo: nobody, the head, or the head and somebody younger.
func (c *demoCommune) addPeople(u bot.Unit, h bot.Household) {
	n := []int{0, 0, 1, 1, 1, 1, 1, 1, 1, 2}[c.dice.IntN(10)]
	for i := range n {
		name := h.Head
		if i > 0 {
			name = c.headName(u.Kind)
		}
		p := demoPerson{
			id: fmt.Sprintf("72%017d", len(c.people)+1), name: name, about: fmt.Sprintf("%s, hộ %s", u.Name, h.Code), list: u.Name,
			unit: u.Code, household: h.Code, consents: c.dice.IntN(100) < 82,
		}
		p.idle, p.every = c.interactions()
		if c.dice.IntN(100) < 8 {
			p.refuses, p.about = -244, p.about+", đã chặn tin"
		}
		for role, percent := range map[bot.Role]int{bot.RoleBorrower: 28, bot.RolePigFarmer: 30, bot.RoleGroupLeader: 3} {
			if c.rolls(p.id, role, percent) {
				p.roles = append(p.roles, role)
			}
		}
		slices.Sort(p.roles)
		c.people = append(c.people, p)
	}
}

// rolls decides by the person and the role, so that the order of a map does not matter.
func (c *demoCommune) rolls(id string, role bot.Role, percent int) bool {
	sum := uint64(0)
	for _, b := range []byte(id + string(role)) {
		sum = sum*31 + uint64(b)
	}
	return rand.New(rand.NewPCG(sum, 1)).IntN(100) < percent
}

// interactions are how long ago somebody last wrote or tapped, and how often before. Zalo sends for nothing within 48 hours,
// for a price within 7 days, and not at all after that.
func (c *demoCommune) interactions() (idle, every time.Duration) {
	hours := func(from, to int) time.Duration {
		return time.Duration(from*60+c.dice.IntN((to-from)*60)) * time.Minute
	}
	switch n := c.dice.IntN(100); {
	case n < 38:
		return hours(1, 47), hours(20, 90)
	case n < 72:
		return hours(49, 6*24), hours(40, 150)
	case n < 92:
		return hours(8*24, 45*24), hours(20*24, 40*24)
	}
	return 0, 0
}

// addGroup puts some of a village's made-up people into its Zalo group, when it has one.
func (c *demoCommune) addGroup(u bot.Unit, people []demoPerson) {
	size := min(demoGroups[u.Code], len(people))
	if size == 0 {
		return
	}
	g := bot.Group{OAID: demoOAID, ID: "group-" + u.Code, Name: "Nhóm " + strings.ToLower(u.Name[:1]) + u.Name[1:], UnitCode: u.Code}
	for _, p := range people[:size] {
		g.Members = append(g.Members, p.id)
	}
	c.groups = append(c.groups, g)
}

// headName makes up a name as people in such a village have.
func (c *demoCommune) headName(kind bot.UnitKind) string {
	pick := func(list []string) string { return list[c.dice.IntN(len(list))] }
	if kind == bot.UnitBuon {
		if c.dice.IntN(3) == 0 {
			return "H’" + pick(demoNames.eDeWomen) + " " + pick(demoNames.eDeClans)
		}
		return "Y " + pick(demoNames.eDeMen) + " " + pick(demoNames.eDeClans)
	}
	if c.dice.IntN(3) == 0 {
		return pick(demoNames.families) + " Thị " + pick(demoNames.women)
	}
	return pick(demoNames.families) + " " + pick(demoNames.middles) + " " + pick(demoNames.men)
}

var demoHamlets = []string{"xóm Trên", "xóm Giữa", "xóm Dưới"}

// demoNames are parts of names.
var demoNames = struct {
	families, middles, men, women, eDeMen, eDeWomen, eDeClans []string
}{
	families: strings.Fields("Nguyễn Trần Lê Phạm Hoàng Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Nông Lương Vi Hà Đinh"),
	middles:  strings.Fields("Văn Đức Minh Quang Hữu Đình Công Xuân Thanh Ngọc"),
	men:      strings.Fields("Hải Dũng Sơn Hùng Tâm Bình Long Thành Phúc Lộc Toàn Cường Nam Việt Khánh Trung Chiến Lâm Đạt Nghĩa"),
	women:    strings.Fields("Hoa Lan Hương Mai Cúc Hồng Thảo Nga Hạnh Liên Loan Thủy Bích Xuân Nhàn Tuyết Hằng Yến Dung Vân"),
	eDeMen:   strings.Fields("Win Blô Thim Krăng Sôn Nguôl Ngọc Jăn Ly Kông Nam Dhăm Tuê Bhiên Kim"),
	eDeWomen: strings.Fields("Nga Bliă Wen Yuôm Lan Nuin Mri Juen Hương Đim Krih Lem"),
	eDeClans: strings.Fields("Niê Mlô Ayũn Êban Kbuôr Byă Ktla Bkrông Hđơk Adrơng"),
}
