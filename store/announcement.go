package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
)

// announcementRow is a row of announcements.
type announcementRow struct {
	OAID           string `gorm:"column:oa_id"`
	ID             string
	Title          string
	Kind           string
	Urgency        bot.Urgency
	Message        string
	Audience       string
	Corrects       string
	AlsoCorrects   string
	Escalate       string
	Budget         int64
	Unlimited      bool
	AllOrNothing   bool
	GroupUse       bot.GroupUse
	AlsoCovered    bool
	ScheduledAt    dbTime
	Schedule       string
	FiresAfter     dbTime
	PrivateBecause string
	Issuer         string
	DocumentNumber string
	ValidUntil     dbTime
	Code           string
	State          bot.AnnouncementState
	AskedBy        string
	AskedUntil     dbTime
	CreatedAt      time.Time
}

func (announcementRow) TableName() string { return "announcements" }

func announcementOf(a bot.Announcement) announcementRow {
	a.Message.Text = clean(a.Message.Text)
	others := make(map[string]string, len(a.Message.Others))
	for language, text := range a.Message.Others {
		others[language] = clean(text)
	}
	a.Message.Others = others
	return announcementRow{
		OAID: a.OAID, ID: a.ID, Title: clean(a.Title), Kind: clean(a.Kind), Urgency: a.Urgency, Message: asJSON(a.Message),
		Audience: asJSON(a.Audience), Corrects: a.Corrects, AlsoCorrects: listText(a.AlsoCorrects), Budget: a.Budget, Unlimited: a.Unlimited,
		AllOrNothing: a.AllOrNothing, GroupUse: a.Groups, AlsoCovered: a.AlsoCovered,
		PrivateBecause: clean(a.PrivateBecause), ScheduledAt: dbTime{a.ScheduledAt}, State: a.State, CreatedAt: a.CreatedAt.UTC(),
		Schedule: a.Schedule, FiresAfter: dbTime{a.FiresAfter}, Escalate: a.Escalate.String(), AskedBy: a.AskedBy, AskedUntil: dbTime{a.AskedUntil},
		Issuer: clean(a.Issuer), DocumentNumber: clean(a.DocumentNumber), ValidUntil: dbTime{a.ValidUntil}, Code: a.Code,
	}
}

func (r announcementRow) announcement() (bot.Announcement, error) {
	a := bot.Announcement{
		OAID: r.OAID, ID: r.ID, Title: r.Title, Kind: r.Kind, Urgency: r.Urgency, Corrects: r.Corrects, Budget: r.Budget,
		Unlimited: r.Unlimited, AllOrNothing: r.AllOrNothing, Groups: r.GroupUse, AlsoCovered: r.AlsoCovered,
		ScheduledAt: r.ScheduledAt.Time, Schedule: r.Schedule, FiresAfter: r.FiresAfter.Time, State: r.State, CreatedAt: r.CreatedAt,
	}
	a.PrivateBecause, a.AskedBy, a.AskedUntil = r.PrivateBecause, r.AskedBy, r.AskedUntil.Time
	a.Issuer, a.DocumentNumber, a.ValidUntil, a.Code = r.Issuer, r.DocumentNumber, r.ValidUntil.Time, r.Code
	err := firstError(json.Unmarshal([]byte(r.Message), &a.Message), json.Unmarshal([]byte(r.Audience), &a.Audience), readList(r.AlsoCorrects, &a.AlsoCorrects))
	if err == nil {
		a.Escalate, err = bot.ParseLadder(r.Escalate)
	}
	if err != nil {
		err = fmt.Errorf("read announcement %s: %w", r.ID, err)
	}
	return a, err
}

func announcementLane(a bot.Announcement) bot.Lane {
	return bot.Lane{OAID: a.OAID, Kind: bot.LaneAnnouncement, Key: a.ID}
}

// CreateAnnouncement keeps a new announcement.
func (s *Store) CreateAnnouncement(ctx context.Context, a bot.Announcement, records ...bot.Record) error {
	r := announcementOf(a)
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		return firstErrorOf(
			func() error { return s.bumpLanes(tx, noticeLanes(records), s.now()) },
			func() error { return tx.Create(&r).Error },
			func() error { return keepEnclosures(tx, a.OAID, a.Enclosures, a.CreatedAt) },
			func() error { return s.keep(tx, records) },
		)
	})
	if err != nil {
		return fmt.Errorf("create announcement: %w", err)
	}
	return nil
}

