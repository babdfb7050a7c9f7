package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
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
	Picture        string            `placeholder:"FILE|LINK" help:"A picture above the text, a file or an https link: JPEG or PNG of at most 1 MB."`
	File           string            `placeholder:"FILE" help:"A PDF, DOC or DOCX of at most 5 MB, which goes after the text as a message of its own: one call more for each, and one price more where messages cost."`
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
	if err := f.attach(a); err != nil {
		return err
	}
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

// attach puts the picture and the file into an announcement.
func (f textFlags) attach(a *bot.Announcement) error {
	if strings.Contains(f.Picture, "://") {
		a.Message.Picture = f.Picture
	} else if f.Picture != "" {
		e, err := readAttachment(f.Picture, bot.ReadPicture)
		if err != nil {
			return fmt.Errorf("--picture: %w", err)
		}
		a.Message.Image, a.Enclosures = &e.Attachment, append(a.Enclosures, e)
	}
	if f.File != "" {
		e, err := readAttachment(f.File, bot.ReadFile)
		if err != nil {
			return fmt.Errorf("--file: %w", err)
		}
		a.Message.File, a.Enclosures = &e.Attachment, append(a.Enclosures, e)
	}
	return nil
}

// readAttachment reads a file that is to be attached, unless it is larger than can be.
func readAttachment(name string, read func(string, int64, io.Reader) (bot.Enclosure, error)) (bot.Enclosure, error) {
	file, err := os.Open(name)
	if err != nil {
		return bot.Enclosure{}, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return bot.Enclosure{}, err
	}
	return read(name, info.Size(), file)
}

// attachmentLines say what goes with the text.
func attachmentLines(m bot.Message) string {
	lines := ""
	switch {
	case m.Picture != "":
		lines += fmt.Sprintf("Picture %s, above the first message.\n", m.Picture)
	case m.Image != nil:
		lines += fmt.Sprintf("Picture (%s, %d kB), above the first message.\n", m.Image.Type, (m.Image.Size+1023)/1024)
	}
	if m.File != nil {
		lines += fmt.Sprintf("File %s (%d kB), after the text as a message of its own.\n", m.File.Name, (m.File.Size+1023)/1024)
	}
	if lines != "" {
		lines += "Whoever gets a template gets neither.\n"
	}
	return lines
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
