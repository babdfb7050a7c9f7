package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/store/storetest"
)

func TestAnnounceShowsWhatBecomesOfItsEscalation(t *testing.T) {
	t.Parallel()

	w := allDay(newWorld(t, storetest.SQLiteURL(t), nil))
	w.village(2, 1)
	w.serve()
	status := func(id string) (doc statusDocument) {
		t.Helper()
		require.NoError(t, json.Unmarshal([]byte(w.must("announce", "status", "--json", id)), &doc))
		return doc
	}
	plain := w.draft("Mời họp.", "--unit", "xom")
	w.must("announce", "send", "--wait", plain)
	require.NotContains(t, w.must("announce", "status", "--json", plain), "escalation", "as ever")
	id := w.draft("Lũ đang lên.", "--unit", "xom", "--escalate", "2h:channel,6h:proxy")
	w.must("announce", "send", "--wait", id)
	require.Equal(t, []escalationStep{{Step: "2h:channel"}, {Step: "6h:proxy"}}, status(id).Escalation)
	require.Equal(t, status(plain).Recipients, status(id).Recipients)
	require.Contains(t, w.must("announce", "status", id), "6h:proxy  to come")
	require.Contains(t, w.must("announce", "cancel", id), "cancelled")
	w.must("announce", "status", id)
	require.Eventually(t, func() bool {
		steps := status(id).Escalation
		return steps[0].Outcome == bot.RungCancelled && steps[1].Outcome == bot.RungCancelled
	}, patience, 50*time.Millisecond)
	text := w.written("t.txt", "Mời họp.")
	_, errs, exit := w.run("announce", "create", "--title", "x", "--text-file", text, "--unit", "xom", "--escalate", "6h:call")
	require.Equal(t, 1, exit)
	require.Contains(t, errs, `--escalate: wrong escalation: there is no step "call"`)
}
