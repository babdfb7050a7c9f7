package bot

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// DirectoryStore lists what the directory holds.
type DirectoryStore interface {
	Accounts(ctx context.Context) ([]OfficialAccount, error)
	Units(ctx context.Context) ([]Unit, error)
}

// Directory knows all Official Accounts and units by heart. A deployment has some hundred accounts and some thousand
// units, and every event asks for them.
type Directory struct {
	store   DirectoryStore
	now     func() time.Time
	current atomic.Pointer[directoryPage]

	mu      sync.Mutex // held while loading, so that a burst of unknown ids loads once
	checked time.Time  // when an unknown account was last looked up
}

type directoryPage struct {
	accounts map[string]OfficialAccount
	units    map[string]Units
}

// NewDirectory returns an empty directory; call Reload before using it. now may be the real clock.
func NewDirectory(store DirectoryStore, now func() time.Time) *Directory {
	d := &Directory{store: store, now: now}
	d.current.Store(&directoryPage{})
	return d
}

// Reload reads everything anew.
func (d *Directory) Reload(ctx context.Context) error {
	accounts, err := d.store.Accounts(ctx)
	if err != nil {
		return fmt.Errorf("load accounts: %w", err)
	}
	units, err := d.store.Units(ctx)
	if err != nil {
		return fmt.Errorf("load units: %w", err)
	}
	page := &directoryPage{accounts: make(map[string]OfficialAccount), units: make(map[string]Units)}
	for _, a := range accounts {
		page.accounts[a.OAID] = a
	}
	for _, u := range units {
		if page.units[u.OAID] == nil {
			page.units[u.OAID] = make(Units)
		}
		page.units[u.OAID][u.Code] = u
	}
	d.current.Store(page)
	return nil
}

// Account is the account with this id, as last loaded.
func (d *Directory) Account(oaID string) (OfficialAccount, bool) {
	a, ok := d.current.Load().accounts[oaID]
	return a, ok
}

// Find is Account, but looks an unknown one up in the store, at most once a second over all unknown ids.
func (d *Directory) Find(ctx context.Context, oaID string) (OfficialAccount, bool, error) {
	if a, ok := d.Account(oaID); ok {
		return a, true, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if a, ok := d.Account(oaID); ok {
		return a, true, nil
	}
	if now := d.now(); now.Sub(d.checked).Abs() >= time.Second {
		if err := d.Reload(ctx); err != nil {
			return OfficialAccount{}, false, err
		}
		d.checked = now
	}
	a, ok := d.Account(oaID)
	return a, ok, nil
}

// Accounts are all accounts, in no order.
func (d *Directory) Accounts() []OfficialAccount {
	page := d.current.Load()
	all := make([]OfficialAccount, 0, len(page.accounts))
	for _, a := range page.accounts {
		all = append(all, a)
	}
	return all
}

// Units are the units of one account.
func (d *Directory) Units(oaID string) Units { return d.current.Load().units[oaID] }
