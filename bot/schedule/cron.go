package schedule

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// cronField is one of the five fields of a cron expression.
type cronField struct {
	name        string
	option      cron.ParseOption
	first, last int
	note        string
}

var cronFields = []cronField{
	{"phút", cron.Minute, 0, 59, ""},
	{"giờ", cron.Hour, 0, 23, ""},
	{"ngày", cron.Dom, 1, 31, ""},
	{"tháng", cron.Month, 1, 12, ""},
	{"thứ", cron.Dow, 0, 6, ", chủ nhật là 0"},
}

// star is the bit that robfig sets for a field that allows everything.
const star = 1 << 63

// cronDays are the days of a cron expression. Its minutes of the day are those of the two fields that come first.
type cronDays struct {
	spec *cron.SpecSchedule
}

// isCron tells whether a text is meant as a cron expression: when it uses what only cron has, or begins with two fields of
// numbers, and no word of the plain choices stands in it.
func isCron(text string, read []token) bool {
	for _, t := range read {
		switch t.word {
		case "hang", "moi", "ngay", "tuan", "thang", "luc", "gio", "chu", "nhat":
			return false
		}
	}
	fields := strings.Fields(text)
	if len(fields) == 0 {
		return false
	}
	if strings.HasPrefix(text, "@") || strings.ContainsAny(text, "*?=") {
		return true
	}
	numbers := func(field string) bool { return strings.Trim(field, "0123456789,-/") == "" }
	return len(fields) > 1 && numbers(fields[0]) && numbers(fields[1])
}

// parseCron reads a cron expression with robfig's parser, field by field, so that a fault names its piece.
func parseCron(text string) (days, []int, *Fault) {
	fields := strings.Fields(text)
	lower := strings.ToLower(strings.Join(fields, " "))
	options := cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow
	switch {
	case strings.HasPrefix(lower, "@every"):
		return nil, nil, miswritten(text, "không nhận @every, vì nó đếm từ lúc chương trình khởi động nên mỗi máy và mỗi lần khởi động một khác")
	case strings.HasPrefix(lower, "@"):
		options |= cron.Descriptor
	case strings.HasPrefix(lower, "tz="), strings.HasPrefix(lower, "cron_tz="):
		return nil, nil, miswritten(fields[0], "không nhận múi giờ riêng, lịch luôn theo giờ của làng")
	case len(fields) != len(cronFields):
		return nil, nil, miswritten(text, fmt.Sprintf("cron cần đúng năm trường phút, giờ, ngày, tháng, thứ, ở đây có %d", len(fields)))
	default:
		for i, field := range cronFields {
			if fault := field.check(fields[i]); fault != nil {
				return nil, nil, fault
			}
		}
	}
	parsed, err := cron.NewParser(options).Parse(lower)
	spec, ok := parsed.(*cron.SpecSchedule)
	if err != nil || !ok {
		return nil, nil, miswritten(text, "không có lịch này; chỉ có @hourly, @daily, @weekly, @monthly, @yearly")
	}
	c := cronDays{spec}
	var minutes []int
	for minute := range 24 * 60 {
		if spec.Hour&(1<<(minute/60)) != 0 && spec.Minute&(1<<(minute%60)) != 0 {
			minutes = append(minutes, minute)
		}
	}
	if !c.ever() {
		return nil, nil, miswritten(text, "không bao giờ đến ngày này")
	}
	return c, minutes, nil
}

// check gives the fault of one field.
func (f cronField) check(field string) *Fault {
	for piece := range strings.SplitSeq(field, ",") {
		lower := strings.ToLower(piece)
		// robfig takes "*-5" for "*", and "+5" for "5"
		if strings.Trim(lower, "0123456789abcdefghijklmnopqrstuvwxyz*?-/") == "" && !strings.Contains(lower, "*-") && !strings.Contains(lower, "?-") {
			if _, err := cron.NewParser(f.option).Parse(lower); err == nil {
				continue
			}
		}
		if piece == "" {
			piece = field
		}
		return miswritten(piece, fmt.Sprintf("trường %s của cron là số từ %d đến %d%s, khoảng như a-b, bước như */n, hoặc *", f.name, f.first, f.last, f.note))
	}
	return nil
}

// on means what it means to robfig: when day and weekday are both restricted, one of them is enough.
func (c cronDays) on(day time.Time) bool {
	if c.spec.Month&(1<<day.Month()) == 0 {
		return false
	}
	dom, dow := c.spec.Dom&(1<<day.Day()) != 0, c.spec.Dow&(1<<day.Weekday()) != 0
	if c.spec.Dom&star != 0 || c.spec.Dow&star != 0 {
		return dom && dow
	}
	return dom || dow
}

// ever tells whether there is such a day at all.
func (c cronDays) ever() bool {
	for day := time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2001; day = day.Add(wholeDay) {
		if c.on(day) {
			return true
		}
	}
	return false
}

func (c cronDays) text([]int) string {
	texts := make([]string, len(cronFields))
	for i, set := range []uint64{c.spec.Minute, c.spec.Hour, c.spec.Dom, c.spec.Month, c.spec.Dow} {
		texts[i] = cronFields[i].text(set)
	}
	return strings.Join(texts, " ")
}

// text is a set of values in the shortest common form.
func (f cronField) text(set uint64) string {
	if set&star != 0 {
		return "*"
	}
	values := ones(set)
	if len(values) > 2 && values[0] == f.first {
		step := values[1] - values[0]
		if step > 1 && evenly(values, step) && values[len(values)-1]+step > f.last {
			return "*/" + strconv.Itoa(step)
		}
	}
	var parts []string
	for i := 0; i < len(values); {
		j := i
		for j+1 < len(values) && values[j+1] == values[j]+1 {
			j++
		}
		part := strconv.Itoa(values[i])
		if j-i < 2 {
			j = i
		} else {
			part += "-" + strconv.Itoa(values[j])
		}
		parts = append(parts, part)
		i = j + 1
	}
	return strings.Join(parts, ",")
}

// sentence speaks of days and times where the expression is simple enough, and shows it where it is not.
func (c cronDays) sentence(minutes []int) string {
	const most = 6 // times that can still be read in a sentence
	everyDay, everyWeekday := c.spec.Dom&star != 0, c.spec.Dow&star != 0
	if c.spec.Month&star != 0 && len(minutes) <= most {
		switch {
		case everyDay && everyWeekday:
			return daily{}.sentence(minutes)
		case everyDay:
			return weekly(c.spec.Dow).sentence(minutes)
		case everyWeekday:
			days := ones(c.spec.Dom)
			names := make([]string, len(days))
			for i, day := range days {
				names[i] = "ngày " + strconv.Itoa(day)
			}
			text := "Hằng tháng, " + enumeration(names) + ", lúc " + timesSaid(minutes)
			if days[len(days)-1] > 28 {
				text += " (tháng không có ngày đó thì bỏ qua)"
			}
			return text
		}
	}
	return "Theo cron " + c.text(minutes)
}

// ones are the places of the bits of a set, in order.
func ones(set uint64) []int {
	var values []int
	for set &^= star; set != 0; set &= set - 1 {
		values = append(values, bits.TrailingZeros64(set))
	}
	return values
}

// evenly tells whether values follow each other by a step.
func evenly(values []int, step int) bool {
	for i := 1; i < len(values); i++ {
		if values[i]-values[i-1] != step {
			return false
		}
	}
	return true
}
