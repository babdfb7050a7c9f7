package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
)

func TestProxyIsAskedAndMarksTheHousehold(t *testing.T) {
	t.Parallel()

	onBoth(t, func(t *testing.T, database string) {
		w := allDay(newWorld(t, database, nil))
		w.village(2, 1)
		w.must("import", "households", w.written("households.csv", "ma_ho,ma_don_vi,chu_ho,dia_chi,so_dien_thoai,nhu_cau,nguoi_giup\n"+
			"h1,xom,Ông Tư,,,no_smartphone,"+villager(2)+"\nh2,xom,Bà Sáu,,,,"+villager(0)+"\n"))
		p := w.serve()
		id := w.draft("Lũ đang lên.", "--unit", "xom")
		w.must("announce", "send", "--wait", id)
		require.Equal(t, 2, w.status(id).Recipients)
		require.Equal(t, 1, w.copies(villager(1), "Lũ đang lên."), "who helps nobody")
		for user, household := range map[string]string{villager(0): "hộ Bà Sáu (mã h2)", villager(2): "hộ Ông Tư (mã h1)"} {
			got := w.answers(user)
			require.Len(t, got, 1)
			require.True(t, strings.HasPrefix(got[0], "Lũ đang lên."))
			require.Contains(t, got[0], "Xin anh/chị báo giúp "+household)
		}
		reach := func() (doc reachDocument) {
			t.Helper()
			require.NoError(t, json.Unmarshal([]byte(w.must("announce", "reach", "--json", id)), &doc))
			return doc
		}
		require.Equal(t, 2, reach().States[bot.ReachNotReached])
		for _, m := range []string{"m1", "m2"} { // a double tap
			require.Equal(t, 200, signed(t.Context(), p.url, textEvent(villager(2), m, "#da-bao "+id), testSecret))
		}
		require.Eventually(t, func() bool { return len(w.answers(villager(2))) == 3 }, patience, 20*time.Millisecond, p.log)
		require.Equal(t, 1, reach().States[bot.ReachTold])
		require.Equal(t, 1, reach().ByProxy)
		w.must("announce", "close", id, "--household", "h2", "--by", "Trưởng thôn")
		require.Equal(t, 2, reach().States[bot.ReachTold])
		require.Equal(t, 1, reach().ByProxy, "a visit is counted apart")
	})
}
