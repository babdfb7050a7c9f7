package zalo

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"
)

// SignatureHeader carries a webhook's signature.
const SignatureHeader = "X-ZEvent-Signature"

// Sign is the signature of a webhook body: 64 lower-case hex digits, without "mac=".
// Zalo hashes the concatenation with plain SHA-256, it is no HMAC.
// Source: Zalo OA documents, webhook, and the official SDKs, read 2026-11-21.
func Sign(appID string, body []byte, timestamp, secret string) string {
	h := sha256.New()
	h.Write([]byte(appID))
	h.Write(body)
	h.Write([]byte(timestamp))
	h.Write([]byte(secret))
	return hex.EncodeToString(h.Sum(nil))
}

// VerifySignature says which of secrets has signed the body, by its index, or ErrInvalidSignature. The header may stand
// with or without "mac=", in any case. An empty secret never matches.
func VerifySignature(header, appID string, body []byte, timestamp string, secrets ...string) (int, error) {
	mac := strings.ToLower(strings.TrimSpace(header))
	if rest, ok := strings.CutPrefix(mac, "mac"); ok {
		mac = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(rest), "="))
	}
	for i, secret := range secrets {
		if secret == "" {
			continue
		}
		if subtle.ConstantTimeCompare([]byte(mac), []byte(Sign(appID, body, timestamp, secret))) == 1 {
			return i, nil
		}
	}
	return 0, ErrInvalidSignature
}
