package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// ErrSchema says that the database's tables are not those of this program.
var ErrSchema = errors.New("wrong schema")

// Schema is the version of the tables: as they are, and as this program wants them.
type Schema struct{ Current, Wanted int64 }

// Schema reads the version of the tables; Current is 0 when there are none.
func (s *Store) Schema(ctx context.Context) (Schema, error) {
	p, err := s.provider()
	if err != nil {
		return Schema{}, err
	}
	return s.schema(ctx, p)
}

func (s *Store) schema(ctx context.Context, p *goose.Provider) (Schema, error) {
	var wanted int64
	for _, source := range p.ListSources() {
		wanted = max(wanted, source.Version)
	}
	current, err := p.GetDBVersion(ctx)
	if err != nil {
		return Schema{}, fmt.Errorf("read schema version: %w", err)
	}
	return Schema{Current: current, Wanted: wanted}, nil
}

// Check refuses tables of another version with ErrSchema, naming both and the next step.
func (v Schema) Check() error {
	switch {
	case v.Current > v.Wanted:
		return fmt.Errorf("%w: the database has version %d, this program knows up to %d; run a newer loalang", ErrSchema, v.Current, v.Wanted)
	case v.Current < v.Wanted:
		return fmt.Errorf("%w: the database has version %d, this program needs %d; run `loalang migrate`", ErrSchema, v.Current, v.Wanted)
	}
	return nil
}

// Migrate brings the tables to this program's version. A newer database is refused with ErrSchema. On Postgres several
// starters wait for each other.
func (s *Store) Migrate(ctx context.Context) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	for {
		schema, err := s.schema(ctx, p)
		if err != nil {
			return err
		}
		if schema.Current > schema.Wanted {
			return schema.Check()
		}
		_, err = p.Up(ctx)
		if err == nil {
			return nil
		}
		if now, failed := s.schema(ctx, p); failed != nil || now.Current <= schema.Current {
			return fmt.Errorf("migrate: %w", err)
		} // on SQLite another starter came first with this step
	}
}

func (s *Store) provider() (*goose.Provider, error) {
	sqlDB, err := s.db.DB()
	if err != nil {
		return nil, err
	}
	files, err := fs.Sub(migrations, "migrations/"+s.dialect.name)
	if err != nil {
		return nil, err
	}
	dialect, options := goose.DialectSQLite3, []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if s.pool != nil {
		dialect = goose.DialectPostgres
		options = append(options, goose.WithSessionLocker(schemaLock{}))
	}
	p, err := goose.NewProvider(dialect, sqlDB, files, options...)
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	return p, nil
}

// schemaLock lets one starter at a time change the tables of a schema, and the others wait for it. Goose's own locker asks
// anew each five seconds, and has one lock for all schemas of a database.
type schemaLock struct{}

func (schemaLock) SessionLock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock("+schemaLockKey+")")
	return err
}

func (schemaLock) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "SELECT pg_advisory_unlock("+schemaLockKey+")")
	return err
}

// schemaLockKey is a number for the schema that a connection works in.
const schemaLockKey = "hashtext('loalang ' || current_schema())"
