package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/store"
)

// otherOA is an account whose people have nothing to do with those of oaID.
const otherOA = "4000000000000000002"

func (w *world) units(units ...bot.Unit) store.Change {
	w.t.Helper()
	change, err := w.ImportUnits(w.t.Context(), store.Values(units), false)
	require.NoError(w.t, err)
	return change
}

func (w *world) households(households ...bot.Household) store.Change {
	w.t.Helper()
	change, err := w.ImportHouseholds(w.t.Context(), store.Values(households), false)
	require.NoError(w.t, err)
	return change
}

func (w *world) residents(residents ...bot.Resident) store.Change {
	w.t.Helper()
	change, err := w.ImportResidents(w.t.Context(), store.Values(residents), false)
	require.NoError(w.t, err)
	return change
}

func (w *world) groups(groups ...bot.Group) store.Change {
	w.t.Helper()
	change, err := w.ImportGroups(w.t.Context(), store.Values(groups), false)
	require.NoError(w.t, err)
	return change
}

func (w *world) resident(userID string) bot.Resident {
	w.t.Helper()
	r, err := w.Resident(w.t.Context(), oaID, userID)
	require.NoError(w.t, err)
	return r
}

// interact lets an event of a resident be handled, with what change makes of the resident.
func (w *world) interact(userID, msgID string, change func(*bot.Resident)) {
	w.t.Helper()
	w.accept(event(userID, msgID, "x"))
	out := outcomeOf(w.inbox(w.one(bot.LaneResident)))
	change(&out.Resident)
	require.Empty(w.t, w.finish(out))
}

// walked are all values of a walk.
func walked[T any](t *testing.T, walk func(func(T, error) bool)) (list []T) {
	t.Helper()
	for value, err := range walk {
		require.NoError(t, err)
		list = append(list, value)
	}
	return list
}

var (
	aCommune = bot.Unit{
		OAID: oaID, Code: "xa", Kind: bot.UnitCommune, Name: "Xã Đồng", OldNames: []string{"Xã Cũ", "Xã Hạ"},
		Phone: "0900000100", Address: "Trụ sở", Hours: "sáng",
	}
	aVillage   = bot.Unit{OAID: oaID, Code: "thon", Kind: bot.UnitThon, Name: "Thôn Một", ParentCode: "xa"}
	aHousehold = bot.Household{
		OAID: oaID, Code: "h1", UnitCode: "thon", Head: "Ông Tư", Address: "Xóm 2", Phone: "0912345678",
		Needs: []bot.Need{bot.NeedElderly, bot.NeedPoor}, Helper: "h2", Status: bot.HouseholdActive,
	}
	aGroup = bot.Group{OAID: oaID, ID: "g1", Name: "Nhóm thôn Một", UnitCode: "thon", Members: []string{"u1", "u2"}}
)

func (w *world) aResident() bot.Resident {
	return bot.Resident{
		OAID: oaID, UserID: "u1", Name: "Bà Lành", UnitCode: "thon", HouseholdCode: "h1",
		Topics: []bot.Topic{bot.TopicBank, bot.TopicHealth}, Roles: []bot.Role{bot.RoleBorrower}, Language: "rad",
		LastInteraction: w.now.Add(-time.Hour), ConsentAt: w.now.Add(-2 * time.Hour), ConsentText: "2026-11",
	}
}

