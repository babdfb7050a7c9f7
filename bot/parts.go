package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// partsOf are the texts of a delivery. Those of an announcement are cut once for all of its recipients.
func (s *session) partsOf(d Delivery) []string {
	if d.Errand == nil {
		return d.Message.parts()
	}
	key := d.Origin
	switch {
	case d.Post:
		key = "post of " + key
	case d.Errand.Own:
		key += " to " + d.UserID
	case len(d.Message.Others) > 0:
		key += " in " + primary(d.Errand.Resident.Language)
	}
	parts, known := s.texts[key]
	if !known {
		parts = d.Message.in(d.Errand.Resident.Language).parts()
		if d.Post {
			parts = d.Message.postParts()
		}
		s.texts[key] = parts
	}
	return parts
}

// keyOf is TextKey of a part of a delivery, made once for all recipients of an announcement.
func (s *session) keyOf(d Delivery, text string) string {
	if d.Errand == nil {
		return TextKey(text)
	}
	key, known := s.keys[text]
	if !known {
		key = TextKey(text)
		s.keys[text] = key
	}
	return key
}

// TextKey knows a text again whatever its Unicode form and outer spaces, without keeping it.
func TextKey(text string) string {
	sum := sha256.Sum256([]byte(strings.TrimSpace(norm.NFC.String(text))))
	return hex.EncodeToString(sum[:16])
}
