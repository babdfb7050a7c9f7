package schedule

import "time"

// At fires once, at a moment that still lies ahead of now; the *Fault of another names both times. Parts of a second are
// cut off.
func At(at, now time.Time, location *time.Location) (Schedule, error) {
	once, fault := moment(at, location)
	if fault != nil {
		return Schedule{}, fault
	}
	s := Schedule{clock: clock{location}, once: once}
	if err := s.Ahead(now); err != nil {
		return Schedule{}, err
	}
	return s, nil
}

// moment is a moment in the village, to the second. Only years that can be written and read back are taken.
func moment(at time.Time, location *time.Location) (time.Time, *Fault) {
	if year := at.UTC().Year(); year < firstYear || year > lastYear {
		return time.Time{}, miswritten(at.UTC().Format(time.RFC3339), yearsOnly)
	}
	return at.Round(0).Truncate(time.Second).In(location), nil
}

// Ahead gives a *Fault when no fire lies after now, naming the time at which the schedule is over.
func (s Schedule) Ahead(now time.Time) error {
	if !s.Next(now).IsZero() {
		return nil
	}
	if s.days == nil && s.once.IsZero() {
		return missing("chưa có lịch nào")
	}
	present := momentText(s.clock.shows(now))
	if s.days == nil && !s.once.After(now) {
		return &Fault{
			Piece: momentText(s.clock.shows(s.once)),
			Why:   "giờ hẹn đã qua, bây giờ đã là " + present,
			Hint:  "Hãy chọn một giờ sau đó.",
		}
	}
	return &Fault{
		Piece: "đến hết " + dateText(s.last),
		Why:   "đến ngày cuối không còn lần nào, bây giờ đã là " + present,
		Hint:  "Hãy chọn ngày kết thúc muộn hơn.",
	}
}