func runUnits(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("AreReadAsTheyWereSaved", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		require.Equal(t, store.Change{Created: 2}, w.units(aCommune, aVillage))
		require.Equal(t, store.Change{Same: 2}, w.units(aCommune, aVillage))
		got, err := w.Units(t.Context())
		require.NoError(t, err)
		require.Equal(t, []bot.Unit{aVillage, aCommune}, got)
		renamed := aVillage
		renamed.Name = "Thôn Mới"
		require.Equal(t, store.Change{Created: 1, Changed: 1, Same: 1},
			w.units(aCommune, renamed, bot.Unit{OAID: otherOA, Code: "xa", Kind: bot.UnitCommune, Name: "Xã Khác"}))
	})

	t.Run("LetEveryReplicaKnowWhenTheyChange", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		version := func() int64 {
			versions, err := w.Versions(t.Context())
			require.NoError(t, err)
			return versions[store.VersionUnits]
		}
		w.units(aCommune)
		first := version()
		require.Positive(t, first)
		w.units(aCommune)
		require.Equal(t, first, version())
		w.units(aVillage)
		require.Greater(t, version(), first)
	})

	t.Run("KeepWhereTheyStoodBefore", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.units(aCommune, aVillage, bot.Unit{OAID: oaID, Code: "xa-2", Kind: bot.UnitCommune, Name: "Xã Hai"})
		started := time.Now().Add(-time.Second)
		moved := aVillage
		for _, parent := range []string{"xa-2", "", ""} {
			moved.ParentCode = parent
			w.units(moved)
		}
		history, err := w.FormerParents(t.Context(), oaID)
		require.NoError(t, err)
		require.Len(t, history, 2)
		for i, parent := range []string{"xa-2", "xa"} {
			require.WithinRange(t, history[i].Until, started, time.Now().Add(time.Second))
			history[i].Until = time.Time{}
			require.Equal(t, bot.FormerParent{OAID: oaID, UnitCode: "thon", ParentCode: parent}, history[i])
		}
		history, err = w.FormerParents(t.Context(), otherOA)
		require.NoError(t, err)
		require.Empty(t, history)
	})
}

func runHouseholds(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("AreReadAsTheyWereSaved", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		bare := bot.Household{OAID: oaID, Code: "h2", UnitCode: "thon", Status: bot.HouseholdActive}
		require.Equal(t, store.Change{Created: 2}, w.households(bare, aHousehold))
		require.Equal(t, store.Change{Same: 2}, w.households(aHousehold, bare))
		require.Equal(t, []bot.Household{aHousehold, bare}, walked(t, w.Households(t.Context(), oaID)))
		require.Empty(t, walked(t, w.Households(t.Context(), otherOA)))
	})

	t.Run("AreChangedInAnyOfTheirParts", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.households(aHousehold)
		want := aHousehold
		for name, change := range map[string]func(*bot.Household){
			"unit":    func(h *bot.Household) { h.UnitCode = "thon-2" },
			"head":    func(h *bot.Household) { h.Head = "Bà Tư" },
			"address": func(h *bot.Household) { h.Address = "" },
			"phone":   func(h *bot.Household) { h.Phone = "" },
			"needs":   func(h *bot.Household) { h.Needs = nil },
			"helper":  func(h *bot.Household) { h.Helper = "u7" },
			"status":  func(h *bot.Household) { h.Status = bot.HouseholdLeft },
		} {
			change(&want)
			require.Equal(t, store.Change{Changed: 1}, w.households(want), name)
			require.Equal(t, []bot.Household{want}, walked(t, w.Households(t.Context(), oaID)), name)
		}
	})

	t.Run("KeepTheirStatusWhenNothingIsSaidOfIt", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		unsaid, left := aHousehold, aHousehold
		unsaid.Status, left.Status = "", bot.HouseholdLeft
		w.households(unsaid)
		require.Equal(t, bot.HouseholdActive, walked(t, w.Households(t.Context(), oaID))[0].Status)
		w.households(left)
		require.Equal(t, store.Change{Same: 1}, w.households(unsaid))
		require.Equal(t, bot.HouseholdLeft, walked(t, w.Households(t.Context(), oaID))[0].Status)
		unsaid.Head = "Bà Tư"
		require.Equal(t, store.Change{Changed: 1}, w.households(unsaid))
		require.Equal(t, bot.HouseholdLeft, walked(t, w.Households(t.Context(), oaID))[0].Status)
	})

	t.Run("TakeTheirResidentsAlongWhenTheyMove", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		elsewhere := aHousehold
		elsewhere.OAID = otherOA
		w.households(aHousehold, elsewhere)
		neighbour, stranger := w.aResident(), w.aResident()
		neighbour.UserID, neighbour.HouseholdCode = "u2", ""
		stranger.OAID = otherOA
		w.residents(w.aResident(), neighbour, stranger)
		moved := aHousehold
		moved.UnitCode = "thon-2"
		w.households(moved)
		require.Equal(t, "thon-2", w.resident("u1").UnitCode)
		require.Equal(t, "thon", w.resident("u2").UnitCode)
		require.Equal(t, "thon", walked(t, w.Residents(t.Context(), otherOA))[0].UnitCode)
	})

	t.Run("AreWalkedOverPageByPage", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		var all []bot.Household
		for i := range 2500 {
			all = append(all, bot.Household{OAID: oaID, Code: fmt.Sprintf("%c%04d", "Hh"[i%2], i), UnitCode: "thon", Status: bot.HouseholdActive})
		}
		require.Equal(t, store.Change{Created: 2500}, w.households(all...))
		slices.SortFunc(all, func(a, b bot.Household) int { return slices.Compare([]byte(a.Code), []byte(b.Code)) })
		require.Equal(t, all, walked(t, w.Households(t.Context(), oaID)))
	})
}

