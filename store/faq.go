package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/loalang/loalang/bot/faq"
)

// sectionRow is a row of sections.
type sectionRow struct {
	ID       string `gorm:"primaryKey"`
	Title    string
	Position int
}

func (sectionRow) TableName() string { return "sections" }

// entryRow is a row of entries. The entry was edited when its content is not what ShippedHash says.
type entryRow struct {
	ID          string `gorm:"primaryKey"`
	Section     string
	Position    int
	Content     string
	ShippedHash string
	UpdatedAt   time.Time
}

func (entryRow) TableName() string { return "entries" }

func (r entryRow) edited() bool { return hashOf(r.Content) != r.ShippedHash }

// specialRow is a row of special_lines: all lines of one kind.
type specialRow struct {
	Kind        string `gorm:"primaryKey"`
	Content     string
	ShippedHash string
}

func (specialRow) TableName() string { return "special_lines" }

func (r specialRow) edited() bool { return hashOf(r.Content) != r.ShippedHash }

// The kinds of special lines.
const (
	specialNone      = "none"
	specialHandoff   = "handoff"
	specialSmallTalk = "smalltalk"
)

func hashOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:16])
}

// FAQ implements bot.FAQStore.
func (s *Store) FAQ(ctx context.Context) (faq.Content, error) {
	return readFAQ(s.db.WithContext(ctx))
}

func readFAQ(db *gorm.DB) (faq.Content, error) {
	var sections []sectionRow
	var entries []entryRow
	var special []specialRow
	err := firstError(
		db.Order("position, id").Find(&sections).Error,
		db.Order("position, id").Find(&entries).Error,
		db.Find(&special).Error,
	)
	if err != nil {
		return faq.Content{}, fmt.Errorf("load faq: %w", translate(err))
	}
	var content faq.Content
	for _, r := range sections {
		content.Sections = append(content.Sections, faq.Section{ID: r.ID, Title: r.Title})
	}
	for _, r := range entries {
		var e faq.Entry
		if err := json.Unmarshal([]byte(r.Content), &e); err != nil {
			return faq.Content{}, fmt.Errorf("read faq entry %s: %w", r.ID, err)
		}
		content.Entries = append(content.Entries, e)
	}
	for _, r := range special {
		var to any
		switch r.Kind {
		case specialNone:
			to = &content.None
		case specialHandoff:
			to = &content.Handoff
		case specialSmallTalk:
			to = &content.SmallTalk
		default:
			continue
		}
		if err := json.Unmarshal([]byte(r.Content), to); err != nil {
			return faq.Content{}, fmt.Errorf("read faq lines %s: %w", r.Kind, err)
		}
	}
	return content, nil
}

// FAQChange counts what a change of content did.
type FAQChange struct {
	Created int `json:"created"`
	Changed int `json:"changed"`
	Same    int `json:"same"`
	Removed int `json:"removed"`
	Kept    int `json:"kept"` // edited by somebody, so not replaced by the program's own
}

func (c FAQChange) none() bool { return c.Created+c.Changed+c.Removed == 0 }

// ShipFAQ brings the content that the program comes with into the database: what is missing is added, what nobody has
// edited is replaced or, when the program no longer has it, removed. Edited entries stay.
func (s *Store) ShipFAQ(ctx context.Context, content faq.Content) (FAQChange, error) {
	return s.changeFAQ(ctx, content, true, false)
}

// ImportFAQ brings an officer's content into the database: entries with the same id are replaced, others stay. Lists of
// special lines that are given replace those that are there. A dry run counts and changes nothing.
func (s *Store) ImportFAQ(ctx context.Context, content faq.Content, dryRun bool) (FAQChange, error) {
	return s.changeFAQ(ctx, content, false, dryRun)
}

// errDryRun rolls a transaction back whose result was only to be counted.
var errDryRun = errors.New("dry run")

