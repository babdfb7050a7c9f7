package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"

	"gorm.io/gorm"

	"github.com/loalang/loalang/bot"
)

// Change counts what an import did.
type Change struct {
	Created int `json:"created"`
	Changed int `json:"changed"`
	Same    int `json:"same"`
}

// add counts a batch: how many there were in it, how many of them were known, how many rows were written.
func (c *Change) add(given, known, written int) {
	created := given - known
	c.Created += created
	c.Changed += written - created
	c.Same += given - written
}

// counted adds the counts to what is kept of an import.
func (c Change) counted(records []bot.Record) []bot.Record {
	list := slices.Clone(records)
	for i := range list {
		list[i].Audit.Detail += fmt.Sprintf("%d created, %d changed, %d as they were", c.Created, c.Changed, c.Same)
	}
	return list
}

// errDryRun rolls a transaction back whose result was only to be counted.
var errDryRun = errors.New("dry run")

// importBatch is how many values travel to the database at once.
const importBatch = 1000

// importAll saves values batch by batch in one transaction. An error among them, or a dry run, leaves everything as it
// was. A batch is saved by put, which counts it.
func importAll[T any](ctx context.Context, s *Store, values iter.Seq2[T, error], dryRun bool, put func(tx *gorm.DB, batch []T, change *Change) error, records []bot.Record) (change Change, err error) {
	err = s.transaction(ctx, func(tx *gorm.DB) error {
		change = Change{}
		batch := make([]T, 0, importBatch)
		for value, err := range values {
			if err != nil {
				return err
			}
			if batch = append(batch, value); len(batch) == importBatch {
				if err := put(tx, batch, &change); err != nil {
					return err
				}
				batch = batch[:0]
			}
		}
		if len(batch) > 0 {
			if err := put(tx, batch, &change); err != nil {
				return err
			}
		}
		if dryRun {
			return errDryRun
		}
		return s.keep(tx, change.counted(records))
	})
	if err != nil && !errors.Is(err, errDryRun) {
		return Change{}, err
	}
	return change, nil
}

// Values are values to import that are known to be right.
func Values[T any](list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, value := range list {
			if !yield(value, nil) {
				return
			}
		}
	}
}

// pageSize is how many rows a walk over a table holds at once.
const pageSize = 1000

// walk yields all rows of a table in the order of their key, page by page. next reads those after a row; the first call
// gets a zero one.
func walk[R, T any](what string, next func(last R) ([]R, error), value func(R) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		var last R
		for {
			page, err := next(last)
			if err != nil {
				yield(none, fmt.Errorf("load %s: %w", what, translate(err)))
				return
			}
			for _, r := range page {
				v, err := value(r)
				if !yield(v, err) || err != nil {
					return
				}
			}
			if len(page) < pageSize {
				return
			}
			last = page[len(page)-1]
		}
	}
}

// listText is a list as it is kept in a text column.
func listText[T ~string](list []T) string { return clean(asJSON(append([]T{}, list...))) }

// readList reads what listText wrote; an empty list is nil.
func readList[T ~string](text string, list *[]T) error {
	if text == "[]" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), list); err != nil {
		return fmt.Errorf("read list %q: %w", text, err)
	}
	return nil
}
