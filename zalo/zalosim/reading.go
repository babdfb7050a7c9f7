package zalosim

import (
	"fmt"
	"strings"
	"time"
)

// Reading says who opens Zalo by himself, and when. Whoever does sees everything that has come, in one event.
type Reading struct {
	Share float64 `json:"share"` // of the residents, who they are is drawn by the seed; 0 = nobody
	Hours Hours   `json:"hours"` // of village time, at a moment drawn anew each day; empty = the whole day
}

// Hours are a part of each day, as text "19:00-21:30".
type Hours struct {
	From, To time.Duration // since midnight
}

// UnmarshalText reads "19:00-21:30".
func (h *Hours) UnmarshalText(text []byte) error {
	from, to, _ := strings.Cut(string(text), "-")
	start, err1 := clockTime(from)
	end, err2 := clockTime(to)
	if err1 != nil || err2 != nil || end <= start {
		return fmt.Errorf("%q are no hours of a day such as 19:00-21:30", text)
	}
	*h = Hours{start, end}
	return nil
}

// MarshalText is the hours as they are read.
func (h Hours) MarshalText() ([]byte, error) {
	h = h.orAll()
	minutes := func(d time.Duration) (hour, minute int) { return int(d / time.Hour), int(d % time.Hour / time.Minute) }
	h1, m1 := minutes(h.From)
	h2, m2 := minutes(h.To)
	return fmt.Appendf(nil, "%02d:%02d-%02d:%02d", h1, m1, h2, m2), nil
}

// clockTime reads "19:00"; the day's end is "24:00".
func clockTime(text string) (time.Duration, error) {
	if text == "24:00" {
		return 24 * time.Hour, nil
	}
	at, err := time.Parse("15:04", text)
	if err != nil {
		return 0, err
	}
	return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute, nil
}

func (h Hours) orAll() Hours {
	if h == (Hours{}) {
		return Hours{0, 24 * time.Hour}
	}
	return h
}

// next is a moment within the hours, not before now: today's if they are not over, else tomorrow's.
func (h Hours) next(now time.Time, chance float64) time.Time {
	h = h.orAll()
	local := now.In(villageTime)
	day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, villageTime)
	from, to := day.Add(h.From), day.Add(h.To)
	switch {
	case !local.Before(to):
		from, to = from.AddDate(0, 0, 1), to.AddDate(0, 0, 1)
	case local.After(from):
		from = local
	}
	return from.Add(time.Duration(chance * float64(to.Sub(from))))
}

// willRead makes an appointment for a resident who reads by himself, unless there is one. The caller holds the lock.
func (s *Server) willRead(u *user) {
	how := s.events.Reading
	who := u.OA + " " + u.ID
	if u.reads || how.Share <= s.dice.once("reader", who) {
		return
	}
	u.reads = true
	oaID, userID := u.OA, u.ID
	s.agenda.add(how.Hours.next(s.cfg.Now(), s.dice.next("reads at", who)), func() {
		s.mu.Lock()
		u.reads = false
		s.mu.Unlock()
		s.See(oaID, userID)
	})
}
