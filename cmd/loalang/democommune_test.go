package main

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/rights"
	"github.com/loalang/loalang/store"
	"github.com/loalang/loalang/store/storetest"
	"github.com/loalang/loalang/zalo/zalosim"
)

// seededDemo is the demo's store as a start leaves it.
func seededDemo(t *testing.T) (*store.Store, *demoClock) {
	t.Helper()
	clock := &demoClock{}
	st, err := store.Open(t.Context(), storetest.SQLiteURL(t), storetest.SecretKey, clock.now)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	require.NoError(t, st.Migrate(t.Context()))
	seedAgain(t, st, clock)
	return st, clock
}

// seedAgain is what every further start with the same folder does.
func seedAgain(t *testing.T, st *store.Store, clock *demoClock) {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	require.NoError(t, err)
	require.NoError(t, seedDemo(t.Context(), st, zalosim.New(zalosim.Config{Now: clock.now}), clock, zone))
}

func TestDemoCommuneIsTheSameAtEveryStart(t *testing.T) {
	t.Parallel()

	first, second := newDemoCommune(), newDemoCommune()
	require.Equal(t, first.households, second.households)
	require.Equal(t, first.people, second.people)
	require.Equal(t, first.groups, second.groups)
}

func TestDemoCommuneHasAllThatACommuneHas(t *testing.T) {
	t.Parallel()

	c := newDemoCommune()
	require.Len(t, c.households, 240)
	homes := make(map[string]bot.Household)
	for _, h := range c.households {
		require.NotContains(t, homes, h.Code)
		homes[h.Code] = h
	}
	needs := make(map[bot.Need]int)
	for _, h := range c.households {
		for _, n := range h.Needs {
			needs[n]++
		}
		if h.Helper != "" {
			helper := homes[h.Helper]
			require.Equal(t, h.UnitCode, helper.UnitCode, h.Code)
			require.NotContains(t, helper.Needs, bot.NeedNoSmartphone, "who helps has a smartphone: %s", h.Code)
		}
	}
	for _, n := range []bot.Need{bot.NeedElderly, bot.NeedAlone, bot.NeedPoor, bot.NeedNearPoor, bot.NeedNoSmartphone, bot.NeedDangerZone} {
		require.Positive(t, needs[n], n)
	}
	ids, windows, roles := make(map[string]bool), make(map[string]int), make(map[bot.Role]int)
	following, consenting, blocking := 0, 0, 0
	for _, p := range c.people {
		require.False(t, ids[p.id], p.id)
		ids[p.id] = true
		switch {
		case p.idle == 0:
			windows["never"]++
		case p.idle < 48*time.Hour:
			windows["free"]++
		case p.idle < 7*24*time.Hour:
			windows["paid"]++
		default:
			windows["shut"]++
		}
		if p.idle > 0 {
			following++
		}
		if p.consents {
			consenting++
		}
		if p.refuses != 0 {
			blocking++
		}
		for _, r := range p.roles {
			roles[r]++
		}
		if p.household != "" {
			require.Equal(t, p.unit, homes[p.household].UnitCode, p.name)
		}
	}
	require.GreaterOrEqual(t, following, 170)
	require.LessOrEqual(t, following, 200)
	require.Greater(t, consenting, len(c.people)/2)
	require.Less(t, consenting, len(c.people))
	require.Positive(t, blocking)
	for _, window := range []string{"free", "paid", "shut", "never"} {
		require.Greater(t, windows[window], 5, window)
	}
	for _, r := range []bot.Role{bot.RoleBorrower, bot.RoleGroupLeader, bot.RolePigFarmer} {
		require.Positive(t, roles[r], r)
	}
	require.Len(t, c.groups, 2)
}

