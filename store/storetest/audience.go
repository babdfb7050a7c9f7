package storetest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
)

// townsfolk are the people of a small account, and what an audience selects of them by its plain meaning.
type townsfolk struct {
	units      bot.Units
	households map[string]bot.Household
	residents  []bot.Resident
}

// pick are some of the values, mostly few.
func pick[T any](r *rand.Rand, values []T) (some []T) {
	for _, v := range values {
		if r.IntN(3) == 0 {
			some = append(some, v)
		}
	}
	return some
}

var (
	someTopics    = []bot.Topic{bot.TopicBank, bot.TopicLivestock, bot.TopicHealth}
	someRoles     = []bot.Role{bot.RoleBorrower, bot.RoleGroupLeader, "groupaleader", "a_"}
	someNeeds     = []bot.Need{bot.NeedPoor, bot.NeedNearPoor, bot.NeedElderly}
	someLanguages = []string{"", "vi", "vi-VN", "rad", "jra"}
)

// populate fills a world with a made-up account, and with another of the same codes.
func (w *world) populate(r *rand.Rand) townsfolk {
	w.t.Helper()
	folk := townsfolk{units: make(bot.Units), households: make(map[string]bot.Household)}
	var units []bot.Unit
	add := func(code, parent string, kind bot.UnitKind) {
		units = append(units, bot.Unit{OAID: oaID, Code: code, Kind: kind, Name: code, ParentCode: parent})
	}
	add("tinh", "", bot.UnitProvince)
	add("xa-1", "tinh", bot.UnitCommune)
	add("xa-2", "tinh", bot.UnitCommune)
	for i := range 6 {
		add(fmt.Sprint("thon-", i), fmt.Sprint("xa-", 1+i%2), bot.UnitThon)
	}
	for _, u := range units {
		folk.units[u.Code] = u
	}
	var households []bot.Household
	for i := range 60 {
		h := bot.Household{OAID: oaID, Code: fmt.Sprint("h", i), UnitCode: fmt.Sprint("thon-", i%6), Needs: pick(r, someNeeds), Status: bot.HouseholdActive}
		if r.IntN(10) == 0 {
			h.Status = bot.HouseholdLeft
		}
		households = append(households, h)
		folk.households[h.Code] = h
	}
	for i := range 200 {
		person := bot.Resident{
			OAID: oaID, UserID: fmt.Sprint(7000 + i*7%200), Name: fmt.Sprint("Người ", i), Topics: pick(r, someTopics), Roles: pick(r, someRoles),
			Language: someLanguages[r.IntN(len(someLanguages))],
		}
		switch r.IntN(5) {
		case 0: // of no known unit
		case 1:
			person.UnitCode = []string{"xa-1", "thon-0", "thon-5"}[r.IntN(3)]
		default:
			h := households[r.IntN(45)] // of the others nobody is on Zalo
			person.HouseholdCode, person.UnitCode = h.Code, h.UnitCode
		}
		folk.residents = append(folk.residents, person)
	}
	slices.SortFunc(folk.residents, func(a, b bot.Resident) int { return cmp.Compare(a.UserID, b.UserID) })
	w.units(units...)
	w.households(households...)
	w.residents(folk.residents...)

	elsewhere := bot.Household{OAID: otherOA, Code: "h0", UnitCode: "thon-0", Needs: someNeeds, Status: bot.HouseholdActive}
	w.units(bot.Unit{OAID: otherOA, Code: "thon-0", Kind: bot.UnitThon, Name: "Thôn khác"})
	w.households(elsewhere)
	w.residents(bot.Resident{OAID: otherOA, UserID: "7000", UnitCode: "thon-0", HouseholdCode: "h0", Topics: someTopics, Roles: someRoles})
	return folk
}

// below tells whether a unit is one of codes or stands below one.
func (f townsfolk) below(code string, codes []string) bool {
	for u := range f.units.Up(code) {
		if slices.Contains(codes, u.Code) {
			return true
		}
	}
	return false
}

func anyOf[T comparable](wanted, has []T) bool {
	return len(wanted) == 0 || slices.ContainsFunc(wanted, func(v T) bool { return slices.Contains(has, v) })
}

