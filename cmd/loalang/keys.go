package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/store"
)

// webhookKeys knows which secrets may have signed an OA's events. Sources disagree whether Zalo signs with the OA's or
// the app's secret, so both are tried until the first verified event, and then only the one that matched.
type webhookKeys struct {
	directory *bot.Directory
	store     *store.Store
	oaSecret  string // of OAs without their own
	appSecret string
	log       *slog.Logger

	mu   sync.Mutex
	seen map[string]bool // OAs whose matching secret is being remembered
}

// IsOA implements webhook.Accounts.
func (k *webhookKeys) IsOA(id string) bool {
	_, ok := k.directory.Account(id)
	return ok
}

// Secrets implements webhook.Accounts.
func (k *webhookKeys) Secrets(ctx context.Context, oaID string) (secrets []string, known bool, err error) {
	account, known, err := k.directory.Find(ctx, oaID)
	if err != nil || !known {
		return nil, known, err
	}
	for _, c := range k.candidates(account) {
		secrets = append(secrets, c.secret)
	}
	return secrets, true, nil
}

type candidate struct {
	kind   bot.SecretKind
	secret string
}

func (k *webhookKeys) candidates(a bot.OfficialAccount) (list []candidate) {
	own := a.OASecretKey
	if own == "" {
		own = k.oaSecret
	}
	if own != "" && a.SignedWith != bot.SignedWithAppSecret {
		list = append(list, candidate{bot.SignedWithOASecret, own})
	}
	if k.appSecret != "" && a.SignedWith != bot.SignedWithOASecret {
		list = append(list, candidate{bot.SignedWithAppSecret, k.appSecret})
	}
	return list
}

// Verified implements webhook.Accounts.
func (k *webhookKeys) Verified(oaID string, index int) {
	account, ok := k.directory.Account(oaID)
	if !ok || account.SignedWith != "" {
		return
	}
	list := k.candidates(account)
	if index >= len(list) {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.seen[oaID] {
		return
	}
	if k.seen == nil {
		k.seen = make(map[string]bool)
	}
	k.seen[oaID] = true
	go k.remember(oaID, list[index].kind)
}

func (k *webhookKeys) remember(oaID string, kind bot.SecretKind) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := k.store.SetSignedWith(ctx, oaID, kind)
	k.log.Info("webhooks of the account are signed", "oa_id", oaID, "with", kind, "error", err)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err != nil {
		delete(k.seen, oaID)
	}
}