func runResidents(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("AreReadAsTheyWereSaved", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		bare := bot.Resident{OAID: oaID, UserID: "u2"}
		require.Equal(t, store.Change{Created: 2}, w.residents(bare, w.aResident()))
		require.Equal(t, store.Change{Same: 2}, w.residents(w.aResident(), bare))
		require.Equal(t, []bot.Resident{w.aResident(), bare}, walked(t, w.Residents(t.Context(), oaID)))
		require.Empty(t, walked(t, w.Residents(t.Context(), otherOA)))
		_, err := w.Resident(t.Context(), otherOA, "u1")
		require.ErrorIs(t, err, bot.ErrNotFound)
	})

	t.Run("AreChangedInWhatOfficersKeep", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.residents(w.aResident())
		want := w.aResident()
		for name, change := range map[string]func(*bot.Resident){
			"name":        func(r *bot.Resident) { r.Name = "Bà L’ành \"Ba\"" },
			"unit":        func(r *bot.Resident) { r.UnitCode = "" },
			"household":   func(r *bot.Resident) { r.HouseholdCode = "h9" },
			"topics":      func(r *bot.Resident) { r.Topics = []bot.Topic{bot.TopicBank} },
			"roles":       func(r *bot.Resident) { r.Roles = nil },
			"language":    func(r *bot.Resident) { r.Language = "jra" },
			"interaction": func(r *bot.Resident) { r.LastInteraction = w.now },
			"consent":     func(r *bot.Resident) { r.ConsentAt, r.ConsentText = w.now, "" },
		} {
			change(&want)
			require.Equal(t, store.Change{Changed: 1}, w.residents(want), name)
			require.Equal(t, want, w.resident("u1"), name)
		}
	})

	t.Run("KeepWhatEventsSaidOfThem", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.residents(w.aResident())
		w.interact("u1", "m1", func(r *bot.Resident) {
			require.Equal(t, w.aResident(), *r)
			r.Following, r.StoppedAt, r.LastInteraction, r.Name = true, w.now, w.now, "ai đó"
		})
		want := w.aResident()
		want.Following, want.StoppedAt, want.LastInteraction = true, w.now, w.now
		require.Equal(t, want, w.resident("u1"), "and events leave what officers said")
		require.Equal(t, store.Change{Same: 1}, w.residents(w.aResident()), "an older interaction is no change")
		never := w.aResident()
		never.LastInteraction, never.UnitCode = time.Time{}, "ban"
		require.Equal(t, store.Change{Changed: 1}, w.residents(never))
		want.UnitCode = "ban"
		require.Equal(t, want, w.resident("u1"))
	})

	t.Run("KeepTheirLatestInteraction", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		for i, at := range []time.Time{w.now, w.now.Add(-time.Hour), {}} {
			w.interact("u1", fmt.Sprint("m", i), func(r *bot.Resident) { r.LastInteraction = at })
			require.True(t, w.resident("u1").LastInteraction.Equal(w.now))
		}
	})

	t.Run("KeepTheirLatestConsent", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.residents(w.aResident())
		brought := w.aResident()
		brought.ConsentText = ""
		for i, at := range []time.Time{{}, w.now.Add(-3 * time.Hour), w.aResident().ConsentAt} {
			brought.ConsentAt = at
			require.Equal(t, store.Change{Same: 1}, w.residents(brought), "%v", at)
			brought.Name = fmt.Sprint("Bà Lành ", i)
			require.Equal(t, store.Change{Changed: 1}, w.residents(brought))
			got := w.resident("u1")
			require.True(t, got.ConsentAt.Equal(w.aResident().ConsentAt))
			require.Equal(t, "2026-11", got.ConsentText)
		}
	})

	t.Run("AreWalkedOverPageByPage", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		var all []bot.Resident
		for i := range 2000 {
			all = append(all, bot.Resident{OAID: oaID, UserID: fmt.Sprint(7_100_000 + i), Name: fmt.Sprint("Người ", i)})
		}
		w.residents(all...)
		require.Equal(t, all, walked(t, w.Residents(t.Context(), oaID)))
	})
}

