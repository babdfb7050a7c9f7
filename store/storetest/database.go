package storetest

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/store"
)

// SecretKey is the key of the tests' databases.
const SecretKey = "a secret key of more than thirty-two characters"

// SQLiteURL names a database file of its own, which does not exist yet.
func SQLiteURL(t testing.TB) string {
	return "sqlite://" + filepath.Join(t.TempDir(), "loalang.db")
}

// PostgresURL names an empty schema of its own on the tests' server. A missing server fails.
func PostgresURL(t testing.TB) string {
	t.Helper()
	base := cmp.Or(os.Getenv("LOALANG_TEST_POSTGRES_URL"), "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable")
	db, err := pgx.Connect(t.Context(), base)
	require.NoError(t, err, "the tests need Postgres: run them with `make test`")
	schema := "test_" + strings.ToLower(rand.Text())
	_, err = db.Exec(t.Context(), "CREATE SCHEMA "+schema)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, drop(db, schema))
		require.NoError(t, db.Close(context.Background()))
	})
	u, err := url.Parse(base)
	require.NoError(t, err)
	query := u.Query()
	query.Set("search_path", schema)
	query.Set("pool_max_conns", "8")
	if _, measured := t.(*testing.B); !measured { // programs are killed in the tests, the server's machine is not
		query.Set("synchronous_commit", "off")
	}
	u.RawQuery = query.Encode()
	return u.String()
}

// drop removes a schema. What a killed process has left may still be at work on the server, and stand in the way.
func drop(db *pgx.Conn, schema string) (err error) {
	for range 10 {
		_, err = db.Exec(context.Background(), "DROP SCHEMA "+schema+" CASCADE")
		var refused *pgconn.PgError
		if !errors.As(err, &refused) || refused.Code != "40P01" { // deadlock_detected
			return err
		}
	}
	return err
}

// Open opens a database as one process does, with its tables made.
func Open(t testing.TB, databaseURL string) *store.Store {
	t.Helper()
	return OpenAt(t, databaseURL, time.Now)
}

// OpenAt opens it with a clock of the test's own.
func OpenAt(t testing.TB, databaseURL string, now func() time.Time) *store.Store {
	t.Helper()
	if path, ok := strings.CutPrefix(databaseURL, "sqlite://"); ok {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			require.NoError(t, os.WriteFile(path, migrated(t), 0o600))
		}
	}
	st, err := store.Open(t.Context(), databaseURL, SecretKey, now)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	require.NoError(t, st.Migrate(t.Context()))
	return st
}

// migrated is an empty SQLite database with all tables, made once: a copy costs one write instead of a commit for each
// migration.
func migrated(t testing.TB) []byte {
	t.Helper()
	migratedOnce.Do(func() {
		path := filepath.Join(t.TempDir(), "migrated.db")
		st, err := store.Open(t.Context(), "sqlite://"+path, SecretKey, time.Now)
		require.NoError(t, err)
		require.NoError(t, errors.Join(st.Migrate(t.Context()), st.Close()))
		migratedFile, err = os.ReadFile(path)
		require.NoError(t, err)
	})
	require.NotEmpty(t, migratedFile)
	return migratedFile
}

var (
	migratedOnce sync.Once
	migratedFile []byte
)

// Raw opens a database past the store, to see what stands in its tables.
func Raw(t testing.TB, databaseURL string) *sql.DB {
	t.Helper()
	var driver, source string
	if path, ok := strings.CutPrefix(databaseURL, "sqlite://"); ok {
		driver, source = "sqlite3", "file:"+path+"?_pragma=busy_timeout(10000)"
	} else { // without the setting of pgx's pool, which database/sql does not know
		u, err := url.Parse(databaseURL)
		require.NoError(t, err)
		query := u.Query()
		query.Del("pool_max_conns")
		u.RawQuery = query.Encode()
		driver, source = "pgx", u.String()
	}
	db, err := sql.Open(driver, source)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}