func (s *Store) changeFAQ(ctx context.Context, content faq.Content, shipped, dryRun bool) (change FAQChange, err error) {
	err = s.transaction(ctx, func(tx *gorm.DB) error {
		change = FAQChange{}
		if err := s.putEntries(tx, content.Entries, shipped, &change); err != nil {
			return err
		}
		if err := putSpecial(tx, content, shipped, &change); err != nil {
			return err
		}
		if err := putSections(tx, content.Sections); err != nil || change.none() {
			return err
		}
		if dryRun {
			return errDryRun
		}
		return s.bumpVersion(tx, VersionFAQ)
	})
	if err != nil && !errors.Is(err, errDryRun) {
		return FAQChange{}, fmt.Errorf("change faq: %w", err)
	}
	return change, nil
}

func (s *Store) putEntries(tx *gorm.DB, entries []faq.Entry, shipped bool, change *FAQChange) error {
	var there []entryRow
	if err := tx.Find(&there).Error; err != nil {
		return err
	}
	known := make(map[string]entryRow, len(there))
	last := 0
	for _, r := range there {
		known[r.ID] = r
		last = max(last, r.Position)
	}
	given := make(map[string]bool, len(entries))
	var put []entryRow
	for i, e := range entries {
		text, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("write faq entry %s: %w", e.ID, err)
		}
		given[e.ID] = true
		old, found := known[e.ID]
		r := entryRow{
			ID: e.ID, Section: e.Section, Position: old.Position, Content: clean(string(text)),
			ShippedHash: old.ShippedHash, UpdatedAt: s.now().UTC(),
		}
		if !found {
			r.Position = last + i + 1
		}
		if shipped {
			if found && old.edited() {
				change.Kept++
				continue
			}
			r.ShippedHash = hashOf(r.Content)
		}
		switch {
		case !found:
			change.Created++
		case old.Content != r.Content:
			change.Changed++
		default:
			change.Same++
			continue
		}
		put = append(put, r)
	}
	if shipped {
		for _, r := range there {
			if given[r.ID] || r.edited() {
				continue
			}
			if err := tx.Delete(&entryRow{}, "id = ?", r.ID).Error; err != nil {
				return err
			}
			change.Removed++
		}
	}
	return upsertAll(tx, put)
}

func putSpecial(tx *gorm.DB, content faq.Content, shipped bool, change *FAQChange) error {
	var there []specialRow
	if err := tx.Find(&there).Error; err != nil {
		return err
	}
	known := make(map[string]specialRow, len(there))
	for _, r := range there {
		known[r.Kind] = r
	}
	var put []specialRow
	for _, lines := range []struct {
		kind  string
		count int
		list  any
	}{
		{specialNone, len(content.None), content.None},
		{specialHandoff, len(content.Handoff), content.Handoff},
		{specialSmallTalk, len(content.SmallTalk), content.SmallTalk},
	} {
		if lines.count == 0 {
			continue
		}
		text, err := json.Marshal(lines.list)
		if err != nil {
			return fmt.Errorf("write faq lines %s: %w", lines.kind, err)
		}
		old, found := known[lines.kind]
		r := specialRow{Kind: lines.kind, Content: clean(string(text)), ShippedHash: old.ShippedHash}
		if shipped {
			if found && old.edited() {
				continue
			}
			r.ShippedHash = hashOf(r.Content)
		}
		if old.Content != r.Content {
			change.Changed++
			put = append(put, r)
		}
	}
	return upsertAll(tx, put)
}

func putSections(tx *gorm.DB, sections []faq.Section) error {
	var there []sectionRow
	if err := tx.Find(&there).Error; err != nil {
		return err
	}
	known := make(map[string]int, len(there))
	last := 0
	for _, r := range there {
		known[r.ID] = r.Position
		last = max(last, r.Position)
	}
	var put []sectionRow
	for i, sec := range sections {
		position, found := known[sec.ID]
		if !found {
			position = last + i + 1
		}
		put = append(put, sectionRow{ID: sec.ID, Title: sec.Title, Position: position})
	}
	return upsertAll(tx, put)
}

func upsertAll[T any](tx *gorm.DB, list []T) error {
	if len(list) == 0 {
		return nil
	}
	return tx.Clauses(clause.OnConflict{UpdateAll: true}).CreateInBatches(&list, 200).Error
}
