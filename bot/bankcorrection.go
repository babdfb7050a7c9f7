package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/loalang/loalang/bot/calendar"
)

// told is what readers of a commune were told of one day.
type told struct {
	point    calendar.Point
	date     calendar.Date
	reader   Reader
	said     calendar.Said // last
	number   int           // of the last correction
	ids      []string      // of the announcements that told it, corrections left out: they went to the same people
	outdated []string      // of all of them, which must not reach more people when they are wrong
}

// toldFrom gathers notices, the oldest first, by whom they told of which day.
func toldFrom(notices []BankNotice) []*told {
	type key struct {
		point  calendar.Point
		date   calendar.Date
		reader Reader
	}
	of := make(map[key]*told)
	var list []*told
	for _, n := range notices {
		if n.Reader == "" {
			continue
		}
		k := key{n.Point, n.Date, n.Reader}
		t := of[k]
		if t == nil {
			t = &told{point: n.Point, date: n.Date, reader: n.Reader}
			of[k] = t
			list = append(list, t)
		}
		t.said, t.number = n.Said, max(t.number, n.Number)
		if n.Outcome != NoticeRun {
			continue
		}
		t.outdated = append(t.outdated, n.AnnouncementID)
		if n.Number <= 0 {
			t.ids = append(t.ids, n.AnnouncementID)
		}
	}
	return list
}

// corrections are those of days of which people were told what does not hold any more.
func (l *look) corrections(ctx context.Context) (steps []NoticeStep, err error) {
	notices, err := l.store.BankNotices(ctx, l.state.OAID, calendar.DateOf(l.now))
	if err != nil {
		return nil, err
	}
	for _, t := range toldFrom(notices) {
		fix, wrong := l.days.Correct(t.point, t.date, t.said, l.now)
		if !wrong || len(t.ids) == 0 || !l.open.NextOpen(l.now).Before(fix.Until) {
			continue
		}
		if err := l.stop(ctx, t.outdated); err != nil {
			return nil, err
		}
		step := NoticeStep{BankNotice: BankNotice{
			OAID: l.state.OAID, Point: t.point, Date: t.date, Reader: t.reader, Number: t.number + 1, Outcome: NoticeNobody, Said: fix.Now,
			SettledAt: l.now,
		}}
		title := fmt.Sprintf("Đính chính lịch giao dịch %s, %s", l.name(t.point.Unit), t.date.Said())
		a := step.announcement(title, fix.ForResidents(l.name), l.state.Budget, l.now)
		last := len(t.ids) - 1
		a.Corrects, a.AlsoCorrects = t.ids[last], slices.Clone(t.ids[:last])
		if err := l.begin(ctx, &step, a, RunCorrection, fix.Until); err != nil {
			return nil, err
		}
		steps = append(steps, step)
	}
	return steps, nil
}

// stop cancels announcements that are under way: what is wrong reaches nobody more.
func (l *look) stop(ctx context.Context, ids []string) error {
	for _, id := range ids {
		a, err := l.store.Announcement(ctx, id)
		if err == nil && a.State.Running() {
			err = l.store.MoveAnnouncement(ctx, a, AnnouncementCancelled, itself(a, AuditCancel, "its bank day was changed", l.now))
		}
		if err != nil && !errors.Is(err, ErrChanged) { // it is over by itself
			return err
		}
	}
	return nil
}
