package calendar

import (
	"errors"
	"fmt"
	"time"

	"github.com/goccy/go-yaml"
)

// Holidays are the public holidays of some years. Other years are not known; they are never guessed.
type Holidays struct {
	first, last int // years
	on          map[Date][]Holiday
}

// Holiday is a public holiday.
type Holiday struct {
	Name    string
	Certain bool // every year; else whether a day is off is decided each year
}

// holidayFile is how holidays stand in YAML.
type holidayFile struct {
	First    int `yaml:"first_year"`
	Last     int `yaml:"last_year"`
	Holidays []struct {
		Name    string   `yaml:"name"`
		Certain bool     `yaml:"certain"`
		Days    []string `yaml:"days"`
		Note    string   `yaml:"note"`
		Source  string   `yaml:"source"`
		Read    string   `yaml:"read"`
	} `yaml:"holidays"`
}

// ParseHolidays reads a file of holidays. Each must name its source and the day that was read; a certain one has days in
// every year of the file. All faults are returned at once.
func ParseHolidays(name string, data []byte) (*Holidays, error) {
	var file holidayFile
	if err := yaml.UnmarshalWithOptions(data, &file, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(name+": "+format, args...)) }
	h := &Holidays{first: file.First, last: file.Last, on: make(map[Date][]Holiday)}
	if h.first < firstYear || h.last < h.first || h.last > lastYear {
		fault("first_year is %d and last_year %d: give the years that the file knows", h.first, h.last)
		return nil, errors.Join(faults...)
	}
	for _, holiday := range file.Holidays {
		if holiday.Name == "" {
			fault("a holiday has no name: name it as people call it")
		}
		if holiday.Source == "" {
			fault("%s: source is missing: name what says so", holiday.Name)
		}
		if _, err := time.Parse(time.DateOnly, holiday.Read); err != nil {
			fault("%s: read is %q: give the day the source was read as YYYY-MM-DD", holiday.Name, holiday.Read)
		}
		years := make(map[int]bool)
		for _, text := range holiday.Days {
			at, err := time.Parse(time.DateOnly, text)
			if err != nil {
				fault("%s: %q is no day: write YYYY-MM-DD", holiday.Name, text)
				continue
			}
			date := DateOf(at)
			if !h.Know(date.Year) {
				fault("%s: %s is outside %d to %d: correct one of them", holiday.Name, date, h.first, h.last)
			}
			years[date.Year] = true
			h.on[date] = append(h.on[date], Holiday{holiday.Name, holiday.Certain})
		}
		for year := h.first; holiday.Certain && year <= h.last; year++ {
			if !years[year] {
				fault("%s: no day in %d: add it", holiday.Name, year)
			}
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return h, nil
}

// Know tells whether the holidays of a year are known.
func (h *Holidays) Know(year int) bool { return year >= h.first && year <= h.last }

// On are the names of the holidays on a date, and whether one of them is certain. Beside a certain one the others do not
// count.
func (h *Holidays) On(date Date) (names []string, certain bool) {
	for _, holiday := range h.on[date] {
		if holiday.Certain && !certain {
			names, certain = nil, true
		}
		if holiday.Certain == certain {
			names = append(names, holiday.Name)
		}
	}
	return names, certain
}
