package main

import (
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/store"
)

type faqEvalCmd struct {
	File string `arg:"" type:"existingfile" help:"Questions with what they ask for, one a line: the question, a tab, an entry's id or none, handoff, smalltalk, an emergency's id, or - for anything but danger."`
}

// Run implements `loalang faq eval`.
func (cmd faqEvalCmd) Run(c *command) error {
	questions, err := readLabelled(cmd.File)
	if err != nil {
		return err
	}
	return c.withKnowledge(func(_ *store.Store, knowledge *bot.Knowledge) error {
		report, err := knowledge.Matcher().Evaluate(questions)
		if err != nil {
			return fmt.Errorf("%s: %w", cmd.File, err)
		}
		return c.print(report, "%s", evalTable(report))
	})
}

// readLabelled reads a file of questions with their labels.
func readLabelled(path string) ([]faq.Labelled, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	questions, err := faq.ReadLabelled(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return questions, nil
}

// mostConfusions bounds what people are shown; --json has all.
const mostConfusions = 20

// evalTable has a row for each slice and a column for each score, then the confusions.
func evalTable(r faq.Report) string {
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	var names []string
	for name := range r.All.All() {
		names = append(names, name)
	}
	fmt.Fprintf(table, "percent (of)\t%s\n", strings.Join(names, "\t"))
	for _, s := range append([]faq.Slice{{Name: "all", Scores: r.All}}, r.Slices...) {
		shares := map[string]faq.Share{}
		for name, share := range s.Scores.All() {
			shares[name] = share
		}
		fmt.Fprint(table, s.Name)
		for _, name := range names {
			if share := shares[name]; share.Of > 0 {
				fmt.Fprintf(table, "\t%.1f (%d)", share.Percent(), share.Of)
			} else {
				fmt.Fprint(table, "\t-")
			}
		}
		fmt.Fprintln(table)
	}
	_ = table.Flush() // a strings.Builder takes everything
	if len(r.Confusions) > 0 {
		fmt.Fprintf(&text, "\nTaken for something else:\n")
	}
	for _, confusion := range r.Confusions[:min(mostConfusions, len(r.Confusions))] {
		fmt.Fprintf(&text, "%4d  %s -> %s\n", confusion.Count, confusion.Label, confusion.Taken)
	}
	if more := len(r.Confusions) - mostConfusions; more > 0 {
		fmt.Fprintf(&text, "      and %d other pairs, which --json lists.\n", more)
	}
	return strings.TrimSuffix(text.String(), "\n")
}