// onRoll tells whether a household counts for an audience.
func (f townsfolk) onRoll(a bot.Audience, h bot.Household) bool {
	return h.Status == bot.HouseholdActive && anyOf(a.Needs, h.Needs) &&
		(len(a.Units) == 0 || f.below(h.UnitCode, a.Units)) && !f.below(h.UnitCode, a.WithoutUnits)
}

func (f townsfolk) selects(a bot.Audience, r bot.Resident) bool {
	speaks := len(a.Languages) == 0 || slices.ContainsFunc(a.Languages, func(tag string) bool {
		return r.Language == tag || strings.HasPrefix(r.Language, tag+"-") || tag == "vi" && r.Language == ""
	})
	home := f.households[r.HouseholdCode]
	return (len(a.Units) == 0 || f.below(r.UnitCode, a.Units)) && !f.below(r.UnitCode, a.WithoutUnits) &&
		anyOf(a.Topics, r.Topics) && anyOf(a.Roles, r.Roles) && speaks && (len(a.WithoutRoles) == 0 || !anyOf(a.WithoutRoles, r.Roles)) && !slices.Contains(a.WithoutResidents, r.UserID) &&
		(len(a.Needs) == 0 || home.Status == bot.HouseholdActive && anyOf(a.Needs, home.Needs))
}

// count is what an audience selects, one by one.
func (f townsfolk) count(a bot.Audience) (count bot.AudienceCount, people []bot.Resident) {
	units := make(map[string]*bot.UnitCount)
	unit := func(code string) *bot.UnitCount {
		if units[code] == nil {
			units[code] = &bot.UnitCount{UnitCode: code}
		}
		return units[code]
	}
	homes := make(map[string]bool)
	for _, r := range f.residents {
		if !f.selects(a, r) {
			continue
		}
		people = append(people, r)
		count.People++
		unit(r.UnitCode).People++
		if r.HouseholdCode != "" && !homes[r.HouseholdCode] {
			homes[r.HouseholdCode] = true
			count.Households++
			unit(r.UnitCode).Households++
		}
	}
	for _, h := range f.households {
		if f.onRoll(a, h) {
			count.OnRoll++
			unit(h.UnitCode).OnRoll++
		}
	}
	count.Units = []bot.UnitCount{}
	for _, u := range units {
		count.Units = append(count.Units, *u)
	}
	slices.SortFunc(count.Units, func(a, b bot.UnitCount) int { return cmp.Compare(a.UnitCode, b.UnitCode) })
	return count, people
}

