package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/loalang/loalang/bot/script"
)

type announceScriptCmd struct {
	oneAnnouncement
	From string `placeholder:"NAME" help:"Whose announcement it is, as it is read; its issuer or the account's name when left out."`
}

// scriptDocument is a script as it is printed.
type scriptDocument struct {
	ID        string         `json:"id"`
	Script    string         `json:"script"` // all that is read, the text twice
	Seconds   int            `json:"seconds"`
	Syllables int            `json:"syllables"`
	Faults    []script.Fault `json:"faults"` // what a person has to look at before reading
}

// Run implements `loalang announce script`.
func (cmd announceScriptCmd) Run(c *command) error {
	st, announcements, err := c.announcements()
	if err != nil {
		return err
	}
	defer st.Close()
	a, err := announcements.Look(c.ctx, cmd.ID)
	if err != nil {
		return cmd.explain(err)
	}
	from := cmp.Or(cmd.From, a.Issuer)
	if from == "" {
		account, err := st.Account(c.ctx, a.OAID)
		if err != nil {
			return err
		}
		from = account.Name
	}
	s := script.Write(from, a.Message.Text)
	doc := scriptDocument{
		ID: a.ID, Script: s.String(), Seconds: s.Seconds(), Syllables: s.Syllables(),
		Faults: append(append([]script.Fault{}, s.Faults...), script.Check(a.Message.Text, s.Text)...),
	}
	return c.print(doc, "%s", doc.lines())
}

func (d scriptDocument) lines() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n(Đọc hết khoảng %d phút %d giây, %d tiếng.)", d.Script, d.Seconds/60, d.Seconds%60, d.Syllables)
	for _, f := range d.Faults {
		fmt.Fprintf(&b, "\nXem lại %q: %s", f.Piece, f.Hint)
	}
	return b.String()
}
