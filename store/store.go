package store

import (
	"context"
	"crypto/cipher"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	_ "github.com/ncruces/go-sqlite3/driver" // registers "sqlite3"
	"github.com/ncruces/go-sqlite3/gormlite"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/loalang/loalang/bot"
)

// Store keeps everything in one database.
type Store struct {
	db      *gorm.DB
	pool    *pgxpool.Pool // nil on SQLite
	intake  *pgxpool.Pool // connections that only save events, so that these wait for nothing else; nil on SQLite
	dialect dialect
	writer  chan struct{} // holds the one writer of SQLite; nil on Postgres, where writers do not wait for each other
	aead    cipher.AEAD
	now     func() time.Time

	digestKey []byte
}

var (
	_ bot.LaneStore      = (*Store)(nil)
	_ bot.EventStore     = (*Store)(nil)
	_ bot.DeliveryStore  = (*Store)(nil)
	_ bot.RunStore       = (*Store)(nil)
	_ bot.AccountStore   = (*Store)(nil)
	_ bot.TokenStore     = (*Store)(nil)
	_ bot.DirectoryStore = (*Store)(nil)
	_ bot.FAQStore       = (*Store)(nil)
)

// Open connects to the database at databaseURL, sqlite://PATH or postgres://…, without touching its tables.
// secretKey encrypts tokens and secrets at rest. now is the clock of rows; leases follow the database's own.
func Open(ctx context.Context, databaseURL, secretKey string, now func() time.Time) (*Store, error) {
	aead, err := newAEAD(secretKey)
	if err != nil {
		return nil, err
	}
	digestKey, err := newDigestKey(secretKey)
	if err != nil {
		return nil, err
	}
	s := &Store{dialect: postgresDialect, aead: aead, digestKey: digestKey, now: now}
	if path, ok := strings.CutPrefix(databaseURL, "sqlite://"); ok {
		s.dialect, s.writer = sqliteDialect, make(chan struct{}, 1)
		s.db, err = openSQLite(ctx, path)
	} else {
		err = s.openPostgres(ctx, databaseURL)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// sqliteOptions are the settings under which readers and writers never meet a locked database: see the README's
// decisions. Times are text of one width in UTC, so that they compare as they should.
const sqliteOptions = "?_txlock=immediate&_timefmt=2006-01-02%2015:04:05.000" +
	"&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)"

func openSQLite(ctx context.Context, path string) (*gorm.DB, error) {
	sqlDB, err := sql.Open("sqlite3", "file:"+(&url.URL{Path: path}).EscapedPath()+sqliteOptions)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	sqlDB.SetMaxOpenConns(4)
	if err := sqlDB.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), sqlDB.Close())
	}
	db, err := gorm.Open(gormlite.OpenDB(sqlDB), gormConfig())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), sqlDB.Close())
	}
	return db, nil
}

// postgresSettings are of every connection but those of the intake. Plans are made anew for each statement: one kept from
// when a table was small reads all of it once it has grown, until the next ANALYZE. Rows are looked up by keys whose pages
// are in memory.
var postgresSettings = map[string]string{
	"plan_cache_mode":  "force_custom_plan",
	"random_page_cost": "1.1",
	"jit":              "off", // statements are short
}

// intakeConnections save events: one at work, and one for a second caller.
const intakeConnections = 2

func (s *Store) openPostgres(ctx context.Context, databaseURL string) (err error) {
	cfg, err := pgxpool.ParseConfig(databaseURL)
	if err != nil {
		return fmt.Errorf("read the database URL: %w", err) // pgx hides the password
	}
	if cfg.ConnConfig.ConnectTimeout == 0 {
		cfg.ConnConfig.ConnectTimeout = 5 * time.Second
	}
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC" // times in JSON rows carry no zone
	intake := cfg.Copy()
	intake.MinConns, intake.MaxConns = 0, intakeConnections
	maps.Copy(cfg.ConnConfig.RuntimeParams, postgresSettings)
	if s.pool, err = connect(ctx, cfg); err != nil {
		return err
	}
	if s.intake, err = connect(ctx, intake); err != nil {
		s.pool.Close()
		return err
	}
	if s.db, err = gorm.Open(postgres.New(postgres.Config{Conn: stdlib.OpenDBFromPool(s.pool)}), gormConfig()); err != nil {
		s.pool.Close()
		s.intake.Close()
		return fmt.Errorf("open Postgres: %w", err)
	}
	return nil
}

func connect(ctx context.Context, cfg *pgxpool.Config) (*pgxpool.Pool, error) {
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("open Postgres: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("connect to Postgres: %w", err)
	}
	return pool, nil
}

// withoutRecords keeps Scan from writing each statement out with its values, message texts among them, for a logger that
// throws it away. It is a setting of GORM's for the whole program.
var withoutRecords = sync.OnceFunc(func() {
	logger.RecorderParamsFilter = func(context.Context, string, ...any) (string, []any) { return "", nil }
})

func gormConfig() *gorm.Config {
	withoutRecords()
	return &gorm.Config{
		TranslateError:         true,
		SkipDefaultTransaction: true,
		NowFunc:                func() time.Time { return time.Now().UTC() },
		Logger:                 logger.Discard, // statements hold message text; errors are logged where they are handled
	}
}

// Close ends all connections.
func (s *Store) Close() error {
	sqlDB, err := s.db.DB()
	if err != nil {
		return err
	}
	err = sqlDB.Close()
	if s.pool != nil {
		s.pool.Close()
		s.intake.Close()
	}
	return err
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	sqlDB, err := s.db.DB()
	if err != nil {
		return err
	}
	return sqlDB.PingContext(ctx)
}

// transaction runs do in one transaction. Inside it only tx may be used: SQLite has one writer, so any other handle
// would wait for it.
func (s *Store) transaction(ctx context.Context, do func(tx *gorm.DB) error) error {
	return s.write(ctx, func(db *gorm.DB) error { return db.Transaction(do) })
}

// write runs one statement that writes, or one transaction. On SQLite writers wait here, each in its turn: SQLite itself
// lets them try again and again by chance, each with a connection that readers need.
func (s *Store) write(ctx context.Context, do func(db *gorm.DB) error) error {
	if s.writer != nil {
		select {
		case s.writer <- struct{}{}:
			defer func() { <-s.writer }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return translate(do(s.db.WithContext(ctx)))
}

// translate gives the meaning of package bot to errors of GORM and the drivers.
func translate(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, gorm.ErrRecordNotFound):
		return fmt.Errorf("%w (%w)", bot.ErrNotFound, err)
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return fmt.Errorf("%w (%w)", bot.ErrDuplicate, err)
	}
	return err
}

// scan reads the columns of one row.
type scan func(columns ...any) error

// eachRow reads what a statement finds row by row, without GORM's reflection: for what an announcement finds for each of its
// recipients.
func eachRow(query *gorm.DB, read func(scan) error) error {
	rows, err := query.Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := read(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// converted are rows in bot's terms; an error says what they are for.
func converted[R, T any](doing string, found []R, convert func(R) (T, error)) ([]T, error) {
	list := make([]T, len(found))
	for i, r := range found {
		var err error
		if list[i], err = convert(r); err != nil {
			return nil, fmt.Errorf("%s: %w", doing, err)
		}
	}
	return list, nil
}
