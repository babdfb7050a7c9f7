package bot

import (
	"regexp"
	"time"

	"github.com/loalang/loalang/bot/faq"
)

// Question is what somebody asked and how it was decided, kept so that officers see what the bot does not know. It says
// nothing of who asked but the unit, and long numbers are taken out.
type Question struct {
	OAID       string
	EventID    int64
	UnitCode   string
	Text       string
	Decision   string
	Entry      string // answered, or the best candidate
	Score      float64
	Reason     string
	Candidates []faq.Candidate
	Denied     bool // the resident said that the answer was not what was asked for
	AskedAt    time.Time
}

// longNumber is what may be the number of a person, a phone or an account.
var longNumber = regexp.MustCompile(`\d[\d .\-]{4,}\d`)

// withoutNumbers takes out of a question what may tell who asked.
func withoutNumbers(text string) string { return longNumber.ReplaceAllString(text, "…") }
