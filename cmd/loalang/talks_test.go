package main

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// talksAtOnce is how many talks are played at once. They wait more than they work, so it is more than there are processors.
const talksAtOnce = 8

// TestTalks plays every conversation script, each with a database, a clock and people of its own.
func TestTalks(t *testing.T) {
	t.Parallel()

	files, err := filepath.Glob(filepath.Join("testdata", "talks", "*.txt"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	communes(t)
	next := make(chan string)
	var players sync.WaitGroup
	for range talksAtOnce {
		players.Go(func() {
			for file := range next {
				t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
					text, err := os.ReadFile(file)
					require.NoError(t, err)
					script, err := parseTalk(file, string(text))
					require.NoError(t, err)
					playTalk(t, script)
				})
			}
		})
	}
	for _, file := range files { //nolint:paralleltest // talksAtOnce says how many are played at once
		next <- file
	}
	close(next)
	players.Wait()
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
