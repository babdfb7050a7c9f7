package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot/script"
	"github.com/loalang/loalang/store/storetest"
)

func TestAnnounceScriptIsReadAloudTwice(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	w.village(1, 0)
	id := w.draft("Họp thôn lúc 19h30 ngày 5/12. Gọi 0212 3822 115.", "--unit", "xom")
	var doc scriptDocument
	require.NoError(t, json.Unmarshal([]byte(w.must("announce", "script", "--json", id)), &doc))
	text := "Họp thôn lúc mười chín giờ ba mươi phút ngày mùng năm tháng mười hai. Gọi không hai một hai, ba tám hai hai, một một năm.\n"
	require.Equal(t, scriptDocument{
		ID: id, Seconds: 27, Syllables: 80, Faults: []script.Fault{},
		Script: "A lô, a lô. Thông báo của Xã Thử.\n" + text + "Xin nhắc lại.\n" + text + "Thông báo đến đây là hết. Xin cảm ơn bà con đã lắng nghe.",
	}, doc)

	unclear := w.draft("Cắt điện 3/4.", "--unit", "xom")
	out := w.must("announce", "script", "--from", "Thôn 3", unclear)
	require.Contains(t, out, "Thông báo của Thôn ba.")
	require.Contains(t, out, `Xem lại "3/4": Đang đọc là ngày tháng.`)
	_, errs, exit := w.run("announce", "script", "none")
	require.Equal(t, 1, exit)
	require.Contains(t, errs, "there is no announcement none")
}
