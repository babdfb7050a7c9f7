package bot

import (
	"context"
	"fmt"

	"github.com/loalang/loalang/bot/calendar"
	"github.com/loalang/loalang/bot/rights"
)

// doubted are the messages to the bank's officers who have to decide about a day, and can be told so. Of each day and each
// doubt they hear once: the origin is the same whenever it is looked at.
func (l *look) doubted(ctx context.Context, r calendar.Reminder) ([]Delivery, error) {
	operators, err := l.store.Operators(ctx, l.state.OAID)
	if err != nil {
		return nil, fmt.Errorf("look up the bank's officers: %w", err)
	}
	origin := fmt.Sprintf("bank_doubt:%s:%s:%s:%s", r.Day.Unit, r.Day.Name, r.Day.Date, r.Day.Doubt.Kind)
	text := r.ForOfficers(l.now, l.name) + "\n" + textBankDoubtHow
	var list []Delivery
	for _, o := range operators {
		if o.Role == rights.BankOfficer && o.reachable(l.now) && o.MayIn(rights.DecideCalendar, l.state.OAID, l.units, r.Day.Unit) == nil {
			list = append(list, o.notice(origin, Message{Text: text}, l.now))
		}
	}
	return list, nil
}
