package bot

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// asksAboutSlip asks whether what is typed under a preview means to send, when it is a slip of a word that does: one letter
// wrong, or the keys of Telex left in it. Nothing is sent by guess. It is nil when it is no slip.
func (t *turn) asksAboutSlip() func() {
	if strings.HasPrefix(t.text, "#") || t.command() != nil {
		return nil
	}
	meant := ""
	for word, arg := range stepWords[t.session.Step] {
		if (arg == argSend || arg == argEmergency) && len(word) > len(meant) && slipOf(t.folded, word) {
			meant = word
		}
	}
	switch {
	case meant == "":
		return nil
	case t.session.Step == StepConfirm, stepWords[t.session.Step][meant] == argEmergency:
		return func() { t.prompt(textMeantEmergency) }
	}
	return func() { t.prompt(textMeantSend) }
}

// slipOf tells whether a folded text is a slip of a word.
func slipOf(folded, word string) bool {
	if min(len(folded), len(word)) < shortestSlip || slices.Contains(neverSlipped, word) {
		return false
	}
	typed, meant := strings.Fields(folded), strings.Fields(word)
	if slices.Contains(denials, typed[0]) {
		return false
	}
	for i := range typed {
		if len(typed) == len(meant) && typed[i] != meant[i] && slices.Contains(wordsBesides, typed[i]) {
			return false
		}
	}
	return levenshtein.ComputeDistance(folded, word) <= 1 || withoutTelex(folded) == word
}

// withoutTelex is a text without the keys of Telex: those for tones and hooks, and letters that are doubled. None of them
// stands in a word that sends.
func withoutTelex(folded string) string {
	letters := slices.DeleteFunc([]rune(folded), func(r rune) bool { return strings.ContainsRune("wsfrxj", r) })
	return string(slices.Compact(letters))
}

// shortestSlip is how many letters a slip and its word have at least.
const shortestSlip = 3

var (
	// neverSlipped are words that send and are too near to words of every day: khám, khai, than; "k gửi" is the opposite of
	// "ok gửi".
	neverSlipped = []string{"khan", "ok gui"}
	// denials begin what wants nothing sent.
	denials = []string{"k", "ko", "kg", "khong", "hong", "dung", "chua", "thoi", "khoan"}
	// wordsBesides are words of their own, one letter away from a word that sends.
	wordsBesides = []string{
		"gai", "ghi", "goi", "guc", "bui", "cui", "dui", "hui", "lui", "mui", "ngui", "nui", "qui", "rui", "sui", "tui", "vui", "xui", // gui
		"ai", "gi", // di, i
		"buon", "luong", "muon", "vuon", // luon
	}
)
