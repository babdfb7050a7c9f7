package storetest

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/store"
)

// Sizes of a made-up province, after what communes and villages are like since 2025.
const (
	residentsPerHousehold = 3
	residentsPerVillage   = 600
	villagesPerCommune    = 20
)

// Province is a made-up account with its communes, villages, households and residents, for benchmarks: always the same
// one, and made row by row, so that it may be of any size.
type Province struct {
	oaID      string
	residents int
}

// NewProvince returns an account with so many residents.
func NewProvince(oaID string, residents int) Province { return Province{oaID, residents} }

func (p Province) villages() int {
	return (p.residents + residentsPerVillage - 1) / residentsPerVillage
}

// Village is the code of the nth village, from 0.
func (Province) Village(n int) string { return fmt.Sprintf("thon-%d", n) }

// Commune is the code of the nth commune, from 0.
func (Province) Commune(n int) string { return fmt.Sprintf("xa-%d", n) }

// Top is the code of the province itself.
func (Province) Top() string { return "tinh" }

// Units are the province with its communes and villages.
func (p Province) Units() iter.Seq2[bot.Unit, error] {
	return func(yield func(bot.Unit, error) bool) {
		ok := yield(bot.Unit{OAID: p.oaID, Code: p.Top(), Kind: bot.UnitProvince, Name: "Tỉnh Thử"}, nil)
		for n := range p.villages() {
			commune := n / villagesPerCommune
			if ok && n%villagesPerCommune == 0 {
				ok = yield(bot.Unit{
					OAID: p.oaID, Code: p.Commune(commune), Kind: bot.UnitCommune, Name: fmt.Sprint("Xã ", commune), ParentCode: p.Top(),
				}, nil)
			}
			ok = ok && yield(bot.Unit{
				OAID: p.oaID, Code: p.Village(n), Kind: bot.UnitThon, Name: fmt.Sprint("Thôn ", n), ParentCode: p.Commune(commune),
			}, nil)
		}
	}
}

// scatter is a number that looks like chance, the same for the same n.
func scatter(n int) uint64 {
	x := uint64(n)*0x9e3779b97f4a7c15 + 0x632be59bd9b4e019
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	return x ^ x>>31
}

func (Province) household(resident int) string {
	return fmt.Sprintf("h%07d", resident/residentsPerHousehold)
}

// Households are the rolls: one in eight with somebody old, one in ten poor, one in fifty in a danger zone.
func (p Province) Households() iter.Seq2[bot.Household, error] {
	return func(yield func(bot.Household, error) bool) {
		for first := 0; first < p.residents; first += residentsPerHousehold {
			h := bot.Household{
				OAID: p.oaID, Code: p.household(first), UnitCode: p.Village(first / residentsPerVillage), Status: bot.HouseholdActive,
				Head: fmt.Sprint("Chủ hộ ", first), Phone: fmt.Sprintf("09%08d", first),
			}
			for i, need := range []struct {
				bot.Need
				oneIn uint64
			}{{bot.NeedDangerZone, 50}, {bot.NeedElderly, 8}, {bot.NeedPoor, 10}} {
				if scatter(first*3+i)%need.oneIn == 0 {
					h.Needs = append(h.Needs, need.Need)
				}
			}
			if !yield(h, nil) {
				return
			}
		}
	}
}

// Residents subscribe to livestock (one in four) and to the bank (one in ten), one in seven borrows, one in five speaks Ê Đê;
// half of them have interacted within a week or two.
func (p Province) Residents() iter.Seq2[bot.Resident, error] {
	return func(yield func(bot.Resident, error) bool) {
		start := time.Date(2026, 11, 10, 0, 0, 0, 0, time.UTC)
		for n := range p.residents {
			village := n / residentsPerVillage
			r := bot.Resident{
				OAID: p.oaID, UserID: fmt.Sprintf("7%018d", scatter(n)%1e18), Name: fmt.Sprint("Người ", n),
				UnitCode: p.Village(village), HouseholdCode: p.household(n), ConsentAt: start,
			}
			if scatter(n+1)%10 == 0 {
				r.Topics = append(r.Topics, bot.TopicBank)
			}
			if scatter(n+2)%4 == 0 {
				r.Topics = append(r.Topics, bot.TopicLivestock)
			}
			if scatter(n+3)%7 == 0 {
				r.Roles = append(r.Roles, bot.RoleBorrower)
			}
			if scatter(n+4)%5 == 0 {
				r.Language = "rad"
			}
			if scatter(n+5)%2 == 0 {
				r.LastInteraction = start.Add(time.Duration(scatter(n+6)%(14*24*60)) * time.Minute)
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

// Fill brings all of a province into a store.
func (p Province) Fill(ctx context.Context, st *store.Store) error {
	if _, err := st.ImportUnits(ctx, p.Units(), false); err != nil {
		return err
	}
	if _, err := st.ImportHouseholds(ctx, p.Households(), false); err != nil {
		return err
	}
	_, err := st.ImportResidents(ctx, p.Residents(), false)
	return err
}
