package main

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/store/storetest"
	"github.com/loalang/loalang/zalo/zalosim"
)

// draftDocument is what announce create prints.
type draftDocument struct {
	ID         string    `json:"id"`
	Code       string    `json:"code"`
	ValidUntil string    `json:"valid_until"`
	Messages   []preview `json:"messages"`
}

func (w *world) made(args ...string) (doc draftDocument) {
	w.t.Helper()
	require.NoError(w.t, json.Unmarshal([]byte(w.must(append([]string{"announce", "--json"}, args...)...)), &doc))
	return doc
}

func TestAnnounceListsTheKindsAndWhatTheyAskFor(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	var docs []kindDocument
	require.NoError(t, json.Unmarshal([]byte(w.must("announce", "kinds", "--json")), &docs))
	require.GreaterOrEqual(t, len(docs), 11)
	for _, d := range docs {
		require.NotEmpty(t, d.Fields, d.ID)
		require.Contains(t, d.Languages, "vi", d.ID)
	}
	require.Contains(t, w.must("announce", "kinds"), `--field place="thôn Tân Lập"`)
	require.Contains(t, w.must("announce", "kinds", "meeting"), "MỜI HỌP\nKính mời bà con dự")
	_, errs, exit := w.run("announce", "kinds", "none")
	require.Equal(t, 1, exit)
	require.Contains(t, errs, `there is no kind "none"`)
}

func TestAnnounceWritesAKindAndShowsWhatResidentsRead(t *testing.T) {
	t.Parallel()

	w := allDay(newWorld(t, storetest.SQLiteURL(t), nil))
	w.village(2, 1)
	args := []string{
		"create", "--title", "Dịch", "--unit", "xom", "--kind", "animal_disease", "--document-number", "12/TB-UBND", "--issuer", "UBND xã Mường Bon",
		"--field", "animal=lợn", "--field", "disease=dịch tả lợn châu Phi", "--field", "place=thôn Tân Lập", "--field", "today=nhốt riêng; rắc vôi, phun sát trùng",
		"--field", "contact=trạm thú y xã",
	}
	made := w.made(args...)
	text := strings.Join([]string{
		"CẢNH BÁO DỊCH BỆNH VẬT NUÔI", "Có dịch tả lợn châu Phi ở lợn, tại thôn Tân Lập.", "",
		"Hôm nay bà con cần làm: nhốt riêng; rắc vôi, phun sát trùng.",
		"Không bán chạy, không mổ, không vận chuyển vật ốm, vật chết. Không vứt xác ra sông, mương.", "",
		"Thấy vật ốm hoặc chết, bà con báo ngay cho trạm thú y xã.", "",
		"Đơn vị ra thông báo: UBND xã Mường Bon. Số văn bản: 12/TB-UBND. Mã thông báo: " + made.Code + ".",
	}, "\n")
	require.Equal(t, []preview{{"vi", []string{text}}}, made.Messages)
	valid, err := time.Parse(time.RFC3339, made.ValidUntil)
	require.NoError(t, err)
	require.WithinDuration(t, time.Now().Add(168*time.Hour), valid, time.Minute, "as long as its kind says")
	var planned planDocument
	require.NoError(t, json.Unmarshal([]byte(w.must("announce", "plan", "--json", made.ID)), &planned))
	require.Equal(t, made.Messages, planned.Messages)
	require.Equal(t, made.Code, planned.Code)
	require.Contains(t, w.must("announce", "plan", made.ID), "--- vi, message 1 of 1, ")
	require.Contains(t, w.must("announce", "script", made.ID), "Thông báo của Ủy ban nhân dân xã Mường Bon")
	w.serve()
	w.must("announce", "send", "--wait", made.ID)
	require.Equal(t, 1, w.copies(villager(0), text))

	nameless := w.made("create", "--title", "Họp", "--unit", "xom", "--kind", "general", "--field", "text=Dọn đường sáng mai.")
	require.Contains(t, nameless.Messages[0].Messages[0], "Dọn đường sáng mai.\n\nĐơn vị ra thông báo: ", "the account answers for it")
	require.NotEqual(t, made.Code, nameless.Code)
	own := w.made("create", "--title", "Họp", "--unit", "xom", "--kind", "chuyen_rieng", "--text-file", w.written("own.txt", "Tin."))
	require.Equal(t, []preview{{"vi", []string{"Tin."}}}, own.Messages, "kinds in one's own words stay possible")
	require.Empty(t, own.ValidUntil)
}

func TestAnnounceSpeaksLanguagesAndShowsAPicture(t *testing.T) {
	t.Parallel()

	w := allDay(newWorld(t, storetest.SQLiteURL(t), nil))
	w.village(3, 0)
	w.must("import", "residents", w.written("tongues.csv", "oa_id,zalo_user_id,ten,ma_don_vi,ma_ho,chu_de,vai_tro,ngon_ngu,tuong_tac_cuoi,dong_y\n"+
		testOA+","+villager(0)+",,xom,,,,rad,,\n"+testOA+","+villager(1)+",,xom,,,,jra,,\n"))
	made := w.made("create", "--title", "Lũ", "--unit", "xom", "--text-file", w.written("vi.txt", "Lũ đang lên."),
		"--text-file-for", "rad="+w.written("rad.txt", "Ea lip."), "--picture", "https://xa.gov.vn/lu.jpg")
	require.Equal(t, []preview{{"vi", []string{"Lũ đang lên."}}, {"rad", []string{"Ea lip."}}}, made.Messages)
	w.serve()
	w.must("announce", "send", "--wait", made.ID)
	for i, want := range []string{"Ea lip.", "(Thông báo này chưa có bản tiếng Gia Rai, tôi gửi bản tiếng Việt.)\nLũ đang lên.", "Lũ đang lên."} {
		require.Equal(t, 1, w.copies(villager(i), want), i)
	}
	for _, m := range w.sim.Sent(testOA) {
		require.Equal(t, "https://xa.gov.vn/lu.jpg", m.ImageURL)
	}
}