// Announcement implements bot.RunStore.
func (s *Store) Announcement(ctx context.Context, id string) (bot.Announcement, error) {
	var r announcementRow
	if err := s.db.WithContext(ctx).Where("id = ?", id).Take(&r).Error; err != nil {
		return bot.Announcement{}, fmt.Errorf("load announcement: %w", translate(err))
	}
	return r.announcement()
}

// Announcements are those of an account, or of all when oaID is empty, the latest first.
func (s *Store) Announcements(ctx context.Context, oaID string) ([]bot.Announcement, error) {
	return s.announcements(s.db.WithContext(ctx), oaID)
}

// RecentAnnouncements implements bot.AnnouncementStore.
func (s *Store) RecentAnnouncements(ctx context.Context, oaID string, limit int) ([]bot.Announcement, error) {
	return s.announcements(s.db.WithContext(ctx).Limit(limit), oaID)
}

func (s *Store) announcements(query *gorm.DB, oaID string) ([]bot.Announcement, error) {
	var found []announcementRow
	query = query.Order("created_at DESC, id DESC")
	if oaID != "" {
		query = query.Where("oa_id = ?", oaID)
	}
	if err := query.Find(&found).Error; err != nil {
		return nil, fmt.Errorf("load announcements: %w", translate(err))
	}
	list := make([]bot.Announcement, len(found))
	for i, r := range found {
		var err error
		if list[i], err = r.announcement(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// MoveAnnouncement puts an announcement, and its run that is under way, from the state that it has in a into another, and
// lets its worker and the account's sender know. bot.ErrChanged says that it is in that state no more.
func (s *Store) MoveAnnouncement(ctx context.Context, a bot.Announcement, to bot.AnnouncementState, records ...bot.Record) error {
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		lanes := []bot.Lane{announcementLane(a), {OAID: a.OAID, Kind: bot.LaneDelivery}}
		return firstErrorOf(
			func() error { return s.bumpLanes(tx, lanes, s.now()) },
			func() error { return moveAnnouncement(tx, a, to) },
			func() error { return moveRun(tx, a, to) },
			func() error { return s.keep(tx, records) },
		)
	})
	if err != nil {
		return fmt.Errorf("move announcement: %w", err)
	}
	return nil
}

// AskApproval implements bot.AnnouncementStore.
func (s *Store) AskApproval(ctx context.Context, a bot.Announcement, by string, until time.Time, records ...bot.Record) error {
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		return firstErrorOf(
			func() error { return s.bumpLanes(tx, noticeLanes(records, announcementLane(a)), s.now()) },
			func() error {
				return changed(tx.Exec(`UPDATE announcements SET state = 'approval', asked_by = ?, asked_until = ?
					WHERE oa_id = ? AND id = ? AND state = ?`, by, until.UTC(), a.OAID, a.ID, a.State))
			},
			func() error { return s.keep(tx, records) },
		)
	})
	if err != nil {
		return fmt.Errorf("ask for approval: %w", err)
	}
	return nil
}

func moveAnnouncement(tx *gorm.DB, a bot.Announcement, to bot.AnnouncementState) error {
	return changed(tx.Exec(`UPDATE announcements SET state = ? WHERE oa_id = ? AND id = ? AND state = ?`, to, a.OAID, a.ID, a.State))
}

// moveRun puts the run that is under way, which has its announcement's state, into another.
func moveRun(tx *gorm.DB, a bot.Announcement, to bot.AnnouncementState) error {
	if !a.State.Running() { // what is over stays as it ended
		return nil
	}
	return tx.Exec(`UPDATE runs SET state = ? WHERE oa_id = ? AND announcement_id = ? AND state = ?`, to, a.OAID, a.ID, a.State).Error
}

// changed says bot.ErrChanged when a statement found no row as it was thought to be.
func changed(done *gorm.DB) error {
	if done.Error == nil && done.RowsAffected == 0 {
		return bot.ErrChanged
	}
	return done.Error
}
