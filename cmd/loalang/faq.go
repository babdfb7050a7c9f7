package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/bot/rights"
	"github.com/loalang/loalang/configs"
	"github.com/loalang/loalang/store"
)

type faqCmd struct {
	Ask      faqAskCmd      `cmd:"" help:"Decide about questions: one a line on stdin, one JSON object a line on stdout."`
	Eval     faqEvalCmd     `cmd:"" help:"How well labelled questions are answered: all of them, slices of them, and what is taken for what."`
	Lint     faqLintCmd     `cmd:"" help:"What is wrong with the content: missing fields, phrasings closer to another entry, over-long answers, expired or unverified entries."`
	Misses   faqMissesCmd   `cmd:"" help:"What residents asked and the bot could not answer, had to ask back about, or answered wrongly, in groups."`
	Suggest  faqSuggestCmd  `cmd:"" help:"Teach the bot a group of missed questions: add it to an entry, or print the beginnings of a new one."`
	Expiring faqExpiringCmd `cmd:"" help:"Entries that end soon or have ended."`
}

// withKnowledge opens the configured database and what it can answer.
func (c *command) withKnowledge(do func(st *store.Store, knowledge *bot.Knowledge) error) error {
	st, err := c.open(refuseOlder)
	if err != nil {
		return err
	}
	defer st.Close()
	library := bot.NewLibrary(st, configs.FAQModel, slog.New(slog.NewTextHandler(c.stderr, nil)))
	if err := library.Reload(c.ctx); err != nil {
		return err
	}
	return do(st, library.Current())
}

type faqAskCmd struct {
	Explain bool `help:"Say for each question why it was decided so."`
}

// asked is a line of `loalang faq ask`.
type asked struct {
	Question   string          `json:"question"`
	Decision   faq.Kind        `json:"decision"`
	Entry      string          `json:"entry"`
	Entries    []string        `json:"entries,omitempty"` // when two are answered
	Score      float64         `json:"score"`
	Candidates []faq.Candidate `json:"candidates"`
	Emergency  string          `json:"emergency,omitempty"`
	Reason     string          `json:"reason,omitempty"`
	Because    []string        `json:"because,omitempty"`
}

// Run implements `loalang faq ask`.
func (cmd faqAskCmd) Run(c *command) error {
	return c.withKnowledge(func(_ *store.Store, knowledge *bot.Knowledge) error {
		return cmd.askLines(knowledge, c.stdin, c.stdout)
	})
}

// askLines answers line by line, so that another program can ask one question at a time.
func (cmd faqAskCmd) askLines(knowledge *bot.Knowledge, in io.Reader, out io.Writer) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return eachLine(in, func(question string) error {
		d := knowledge.Matcher().Ask(question)
		line := asked{
			Question: question, Decision: d.Kind, Entry: d.Entry, Score: d.Score, Emergency: d.Emergency,
			Candidates: append([]faq.Candidate{}, d.Candidates...),
		}
		if d.Kind == faq.KindAnswer {
			line.Entries = d.Entries
		}
		if cmd.Explain {
			line.Reason, line.Because = d.Reason, knowledge.Matcher().Explain(question)
		}
		return encoder.Encode(line)
	})
}

type faqMissesCmd struct {
	Days int `default:"30" help:"How many days back."`
}

// missedGroup is a group of `loalang faq misses`.
type missedGroup struct {
	Group     int64    `json:"group"` // names it in `loalang faq suggest`
	Questions []string `json:"questions"`
	Count     int      `json:"count"`
	Denied    int      `json:"denied"` // answered, but not what was asked for
	Entry     string   `json:"entry"`  // the nearest
	Score     float64  `json:"score"`
}

// mostMisses bounds how many questions are grouped at once.
const mostMisses = 5000

// misses are the groups of missed questions, the largest first.
func (c *command) misses(st *store.Store, knowledge *bot.Knowledge, days int) (groups [][]bot.Question, err error) {
	if days < 1 {
		return nil, errors.New("--days is below 1: write how many days to look back")
	}
	missed, err := st.Misses(c.ctx, c.clock().AddDate(0, 0, -days), mostMisses)
	if err != nil {
		return nil, err
	}
	return knowledge.Group(missed), nil
}

// Run implements `loalang faq misses`.
func (cmd faqMissesCmd) Run(c *command) error {
	return c.withKnowledge(func(st *store.Store, knowledge *bot.Knowledge) error { return cmd.run(c, st, knowledge) })
}

