package bot

import "github.com/loalang/loalang/bot/calendar"

// TransactionDay is what the officers of an account have said of the days on which the bank comes to a commune: the rule of
// each month at a point, or what holds there on one date.
type TransactionDay struct {
	OAID string
	calendar.Entry
}

// CalendarEntries are those of one account.
func CalendarEntries(days []TransactionDay, oaID string) []calendar.Entry {
	var entries []calendar.Entry
	for _, d := range days {
		if d.OAID == oaID {
			entries = append(entries, d.Entry)
		}
	}
	return entries
}
