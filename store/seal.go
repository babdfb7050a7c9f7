package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// newAEAD derives the key for secrets at rest from the deployment's secret key.
func newAEAD(secretKey string) (cipher.AEAD, error) {
	if secretKey == "" {
		return nil, errors.New("the secret key is empty")
	}
	key, err := hkdf.Key(sha256.New, []byte(secretKey), nil, "loalang secrets at rest", 32)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// newDigestKey derives the key of digests likewise.
func newDigestKey(secretKey string) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, []byte(secretKey), nil, "loalang digests at rest", 32)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	return key, nil
}

// seal encrypts a secret for its place, so that it opens in no other row or column. An empty one stays empty.
func (s *Store) seal(secret, oaID, column string) []byte {
	if secret == "" {
		return nil
	}
	return s.aead.Seal(nil, nil, []byte(secret), []byte(oaID+"\x00"+column))
}

// digest is what is kept of a short secret to know it again: nobody can find the secret by trying without the secret key.
func (s *Store) digest(secret, oaID, column string) string {
	mac := hmac.New(sha256.New, s.digestKey)
	mac.Write([]byte(oaID + "\x00" + column + "\x00" + secret))
	return hex.EncodeToString(mac.Sum(nil))
}

// unseal is the reverse of seal.
func (s *Store) unseal(sealed []byte, oaID, column string) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	secret, err := s.aead.Open(nil, nil, sealed, []byte(oaID+"\x00"+column))
	if err != nil {
		return "", fmt.Errorf("%s of account %s cannot be decrypted: was the secret key changed? %w", column, oaID, err)
	}
	return string(secret), nil
}

// Secret is n random bytes as text, for keys made by the program.
func Secret() string { return rand.Text() + rand.Text() }
