package calendar

import (
	"cmp"
	"slices"
)

// Merge is what is known once a file is brought, in order: the rules that it has for a point replace all those of the
// point, so that a day that moves does not stay behind, and so does an entry for never, which is not kept itself; what
// it says of a date replaces what was said of that date. Everything else stays.
func Merge(known, brought []Entry) []Entry {
	ruled, dated := make(map[Point]bool), make(map[Point]map[Date]bool)
	for _, e := range brought {
		if e.When.Monthly != 0 || e.When.Never() {
			ruled[e.Point] = true
			continue
		}
		if dated[e.Point] == nil {
			dated[e.Point] = make(map[Date]bool)
		}
		dated[e.Point][e.When.Date] = true
	}
	merged := slices.DeleteFunc(slices.Clone(brought), func(e Entry) bool { return e.When.Never() })
	for _, e := range known {
		if replaced := e.When.Monthly != 0 && ruled[e.Point] || e.When.Monthly == 0 && dated[e.Point][e.When.Date]; !replaced {
			merged = append(merged, e)
		}
	}
	slices.SortFunc(merged, Entry.Compare)
	return merged
}

// Compare orders entries by their points, rules before dates.
func (e Entry) Compare(other Entry) int {
	return cmp.Or(comparePoints(e.Point, other.Point), e.When.compare(other.When))
}
