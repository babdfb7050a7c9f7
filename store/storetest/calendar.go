package storetest

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/calendar"
	"github.com/loalang/loalang/store"
)

func (w *world) transactionDays(days ...bot.TransactionDay) store.Change {
	w.t.Helper()
	change, err := w.ImportTransactionDays(w.t.Context(), store.Values(days), false)
	require.NoError(w.t, err)
	return change
}

func (w *world) calendar() []bot.TransactionDay {
	w.t.Helper()
	days, err := w.TransactionDays(w.t.Context())
	require.NoError(w.t, err)
	return days
}

// bankDay is what an officer says of a day of a point.
func bankDay(t *testing.T, point, when string, hours calendar.Hours, officers ...string) bot.TransactionDay {
	t.Helper()
	read, err := calendar.ParseWhen(when)
	require.NoError(t, err)
	return bot.TransactionDay{OAID: oaID, Entry: calendar.Entry{
		Point: calendar.Point{Unit: "xa", Name: point}, When: read, Hours: hours, Place: "Nhà văn hóa " + point, Officers: officers,
	}}
}

func runCalendar(t *testing.T, newDatabase func(testing.TB) string) {
	morning, none := calendar.Hours{From: 450, To: 660}, calendar.Hours{}

	t.Run("IsReadAsItWasSaved", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		days := []bot.TransactionDay{
			bankDay(t, "", "9", morning), bankDay(t, "", "15", morning, "Anh Nam", "Chị Hoa"), bankDay(t, "", "2027-02-15", none),
			bankDay(t, "", "2027-02-17", morning), bankDay(t, "Chợ", "15", morning),
		}
		elsewhere := days[0]
		elsewhere.OAID = otherOA
		require.Equal(t, store.Change{Created: 6}, w.transactionDays(days[4], elsewhere, days[2], days[0], days[3], days[1]))
		require.Equal(t, append(days[:5:5], elsewhere), w.calendar())
		require.Equal(t, store.Change{Same: 5}, w.transactionDays(days...))
		require.Equal(t, append(days[:5:5], elsewhere), w.calendar())
	})

	t.Run("ReplacesTheRulesOfAPointAndKeepsTheRest", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		market, date := bankDay(t, "Chợ", "15", morning), bankDay(t, "", "2027-02-15", none)
		w.transactionDays(market, date, bankDay(t, "", "15", morning), bankDay(t, "", "25", morning))
		moved := bankDay(t, "", "17", morning)
		require.Equal(t, store.Change{Changed: 2}, w.transactionDays(moved), "one day instead of two")
		require.Equal(t, []bot.TransactionDay{moved, date, market}, w.calendar())
		later := moved
		later.Hours.To = 700
		require.Equal(t, store.Change{Created: 1, Changed: 1}, w.transactionDays(later, bankDay(t, "", "27", morning)))
		held := date
		held.Hours = morning
		require.Equal(t, store.Change{Changed: 1}, w.transactionDays(held), "a date alone leaves the rules")
		require.Equal(t, []bot.TransactionDay{later, bankDay(t, "", "27", morning), held, market}, w.calendar())
	})

	t.Run("EndsTheRulesOfAPoint", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		market, date := bankDay(t, "Chợ", "15", morning), bankDay(t, "", "2027-02-15", morning)
		w.transactionDays(market, date, bankDay(t, "", "15", morning))
		stop := bankDay(t, "", "ngừng", none)
		require.Equal(t, store.Change{Changed: 1}, w.transactionDays(stop))
		require.Equal(t, []bot.TransactionDay{date, market}, w.calendar())
		require.Equal(t, store.Change{Same: 1}, w.transactionDays(stop))
	})

	t.Run("LetsEveryReplicaKnowWhenItChanges", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		version := func() int64 {
			versions, err := w.Versions(t.Context())
			require.NoError(t, err)
			return versions[store.VersionCalendar]
		}
		w.transactionDays(bankDay(t, "", "15", morning))
		first := version()
		require.Positive(t, first)
		w.transactionDays(bankDay(t, "", "15", morning))
		require.Equal(t, first, version())
		w.transactionDays(bankDay(t, "", "17", morning))
		require.Greater(t, version(), first)
	})

	t.Run("IsOnlyCountedInADryRun", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		day := bankDay(t, "", "15", morning)
		change, err := w.ImportTransactionDays(t.Context(), store.Values([]bot.TransactionDay{day}), true)
		require.NoError(t, err)
		require.Equal(t, store.Change{Created: 1}, change)
		require.Empty(t, w.calendar())
	})

	t.Run("StaysAsItWasWhenSomethingIsWrongLater", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		day, wrong := bankDay(t, "", "15", morning), errors.New("row 3")
		w.transactionDays(day)
		_, err := w.ImportTransactionDays(t.Context(), func(yield func(bot.TransactionDay, error) bool) {
			_ = yield(bankDay(t, "", "17", morning), nil) && yield(bot.TransactionDay{}, wrong)
		}, false)
		require.ErrorIs(t, err, wrong)
		require.Equal(t, []bot.TransactionDay{day}, w.calendar())
	})
}
