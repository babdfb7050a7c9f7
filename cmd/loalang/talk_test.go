package main

import (
	"encoding/csv"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A talk is a script of who says what and what is expected. README.md has the format under "Conversation scripts".
type talk struct {
	file  string
	lines []talkLine
}

// talkLine is one line of a talk that does or expects something.
type talkLine struct {
	number   int
	text     string // as it stands in the file
	verb     string // what it does, or expects
	person   string
	argument string // of the verb
	result   string // the variable, or several, that a command's answer is kept in
	times    int    // how often it is done, at the same moment
}

// The verbs, by how they look.
var (
	talkAt       = regexp.MustCompile(`^at (\d{4}-\d\d-\d\d \d\d:\d\d)$`)
	talkLater    = regexp.MustCompile(`^later (\d+)(m|h|d)$`)
	talkPerson   = regexp.MustCompile(`^person (\pL+)(?: (.+))?$`)
	talkFile     = regexp.MustCompile(`^file ([\w.]+): (.+)$`)
	talkCommand  = regexp.MustCompile(`^(\$!?) (.+?)(?: => (\w+(?:, \w+)*))?$`)
	talkSays     = regexp.MustCompile(`^(\pL+):(?: (.+))?$`)
	talkDoes     = regexp.MustCompile(`^(\pL+) (taps|sends|follows|leaves|reads)(?: (.+?))??( twice)?$`)
	talkExpects  = regexp.MustCompile(`^  (<|&|!|\[|within|nothing|keep)(.*)$`)
	talkDuration = map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}
)

// parseTalk reads a talk and names every line that it does not understand.
func parseTalk(file, text string) (talk, error) {
	t := talk{file: file}
	acted := false
	for i, raw := range strings.Split(text, "\n") {
		line := strings.TrimRight(raw, " \t\r")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parsed, ok := parseTalkLine(line)
		parsed.number, parsed.text = i+1, line
		expects := strings.HasPrefix(line, " ")
		if !ok || expects && !acted {
			return t, fmt.Errorf("%s:%d: not understood: %q", file, i+1, line)
		}
		acted = acted || !expects
		t.lines = append(t.lines, parsed)
	}
	if len(t.lines) == 0 || t.lines[0].verb != "at" {
		return t, fmt.Errorf("%s: a talk begins with the time, like %q", file, "at 2026-11-26 08:00")
	}
	return t, nil
}

func parseTalkLine(line string) (l talkLine, ok bool) {
	l.times = 1
	if m := talkExpects.FindStringSubmatch(line); m != nil {
		l.verb, l.argument = m[1], strings.TrimSpace(m[2])
		if l.verb == "[" {
			l.argument = strings.TrimSpace(line)
		}
		return l, (l.argument != "") != (l.verb == "nothing")
	}
	if m := talkAt.FindStringSubmatch(line); m != nil {
		l.verb, l.argument = "at", m[1]
		return l, true
	}
	if m := talkLater.FindStringSubmatch(line); m != nil {
		l.verb, l.argument = "later", m[1]+m[2]
		return l, true
	}
	if line == "restart" {
		l.verb = line
		return l, true
	}
	if m := talkPerson.FindStringSubmatch(line); m != nil {
		l.verb, l.person, l.argument = "person", m[1], m[2]
		return l, true
	}
	if m := talkFile.FindStringSubmatch(line); m != nil {
		l.verb, l.result, l.argument = "file", m[1], m[2]
		return l, true
	}
	if m := talkCommand.FindStringSubmatch(line); m != nil {
		l.verb, l.argument, l.result = m[1], m[2], m[3]
		return l, true
	}
	if m := talkSays.FindStringSubmatch(line); m != nil {
		l.verb, l.person, l.argument = "says", m[1], m[2]
		if l.argument == "" {
			l.verb = "hears"
		}
		return l, true
	}
	if m := talkDoes.FindStringSubmatch(line); m != nil {
		l.person, l.verb, l.argument = m[1], m[2], m[3]
		if m[4] != "" {
			l.times = 2
		}
		return l, (l.argument != "") == (l.verb == "taps" || l.verb == "sends")
	}
	return l, false
}

// talkSpan reads "40m", "3h" or "2d".
func talkSpan(text string) (time.Duration, error) {
	n, unit := 0, ""
	if _, err := fmt.Sscanf(text, "%d%s", &n, &unit); err != nil || talkDuration[unit] == 0 {
		return 0, fmt.Errorf("%q is no span of time: write it like 40m, 3h or 2d", text)
	}
	return time.Duration(n * int(talkDuration[unit])), nil
}

// talkWords splits a command line; a word with blanks stands in quotes.
func talkWords(line string) ([]string, error) {
	r := csv.NewReader(strings.NewReader(line))
	r.Comma = ' '
	return r.Read()
}

func TestTalkLinesThatAreNotUnderstoodAreNamed(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]string{
		"at 2026-11-26 08:00\nLành whispers":      `talk.txt:2: not understood: "Lành whispers"`,
		"at 2026-11-26 08:00\nLành taps":          `talk.txt:2: not understood: "Lành taps"`,
		"at 2026-11-26 08:00\n\nLành: a\n  maybe": `talk.txt:4: not understood: "  maybe"`,
		"  < first":                `talk.txt:1: not understood: "  < first"`,
		"# only a remark\nLành: a": `talk.txt: a talk begins with the time, like "at 2026-11-26 08:00"`,
	} {
		_, err := parseTalk("talk.txt", text)
		require.EqualError(t, err, want)
	}
}
