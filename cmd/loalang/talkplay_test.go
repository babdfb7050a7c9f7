package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/zalo/zalosim"
)

// play is a talk being played.
type play struct {
	*stage
	talk      talk
	zone      *time.Location
	people    map[string]string // user ids
	names     []string          // of people, in the order of their coming
	read      map[string]int    // how many of the account's messages to a person the talk has looked at
	variables map[string]string
	said      []string // the talk so far, for whoever has to find a fault

	line     talkLine         // in hand
	listener string           // whose phone is looked at; empty = what a command has printed
	heard    *zalosim.Message // the message that further expectations are about
	printed  string
	acted    time.Time
}

// fail ends the talk with where it went wrong and all that was said before.
func (p *play) fail(format string, args ...any) {
	p.t.Helper()
	p.t.Fatalf("%s:%d: %s\n    %s\nThe talk so far:\n  %s", p.talk.file, p.line.number, fmt.Sprintf(format, args...),
		strings.TrimSpace(p.line.text), strings.Join(p.said, "\n  "))
}

func (p *play) note(format string, args ...any) {
	said := p.clock.now().In(p.zone).Format("02/01 15:04 ") + fmt.Sprintf(format, args...)
	p.said = append(p.said, strings.ReplaceAll(said, "\n", "\n      "))
}

// playTalk plays a talk to its end, after which nobody may have a message that the talk does not tell of.
func playTalk(t *testing.T, script talk) {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		t.Fatal(err)
	}
	p := &play{
		talk: script, zone: zone, people: make(map[string]string), read: make(map[string]int), variables: make(map[string]string),
	}
	for i, line := range script.lines {
		if i == 0 {
			p.stage = newStage(t, p.moment(t, line))
		}
		p.line = line
		p.line.argument = p.filled(line.argument)
		p.step()
	}
	for _, name := range p.names {
		p.listener = name
		p.expectNothing()
	}
}

func (p *play) moment(t *testing.T, line talkLine) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", line.argument, p.zone)
	if err != nil {
		t.Fatalf("%s:%d: %v", p.talk.file, line.number, err)
	}
	return at
}

