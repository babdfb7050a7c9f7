package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Rules are what Zalo allows and charges, each value from a day on.
type Rules struct {
	file    string
	entries map[string][]entry // by the rule's name, the earliest first; at least one for each rule
}

// entry is one value of a rule.
type entry struct {
	line  int
	from  string // YYYY-MM-DD; empty = since ever
	value value
}

// Parse reads a rules file. All its faults are returned at once as Faults.
func Parse(name string, data []byte) (*Rules, error) {
	r := &reader{file: name, entries: map[string][]entry{}, seen: map[string]bool{}}
	r.readFile(data)
	rules := &Rules{file: name, entries: r.entries}
	faults := r.faults
	for name, entries := range rules.entries {
		slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.from, b.from) })
		faults = append(faults, rules.twice(name)...)
	}
	faults = append(faults, rules.crossed()...)
	if len(faults) > 0 {
		return nil, faults.err()
	}
	return rules, nil
}

// At gives the terms of a day, in village time: of each rule the entry with the latest "from" that is not after it. A day
// before a rule's first entry has no terms; the error is Faults with every such rule.
func (r *Rules) At(day time.Time) (Terms, error) {
	date := day.Format(time.DateOnly)
	var terms Terms
	var faults Faults
	for _, known := range rules {
		e, ok := r.on(known.name, date)
		if !ok {
			first := r.entries[known.name][0]
			faults = append(faults, Fault{r.file, first.line, known.name, fmt.Sprintf(
				"nothing holds on %s, the first entry is from %s; add an entry for the time before", date, first.from)})
			continue
		}
		known.set(&terms, e.value)
	}
	return terms, faults.err()
}

// on finds the entry of a rule that holds on a date.
func (r *Rules) on(name, date string) (entry, bool) {
	for _, e := range slices.Backward(r.entries[name]) {
		if e.from <= date {
			return e, true
		}
	}
	return entry{}, false
}

// twice finds entries of one rule from the same day.
func (r *Rules) twice(name string) Faults {
	var faults Faults
	entries := r.entries[name]
	for i := 1; i < len(entries); i++ {
		if entries[i].from != entries[i-1].from {
			continue
		}
		since := cmp.Or(entries[i].from, "ever")
		faults = append(faults, Fault{r.file, entries[i].line, name, fmt.Sprintf(
			`since %s there is the entry on line %d already; give the newer one a later "from", or delete one`,
			since, entries[i-1].line)})
	}
	return faults
}

// crossed finds days since which the paid window is shorter than the free one.
func (r *Rules) crossed() Faults {
	days := map[string]bool{}
	for _, e := range slices.Concat(r.entries[freeWindow], r.entries[paidWindow]) {
		days[e.from] = true
	}
	var faults Faults
	for _, day := range slices.Sorted(maps.Keys(days)) {
		free, ok1 := r.on(freeWindow, day)
		paid, ok2 := r.on(paidWindow, day)
		if ok1 && ok2 && paid.value.number < free.value.number {
			faults = append(faults, Fault{r.file, paid.line, paidWindow, fmt.Sprintf(
				"since %s it is shorter than %s on line %d; correct one of them", cmp.Or(day, "ever"), freeWindow, free.line)})
		}
	}
	return faults
}
