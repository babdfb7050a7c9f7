package calendar

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The Vietnamese lunar calendar, computed from the positions of sun and moon after J. Meeus, Astronomical Algorithms (2nd
// edition, chapters 25 and 49), with days that begin at midnight in UTC+7.

// julianDay is the number of a local day, at its noon.
func julianDay(d Date) int {
	return int(d.at(0, time.UTC).Unix()/86400) + 2440588
}

func dateOfJulianDay(day int) Date {
	return DateOf(time.Unix(int64(day-2440588)*86400, 0).UTC())
}

// localDay is the day in UTC+7 in which a moment of dynamical time lies.
func localDay(jde float64) int {
	const deltaT = 72.0 / 86400 // about 70 to 75 s in these years
	return int(math.Floor(jde - deltaT + 7.0/24 + 0.5))
}

// newMoon is the k-th new moon since that of January 2000, in dynamical time.
func newMoon(k float64) float64 {
	t := k / 1236.85
	e := 1 - 0.002516*t - 0.0000074*t*t
	rad := math.Pi / 180
	m := (2.5534 + 29.10535670*k - 0.0000014*t*t - 0.00000011*t*t*t) * rad
	mm := (201.5643 + 385.81693528*k + 0.0107582*t*t + 0.00001238*t*t*t) * rad
	f := (160.7108 + 390.67050284*k - 0.0016118*t*t - 0.00000227*t*t*t) * rad
	om := (124.7746 - 1.56375588*k + 0.0020672*t*t + 0.00000215*t*t*t) * rad
	jde := 2451550.09766 + 29.530588861*k + 0.00015437*t*t - 0.000000150*t*t*t
	for _, term := range []struct{ size, e, m, mm, f, om float64 }{
		{-0.40720, 0, 0, 1, 0, 0}, {0.17241, 1, 1, 0, 0, 0}, {0.01608, 0, 0, 2, 0, 0}, {0.01039, 0, 0, 0, 2, 0},
		{0.00739, 1, -1, 1, 0, 0}, {-0.00514, 1, 1, 1, 0, 0}, {0.00208, 2, 2, 0, 0, 0}, {-0.00111, 0, 0, 1, -2, 0},
		{-0.00057, 0, 0, 1, 2, 0}, {0.00056, 1, 1, 2, 0, 0}, {-0.00042, 0, 0, 3, 0, 0}, {0.00042, 1, 1, 0, 2, 0},
		{0.00038, 1, 1, 0, -2, 0}, {-0.00024, 1, -1, 2, 0, 0}, {-0.00017, 0, 0, 0, 0, 1}, {-0.00007, 0, 2, 1, 0, 0},
	} {
		jde += term.size * math.Pow(e, term.e) * math.Sin(term.m*m+term.mm*mm+term.f*f+term.om*om)
	}
	return jde + 0.000325*math.Sin((299.77+0.107408*k-0.009173*t*t)*rad) + 0.000165*math.Sin((251.88+0.016321*k)*rad)
}

// sunLongitude is the apparent longitude of the sun in degrees.
func sunLongitude(jde float64) float64 {
	t := (jde - 2451545) / 36525
	rad := math.Pi / 180
	l := 280.46646 + 36000.76983*t + 0.0003032*t*t
	m := (357.52911 + 35999.05029*t - 0.0001537*t*t) * rad
	c := (1.914602-0.004817*t-0.000014*t*t)*math.Sin(m) + (0.019993-0.000101*t)*math.Sin(2*m) + 0.000289*math.Sin(3*m)
	lon := math.Mod(l+c-0.00569-0.00478*math.Sin((125.04-1934.136*t)*rad), 360)
	return math.Mod(lon+360, 360)
}

// sector is in which twelfth of its way the sun is when a local day begins.
func sector(day int) int { return int(sunLongitude(float64(day)-0.5-7.0/24) / 30) }

// monthEleven is the k of the new moon that begins the eleventh month of a year: that with the winter solstice.
func monthEleven(year int) float64 {
	solstice := julianDay(Date{year, 12, 31})
	for sector(solstice) != 8 { // from 240 to 270 degrees
		solstice--
	}
	k := math.Round((float64(solstice)-2451550)/29.530588861) + 1
	for localDay(newMoon(k)) > solstice {
		k--
	}
	return k
}

// solar is a day of the lunar calendar, of months 1 to 10, by the solar one.
func solar(year, month, day int) Date {
	first, next := monthEleven(year-1), monthEleven(year)
	number, leapt := 11, next-first == 12 // a year of 13 months has a leap month: the first without a middle term
	for k := first + 1; k < next; k++ {
		begin, end := localDay(newMoon(k)), localDay(newMoon(k+1))
		if !leapt && sector(begin) == sector(end) {
			leapt = true
			continue
		}
		if number = number%12 + 1; number == month {
			return dateOfJulianDay(begin + day - 1)
		}
	}
	panic("there is no such month")
}

func TestLunarComputationGivesThePublishedDays(t *testing.T) {
	t.Parallel()

	// With those on which Vietnam and China, which counts in UTC+8, differed: 1985 by a month, 2007 and 2030 by a day.
	for want, got := range map[string]Date{
		"1985-01-21": solar(1985, 1, 1), "2007-02-17": solar(2007, 1, 1), "2020-01-25": solar(2020, 1, 1), "2023-01-22": solar(2023, 1, 1),
		"2024-02-10": solar(2024, 1, 1), "2025-01-29": solar(2025, 1, 1), "2026-02-17": solar(2026, 1, 1), "2027-02-06": solar(2027, 1, 1),
		"2028-01-26": solar(2028, 1, 1), "2029-02-13": solar(2029, 1, 1), "2030-02-02": solar(2030, 1, 1),
		"2023-04-29": solar(2023, 3, 10), "2024-04-18": solar(2024, 3, 10), "2025-04-07": solar(2025, 3, 10), "2025-10-06": solar(2025, 8, 15),
	} {
		require.Equal(t, want, got.String())
	}
}
