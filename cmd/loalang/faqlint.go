package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/store"
)

type faqLintCmd struct {
	Files          []string `arg:"" optional:"" type:"existingfile" help:"Content files to look at as if they had been imported; without any the content of the database is looked at."`
	Against        []string `type:"existingfile" placeholder:"FILE" help:"A file of questions, as for faq eval, none of which may stand in the content."`
	ExpiresWithin  int      `name:"expires-within" default:"30" help:"Name entries that end within so many days."`
	VerifiedWithin int      `name:"verified-within" default:"365" help:"Name entries that nobody has verified for so many days."`
}

// errFlaws ends the command with exit 1, so that a script can stop there.
var errFlaws = errors.New("the content has serious flaws: mend what is marked with ! before residents ask")

// Run implements `loalang faq lint`.
func (cmd faqLintCmd) Run(c *command) error {
	if cmd.ExpiresWithin < 0 || cmd.VerifiedWithin < 1 {
		return errors.New("--expires-within is below 0 or --verified-within below 1: write a number of days")
	}
	options := cmd.options(c.now())
	for _, path := range cmd.Against {
		questions, err := readLabelled(path)
		if err != nil {
			return err
		}
		options.Against = append(options.Against, questions...)
	}
	return c.withKnowledge(func(st *store.Store, knowledge *bot.Knowledge) error {
		content, err := st.FAQ(c.ctx)
		if err != nil {
			return err
		}
		matcher := knowledge.Matcher()
		if len(cmd.Files) > 0 {
			if content, matcher, err = cmd.asImported(content); err != nil {
				return err
			}
		}
		return cmd.print(c, matcher.Lint(content, options))
	})
}

func (cmd faqLintCmd) options(now time.Time) faq.LintOptions {
	return faq.LintOptions{
		Today: faq.DateOf(now), ExpiresBefore: faq.DateOf(now.AddDate(0, 0, cmd.ExpiresWithin+1)),
		VerifiedFrom: faq.DateOf(now.AddDate(0, 0, -cmd.VerifiedWithin)),
	}
}

// asImported is the content as it would be with the files, and what is learned from it.
func (cmd faqLintCmd) asImported(content faq.Content) (faq.Content, *faq.Matcher, error) {
	for _, path := range cmd.Files {
		data, err := os.ReadFile(path)
		if err != nil {
			return faq.Content{}, nil, err
		}
		part, err := faq.Parse(filepath.Base(path), data)
		if err != nil {
			return faq.Content{}, nil, err
		}
		if content, err = faq.Join(content.Without(part), part); err != nil {
			return faq.Content{}, nil, err
		}
	}
	matcher, err := faq.New(content, faq.Train(content))
	return content, matcher, err
}

func (cmd faqLintCmd) print(c *command, flaws []faq.Flaw) error {
	var text strings.Builder
	serious := 0
	for _, f := range flaws {
		mark := " "
		if f.Serious {
			mark = "!"
			serious++
		}
		fmt.Fprintf(&text, "%s %s %s: ", mark, f.Kind, f.Entry)
		if f.Phrasing != "" {
			fmt.Fprintf(&text, "%q ", f.Phrasing)
		}
		fmt.Fprintln(&text, f.Problem)
	}
	fmt.Fprintf(&text, "%d flaws, %d of them serious.", len(flaws), serious)
	if err := c.print(append([]faq.Flaw{}, flaws...), "%s", text.String()); err != nil {
		return err
	}
	if serious > 0 {
		return errFlaws
	}
	return nil
}
