package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/rights"
	"github.com/loalang/loalang/zalo"
)

// accountRow is a row of official_accounts. Secrets are sealed.
type accountRow struct {
	OAID                 string `gorm:"column:oa_id;primaryKey"`
	Name                 string
	Type                 bot.AccountType
	Package              string
	CallsPerMinute       int
	Approval             string
	OASecret             []byte `gorm:"column:oa_secret"`
	SignedWith           bot.SecretKind
	Endpoint             zalo.Endpoint
	EndpointPinned       bool
	TextOnly             bool
	Fault                string
	AccessToken          []byte
	RefreshToken         []byte
	PreviousAccessToken  []byte
	PreviousRefreshToken []byte
	TokenVersion         int64
	TokenState           bot.TokenState
	TokenFault           string
	TokenObtainedAt      dbTime
	TokenRefreshAt       dbTime
	TokenExpiresAt       dbTime
	CreatedAt            time.Time
	UpdatedAt            time.Time
}

func (accountRow) TableName() string { return "official_accounts" }

func (s *Store) account(r accountRow) (bot.OfficialAccount, error) {
	a := bot.OfficialAccount{
		OAID: r.OAID, Name: r.Name, Type: r.Type, Package: r.Package, CallsPerMinute: r.CallsPerMinute,
		Approval: readPolicy(r.Approval), SignedWith: r.SignedWith, Endpoint: r.Endpoint, EndpointPinned: r.EndpointPinned, TextOnly: r.TextOnly, Fault: r.Fault,
		Token: bot.Token{
			Version: r.TokenVersion, State: r.TokenState, Fault: r.TokenFault,
			ObtainedAt: r.TokenObtainedAt.Time, RefreshAt: r.TokenRefreshAt.Time, ExpiresAt: r.TokenExpiresAt.Time,
		},
	}
	for _, secret := range []struct {
		sealed []byte
		column string
		to     *string
	}{
		{r.OASecret, "oa_secret", &a.OASecretKey},
		{r.AccessToken, "access_token", &a.Token.Access},
		{r.RefreshToken, "refresh_token", &a.Token.Refresh},
	} {
		var err error
		if *secret.to, err = s.unseal(secret.sealed, r.OAID, secret.column); err != nil {
			return a, err
		}
	}
	return a, nil
}

// Accounts implements bot.DirectoryStore.
func (s *Store) Accounts(ctx context.Context) ([]bot.OfficialAccount, error) {
	var found []accountRow
	if err := s.db.WithContext(ctx).Order("oa_id").Find(&found).Error; err != nil {
		return nil, fmt.Errorf("load accounts: %w", translate(err))
	}
	list := make([]bot.OfficialAccount, len(found))
	for i, r := range found {
		var err error
		if list[i], err = s.account(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Account implements bot.AccountStore and bot.TokenStore.
func (s *Store) Account(ctx context.Context, oaID string) (bot.OfficialAccount, error) {
	var r accountRow
	if err := s.db.WithContext(ctx).Where("oa_id = ?", oaID).Take(&r).Error; err != nil {
		return bot.OfficialAccount{}, fmt.Errorf("load account %s: %w", oaID, translate(err))
	}
	return s.account(r)
}

// PutAccount creates an account, or replaces what a person says of it. What Zalo's answers had taught about it is
// forgotten, so that a repaired account starts afresh. An empty OASecretKey or token keeps the one that is there.
// created says which of the two it was.
func (s *Store) PutAccount(ctx context.Context, a bot.OfficialAccount) (created bool, err error) {
	now := s.now().UTC()
	r := accountRow{
		OAID: a.OAID, Name: clean(a.Name), Type: a.Type, Package: a.Package, CallsPerMinute: a.CallsPerMinute,
		OASecret: s.seal(a.OASecretKey, a.OAID, "oa_secret"), Endpoint: a.Type.FirstEndpoint(),
		TokenState: bot.TokenConsent, TokenFault: "no token yet", CreatedAt: now, UpdatedAt: now,
	}
	update := []string{"name", "type", "package", "calls_per_minute", "endpoint", "endpoint_pinned", "text_only", "fault", "signed_with", "updated_at"}
	if a.OASecretKey != "" {
		update = append(update, "oa_secret")
	}
	err = s.transaction(ctx, func(tx *gorm.DB) error {
		var there int64
		if err := tx.Model(&accountRow{}).Where("oa_id = ?", a.OAID).Count(&there).Error; err != nil {
			return err
		}
		created = there == 0
		err := tx.Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "oa_id"}}, DoUpdates: clause.AssignmentColumns(update),
		}).Create(&r).Error
		if err != nil {
			return err
		}
		if a.Token.Access != "" || a.Token.Refresh != "" {
			if err := s.putToken(tx, a.OAID, nil, a.Token, now); err != nil {
				return err
			}
		}
		return s.bumpVersion(tx, VersionAccounts)
	})
	if err != nil {
		return false, fmt.Errorf("save account %s: %w", a.OAID, err)
	}
	return created, nil
}

// SaveToken implements bot.TokenStore.
func (s *Store) SaveToken(ctx context.Context, oaID string, used int64, token bot.Token, now time.Time) error {
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		if err := s.putToken(tx, oaID, &used, token, now.UTC()); err != nil {
			return err
		}
		return s.bumpVersion(tx, VersionAccounts)
	})
	if err != nil {
		return fmt.Errorf("save token: %w", err)
	}
	return nil
}

