package bot

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/loalang/loalang/bot/rights"
)

// Binder binds Zalo users to operators by a code.
type Binder interface {
	BindOperator(ctx context.Context, oaID, userID, code string, now time.Time) (Operator, BindOutcome, error)
}

// typesCode tells whether the text is an invitation code, or meant as one.
func (t *turn) typesCode() bool {
	code, near := typedCode(t.text)
	return t.desk.operators != nil && (code != "" || near)
}

// bindByCode binds the Zalo user whose code it is. A turn that is done anew after a crash finds it done.
func (t *turn) bindByCode() {
	code, near := typedCode(t.text)
	if near {
		t.say("code_wrong", plain(textCodeForm))
		return
	}
	o, outcome, err := t.desk.operators.BindOperator(t.ctx, t.event.OAID, t.event.UserID, code, t.now)
	if err != nil {
		t.fault = fmt.Errorf("bind operator: %w", err)
		return
	}
	switch outcome {
	case BindDone, BindAgain:
		t.operator = &o
		t.say("operator_bound", Message{Text: fmt.Sprintf(textBound, o.Name, roleNames[o.Role], o.where(t.units), o.can())})
	case BindAlready:
		t.say("code_needless", plain(textBoundBefore, o.Name))
	case BindUsed:
		t.say("code_wrong", plain(textCodeUsed))
	case BindExpired:
		t.say("code_wrong", plain(textCodeExpired))
	case BindTooMany:
		t.say("code_wrong", plain(textCodeTooMany))
	default:
		t.say("code_wrong", plain(textCodeWrong))
	}
}

// roleNames are the roles as they stand in a Vietnamese sentence.
var roleNames = map[rights.Role]string{
	rights.VillageHead: "trưởng thôn", rights.CommuneOfficer: "cán bộ xã", rights.BankOfficer: "cán bộ Ngân hàng Chính sách xã hội",
	rights.DigitalTeam: "thành viên tổ công nghệ số", rights.Admin: "người quản trị",
}

// where says in which units an operator counts.
func (o Operator) where(units Units) string {
	if o.Role.Everywhere() {
		return "toàn bộ Zalo này"
	}
	names := make([]string, len(o.Units))
	for i, code := range o.Units {
		names[i] = units[code].Name
	}
	return strings.Join(names, ", ")
}

// can says what an operator may do from the chat.
func (o Operator) can() string {
	if rights.ReachOf(o.Role, rights.Send) == rights.No {
		return textCanVisit
	}
	return textCanSend
}
