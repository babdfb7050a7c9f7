package faq

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Limits of an entry, in characters after NFC. Zalo takes 2,000 characters a message and 100 a button title
// (Zalo OA documents, consultation messages); ours are shorter because the answer shares its message with the source
// line and the numbered choices, and a phone shows no more of a button.
const (
	MaxTitle       = 60
	MaxAnswer      = 1500
	MaxSource      = 300 // of issuer and of source
	MaxButtonTitle = 40
	MaxButtons     = 4
	MaxBranches    = 4
)

// Entry is one thing residents ask, with its one answer. Its JSON form is stable: keys are only ever added.
type Entry struct {
	ID        string   `json:"id"`      // lower-case words joined by hyphens, unique over all sections
	Section   string   `json:"section"` // the ID of its Section
	Title     string   `json:"title"`   // a short question a resident recognises on a button
	Phrasings []string `json:"phrasings"`
	Answer    string   `json:"answer"` // plain text, without the source line
	// Answers in other languages, and recordings of the answer, by language (BCP 47; "vi" for the answer itself).
	Answers map[string]string `json:"answers,omitempty"`
	Audio   map[string]string `json:"audio,omitempty"`

	Ask        *Ask     `json:"ask,omitempty"`
	Buttons    []Button `json:"buttons,omitempty"`
	Issuer     string   `json:"issuer"` // who stands behind the answer
	Source     string   `json:"source"` // the documents it was taken from
	VerifiedOn Date     `json:"verified_on"`
	ValidUntil Date     `json:"valid_until,omitzero"` // last day on which the answer is true; zero = no known end
}

// Ask is what the bot asks back after an answer that differs by the asker's case, with the exact answer for each.
type Ask struct {
	Question string   `json:"question"`
	Branches []Branch `json:"branches"` // two or more
}

// Branch is one case, with its answer.
type Branch struct {
	Title  string   `json:"title"`           // on the button
	Words  []string `json:"words,omitempty"` // by which a question already says that this is its case
	Answer string   `json:"answer"`
}

// Button stands under an answer and does exactly one of three things.
type Button struct {
	Title string `json:"title"`
	Ask   string `json:"ask,omitempty"`   // the ID of the entry a tap gives
	Phone string `json:"phone,omitempty"` // digits only
	URL   string `json:"url,omitempty"`   // https only
}

// Expired reports whether day lies after the last day on which the answer is true.
func (e Entry) Expired(day Date) bool { return !e.ValidUntil.IsZero() && e.ValidUntil.Before(day) }

// Hash is a short fingerprint of everything in the entry. Two entries with one hash are the same, so a stored hash
// tells later whether somebody edited the entry.
func (e Entry) Hash() string {
	form, err := json.Marshal(e)
	if err != nil {
		panic(err) // strings and dates always marshal
	}
	sum := sha256.Sum256(form)
	return hex.EncodeToString(sum[:16])
}