// putToken replaces the token pair, only that of version used unless nil, and makes the lanes due that wait for it.
func (s *Store) putToken(tx *gorm.DB, oaID string, used *int64, t bot.Token, now time.Time) error {
	done := tx.Exec(`UPDATE official_accounts SET
			previous_access_token = access_token, previous_refresh_token = refresh_token, access_token = ?, refresh_token = ?,
			token_version = token_version + 1, token_state = ?, token_fault = '',
			token_obtained_at = ?, token_refresh_at = ?, token_expires_at = ?, updated_at = ?
		WHERE oa_id = ? AND (CAST(? AS bigint) IS NULL OR token_version = ?)`,
		s.seal(t.Access, oaID, "access_token"), s.seal(t.Refresh, oaID, "refresh_token"), bot.TokenValid,
		dbTime{t.ObtainedAt}, dbTime{t.RefreshAt}, dbTime{t.ExpiresAt}, now, oaID, used, used)
	if done.Error != nil {
		return done.Error
	}
	if done.RowsAffected == 0 {
		return fmt.Errorf("token of account %s: %w", oaID, bot.ErrDuplicate)
	}
	return s.bumpLanes(tx, []bot.Lane{{OAID: oaID, Kind: bot.LaneDelivery}, {OAID: oaID, Kind: bot.LaneToken}}, now)
}

// StaleToken implements bot.AccountStore.
func (s *Store) StaleToken(ctx context.Context, oaID string, version int64, now time.Time) error {
	return s.changeAccount(ctx, oaID, func(tx *gorm.DB) error {
		err := tx.Exec(`UPDATE official_accounts SET token_state = ? WHERE oa_id = ? AND token_version = ? AND token_state = ?`,
			bot.TokenStale, oaID, version, bot.TokenValid).Error
		if err != nil {
			return err
		}
		return s.bumpLanes(tx, []bot.Lane{{OAID: oaID, Kind: bot.LaneToken}}, now)
	})
}

// RefuseToken implements bot.TokenStore.
func (s *Store) RefuseToken(ctx context.Context, oaID string, version int64, fault string) error {
	return s.changeAccount(ctx, oaID, func(tx *gorm.DB) error {
		return tx.Exec(`UPDATE official_accounts SET token_state = ?, token_fault = ? WHERE oa_id = ? AND token_version = ?`,
			bot.TokenConsent, clean(fault), oaID, version).Error
	})
}

// PinEndpoint implements bot.AccountStore.
func (s *Store) PinEndpoint(ctx context.Context, oaID string, ep zalo.Endpoint) error {
	return s.setAccount(ctx, oaID, map[string]any{"endpoint": ep, "endpoint_pinned": true})
}

// SetTextOnly implements bot.AccountStore.
func (s *Store) SetTextOnly(ctx context.Context, oaID string) error {
	return s.setAccount(ctx, oaID, map[string]any{"text_only": true})
}

// SetFault implements bot.AccountStore.
func (s *Store) SetFault(ctx context.Context, oaID, fault string) error {
	return s.setAccount(ctx, oaID, map[string]any{"fault": clean(fault)})
}

// The words in which official_accounts keeps for what a second person is wanted.
const (
	approvalCommune   = "commune"
	approvalEmergency = "emergency"
)

func readPolicy(text string) rights.Policy {
	return rights.Policy{Commune: strings.Contains(text, approvalCommune), Emergency: strings.Contains(text, approvalEmergency)}
}

// SetApproval keeps for what an account wants the word of a second person.
func (s *Store) SetApproval(ctx context.Context, oaID string, p rights.Policy, record bot.Record) error {
	var words []string
	if p.Commune {
		words = append(words, approvalCommune)
	}
	if p.Emergency {
		words = append(words, approvalEmergency)
	}
	return s.changeAccount(ctx, oaID, func(tx *gorm.DB) error {
		return firstErrorOf(
			func() error {
				return changed(tx.Exec(`UPDATE official_accounts SET approval = ? WHERE oa_id = ?`, strings.Join(words, ","), oaID))
			},
			func() error { return s.keep(tx, []bot.Record{record}) },
		)
	})
}

// SetSignedWith remembers which secret signs an account's webhooks.
func (s *Store) SetSignedWith(ctx context.Context, oaID string, kind bot.SecretKind) error {
	return s.setAccount(ctx, oaID, map[string]any{"signed_with": kind})
}

func (s *Store) setAccount(ctx context.Context, oaID string, values map[string]any) error {
	return s.changeAccount(ctx, oaID, func(tx *gorm.DB) error {
		return tx.Model(&accountRow{}).Where("oa_id = ?", oaID).Updates(values).Error
	})
}

// changeAccount makes one change to an account and lets every replica know.
func (s *Store) changeAccount(ctx context.Context, oaID string, change func(*gorm.DB) error) error {
	err := s.transaction(ctx, func(tx *gorm.DB) error {
		if err := change(tx); err != nil {
			return err
		}
		return s.bumpVersion(tx, VersionAccounts)
	})
	if err != nil {
		return fmt.Errorf("change account %s: %w", oaID, err)
	}
	return nil
}
