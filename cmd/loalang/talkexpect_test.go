package main

import (
	"strings"
	"time"

	"github.com/loalang/loalang/zalo/zalosim"
)

// expect does one line of what is expected.
func (p *play) expect() {
	want := p.line.argument
	switch p.line.verb {
	case "nothing":
		if p.listener == "" {
			p.fail("a command always answers")
		}
		p.expectNothing()
		return
	case "<":
		if p.listener != "" {
			p.hear()
		}
	default:
		if p.listener != "" && p.heard == nil {
			p.hear()
		}
	}
	text := p.printed
	if p.listener != "" {
		text = p.heard.Text
	}
	switch p.line.verb {
	case "<", "&":
		if !strings.Contains(text, want) {
			p.fail("expected %q in\n%s", want, text)
		}
	case "!":
		if strings.Contains(text, want) {
			p.fail("did not expect %q in\n%s", want, text)
		}
	case "keep":
		p.keep(text, want)
	case "[":
		p.expectButtons(want)
	case "within":
		span, err := talkSpan(want)
		if err != nil {
			p.fail("%v", err)
		}
		if took := p.heard.At.Sub(p.acted); took > span {
			p.fail("it came after %s", took.Round(time.Second))
		}
	}
}

// keep makes a variable of the word that stands behind others: "short behind mã".
func (p *play) keep(text, want string) {
	name, words, ok := strings.Cut(want, " behind ")
	_, rest, found := strings.Cut(text, words)
	if behind := strings.Fields(rest); ok && found && len(behind) > 0 {
		p.variables[name] = strings.Trim(behind[0], `."`)
		return
	}
	p.fail("there is no word behind %q in\n%s", words, text)
}

// hear takes the listener's next message, which comes soon or never: the talk does not wait when all is quiet.
func (p *play) hear() {
	deadline := time.Now().Add(patience)
	for {
		quiet := p.quiet()
		if messages := p.messages(); len(messages) > p.read[p.listener] {
			p.take(messages[p.read[p.listener]])
			return
		}
		if quiet {
			p.fail("%s hears nothing", p.listener)
		}
		p.pause(deadline)
	}
}

func (p *play) take(m zalosim.Message) {
	p.read[p.listener]++
	p.heard = &m
	p.note("to %s: %s", p.listener, m.Text)
	for _, title := range titles(m) {
		p.note("  [%s]", title)
	}
}

// pause waits a moment for what is still going on.
func (p *play) pause(deadline time.Time) {
	if time.Now().After(deadline) {
		p.fail("it does not become quiet")
	}
	<-time.After(5 * time.Millisecond)
}

// settle waits until nothing happens any more.
func (p *play) settle() {
	for deadline := time.Now().Add(patience); !p.quiet(); {
		p.pause(deadline)
	}
}

func (p *play) expectNothing() {
	p.settle()
	p.nothingUnread()
}

// nothingUnread fails when the listener has got a message that the talk does not tell of.
func (p *play) nothingUnread() {
	if messages := p.messages(); len(messages) > p.read[p.listener] {
		p.fail("%s hears what the talk does not tell of:\n%s", p.listener, messages[p.read[p.listener]].Text)
	}
}

// expectButtons compares the buttons: "[A] [B]" are all of them, "[A] ..." the first ones.
func (p *play) expectButtons(want string) {
	got := ""
	for _, title := range titles(*p.heard) {
		got += "[" + title + "] "
	}
	got = strings.TrimSpace(got)
	if first, open := strings.CutSuffix(want, " ..."); open && strings.HasPrefix(got, first) || got == want {
		return
	}
	p.fail("the buttons are %s", got)
}
