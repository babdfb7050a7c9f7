package schedule

import (
	"fmt"
	"strings"
)

// Fault is what is wrong with a schedule, in Vietnamese for the person who wrote it.
type Fault struct {
	Piece string // the faulty piece as it was written, empty when something is missing
	Why   string
	Hint  string // what to do instead, whole sentences
}

// Error is the piece, the reason and the hint.
func (f *Fault) Error() string {
	text := f.Why + ". " + f.Hint
	if f.Piece != "" {
		text = fmt.Sprintf("%q: %s", f.Piece, text)
	}
	return text
}

// examples is the hint of all that is written wrong.
const examples = `Có thể viết: "hằng ngày 7:00", "thứ 2, thứ 5 hằng tuần 18:00", "ngày 15 hằng tháng lúc 8h", ` +
	`"hằng tháng ngày cuối 8:00", thêm "đến hết 31/12/2026" nếu có ngày kết thúc, hoặc cron năm trường như "0 7 * * 1-5".`

// miswritten is a piece that cannot stand in a schedule. A long piece is cut.
func miswritten(piece, why string) *Fault {
	const most = 40
	runes := []rune(strings.ToValidUTF8(piece, "�"))
	if len(runes) > most {
		runes = append(runes[:most], '…')
	}
	return &Fault{Piece: string(runes), Why: why, Hint: examples}
}

// missing is something without which there is no schedule.
func missing(why string) *Fault { return &Fault{Why: why, Hint: examples} }