func (cmd faqMissesCmd) run(c *command, st *store.Store, knowledge *bot.Knowledge) error {
	groups, err := c.misses(st, knowledge, cmd.Days)
	if err != nil {
		return err
	}
	list := make([]missedGroup, len(groups))
	var text strings.Builder
	for i, g := range groups {
		d := knowledge.Matcher().Ask(g[0].Text)
		list[i] = missedGroup{Group: g[0].EventID, Count: len(g)}
		if len(d.Candidates) > 0 {
			list[i].Entry, list[i].Score = d.Candidates[0].Entry, d.Candidates[0].Score
		}
		for _, q := range g {
			list[i].Questions = append(list[i].Questions, q.Text)
			if q.Denied {
				list[i].Denied++
			}
		}
		fmt.Fprintf(&text, "group %d: %d questions, nearest %s (%.2f)\n  %s\n", list[i].Group, list[i].Count, list[i].Entry, list[i].Score,
			strings.Join(list[i].Questions[:min(3, len(g))], "\n  "))
	}
	if len(groups) == 0 {
		text.WriteString("Nothing was missed.\n")
	}
	return c.print(list, "%s", strings.TrimSuffix(text.String(), "\n"))
}

type faqSuggestCmd struct {
	Group int64  `arg:"" help:"The group's number, from loalang faq misses."`
	Entry string `placeholder:"ID" help:"Add the group's questions to this entry's phrasings. Without it the beginnings of a new entry are printed."`
	Days  int    `default:"30" help:"How many days back, as given to faq misses."`
}

// Run implements `loalang faq suggest`.
func (cmd faqSuggestCmd) Run(c *command) error {
	return c.withKnowledge(func(st *store.Store, knowledge *bot.Knowledge) error { return cmd.run(c, st, knowledge) })
}

func (cmd faqSuggestCmd) run(c *command, st *store.Store, knowledge *bot.Knowledge) error {
	actor, err := c.actor(st)
	if err != nil {
		return err
	}
	if err := c.mayAll(st, actor, rights.ManageOperators, actor.OAID); err != nil { // the questions and answers are of all accounts
		return err
	}
	groups, err := c.misses(st, knowledge, cmd.Days)
	if err != nil {
		return err
	}
	for _, g := range groups {
		if g[0].EventID != cmd.Group {
			continue
		}
		if cmd.Entry == "" {
			return c.print(map[string]string{"yaml": newEntry(g)}, "%s", newEntry(g))
		}
		err = st.Teach(c.ctx, cmd.Entry, g, actor.Record(actor.OAID, bot.AuditTeach, cmd.Entry, fmt.Sprintf("%d questions", len(g)), c.now()))
		if errors.Is(err, bot.ErrNotFound) {
			return fmt.Errorf("there is no entry %s: `loalang faq misses` names the nearest of each group", cmd.Entry)
		}
		if err != nil {
			return err
		}
		return c.print(map[string]any{"entry": cmd.Entry, "added": len(g)},
			"%d questions went to %s. Running replicas learn them by themselves.", len(g), cmd.Entry)
	}
	return fmt.Errorf("there is no group %d in the last %d days: look with `loalang faq misses`", cmd.Group, cmd.Days)
}

// newEntry is a file for `loalang import faq`, to be completed by an officer.
func newEntry(questions []bot.Question) string {
	var b strings.Builder
	b.WriteString("section: # existing or new, like vneid\ntitle: # of the section\nentries:\n  - id: # lower-case-words\n    title: # a short question\n    phrasings:\n")
	for _, q := range questions {
		fmt.Fprintf(&b, "      - %q\n", q.Text)
	}
	fmt.Fprintf(&b, "    answer: |\n      # short sentences, steps numbered\n    issuer: # who stands behind it\n    source: # document and date\n    verified_on: %s",
		time.Now().Format(time.DateOnly))
	return b.String()
}

type faqExpiringCmd struct {
	Days int `default:"30" help:"How many days ahead."`
}

// Run implements `loalang faq expiring`.
func (cmd faqExpiringCmd) Run(c *command) error {
	return c.withKnowledge(func(_ *store.Store, knowledge *bot.Knowledge) error { return cmd.run(c, knowledge) })
}

func (cmd faqExpiringCmd) run(c *command, knowledge *bot.Knowledge) error {
	if cmd.Days < 0 {
		return errors.New("--days is below 0: write how many days to look ahead")
	}
	today := faq.DateOf(c.now())
	type expiring struct {
		Entry      string   `json:"entry"`
		Title      string   `json:"title"`
		ValidUntil faq.Date `json:"valid_until"`
		Expired    bool     `json:"expired"`
	}
	list := []expiring{}
	var text strings.Builder
	for _, e := range knowledge.Expiring(faq.DateOf(c.now().AddDate(0, 0, cmd.Days+1))) {
		list = append(list, expiring{e.ID, e.Title, e.ValidUntil, e.Expired(today)})
		state := "ends"
		if e.Expired(today) {
			state = "ended"
		}
		fmt.Fprintf(&text, "%s %s %s (%s)\n", e.ValidUntil, state, e.ID, e.Title)
	}
	if len(list) == 0 {
		fmt.Fprintf(&text, "No entry ends within %d days.\n", cmd.Days)
	}
	return c.print(list, "%s", strings.TrimSuffix(text.String(), "\n"))
}
