package scheduler_test

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/scheduler"
)

// versions is a version store that a test changes.
type versions struct {
	mu   sync.Mutex
	now  map[string]int64
	err  error
	read chan struct{} // they were read
}

func newVersions() *versions {
	return &versions{now: map[string]int64{"faq": 1, "accounts": 1}, read: make(chan struct{}, 1000)}
}

func (v *versions) Versions(context.Context) (map[string]int64, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.read <- struct{}{}
	return maps.Clone(v.now), v.err
}

func (v *versions) set(name string, version int64, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.now[name], v.err = version, err
}

// looks waits until the versions were read n times from now on, after a reading that had begun before.
func (v *versions) looks(t *testing.T, n int) {
	t.Helper()
	for len(v.read) > 0 {
		<-v.read
	}
	for range n + 1 {
		soon(t, v.read)
	}
}

// loads counts the loads of one name; each fails while there are errors left.
type loads struct {
	mu   sync.Mutex
	n    int
	errs []error
}

func (l *loads) load(context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n++
	if len(l.errs) == 0 {
		return nil
	}
	err := l.errs[0]
	l.errs = l.errs[1:]
	return err
}

func (l *loads) fail(errs ...error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.errs = errs
}

func (l *loads) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.n
}

func newWatcher(t *testing.T) (w *scheduler.Watcher, v *versions, faq, accounts *loads) {
	t.Helper()
	v, faq, accounts = newVersions(), &loads{}, &loads{}
	w = scheduler.NewWatcher(v, map[string]func(context.Context) error{"faq": faq.load, "accounts": accounts.load}, slog.New(slog.DiscardHandler))
	t.Cleanup(func() { require.NoError(t, w.Stop(context.Background())) })
	return w, v, faq, accounts
}

func TestWatcher(t *testing.T) {
	t.Parallel()

	t.Run("LoadsEverythingAtItsStart", func(t *testing.T) {
		t.Parallel()

		w, _, faq, accounts := newWatcher(t)
		require.NoError(t, w.Start(t.Context()))
		require.Equal(t, 1, faq.count())
		require.Equal(t, 1, accounts.count())
	})

	t.Run("ReloadsWhatHasChangedAndNothingElse", func(t *testing.T) {
		t.Parallel()

		w, v, faq, accounts := newWatcher(t)
		require.NoError(t, w.Start(t.Context()))
		v.looks(t, 2)
		require.Equal(t, 1, faq.count())
		v.set("faq", 2, nil)
		v.set("of another program", 9, nil)
		v.looks(t, 3)
		require.Equal(t, 2, faq.count(), "once for one change")
		require.Equal(t, 1, accounts.count())
		v.set("faq", 1, nil)
		v.looks(t, 2)
		require.Equal(t, 3, faq.count(), "also when a restored backup goes back")
	})

	t.Run("LoadsAgainAfterAFailedLoad", func(t *testing.T) {
		t.Parallel()

		w, v, faq, _ := newWatcher(t)
		require.NoError(t, w.Start(t.Context()))
		faq.fail(errAway, errAway)
		v.set("faq", 2, nil)
		v.looks(t, 5)
		require.Equal(t, 4, faq.count(), "twice in vain, then it holds")
	})

	t.Run("GoesOnAfterVersionsThatCannotBeRead", func(t *testing.T) {
		t.Parallel()

		w, v, faq, _ := newWatcher(t)
		require.NoError(t, w.Start(t.Context()))
		v.set("faq", 2, errAway)
		v.looks(t, 2)
		require.Equal(t, 1, faq.count())
		v.set("faq", 2, nil)
		v.looks(t, 2)
		require.Equal(t, 2, faq.count())
	})

	t.Run("DoesNotStartOnWhatCannotBeLoadedAndMayBeStartedAgain", func(t *testing.T) {
		t.Parallel()

		w, v, faq, _ := newWatcher(t)
		v.set("faq", 1, errAway)
		require.ErrorIs(t, w.Start(t.Context()), errAway)
		v.set("faq", 1, nil)
		faq.fail(errAway)
		require.ErrorIs(t, w.Start(t.Context()), errAway)
		require.NoError(t, w.Start(t.Context()))
		require.NoError(t, w.Start(t.Context()), "twice is fine")
		require.Equal(t, 2, faq.count())
	})

	t.Run("StopsTwiceAndBeforeItStarts", func(t *testing.T) {
		t.Parallel()

		w, v, faq, _ := newWatcher(t)
		require.NoError(t, w.Stop(t.Context()))
		require.NoError(t, w.Start(t.Context()))
		require.NoError(t, w.Stop(t.Context()))
		require.NoError(t, w.Stop(t.Context()))
		v.set("faq", 2, nil)
		require.Equal(t, 1, faq.count())
	})

	t.Run("BreaksALoadOffWhenItStops", func(t *testing.T) {
		t.Parallel()

		v, loading := newVersions(), make(chan struct{})
		first := true
		w := scheduler.NewWatcher(v, map[string]func(context.Context) error{"faq": func(ctx context.Context) error {
			if first {
				first = false
				return nil
			}
			close(loading)
			<-ctx.Done()
			return ctx.Err()
		}}, slog.New(slog.DiscardHandler))
		require.NoError(t, w.Start(t.Context()))
		v.set("faq", 2, nil)
		soon(t, loading)
		require.NoError(t, w.Stop(t.Context()))
	})
}
