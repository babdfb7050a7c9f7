package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/configs"
	"github.com/loalang/loalang/store"
)

// upgrade says what to do with a database of an older version.
type upgrade bool

const (
	refuseOlder  upgrade = false
	upgradeOlder upgrade = true
)

// openStore opens the configured database. An empty one is set up with the embedded questions and answers; an older one
// is upgraded or refused.
func openStore(ctx context.Context, cfg configs.Config, now func() time.Time, older upgrade) (*store.Store, error) {
	key, err := secretKey(cfg)
	if err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, cfg.DatabaseURL.Reveal(), key, now)
	if err != nil {
		return nil, fmt.Errorf("%w\nCheck LOALANG_DATABASE_URL, and that the database runs", err)
	}
	if err := prepare(ctx, st, older); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return st, nil
}

func prepare(ctx context.Context, st *store.Store, older upgrade) error {
	schema, err := st.Schema(ctx)
	if err != nil {
		return err
	}
	if schema.Current != 0 && older == refuseOlder {
		return schema.Check()
	}
	if err := st.Migrate(ctx); err != nil {
		return err
	}
	content, err := faq.Load(configs.FAQ, "*.yaml")
	if err != nil {
		return fmt.Errorf("embedded questions and answers: %w", err)
	}
	_, err = st.ShipFAQ(ctx, content)
	return err
}

// secretKey is the configured key, or with SQLite the one in a file beside the database, made when there is none.
func secretKey(cfg configs.Config) (string, error) {
	path, isSQLite := cfg.SQLitePath()
	if key := cfg.SecretKey.Reveal(); key != "" || !isSQLite {
		return key, nil
	}
	path += ".key"
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", fmt.Errorf("make the database's folder: %w", err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		key, err := os.ReadFile(path)
		if err == nil && len(strings.TrimSpace(string(key))) < configs.MinSecretKey {
			err = errors.New("it is too short; restore it from the backup")
		}
		if err != nil {
			return "", fmt.Errorf("read the secret key %s: %w", path, err)
		}
		return strings.TrimSpace(string(key)), nil
	}
	if err != nil {
		return "", fmt.Errorf("make the secret key %s: %w", path, err)
	}
	key := store.Secret()
	_, err = file.WriteString(key + "\n")
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return "", fmt.Errorf("write the secret key %s: %w", path, err)
	}
	return key, nil
}

// lockSQLite makes sure that no other process serves the same SQLite file. The operating system frees the lock when the
// process dies, however it dies. With Postgres there is nothing to lock: replicas share it.
func lockSQLite(cfg configs.Config) (unlock func() error, err error) {
	path, isSQLite := cfg.SQLitePath()
	if !isSQLite {
		return func() error { return nil }, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the database's folder: %w", err)
	}
	lock := flock.New(path + ".lock")
	ok, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if !ok {
		return nil, fmt.Errorf("%s is served by another loalang already; stop that one, or use Postgres to run several", path)
	}
	return lock.Unlock, nil
}
