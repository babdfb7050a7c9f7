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

	"github.com/loalang/loalang/bot"
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
	specialEmergency = "emergency"
	specialNoDanger  = "no_emergency"
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
		case specialEmergency:
			to = &content.Emergencies
		case specialNoDanger:
			to = &content.NoEmergency
		default:
			continue
		}
		if err := json.Unmarshal([]byte(r.Content), to); err != nil {
			return faq.Content{}, fmt.Errorf("read faq lines %s: %w", r.Kind, err)
		}
	}
	return content, nil
}

// overrideRow is a row of entry_overrides.
type overrideRow struct {
	OAID     string `gorm:"column:oa_id;primaryKey"`
	UnitCode string `gorm:"primaryKey"`
	EntryID  string `gorm:"primaryKey"`
	Content  string
}

func (overrideRow) TableName() string { return "entry_overrides" }

// Overrides implements bot.FAQStore.
func (s *Store) Overrides(ctx context.Context) ([]bot.Override, error) {
	var found []overrideRow
	if err := s.db.WithContext(ctx).Order("oa_id, unit_code, entry_id").Find(&found).Error; err != nil {
		return nil, fmt.Errorf("load faq overrides: %w", translate(err))
	}
	list := make([]bot.Override, len(found))
	for i, r := range found {
		list[i].OAID = r.OAID
		if err := json.Unmarshal([]byte(r.Content), &list[i].Override); err != nil {
			return nil, fmt.Errorf("read override of %s in %s: %w", r.EntryID, r.UnitCode, err)
		}
	}
	return list, nil
}

// PutOverrides gives entries other answers in units of one account, or replaces those that are there.
func (s *Store) PutOverrides(ctx context.Context, oaID string, overrides []faq.Override) error {
	if len(overrides) == 0 {
		return nil
	}
	list := make([]overrideRow, len(overrides))
	for i, o := range overrides {
		list[i] = overrideRow{OAID: oaID, UnitCode: o.Unit, EntryID: o.Entry, Content: clean(asJSON(o))}
	}
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		if err := upsertAll(tx, list); err != nil {
			return err
		}
		return s.bumpVersion(tx, VersionFAQ)
	})
	if err != nil {
		return fmt.Errorf("save faq overrides: %w", err)
	}
	return nil
}

// keepModels is how many learned models are kept: of the content in use, and some before, should it come back.
const keepModels = 5

// Model implements bot.FAQStore.
func (s *Store) Model(ctx context.Context, hash string) ([]byte, error) {
	var found struct{ Data []byte }
	done := s.db.WithContext(ctx).Raw(`SELECT data FROM models WHERE hash = ?`, hash).Scan(&found)
	if done.Error != nil {
		return nil, fmt.Errorf("load model: %w", translate(done.Error))
	}
	if done.RowsAffected == 0 {
		return nil, fmt.Errorf("load model: %w", bot.ErrNotFound)
	}
	return found.Data, nil
}

// SaveModel implements bot.FAQStore.
func (s *Store) SaveModel(ctx context.Context, hash string, model []byte) error {
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		err := tx.Exec(`INSERT INTO models (hash, data, created_at) VALUES (?, ?, ?)
			ON CONFLICT (hash) DO UPDATE SET data = excluded.data, created_at = excluded.created_at`, // what was there may be damaged
			hash, model, s.now().UTC()).Error
		if err != nil {
			return err
		}
		return tx.Exec(`DELETE FROM models WHERE hash NOT IN (SELECT hash FROM models ORDER BY created_at DESC, hash LIMIT ?)`, keepModels).Error
	})
	if err != nil {
		return fmt.Errorf("save model: %w", err)
	}
	return nil
}

