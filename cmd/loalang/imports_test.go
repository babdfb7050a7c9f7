package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/loalang/loalang/"

// mayImport says which packages of ours each folder may import, besides itself and what lies below it, and why.
var mayImport = map[string]struct {
	ours []string
	why  string
}{
	"zalo":            {nil, "zalo speaks Zalo and nothing else: it must be usable without the rest"},
	"zalo/webhook":    {[]string{"zalo"}, "the webhook verifies and hands on; what an event means is decided in bot"},
	"zalo/zalosim":    {[]string{"zalo"}, "the simulator stands for Zalo: it must not know who calls it"},
	"bot":             {[]string{"zalo", "bot/calendar", "bot/faq", "bot/notice", "bot/plan", "bot/privacy", "bot/rights", "bot/schedule", "bot/sheet"}, "rules have to be testable without a database or a web server"},
	"bot/faq":         {nil, "matching is a pure function: text in, decision out"},
	"bot/plan":        {nil, "the plan is a pure function: facts and rules in, verdicts and sums out"},
	"bot/calendar":    {nil, "bank days are a pure function: entries, holidays and a moment in, days and reminders out"},
	"bot/sheet":       {nil, "rows in and out are a pure matter: what they mean is decided in bot"},
	"bot/schedule":    {nil, "the times of a schedule are a pure function: text and a moment in, fires out"},
	"bot/privacy":     {nil, "what is private is seen by a pure function: a text in, findings out"},
	"bot/rights":      {nil, "who may do what is a pure function: role, action and matter in, verdict out"},
	"bot/script":      {nil, "a script is a pure function: a notice in, words out"},
	"bot/notice":      {nil, "the wording of a notice is a pure function: a kind and answers in, a text out"},
	"bot/bottest":     {[]string{"bot", "bot/faq", "zalo"}, "fakes serve tests of bot and of its callers"},
	"store":           {[]string{"bot", "bot/calendar", "bot/faq", "bot/plan", "bot/rights", "zalo"}, "the store implements what bot asks for"},
	"store/memory":    {[]string{"bot"}, "the limiter and the hints know no database"},
	"store/redis":     {[]string{"bot"}, "the limiter and the hints know no database"},
	"store/storetest": {[]string{"store", "bot", "bot/calendar", "bot/faq", "bot/plan", "bot/rights", "zalo"}, "the suite tests any store"},
	"scheduler":       {[]string{"bot"}, "the scheduler runs; bot decides"},
	"configs":         {nil, "only cmd knows the settings; each package takes a small Config of its own"},
}

// foreign are imports from outside that a folder must not have.
var foreign = map[string][]string{
	"zalo": {"github.com/gin-gonic", "gorm.io", "github.com/redis", "github.com/jackc", "github.com/robfig"},
	"bot":  {"github.com/gin-gonic", "gorm.io", "github.com/redis", "github.com/jackc", "github.com/robfig", "database/sql", "net/http"},
}

func TestImports(t *testing.T) {
	t.Parallel()

	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.ImportPath}}|{{join .Imports " "}}`, module+"...").Output()
	require.NoError(t, err)
	for line := range strings.Lines(string(out)) {
		path, imports, _ := strings.Cut(strings.TrimSpace(line), "|")
		folder := strings.TrimPrefix(path, module)
		if strings.HasPrefix(folder, "cmd/") {
			continue
		}
		t.Run(folder, func(t *testing.T) {
			t.Parallel()

			rule, known := mayImport[folder]
			require.True(t, known, "a new folder: say in mayImport what it may import, and why")
			for _, imported := range strings.Fields(imports) {
				if ours, ok := strings.CutPrefix(imported, module); ok {
					require.True(t, slices.Contains(rule.ours, ours), "%s imports %s, but %s", folder, ours, rule.why)
				}
				for _, banned := range foreign[folder] {
					require.False(t, strings.HasPrefix(imported, banned), "%s imports %s, but %s", folder, imported, rule.why)
				}
			}
		})
	}
}
