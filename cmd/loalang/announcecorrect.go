package main

import (
	"github.com/oklog/ulid/v2"

	"github.com/loalang/loalang/bot"
)

type announceCorrectCmd struct {
	oneAnnouncement
	TextFile string `name:"text-file" required:"" type:"existingfile" help:"What residents read instead, in UTF-8."`
	Title    string `help:"A name for operators; that of the wrong one with \"Đính chính\" when left out."`
	textFlags
}

// Run implements `loalang announce correct`.
func (cmd announceCorrectCmd) Run(c *command) error {
	a := bot.Announcement{ID: ulid.Make().String(), Title: cmd.Title}
	if err := cmd.fill(c, &a); err != nil {
		return err
	}
	var err error
	if a.Message.Text, err = readText(cmd.TextFile); err != nil {
		return err
	}
	st, announcements, err := c.announcements()
	if err != nil {
		return err
	}
	defer st.Close()
	if err := announcements.Correct(c.ctx, cmd.ID, a); err != nil {
		return cmd.explain(err)
	}
	return c.printDraft(st, a.ID)
}
