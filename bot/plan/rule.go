package plan

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// rule is a rule that we know: its name in the file, its unit there, how its value is read, and what it sets.
type rule struct {
	name string
	unit string
	read func(string) (value, error)
	set  func(*Terms, value)
}

// value is the value of a rule, of one of these kinds.
type value struct {
	number    int
	undecided bool
	hours     Hours
}

const (
	freeWindow = "window.consultation_free"
	paidWindow = "window.consultation_paid"
)

// rules are all rules of the file; each needs a value.
var rules = [...]rule{
	{freeWindow, "hours", atLeastOne, func(t *Terms, v value) { t.FreeWindow = inHours(v) }},
	{paidWindow, "hours", atLeastOne, func(t *Terms, v value) { t.PaidWindow = inHours(v) }},
	{"price.consultation_paid", "VND a message", count, func(t *Terms, v value) { t.PaidPart = int64(v.number) }},
	{"price.group_post", "VND a message", countOrUndecided, func(t *Terms, v value) { t.GroupPost = price(v) }},
	{"allowance.consultation_paid.growth", "messages a month", count, func(t *Terms, v value) { t.Growth.Included = v.number }},
	{"allowance.consultation_paid.comprehensive", "messages a month", count, func(t *Terms, v value) { t.Comprehensive.Included = v.number }},
	{"cap.oa.growth", "calls a minute", atLeastOne, func(t *Terms, v value) { t.Growth.Cap = v.number }},
	{"cap.oa.comprehensive", "calls a minute", atLeastOne, func(t *Terms, v value) { t.Comprehensive.Cap = v.number }},
	{"cap.app", "calls a minute", atLeastOne, func(t *Terms, v value) { t.AppCap = v.number }},
	{"hours.consultation", "time of day", hours, func(t *Terms, v value) { t.Consultation = v.hours }},
	{"hours.group", "time of day", hours, func(t *Terms, v value) { t.Group = v.hours }},
	{"hours.broadcast", "time of day", hours, func(t *Terms, v value) { t.Broadcast = v.hours }},
}

// ruleOf finds a rule by its name.
func ruleOf(name string) (rule, bool) {
	for _, r := range rules {
		if r.name == name {
			return r, true
		}
	}
	return rule{}, false
}

// ruleNames are the names of all rules, for whoever mistyped one.
func ruleNames() string {
	names := make([]string, len(rules))
	for i, r := range rules {
		names[i] = r.name
	}
	return strings.Join(names, ", ")
}

func inHours(v value) time.Duration { return time.Duration(v.number) * time.Hour }

func price(v value) Price {
	if v.undecided {
		return Price{}
	}
	return Known(int64(v.number))
}

// maxNumber keeps sums over a country's residents within 64 bits.
const maxNumber = 1_000_000

var numberForm = regexp.MustCompile(`^(0|[1-9][0-9]*)$`)

func number(text string, least int) (value, error) {
	n, err := strconv.Atoi(text)
	if err != nil || !numberForm.MatchString(text) || n < least || n > maxNumber {
		return value{}, fmt.Errorf("value %q is no whole number from %d to %d; write its digits only", text, least, maxNumber)
	}
	return value{number: n}, nil
}

func count(text string) (value, error) { return number(text, 0) }

func atLeastOne(text string) (value, error) { return number(text, 1) }

// undecided is the value of a price that Zalo leaves open.
const undecided = "undecided"

func countOrUndecided(text string) (value, error) {
	if text == undecided {
		return value{undecided: true}, nil
	}
	v, err := number(text, 0)
	if err != nil {
		return value{}, fmt.Errorf("%w, or %s while Zalo leaves it open", err, undecided)
	}
	return v, nil
}

var hoursForm = regexp.MustCompile(`^([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)$`)

func hours(text string) (value, error) {
	m := hoursForm.FindStringSubmatch(text)
	if m == nil {
		return value{}, fmt.Errorf("value %q is no part of a day; write HH:MM-HH:MM, such as 06:00-22:00, or 00:00-24:00 for all of it", text)
	}
	h := Hours{Start: clock(m[1], m[2]), End: 24 * time.Hour}
	if m[3] != "" {
		h.End = clock(m[3], m[4])
	}
	if h.Start == h.End {
		return value{}, fmt.Errorf("value %q has no length; write 00:00-24:00 for the whole day", text)
	}
	return value{hours: h}, nil
}

// clock is the time since midnight of hours and minutes that are known to be digits.
func clock(hour, minute string) time.Duration {
	h, _ := strconv.Atoi(hour)
	m, _ := strconv.Atoi(minute)
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
}
