package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// The names of what replicas keep in memory and read anew when its version has changed.
const (
	VersionFAQ      = "faq"
	VersionAccounts = "accounts"
	VersionUnits    = "units"
	VersionCalendar = "calendar"
)

// Versions are the present versions by name. One that never changed is missing.
func (s *Store) Versions(ctx context.Context) (map[string]int64, error) {
	var found []struct {
		Name string
		N    int64
	}
	if err := s.db.WithContext(ctx).Raw(`SELECT name, n FROM versions`).Scan(&found).Error; err != nil {
		return nil, fmt.Errorf("read versions: %w", translate(err))
	}
	versions := make(map[string]int64, len(found))
	for _, f := range found {
		versions[f.Name] = f.N
	}
	return versions, nil
}

func (s *Store) bumpVersion(tx *gorm.DB, name string) error {
	return tx.Exec(`INSERT INTO versions (name, n) VALUES (?, 1)
		ON CONFLICT (name) DO UPDATE SET n = versions.n + 1`, name).Error
}