// addPhrasings puts texts to an entry's phrasings, but for those that are there already.
func (s *Store) addPhrasings(tx *gorm.DB, entryID string, texts []string) error {
	var r entryRow
	if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", entryID).Take(&r).Error; err != nil { // SQLite has one writer
		return err
	}
	var e faq.Entry
	if err := json.Unmarshal([]byte(r.Content), &e); err != nil {
		return fmt.Errorf("read faq entry %s: %w", entryID, err)
	}
	known := make(map[string]bool, len(e.Phrasings))
	for _, p := range e.Phrasings {
		known[faq.Fold(p)] = true
	}
	for _, text := range texts {
		if key := faq.Fold(text); key != "" && !known[key] {
			known[key] = true
			e.Phrasings = append(e.Phrasings, text)
		}
	}
	return tx.Model(&entryRow{}).Where("id = ?", entryID).
		Updates(map[string]any{"content": clean(asJSON(e)), "updated_at": s.now().UTC()}).Error
}

// FAQChange counts what a change of content did.
type FAQChange struct {
	Created int `json:"created"`
	Changed int `json:"changed"`
	Same    int `json:"same"`
	Removed int `json:"removed"`
	Kept    int `json:"kept"` // edited by somebody, so not replaced by the program's own

	Sections  int `json:"sections"` // added or renamed
	Overrides int `json:"overrides"`
}

func (c FAQChange) none() bool { return c.Created+c.Changed+c.Removed+c.Sections == 0 }

// ShipFAQ brings the content that the program comes with into the database: what is missing is added, what nobody has
// edited is replaced or, when the program no longer has it, removed. Edited entries stay.
func (s *Store) ShipFAQ(ctx context.Context, content faq.Content) (FAQChange, error) {
	return s.changeFAQ(ctx, content, true, false)
}

// ImportFAQ brings an officer's content into the database: entries with the same id are replaced, others stay. Lists of
// special lines that are given replace those that are there. A dry run counts and changes nothing.
func (s *Store) ImportFAQ(ctx context.Context, content faq.Content, dryRun bool, records ...bot.Record) (FAQChange, error) {
	return s.changeFAQ(ctx, content, false, dryRun, records...)
}

func (s *Store) changeFAQ(ctx context.Context, content faq.Content, shipped, dryRun bool, records ...bot.Record) (change FAQChange, err error) {
	err = s.transaction(ctx, func(tx *gorm.DB) error {
		change = FAQChange{}
		if err := s.putEntries(tx, content.Entries, shipped, &change); err != nil {
			return err
		}
		if err := putSpecial(tx, content, shipped, &change); err != nil {
			return err
		}
		if err := putSections(tx, content.Sections, &change); err != nil {
			return err
		}
		switch {
		case dryRun:
			return errDryRun
		case change.none():
			return s.keep(tx, records)
		}
		return firstErrorOf(
			func() error { return s.bumpVersion(tx, VersionFAQ) },
			func() error { return s.keep(tx, records) },
		)
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
		{specialEmergency, len(content.Emergencies), content.Emergencies},
		{specialNoDanger, len(content.NoEmergency), content.NoEmergency},
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

func putSections(tx *gorm.DB, sections []faq.Section, change *FAQChange) error {
	var there []sectionRow
	if err := tx.Find(&there).Error; err != nil {
		return err
	}
	known := make(map[string]sectionRow, len(there))
	last := 0
	for _, r := range there {
		known[r.ID] = r
		last = max(last, r.Position)
	}
	var put []sectionRow
	for i, sec := range sections {
		r := sectionRow{ID: sec.ID, Title: sec.Title, Position: last + i + 1}
		if old, found := known[sec.ID]; found {
			r.Position = old.Position
			if r == old {
				continue
			}
		}
		change.Sections++
		put = append(put, r)
	}
	return upsertAll(tx, put)
}

func upsertAll[T any](tx *gorm.DB, list []T) error {
	if len(list) == 0 {
		return nil
	}
	return tx.Clauses(clause.OnConflict{UpdateAll: true}).CreateInBatches(&list, 200).Error
}
