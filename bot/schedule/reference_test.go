package schedule

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"pgregory.net/rapid"
)

// wanted is a schedule as the tests understand it: the values of each field of a cron expression, or a plain choice.
type wanted struct {
	spec   string
	minute map[int]bool
	hour   map[int]bool
	day    func(shown time.Time) bool
}

// matches tells whether the clock shows one of the times.
func (w wanted) matches(shown time.Time) bool {
	return w.minute[shown.Minute()] && w.hour[shown.Hour()] && w.day(shown)
}

// fires goes through all minutes of (from, to]: a minute fires when the clock shows for the first time one of the times,
// or one that it has just jumped over. It holds for zones that jump at whole minutes.
func (w wanted) fires(location *time.Location, from, to time.Time) []time.Time {
	var fires []time.Time
	minute := from.Truncate(time.Minute)
	shown := wall(location, minute)
	for t := minute.Add(-48 * time.Hour); t.Before(minute); t = t.Add(time.Minute) {
		if earlier := wall(location, t); earlier.After(shown) { // shown before the clock was set back
			shown = earlier
		}
	}
	for minute = minute.Add(time.Minute); !minute.After(to); minute = minute.Add(time.Minute) {
		fire := false
		for until := wall(location, minute); shown.Before(until); {
			shown = shown.Add(time.Minute)
			fire = fire || w.matches(shown)
		}
		if fire {
			fires = append(fires, minute.In(location))
		}
	}
	return fires
}

func wall(location *time.Location, at time.Time) time.Time {
	at = at.In(location)
	return time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, time.UTC)
}

// field draws a cron field with its values; whole tells that it allows everything by a star.
func field(t *rapid.T, name string, first, last int, names []string) (text string, values map[int]bool, whole bool) {
	values = map[int]bool{}
	say := func(value int) string {
		if len(names) > 0 && rapid.Bool().Draw(t, name+" by name") {
			return names[value-first]
		}
		return strconv.Itoa(value)
	}
	var pieces []string
	for range rapid.IntRange(1, 3).Draw(t, name+" pieces") {
		from := rapid.IntRange(first, last).Draw(t, name+" from")
		to := rapid.IntRange(from, last).Draw(t, name+" to")
		step := rapid.IntRange(1, last).Draw(t, name+" step")
		switch rapid.SampledFrom([]string{"*", "*/n", "a", "a", "a", "a-b", "a-b/n", "a/n"}).Draw(t, name+" form") {
		case "*":
			pieces, from, to, step, whole = append(pieces, "*"), first, last, 1, true
		case "*/n":
			pieces, from, to, whole = append(pieces, fmt.Sprintf("*/%d", step)), first, last, whole || step == 1
		case "a":
			pieces, to, step = append(pieces, say(from)), from, 1
		case "a-b":
			pieces, step = append(pieces, say(from)+"-"+say(to)), 1
		case "a-b/n":
			pieces = append(pieces, fmt.Sprintf("%s-%s/%d", say(from), say(to), step))
		case "a/n":
			pieces, to = append(pieces, fmt.Sprintf("%s/%d", say(from), step)), last
		}
		for value := from; value <= to; value += step {
			values[value] = true
		}
	}
	return strings.Join(pieces, ","), values, whole
}

// cronSpec draws a cron expression.
func cronSpec(t *rapid.T) wanted {
	minutes, minute, _ := field(t, "minute", 0, 59, nil)
	hours, hour, _ := field(t, "hour", 0, 23, nil)
	doms, dom, anyDom := field(t, "dom", 1, 31, nil)
	months, month, _ := field(t, "month", 1, 12, strings.Fields("jan feb MAR apr may jun jul aug Sep oct nov dec"))
	dows, dow, anyDow := field(t, "dow", 0, 6, strings.Fields("sun mon TUE wed thu fri Sat"))
	if rapid.IntRange(0, 2).Draw(t, "usual") > 0 {
		months, month = "*", map[int]bool{}
		for m := range 13 {
			month[m] = true
		}
	}
	return wanted{strings.Join([]string{minutes, hours, doms, months, dows}, " "), minute, hour, func(shown time.Time) bool {
		byDom, byDow := dom[shown.Day()], dow[int(shown.Weekday())]
		if anyDom || anyDow {
			return month[int(shown.Month())] && byDom && byDow
		}
		return month[int(shown.Month())] && (byDom || byDow)
	}}
}

// plainSpec draws a plain choice.
func plainSpec(t *rapid.T) wanted {
	hour, minute := rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute")
	w := wanted{minute: map[int]bool{minute: true}, hour: map[int]bool{hour: true}}
	time1 := fmt.Sprintf("%d:%02d", hour, minute)
	switch rapid.SampledFrom([]string{"ngày", "tuần", "tháng"}).Draw(t, "period") {
	case "ngày":
		w.spec, w.day = "hằng ngày "+time1, func(time.Time) bool { return true }
	case "tuần":
		names := []string{"cn", "thứ 2", "thứ ba", "t4", "thu nam", "Thứ Sáu", "thứ bảy"}
		days := rapid.SliceOfN(rapid.IntRange(0, 6), 1, 5).Draw(t, "weekdays")
		var said []string
		for _, day := range days {
			said = append(said, names[day])
		}
		w.spec = strings.Join(said, ", ") + " hằng tuần " + time1
		w.day = func(shown time.Time) bool {
			for _, day := range days {
				if time.Weekday(day) == shown.Weekday() {
					return true
				}
			}
			return false
		}
	default:
		days := rapid.SliceOfN(rapid.IntRange(1, 32), 1, 5).Draw(t, "dates") // 32 stands for the last day
		var said []string
		for _, day := range days {
			if day == 32 {
				said = append(said, "ngày cuối")
			} else {
				said = append(said, "ngày "+strconv.Itoa(day))
			}
		}
		w.spec = time1 + " " + strings.Join(said, " và ") + " hằng tháng"
		w.day = func(shown time.Time) bool {
			last := time.Date(shown.Year(), shown.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
			for _, day := range days {
				if min(day, last) == shown.Day() {
					return true
				}
			}
			return false
		}
	}
	return w
}