func TestResidentsAskWhatTheyMissed(t *testing.T) {
	t.Parallel()

	w := allDay(newWorld(t, storetest.SQLiteURL(t), nil))
	w.village(3, 1)
	w.serve()
	wrong := w.made("create", "--title", "Họp", "--unit", "xom", "--text-file", w.written("a.txt", "Họp lúc 7 giờ."))
	flood := w.made("create", "--title", "Lũ", "--unit", "xom", "--urgency", "emergency", "--issuer", "UBND xã", "--text-file", w.written("b.txt", "Lũ đang lên.\nLên chỗ cao."))
	w.must("announce", "send", "--wait", wrong.ID)
	w.must("announce", "send", "--wait", flood.ID)
	right := w.made("correct", wrong.ID, "--text-file", w.written("c.txt", "Họp lúc 8 giờ."))
	w.must("announce", "send", "--wait", right.ID)

	heard := func(user, text string) string {
		t.Helper()
		before := len(w.answers(user))
		_, err := w.sim.Say(zalosim.Say{OA: testOA, User: user, Text: text})
		require.NoError(t, err)
		require.Eventually(t, func() bool { return len(w.answers(user)) > before }, patience, 20*time.Millisecond)
		return w.answers(user)[before]
	}
	list := heard(villager(1), "bo lo gi")
	require.Contains(t, list, "có 2 tin cho anh/chị")
	require.Regexp(t, `(?s)1\. KHẨN .*Lũ đang lên.*mã `+flood.Code+`.*2\. .*Họp lúc 8 giờ.*mã `+right.Code, list)
	require.NotContains(t, list, "7 giờ")
	require.Contains(t, heard(villager(1), "1"), "Lũ đang lên.\nLên chỗ cao.\n\nĐơn vị ra thông báo: UBND xã. Mã thông báo: "+flood.Code)
	require.Contains(t, heard(villager(1), "bỏ lỡ gì"), "chưa có tin nào mới")
	require.Contains(t, heard(villager(3), "bỏ lỡ gì"), "chưa có tin nào mới", "of the other village")
}

func TestAnnounceSendsAPictureAndAFile(t *testing.T) {
	t.Parallel()

	w := allDay(newWorld(t, storetest.SQLiteURL(t), nil))
	w.village(3, 0)
	var picture bytes.Buffer
	require.NoError(t, png.Encode(&picture, image.NewGray(image.Rect(0, 0, 4, 4))))
	made := w.made("create", "--title", "Lũ", "--unit", "xom", "--text-file", w.written("vi.txt", "Lũ đang lên."),
		"--picture", w.written("lu.png", picture.String()), "--file", w.written("don.pdf", "%PDF-1.7 đơn"))
	shown := w.must("announce", "plan", made.ID)
	require.Contains(t, shown, "Picture (image/png, 1 kB), above the first message.\nFile don.pdf (1 kB), after the text as a message of its own.")
	require.Contains(t, shown, " 8 calls", "a text and a file to each of three, and two uploads")
	w.serve()
	w.must("announce", "send", "--wait", made.ID)
	require.EqualValues(t, 2, w.sim.Stats().Uploads)
	kinds := map[string]int{}
	for _, m := range w.sim.Sent(testOA) {
		kinds[m.Kind+" "+m.Text+m.FileName]++
	}
	require.Equal(t, map[string]int{"image Lũ đang lên.": 3, "file don.pdf": 3}, kinds)
	doc := w.status(made.ID)
	require.Equal(t, 3, doc.Accepted+doc.Received)
	require.Zero(t, doc.WithoutPicture+doc.WithoutFile)
	require.NotContains(t, w.must("announce", "status", made.ID), "without")
	_, errs, exit := w.run("announce", "create", "--title", "x", "--unit", "xom", "--text-file", w.written("v.txt", "Tin."),
		"--file", w.written("lon.pdf", "%PDF-"+strings.Repeat("x", 5<<20)))
	require.Equal(t, 1, exit)
	require.Contains(t, errs, "larger than the 5 MB that Zalo takes (it has 5.1 MB)")

	w.sim.Fail(zalosim.Fault{Path: "/upload", Code: -210})
	alone := w.made("create", "--title", "Lũ", "--unit", "xom", "--text-file", w.written("nua.txt", "Lũ còn lên."),
		"--picture", w.written("khac.png", picture.String()+" "), "--file", w.written("khac.pdf", "%PDF-1.7 đơn khác"))
	w.must("announce", "send", "--wait", alone.ID)
	doc = w.status(alone.ID)
	require.Equal(t, []int{3, 3}, []int{doc.WithoutPicture, doc.WithoutFile})
	require.Contains(t, w.must("announce", "status", alone.ID), "\n3 got the text without its picture.\n3 got the text without its file.")
}
