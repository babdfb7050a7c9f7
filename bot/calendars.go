package bot

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/loalang/loalang/bot/calendar"
)

// CalendarStore lists what the calendars are made of.
type CalendarStore interface {
	TransactionDays(ctx context.Context) ([]TransactionDay, error)
}

// Calendars knows the bank days of all accounts by heart.
type Calendars struct {
	store    CalendarStore
	holidays *calendar.Holidays
	location *time.Location
	current  atomic.Pointer[map[string]*calendar.Calendar]
}

// noCalendar is that of an account of which nothing is known.
var noCalendar = calendar.New(nil, &calendar.Holidays{}, time.UTC)

// NewCalendars returns empty calendars in the village time of a location; call Reload before using them.
func NewCalendars(store CalendarStore, holidays *calendar.Holidays, location *time.Location) *Calendars {
	return &Calendars{store: store, holidays: holidays, location: location}
}

// Reload reads everything anew.
func (c *Calendars) Reload(ctx context.Context) error {
	days, err := c.store.TransactionDays(ctx)
	if err != nil {
		return fmt.Errorf("load transaction days: %w", err)
	}
	entries := make(map[string][]calendar.Entry)
	for _, d := range days {
		entries[d.OAID] = append(entries[d.OAID], d.Entry)
	}
	page := make(map[string]*calendar.Calendar, len(entries))
	for oaID, list := range entries {
		page[oaID] = calendar.New(list, c.holidays, c.location)
	}
	c.current.Store(&page)
	return nil
}

// Of is the calendar of an account, empty when nothing is known of it.
func (c *Calendars) Of(oaID string) *calendar.Calendar {
	if c == nil || c.current.Load() == nil {
		return noCalendar
	}
	if known, ok := (*c.current.Load())[oaID]; ok {
		return known
	}
	return noCalendar
}
