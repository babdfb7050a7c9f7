package bot

import (
	"fmt"
	"slices"

	"github.com/loalang/loalang/bot/calendar"
	"github.com/loalang/loalang/bot/sheet"
)

const (
	columnPoint    = "diem"
	columnWhen     = "ngay"
	columnFrom     = "gio_bat_dau"
	columnTo       = "gio_ket_thuc"
	columnPlace    = "dia_diem"
	columnOfficers = "can_bo"
)

// CalendarForm is how bank days stand in files: a day from 1 to 31 is the rule of each month, a date says what holds on it,
// a date without hours that nobody comes, and "ngừng" that a point has no day of the month any more. Bank officers fill it in, so its faults are in Vietnamese.
var CalendarForm = Form[TransactionDay]{
	Columns: []sheet.Column{
		{Name: columnUnit, Max: maxCode},
		{Name: columnPoint},
		{Name: columnWhen, Time: true},
		{Name: columnFrom, Time: true},
		{Name: columnTo, Time: true},
		{Name: columnPlace, Max: 500},
		{Name: columnOfficers, Max: 500},
	},
	Cells: func(d TransactionDay) []string {
		cells := []string{d.Unit, d.Point.Name, d.When.String(), "", "", d.Place, listText(d.Officers)}
		if !d.Hours.None() {
			cells[3], cells[4] = calendar.ClockText(d.Hours.From), calendar.ClockText(d.Hours.To)
		}
		return cells
	},
	reader: func(c *checker) formReader[TransactionDay] { return &calendarReader{checker: c} },
}

// calendarReader reads a file of bank days.
type calendarReader struct {
	*checker
	brought []calendar.Entry
	closed  []closedRow
	stopped []closedRow
}

// closedRow is a row by which nobody comes on a date, or any month, to be held against the whole file.
type closedRow struct {
	row   sheet.Row
	entry calendar.Entry
}

func (r *calendarReader) read(row sheet.Row) TransactionDay {
	d := TransactionDay{OAID: r.account(row), Entry: calendar.Entry{Place: row.Cell(columnPlace), Officers: list(row, columnOfficers)}}
	d.Unit, d.Point.Name = r.commune(row, d.OAID), row.Cell(columnPoint)
	var err error
	if d.When, err = calendar.ParseWhen(row.Cell(columnWhen)); err != nil {
		r.fault(row, columnWhen, "%v", err)
		return d
	}
	d.Hours = r.hours(row, d.When)
	key := [2]string{d.OAID, fmt.Sprintf("%q %q %s", d.Unit, d.Point.Name, d.When)}
	if first, twice := r.rows[key]; twice {
		r.fault(row, columnWhen, "điểm này đã có ngày %s ở dòng %d: bỏ bớt một dòng", d.When, first)
		return d
	}
	r.rows[key] = row.Number
	if d.When.Never() {
		r.stopped = append(r.stopped, closedRow{row, d.Entry})
		return d
	}
	today := calendar.DateOf(r.Now.In(r.Zone))
	if d.When.Monthly == 0 && d.When.Date.Before(today) && !r.known(d) {
		r.fault(row, columnWhen, "ngày này đã qua (hôm nay là %s): sửa lại, hoặc bỏ dòng này", today)
	}
	if r.brought = append(r.brought, d.Entry); d.Hours.None() {
		r.closed = append(r.closed, closedRow{row, d.Entry})
	}
	return d
}

// commune is the code of a commune that the account has.
func (r *calendarReader) commune(row sheet.Row, oaID string) string {
	code := row.Cell(columnUnit)
	unit, found := r.Units[oaID][code]
	switch {
	case code == "":
		r.fault(row, columnUnit, "còn trống: điểm giao dịch phải thuộc một xã, ghi mã của xã")
	case !found:
		r.fault(row, columnUnit, "không có đơn vị nào mang mã này: sửa lại mã, hoặc nhập danh sách đơn vị trước")
	case unit.Kind.level() != levelCommune:
		r.fault(row, columnUnit, "%s không phải là xã, phường hay đặc khu: ghi mã của xã có điểm giao dịch này", unit.Name)
	}
	return code
}

// hours are from when to when; none when a date has none.
func (r *calendarReader) hours(row sheet.Row, when calendar.When) calendar.Hours {
	var hours calendar.Hours
	if row.Cell(columnFrom) == "" && row.Cell(columnTo) == "" {
		if when.Monthly != 0 {
			r.fault(row, columnFrom, "còn trống: ngày giao dịch hằng tháng phải có giờ bắt đầu và giờ kết thúc")
		}
		return hours
	}
	if when.Never() {
		r.fault(row, columnFrom, "điểm ngừng giao dịch thì để trống giờ")
		return hours
	}
	good := true
	for _, cell := range []struct {
		column  string
		minutes *int
	}{{columnFrom, &hours.From}, {columnTo, &hours.To}} {
		text := row.Cell(cell.column)
		var err error
		if *cell.minutes, err = calendar.ParseClock(text); err == nil {
			continue
		}
		if good = false; text == "" {
			r.fault(row, cell.column, "còn trống: ghi cả giờ bắt đầu và giờ kết thúc, hoặc để trống cả hai nếu ngày đó không giao dịch")
		} else {
			r.fault(row, cell.column, "%v", err)
		}
	}
	if good && hours.To <= hours.From {
		r.fault(row, columnTo, "giờ kết thúc phải sau giờ bắt đầu (%s): sửa lại", calendar.ClockText(hours.From))
	}
	return hours
}

// known tells whether the database says the same of a date already, as it does when its own export is brought back.
func (r *calendarReader) known(d TransactionDay) bool {
	return slices.ContainsFunc(r.TransactionDays, func(known TransactionDay) bool {
		return known.OAID == d.OAID && known.Point == d.Point && known.When == d.When && known.Hours == d.Hours &&
			known.Place == d.Place && slices.Equal(known.Officers, d.Officers)
	})
}

// finish looks at the points that are said to have no day any more: they must not have one all the same. And at the dates on
// which nobody comes: somebody would have to come otherwise, or the hours were forgotten.
func (r *calendarReader) finish() {
	for _, s := range r.stopped {
		if slices.ContainsFunc(r.brought, func(e calendar.Entry) bool { return e.Point == s.entry.Point && e.When.Monthly != 0 }) {
			r.fault(s.row, columnWhen, "điểm này vừa ngừng vừa có ngày hằng tháng trong cùng một tệp: bỏ bớt một dòng")
		}
	}
	open := slices.DeleteFunc(slices.Clone(r.brought), func(e calendar.Entry) bool { return e.Hours.None() })
	days := calendar.New(calendar.Merge(CalendarEntries(r.TransactionDays, r.OAID), open), &calendar.Holidays{}, r.Zone)
	for _, c := range r.closed {
		if !days.Planned(c.entry.Point, c.entry.When.Date) {
			r.fault(c.row, columnFrom, "còn trống, nhưng điểm này vốn không giao dịch ngày %s: ghi giờ nếu là ngày bù, hoặc bỏ dòng này", c.entry.When)
		}
	}
}
