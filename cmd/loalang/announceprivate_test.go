package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/store/storetest"
)

func TestAnnounceRefusesWhatIsPrivateUnlessAReasonIsGiven(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	w.village(1, 0)
	for says, text := range map[string]string{
		`an identity number, "0140…"`: "Mời bà Hoa, CCCD 014085003456, nhận thẻ.",
		`a private phone, "0912…"`:    "Bán lợn giống, gọi 0912 345 678.",
		`a bank account, "1903…"`:     "Chuyển tiền vào STK 19036789012345.",
		`a name with a debt, "Lò…"`:   "Ông Lò Văn Tiến nợ 20 triệu.",
	} {
		_, errs, exit := w.run("announce", "create", "--title", "Thử", "--unit", "xom", "--text-file", w.written("private.txt", text))
		require.Equal(t, 1, exit)
		require.Contains(t, errs, says)
		require.Contains(t, errs, "--private-because")
		w.draft(text, "--unit", "xom", "--private-because", "người đó đã đồng ý")
	}
	w.draft("Lợn ốm chết báo thú y xã 0912 345 678 hoặc UBND xã 0212 3822 115.", "--unit", "xom")
}
