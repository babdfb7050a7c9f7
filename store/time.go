package store

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// dbTime is a time that may be NULL, then zero. It also reads the text that SQLite gives for an expression.
type dbTime struct{ time.Time }

// Scan implements sql.Scanner.
func (t *dbTime) Scan(value any) error {
	switch value := value.(type) {
	case nil:
		t.Time = time.Time{}
	case time.Time:
		t.Time = value.UTC()
	case string:
		parsed, err := time.Parse(timeLayout, value)
		if err != nil {
			return fmt.Errorf("read time: %w", err)
		}
		t.Time = parsed
	default:
		return fmt.Errorf("read time from %T", value)
	}
	return nil
}

// Value implements driver.Valuer.
func (t dbTime) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil
	}
	return t.UTC(), nil
}

// GormDataType implements schema.GormDataTypeInterface.
func (dbTime) GormDataType() string { return "time" }
