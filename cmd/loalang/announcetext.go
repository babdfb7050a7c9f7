package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/loalang/loalang/bot"
)

// textFlags say what an announcement says, and who stands behind it.
type textFlags struct {
	TextFileFor    map[string]string `name:"text-file-for" mapsep:"none" placeholder:"TAG=FILE" help:"What residents of another language read, like rad=ede.txt; may be given again. Whoever's language is missing gets Vietnamese with a line that says so."`
	Picture        string            `placeholder:"LINK" help:"A picture above the text, by its https link: .jpg or .png of at most 1 MB."`
	Issuer         string            `placeholder:"NAME" help:"The unit or bank that answers for it; stands below the text with the announcement's code."`
	DocumentNumber string            `name:"document-number" placeholder:"NUMBER" help:"Of the issuer's document."`
	ValidUntil     string            `name:"valid-until" placeholder:"TIME" help:"When it is no longer of use, like 2026-12-01T17:00:00+07:00: what was not sent by then never is. Without it a week after it begins, or as long as its kind says."`
	Because        string            `name:"private-because" placeholder:"REASON" help:"Why the text may hold an identity number, a private phone, a bank account or a name with a debt; without a reason such a text is refused."`
}

// fill puts what the flags say into an announcement.
func (f textFlags) fill(c *command, a *bot.Announcement) error {
	a.Issuer, a.DocumentNumber, a.PrivateBecause = strings.TrimSpace(f.Issuer), strings.TrimSpace(f.DocumentNumber), f.Because
	if f.ValidUntil != "" {
		at, err := time.Parse(time.RFC3339, f.ValidUntil)
		if err != nil {
			return fmt.Errorf("--valid-until %q is no time: write it as %s", f.ValidUntil, c.now().Add(24*time.Hour).Format(time.RFC3339))
		}
		a.ValidUntil = at.In(c.config.Location)
	}
	if _, err := os.Stat(f.Picture); f.Picture != "" && err == nil {
		return fmt.Errorf("--picture %s is a file, and pictures go by their links only: put it on the commune's page and give its https link", f.Picture)
	}
	a.Message.Picture = f.Picture
	for _, tag := range slices.Sorted(maps.Keys(f.TextFileFor)) {
		text, err := readText(f.TextFileFor[tag])
		if err != nil {
			return err
		}
		if a.Message.Others == nil {
			a.Message.Others = make(map[string]string)
		}
		a.Message.Others[tag] = text
	}
	return nil
}

// readText is a text as an editor has saved it.
func readText(name string) (string, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("read the text: %w", err)
	}
	if !utf8.Valid(text) {
		return "", fmt.Errorf("%s is not in UTF-8: save it as UTF-8 and try again", name)
	}
	return strings.TrimSpace(strings.TrimPrefix(string(text), "\ufeff")), nil
}

// Validate refuses a draft that would say nothing, or two things.
func (cmd announceCreateCmd) Validate() error {
	switch {
	case cmd.TextFile == "" && cmd.Kind == "":
		return errors.New("missing flags: --text-file=FILE, or --kind with --field; `loalang announce kinds` lists what each kind asks for")
	case cmd.TextFile != "" && len(cmd.Field) > 0:
		return errors.New("--text-file and --field both say what residents read: leave one of them out")
	}
	return nil
}

// write writes the text: from a file, or by the wording of the announcement's kind.
func (cmd announceCreateCmd) write(a *bot.Announcement, now time.Time) error {
	library, err := kindsOfAnnouncements()
	if err != nil {
		return err
	}
	kind, ready := library.Kind(a.Kind)
	if ready {
		a.EndAs(kind, now)
	}
	switch {
	case cmd.TextFile != "":
		a.Message.Text, err = readText(cmd.TextFile)
		return err
	case !ready && len(cmd.Field) > 0:
		return fmt.Errorf("there is no kind %q with its wording ready: see `loalang announce kinds`, or write the text yourself: --text-file", a.Kind)
	case !ready:
		return errors.New("there is nothing to read: write --text-file FILE, or --kind with --field; `loalang announce kinds` lists what each kind asks for")
	}
	a.Urgency = bot.UrgencyNamed(cmp.Or(cmd.Urgency, kind.Urgency))
	if err := a.Word(kind, cmd.Field); err != nil {
		return fmt.Errorf("the kind %s needs more:\n%w", kind.ID, err)
	}
	return nil
}

// preview is what residents of a language get, one message after the other.
type preview struct {
	Language string   `json:"language"`
	Messages []string `json:"messages"`
}

// previewOf shows how an announcement arrives.
func previewOf(a bot.Announcement) []preview {
	m := a.Outgoing()
	list := make([]preview, 0, 1)
	for _, tag := range m.Languages() {
		list = append(list, preview{tag, m.Texts(tag)})
	}
	return list
}

func previewLines(list []preview) string {
	var b strings.Builder
	for _, p := range list {
		for i, text := range p.Messages {
			fmt.Fprintf(&b, "--- %s, message %d of %d, %d characters\n%s\n", p.Language, i+1, len(p.Messages), utf8.RuneCountInString(text), text)
		}
	}
	return b.String() + "---\n"
}
