//go:build !race

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

// TestTalks plays every conversation script, each with a database, a clock and people of its own. With the race detector each
// start of the program takes seconds, and sixty do not see more than a few: other tests start it so.
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
