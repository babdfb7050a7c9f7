package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/store/storetest"
)

func TestOARemindersAreSetAndShown(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	show := func(args ...string) (doc remindersDocument) {
		t.Helper()
		require.NoError(t, json.Unmarshal([]byte(w.must(append([]string{"oa", "reminders", "--json"}, args...)...)), &doc))
		return doc
	}
	require.Equal(t, remindersDocument{OAID: testOA, PaidBefore: []int{1}, Notices: []noticeReport{}}, show(), "only what is free")
	require.EqualValues(t, 50_000, show("--budget", "50000", "--paid-before", "3", "--paid-before", "1").BudgetVND)
	require.Equal(t, []int{3, 1}, show("--off").PaidBefore, "what is not named stays")
	require.True(t, show().Off)
	require.False(t, show("--on").Off)
	_, errs, exit := w.run("oa", "reminders", "--paid-before", "2")
	require.Equal(t, 1, exit)
	require.Contains(t, errs, "no reminder 2 days before")
}