func TestDemoHasAPastThatIsMadeOnce(t *testing.T) {
	t.Parallel()

	st, clock := seededDemo(t)
	require.WithinDuration(t, time.Now(), clock.now(), time.Minute, "the clock is back")
	list, err := st.Announcements(t.Context(), demoOAID)
	require.NoError(t, err)
	require.Len(t, list, len(demoNotices))
	for _, a := range list {
		reach, err := bot.Reach(t.Context(), st, a.ID, bot.ReceiptPatience, clock.now())
		require.NoError(t, err)
		all, _ := bot.CountReach(reach, nil)
		if a.State == bot.AnnouncementDraft {
			require.Equal(t, 240, all.Roll, "the alert is for all")
			continue
		}
		require.Equal(t, bot.AnnouncementDone, a.State, a.Title)
		for _, state := range []bot.ReachState{bot.ReachSeen, bot.ReachReceived, bot.ReachTold, bot.ReachNotReached} {
			require.Positive(t, all.States[state], "%s: %s", a.Title, state)
		}
		require.Zero(t, all.States[bot.ReachUnsure]+all.States[bot.ReachPending], a.Title)
	}
	seedAgain(t, st, clock)
	again, err := st.Announcements(t.Context(), demoOAID)
	require.NoError(t, err)
	require.Equal(t, list, again)
}

func TestDemoOperatorsAreBoundAtEveryStart(t *testing.T) {
	t.Parallel()

	st, clock := seededDemo(t)
	bound := func() (list []bot.Operator) {
		list, err := st.Operators(t.Context(), demoOAID)
		require.NoError(t, err)
		return list
	}
	first := bound()
	require.Len(t, first, 3)
	for i, want := range []struct {
		role rights.Role
		unit string
	}{{rights.VillageHead, "suoi-hoa"}, {rights.CommuneOfficer, "dong-xanh"}, {rights.BankOfficer, "dong-xanh"}} {
		require.Equal(t, demoOperators()[i].id, first[i].UserID)
		require.Equal(t, want.role, first[i].Role)
		require.Equal(t, []string{want.unit}, first[i].Units)
	}
	clock.move(clock.now().Add(30 * 24 * time.Hour)) // longer than a code lives
	seedAgain(t, st, clock)
	again := bound()
	for i := range again {
		again[i].LastInteraction = first[i].LastInteraction
	}
	require.Equal(t, first, again)
}

func TestDemoKeepsWhatAResidentHasChosenOverARestart(t *testing.T) {
	t.Parallel()

	st, clock := seededDemo(t)
	i := slices.IndexFunc(demoResidents, func(p demoPerson) bool { return p.unit == "suoi-hoa" })
	moved, err := st.Resident(t.Context(), demoOAID, demoResidents[i].id)
	require.NoError(t, err)
	moved.UnitCode, moved.HouseholdCode = "cu-may", ""
	_, err = st.ImportResidents(t.Context(), store.Values([]bot.Resident{moved}), false)
	require.NoError(t, err)
	clock.move(clock.now().Add(5 * 24 * time.Hour))
	seedAgain(t, st, clock)
	now, err := st.Resident(t.Context(), demoOAID, moved.UserID)
	require.NoError(t, err)
	require.Equal(t, "cu-may", now.UnitCode)
	require.True(t, now.LastInteraction.After(moved.LastInteraction), "the demo is never too old to show anything")
}

func TestManyPeopleAreFoundInTheBrowser(t *testing.T) {
	t.Parallel()

	c := newDemoCommune()
	wanted := c.people[slices.IndexFunc(c.people, func(p demoPerson) bool { return p.household == "cu-may-12" })]
	ctx := browse(t, startDemo(t))
	count := func(ctx context.Context) (n int) {
		n, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.querySelectorAll('.resident').length`))
		require.NoError(t, err)
		return n
	}
	require.Equal(t, len(demoResidents), count(ctx), "the others are folded away")
	phone := `.resident[data-user="` + wanted.id + `"]`
	require.NoError(t, chromedp.Do(ctx, chromedp.SendKeys(`#find`, "cu may ho cu-may-12"), chromedp.WaitVisible(phone), chromedp.Click(phone),
		chromedp.WaitVisible(phone+`[aria-current="true"]`)))
	require.NoError(t, chromedp.Do(ctx, chromedp.SendKeys(`#find`, kb.Escape),
		chromedp.Click(`details[data-list="Buôn Cư Mây"] summary`), chromedp.WaitVisible(`details[data-list="Buôn Cư Mây"] `+phone)))
	require.Greater(t, count(ctx), len(demoResidents)+20)
}
