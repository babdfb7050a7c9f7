package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/store/storetest"
)

func TestAnnounceTellsWhichHouseholdsWereNotReached(t *testing.T) {
	t.Parallel()

	w := allDay(newWorld(t, storetest.SQLiteURL(t), nil))
	w.village(2, 1)
	w.must("import", "households", w.written("households.csv", "ma_ho,ma_don_vi,chu_ho,dia_chi,so_dien_thoai,nhu_cau,nguoi_giup\n"+
		"h1,xom,Ông Tư,,,,\nh2,xom,Bà Sáu,Cuối xóm,,alone,\nh3,xom,Anh <i>Bảy</i>,,,,\nh4,ban,Chị Tám,,,,\n"))
	w.must("import", "residents", w.written("homes.csv", "oa_id,zalo_user_id,ten,ma_don_vi,ma_ho,chu_de,vai_tro,ngon_ngu,tuong_tac_cuoi,dong_y\n"+
		testOA+","+villager(0)+",Tư,xom,h1,,,,,\n"))
	w.serve()
	id := w.draft("Lũ đang lên.", "--unit", "xom")
	w.must("announce", "send", "--wait", id)
	missed := func(args ...string) (list []missedHousehold) {
		t.Helper()
		require.NoError(t, json.Unmarshal([]byte(w.must(append([]string{"announce", "not-reached", "--json", id}, args...)...)), &list))
		return list
	}
	require.Equal(t, []missedHousehold{
		{Household: "h2", Head: "Bà Sáu", Unit: "xom", Reason: bot.MissNoResident, Needs: []bot.Need{bot.NeedAlone}},
		{Household: "h3", Head: "Anh <i>Bảy</i>", Unit: "xom", Reason: bot.MissNoResident, Needs: []bot.Need{}},
	}, missed(), "who needs it most comes first")
	require.Empty(t, missed("--unit", "ban"))

	page := filepath.Join(t.TempDir(), "visits.html")
	w.must("announce", "not-reached", "--html", page, id)
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	require.Contains(t, string(text), "chưa có ai trên Zalo")
	require.Contains(t, string(text), "sống một mình")
	require.NotContains(t, string(text), "<i>")

	require.Contains(t, w.must("announce", "close", id, "--household", "h2", "--household", "h2", "--by", "Trưởng thôn"), "1 households closed, 1 were before")
	require.Len(t, missed(), 1)
	var doc reachDocument
	require.NoError(t, json.Unmarshal([]byte(w.must("announce", "reach", "--json", id)), &doc))
	sum := 0
	for _, n := range doc.States {
		sum += n
	}
	require.Equal(t, 3, doc.Roll)
	require.Equal(t, doc.Roll, sum)
	require.Equal(t, 1, doc.States[bot.ReachTold])
	require.Len(t, doc.Units, 2)
	require.True(t, strings.HasPrefix(w.must("announce", "reach", id), "All: 3 households"))

	_, errs, exit := w.run("announce", "close", id, "--household", "none", "--by", "x")
	require.Equal(t, 1, exit)
	require.Contains(t, errs, `there is no household "none"`)
	_, errs, exit = w.run("announce", "not-reached", "none")
	require.Equal(t, 1, exit)
	require.Contains(t, errs, "there is no announcement none")
}