func runGroups(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("AreReadAsTheyWereSaved", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		bare := bot.Group{OAID: oaID, ID: "G0"}
		require.Equal(t, store.Change{Created: 2}, w.groups(aGroup, bare))
		require.Equal(t, store.Change{Same: 2}, w.groups(bare, bot.Group{OAID: oaID, ID: "g1", Name: aGroup.Name, UnitCode: "thon", Members: []string{"u2", "u1"}}))
		got, err := w.Groups(t.Context(), oaID)
		require.NoError(t, err)
		require.Equal(t, []bot.Group{bare, aGroup}, got)
		got, err = w.Groups(t.Context(), otherOA)
		require.NoError(t, err)
		require.Empty(t, got)
	})

	t.Run("AreReplacedWithTheirMembers", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		elsewhere := aGroup
		elsewhere.OAID = otherOA
		w.groups(aGroup, elsewhere)
		changed := aGroup
		for name, change := range map[string]func(){
			"members": func() { changed.Members = []string{"U4", "u3"} },
			"name":    func() { changed.Name = "Nhóm mới" },
			"unit":    func() { changed.UnitCode = "" },
		} {
			change()
			require.Equal(t, store.Change{Changed: 1}, w.groups(changed), name)
			require.Equal(t, store.Change{Same: 1}, w.groups(changed), name)
			got, err := w.Groups(t.Context(), oaID)
			require.NoError(t, err)
			require.Equal(t, []bot.Group{changed}, got, name)
		}
		got, err := w.Groups(t.Context(), otherOA)
		require.NoError(t, err)
		require.Equal(t, []bot.Group{elsewhere}, got)
	})
}

func runImports(t *testing.T, newDatabase func(testing.TB) string) {
	everything := func(w *world, dryRun bool) (changes []store.Change) {
		change := func(c store.Change, err error) {
			w.t.Helper()
			require.NoError(w.t, err)
			changes = append(changes, c)
		}
		ctx := w.t.Context()
		change(w.ImportUnits(ctx, store.Values([]bot.Unit{aCommune, aVillage}), dryRun))
		change(w.ImportHouseholds(ctx, store.Values([]bot.Household{aHousehold}), dryRun))
		change(w.ImportResidents(ctx, store.Values([]bot.Resident{w.aResident()}), dryRun))
		change(w.ImportGroups(ctx, store.Values([]bot.Group{aGroup}), dryRun))
		return changes
	}
	count := func(w *world) (n int) {
		units, err := w.Units(w.t.Context())
		require.NoError(w.t, err)
		groups, err := w.Groups(w.t.Context(), oaID)
		require.NoError(w.t, err)
		return len(units) + len(groups) + len(walked(w.t, w.Households(w.t.Context(), oaID))) + len(walked(w.t, w.Residents(w.t.Context(), oaID)))
	}

	t.Run("AreOnlyCountedInADryRun", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		require.Equal(t, []store.Change{{Created: 2}, {Created: 1}, {Created: 1}, {Created: 1}}, everything(w, true))
		require.Zero(t, count(w))
		versions, err := w.Versions(t.Context())
		require.NoError(t, err)
		require.Zero(t, versions[store.VersionUnits])
		everything(w, false)
		require.Equal(t, []store.Change{{Same: 2}, {Same: 1}, {Same: 1}, {Same: 1}}, everything(w, true))
	})

	t.Run("LeaveNothingWhenSomethingIsWrongLater", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		wrong := errors.New("row 1501")
		_, err := w.ImportResidents(t.Context(), func(yield func(bot.Resident, error) bool) {
			for i := range 1500 {
				if !yield(bot.Resident{OAID: oaID, UserID: fmt.Sprint("u", i)}, nil) {
					return
				}
			}
			yield(bot.Resident{}, wrong)
		}, false)
		require.ErrorIs(t, err, wrong)
		require.Zero(t, count(w))
	})

	t.Run("TakeWhateverTextIsBrought", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		w.residents(bot.Resident{OAID: oaID, UserID: "u1", Name: "a\x00b\xff \"c\" \\ 'd' ; -- 😀"})
		require.Equal(t, "ab\uFFFD \"c\" \\ 'd' ; -- 😀", w.resident("u1").Name)
	})
}
