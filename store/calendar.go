package store

import (
	"context"
	"fmt"
	"iter"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/calendar"
)

// transactionDayRow is a row of transaction_days.
type transactionDayRow struct {
	OAID       string `gorm:"column:oa_id;primaryKey"`
	UnitCode   string `gorm:"primaryKey"`
	Point      string `gorm:"primaryKey"`
	Day        string `gorm:"primaryKey"`
	FromMinute int
	ToMinute   int
	Place      string
	Officers   string
}

func (transactionDayRow) TableName() string { return "transaction_days" }

func (r transactionDayRow) entry() (calendar.Entry, error) {
	e := calendar.Entry{
		Point: calendar.Point{Unit: r.UnitCode, Name: r.Point}, Hours: calendar.Hours{From: r.FromMinute, To: r.ToMinute}, Place: r.Place,
	}
	var err error
	if e.When, err = calendar.ParseWhen(r.Day); err != nil {
		return e, fmt.Errorf("read day %q: %w", r.Day, err)
	}
	return e, readList(r.Officers, &e.Officers)
}

func transactionDayOf(oaID string, e calendar.Entry) transactionDayRow {
	return transactionDayRow{
		OAID: oaID, UnitCode: clean(e.Unit), Point: clean(e.Name), Day: e.When.String(), FromMinute: e.Hours.From, ToMinute: e.Hours.To,
		Place: clean(e.Place), Officers: listText(e.Officers),
	}
}

// dayKey names what one entry is about.
type dayKey struct{ unit, point, day string }

func (r transactionDayRow) key() dayKey { return dayKey{r.UnitCode, r.Point, r.Day} }

// TransactionDays are all that officers have said of bank days, by account and in the order of their points.
func (s *Store) TransactionDays(ctx context.Context) ([]bot.TransactionDay, error) {
	var found []transactionDayRow
	if err := s.db.WithContext(ctx).Order("oa_id").Find(&found).Error; err != nil {
		return nil, fmt.Errorf("load transaction days: %w", translate(err))
	}
	entries, accounts, err := entriesByAccount(found)
	if err != nil {
		return nil, err
	}
	var days []bot.TransactionDay
	for _, oaID := range accounts {
		for _, e := range calendar.Merge(entries[oaID], nil) {
			days = append(days, bot.TransactionDay{OAID: oaID, Entry: e})
		}
	}
	return days, nil
}

// entriesByAccount are the entries of rows, and their accounts in the rows' order.
func entriesByAccount(rows []transactionDayRow) (entries map[string][]calendar.Entry, accounts []string, err error) {
	entries = make(map[string][]calendar.Entry)
	for _, r := range rows {
		e, err := r.entry()
		if err != nil {
			return nil, nil, err
		}
		if entries[r.OAID] == nil {
			accounts = append(accounts, r.OAID)
		}
		entries[r.OAID] = append(entries[r.OAID], e)
	}
	return entries, accounts, nil
}

// ImportTransactionDays brings bank days: they replace what is known as calendar.Merge says. A rule that another replaces
// counts as changed.
func (s *Store) ImportTransactionDays(ctx context.Context, days iter.Seq2[bot.TransactionDay, error], dryRun bool, records ...bot.Record) (Change, error) {
	whole := func(yield func([]bot.TransactionDay, error) bool) { // the rules of a point must not be torn apart
		var all []bot.TransactionDay
		for day, err := range days {
			if err != nil {
				yield(nil, err)
				return
			}
			all = append(all, day)
		}
		yield(all, nil)
	}
	change, err := importAll(ctx, s, whole, dryRun, s.putTransactionDays, records)
	if err != nil {
		return Change{}, fmt.Errorf("import transaction days: %w", err)
	}
	return change, nil
}

func (s *Store) putTransactionDays(tx *gorm.DB, files [][]bot.TransactionDay, change *Change) error {
	brought := make(map[string][]calendar.Entry)
	for _, day := range files[0] {
		brought[day.OAID] = append(brought[day.OAID], day.Entry)
	}
	before := *change
	var lanes []bot.Lane
	for oaID := range brought {
		lanes = append(lanes, bot.Lane{OAID: oaID, Kind: bot.LaneCalendar})
	}
	if err := s.bumpLanes(tx, lanes, s.now()); err != nil { // reminders look at what changed
		return err
	}
	for oaID, entries := range brought {
		if err := s.holdFromNow(tx, oaID); err != nil {
			return err
		}
		if err := putCalendar(tx, oaID, entries, change); err != nil {
			return err
		}
	}
	if change.Created == before.Created && change.Changed == before.Changed {
		return nil
	}
	return s.bumpVersion(tx, VersionCalendar)
}

// putCalendar brings the entries of one account.
func putCalendar(tx *gorm.DB, oaID string, brought []calendar.Entry, change *Change) error {
	var found []transactionDayRow
	if err := tx.Where("oa_id = ?", oaID).Find(&found).Error; err != nil {
		return err
	}
	entries, _, err := entriesByAccount(found)
	if err != nil {
		return err
	}
	left := make(map[dayKey]transactionDayRow, len(found))
	for _, r := range found {
		left[r.key()] = r
	}
	var put []transactionDayRow
	created := make(map[calendar.Point]int)
	changed := 0
	for _, e := range calendar.Merge(entries[oaID], brought) {
		r := transactionDayOf(oaID, e)
		before, known := left[r.key()]
		if delete(left, r.key()); before == r {
			continue
		}
		if put = append(put, r); known {
			changed++
		} else {
			created[e.Point]++
		}
	}
	removed := make(map[calendar.Point]bool)
	for _, r := range left { // rules that are replaced
		err := tx.Exec("DELETE FROM transaction_days WHERE oa_id = ? AND unit_code = ? AND point = ? AND day = ?", oaID, r.UnitCode, r.Point, r.Day).Error
		if err != nil {
			return err
		}
		point := calendar.Point{Unit: r.UnitCode, Name: r.Point}
		if removed[point] = true; created[point] > 0 {
			created[point]--
		}
		changed++
	}
	for _, n := range created {
		change.Created += n
	}
	change.Changed += changed
	change.Same += len(brought) - len(put)
	for _, e := range brought {
		if e.When.Never() && removed[e.Point] { // counted with the rules that it ends
			change.Same--
		}
	}
	return upsertAll(tx, put)
}