// filled is a text with the variables' values.
func (p *play) filled(text string) string {
	for name, value := range p.variables {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

func (p *play) step() {
	switch p.line.verb {
	case "<", "&", "!", "[", "within", "nothing", "keep":
		p.expect()
		return
	}
	p.heard, p.acted = nil, p.clock.now()
	switch p.line.verb {
	case "at", "later":
		p.moveClock()
	case "person":
		p.enter()
	case "file":
		p.variables[p.line.result] = p.file(p.line.result, strings.ReplaceAll(p.line.argument, `\n`, "\n"))
	case "$", "$!":
		p.commandLine()
	case "restart":
		p.note("(restart)")
		p.stop()
		p.start()
	default:
		if p.people[p.line.person] == "" {
			p.fail("nobody is called %s: a person enters the talk by \"person %s\"", p.line.person, p.line.person)
		}
		p.listener = p.line.person
		if p.line.verb != "hears" {
			p.nothingUnread()
			p.act()
		}
	}
}

func (p *play) moveClock() {
	to := p.clock.now()
	if p.line.verb == "at" {
		to = p.moment(p.t, p.line)
	} else {
		span, err := talkSpan(p.line.argument)
		if err != nil {
			p.fail("%v", err)
		}
		to = to.Add(span)
	}
	p.settle()
	p.move(to)
	p.acted = to
}

// enter brings a person in: "person Lành at suoi-hoa, consented, seen 3h ago, role pig_farmer". Who is described is known
// to the program; who is not has never been seen.
func (p *play) enter() {
	name := p.line.person
	id := fmt.Sprintf("72%017d", len(p.people)+1)
	now := p.clock.now()
	u := zalosim.User{OA: testOA, ID: id, Name: name}
	r := bot.Resident{OAID: testOA, UserID: id, Name: name}
	for _, part := range strings.Split(p.line.argument, ", ") {
		what, value, _ := strings.Cut(part, " ")
		switch what {
		case "":
		case "at":
			r.UnitCode = value
		case "consented":
			r.ConsentAt, r.Topics = now.Add(-30*24*time.Hour), nil
		case "seen":
			span, err := talkSpan(strings.TrimSuffix(value, " ago"))
			if err != nil {
				p.fail("%v", err)
			}
			u.LastInteraction, u.Following = now.Add(-span), true
			r.LastInteraction, r.Following = u.LastInteraction, true
		case "role":
			r.Roles = append(r.Roles, bot.Role(value))
		case "topic":
			r.Topics = append(r.Topics, bot.Topic(value))
		case "refuses":
			code, err := strconv.Atoi(value)
			if err != nil {
				p.fail("%v", err)
			}
			u.Refuse = code
		default:
			p.fail("%q says nothing about a person", part)
		}
	}
	p.people[name], p.variables[name] = id, id
	p.names = append(p.names, name)
	p.resident(u, r, p.line.argument != "")
}

func (p *play) commandLine() {
	words, err := talkWords(p.line.argument)
	if err != nil {
		p.fail("split the command: %v", err)
	}
	if p.line.result != "" {
		words = append(words, "--json")
	}
	p.note("$ %s", p.line.argument)
	printed, exit := p.command(words)
	p.listener, p.printed = "", printed
	p.note("  %s", strings.TrimSpace(printed))
	if (exit == 0) != (p.line.verb == "$") {
		p.fail("it ended with %d", exit)
	}
	if p.line.result == "" {
		return
	}
	var doc map[string]any
	if err := json.Unmarshal([]byte(printed), &doc); err != nil {
		p.fail("it printed no JSON: %v", err)
	}
	for _, name := range strings.Split(p.line.result, ", ") {
		value, there := doc[name]
		if !there {
			p.fail("its answer has no %q", name)
		}
		p.variables[name] = fmt.Sprint(value)
	}
}

// act does what a person does on the phone.
func (p *play) act() {
	user := p.people[p.listener]
	say := zalosim.Say{OA: testOA, User: user}
	switch p.line.verb {
	case "follows", "leaves":
		p.note("%s %s", p.listener, p.line.verb)
		if err := p.sim.Follow(testOA, user, p.line.verb == "follows"); err != nil {
			p.fail("%v", err)
		}
		return
	case "reads":
		p.note("%s reads", p.listener)
		p.sim.See(testOA, user)
		return
	case "says":
		say.Text = p.line.argument
	case "sends":
		say.Kind = p.line.argument
	case "taps":
		b := p.button(p.line.argument)
		say.Text, say.Hidden = b.Payload, b.Type == "oa.query.hide"
	}
	for range p.line.times {
		p.note("%s %s: %s", p.listener, p.line.verb, p.line.argument)
		if _, err := p.sim.Say(say); err != nil {
			p.fail("%v", err)
		}
	}
}

// button is the one with a title, or a number, on the listener's phone; of several the newest.
func (p *play) button(title string) zalosim.Button {
	messages := p.messages()
	for _, m := range slices.Backward(messages) {
		n, err := strconv.Atoi(title)
		if err == nil && len(m.Buttons) > 0 {
			if n < 1 || n > len(m.Buttons) {
				p.fail("the last buttons are %v", titles(m))
			}
			return m.Buttons[n-1]
		}
		for _, b := range m.Buttons {
			if b.Title == title {
				if b.Payload == "" {
					p.fail("this button opens something else than the talk")
				}
				return b
			}
		}
	}
	p.fail("%s's phone shows no such button", p.listener)
	return zalosim.Button{}
}

func titles(m zalosim.Message) []string {
	list := make([]string, len(m.Buttons))
	for i, b := range m.Buttons {
		list[i] = b.Title
	}
	return list
}

// messages are what the account has written to the listener.
func (p *play) messages() []zalosim.Message {
	return slices.DeleteFunc(p.sim.Messages(testOA, p.people[p.listener]), func(m zalosim.Message) bool { return !m.FromOA })
}