func runAudiences(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("SelectByEveryPartOfTheirRule", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		r := rand.New(rand.NewPCG(1, 2))
		folk := w.populate(r)
		var codes, ids []string
		for code := range folk.units {
			codes = append(codes, code)
		}
		slices.Sort(codes)
		for _, person := range folk.residents {
			ids = append(ids, person.UserID)
		}
		audiences := []bot.Audience{
			{Units: []string{"tinh"}}, {Units: []string{"xa-1"}}, {Units: []string{"thon-0"}}, {Topics: someTopics[:1]}, {Roles: []bot.Role{bot.RoleGroupLeader}},
			{Roles: []bot.Role{"a_"}}, {Needs: someNeeds[:1]}, {Languages: []string{"vi"}}, {Languages: []string{"rad", "jra"}},
			{Units: []string{"tinh"}, WithoutUnits: []string{"xa-2"}}, {Units: []string{"xa-1"}, WithoutUnits: []string{"tinh"}},
			{Topics: someTopics, WithoutUnits: []string{"thon-1", "thon-2"}}, {Units: []string{"tinh"}, WithoutResidents: ids[:50]},
			{Topics: someTopics[:1], WithoutRoles: []bot.Role{bot.RoleGroupLeader}}, {Units: []string{"tinh"}, WithoutRoles: []bot.Role{"a_"}},
		}
		for range 60 {
			a := bot.Audience{
				Units: pick(r, codes), Topics: pick(r, someTopics), Roles: pick(r, someRoles), Needs: pick(r, someNeeds),
				WithoutUnits: pick(r, codes[:len(codes)-1]), WithoutRoles: pick(r, someRoles), WithoutResidents: pick(r, ids),
			}
			if r.IntN(2) == 0 {
				a.Languages = pick(r, someLanguages[1:])
			}
			if a.Check(folk.units) == nil {
				audiences = append(audiences, a)
			}
		}
		selected := 0
		for _, a := range audiences {
			want, people := folk.count(a)
			got, err := w.AudienceCount(t.Context(), oaID, a)
			require.NoError(t, err)
			require.Equal(t, want, got, "%+v", a)
			selected += got.People
			var paged []bot.Resident
			for {
				after := ""
				if len(paged) > 0 {
					after = paged[len(paged)-1].UserID
				}
				page, err := w.AudiencePage(t.Context(), oaID, a, after, 17)
				require.NoError(t, err)
				if paged = append(paged, page...); len(page) < 17 {
					break
				}
			}
			require.Equal(t, people, paged, "%+v", a)
		}
		require.Greater(t, selected, 1000, "most of them select somebody")
	})

	t.Run("GiveAllThatAPlanNeedsOfAPerson", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.units(aCommune, aVillage)
		w.households(aHousehold)
		want := w.aResident()
		w.residents(want)
		w.interact(want.UserID, "m1", func(r *bot.Resident) { r.Following, r.StoppedAt, r.LastInteraction = true, w.now, w.now })
		want.Following, want.StoppedAt, want.LastInteraction = true, w.now, w.now
		page, err := w.AudiencePage(t.Context(), oaID, bot.Audience{Units: []string{"xa"}}, "", 10)
		require.NoError(t, err)
		require.Equal(t, []bot.Resident{want}, page)
	})

	t.Run("FollowUnitsThatMove", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		moved := aVillage
		moved.ParentCode = "xa-2"
		w.units(aCommune, aVillage, bot.Unit{OAID: oaID, Code: "xa-2", Kind: bot.UnitCommune, Name: "Xã Hai"})
		w.residents(w.aResident())
		people := func(unit string) int {
			count, err := w.AudienceCount(t.Context(), oaID, bot.Audience{Units: []string{unit}})
			require.NoError(t, err)
			return count.People
		}
		require.Equal(t, []int{1, 0}, []int{people("xa"), people("xa-2")})
		w.units(moved)
		require.Equal(t, []int{0, 1}, []int{people("xa"), people("xa-2")})
	})

	t.Run("ThatMakeNoSenseAreRefused", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.units(aCommune, bot.Unit{OAID: otherOA, Code: "xa-2", Kind: bot.UnitCommune, Name: "Xã Hai"})
		for _, a := range []bot.Audience{{}, {Units: []string{"xa-2"}}, {Units: []string{"xa"}, Topics: []bot.Topic{"x"}}} {
			_, err := w.AudienceCount(t.Context(), oaID, a)
			require.ErrorIs(t, err, bot.ErrAudience)
			_, err = w.AudiencePage(t.Context(), oaID, a, "", 10)
			require.ErrorIs(t, err, bot.ErrAudience)
		}
	})

	t.Run("OfNobodyCountNobody", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.units(aCommune, aVillage)
		count, err := w.AudienceCount(t.Context(), oaID, bot.Audience{Units: []string{"thon"}})
		require.NoError(t, err)
		require.Equal(t, bot.AudienceCount{Units: []bot.UnitCount{}}, count)
		page, err := w.AudiencePage(t.Context(), oaID, bot.Audience{Units: []string{"thon"}}, "", 10)
		require.NoError(t, err)
		require.Empty(t, page)
	})

	t.Run("OfAMadeUpProvinceAreWhatItsMakerSays", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		require.NoError(t, NewProvince(oaID, 1500).Fill(t.Context(), w.Store))
		count, err := w.AudienceCount(t.Context(), oaID, bot.Audience{Units: []string{Province{}.Commune(0)}})
		require.NoError(t, err)
		require.Equal(t, bot.AudienceCount{People: 1500, Households: 500, OnRoll: 500, Units: []bot.UnitCount{
			{UnitCode: "thon-0", People: 600, Households: 200, OnRoll: 200},
			{UnitCode: "thon-1", People: 600, Households: 200, OnRoll: 200},
			{UnitCode: "thon-2", People: 300, Households: 100, OnRoll: 100},
		}}, count)
		sample, err := w.AudiencePage(t.Context(), oaID, bot.Audience{Topics: []bot.Topic{bot.TopicBank}, Languages: []string{"rad"}}, "", 10)
		require.NoError(t, err)
		require.Len(t, sample, 10)
		require.True(t, sample[0].ConsentAt.Before(time.Now()))
	})
}
