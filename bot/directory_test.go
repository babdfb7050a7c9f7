package bot

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// growingStore is a directory store that a test adds to.
type growingStore struct {
	mu       sync.Mutex
	accounts []OfficialAccount
	units    []Unit
	err      error
	loads    int
}

func (s *growingStore) Accounts(context.Context) ([]OfficialAccount, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loads++
	return s.accounts, s.err
}

func (s *growingStore) Units(context.Context) ([]Unit, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.units, s.err
}

func TestDirectory(t *testing.T) {
	t.Parallel()

	setup := func(t *testing.T) (*Directory, *growingStore, *time.Time) {
		st := &growingStore{
			accounts: []OfficialAccount{{OAID: "a", Name: "Xã A"}},
			units:    []Unit{{OAID: "a", Code: "xa", Name: "Xã A"}, {OAID: "b", Code: "xa", Name: "Xã B"}},
		}
		now := morning
		d := NewDirectory(st, func() time.Time { return now })
		_, known := d.Account("a")
		require.False(t, known, "it is empty at first")
		require.NoError(t, d.Reload(t.Context()))
		return d, st, &now
	}

	t.Run("KnowsAccountsAndTheirUnitsByHeart", func(t *testing.T) {
		t.Parallel()

		d, st, _ := setup(t)
		a, known := d.Account("a")
		require.True(t, known)
		require.Equal(t, "Xã A", a.Name)
		require.Equal(t, []OfficialAccount{a}, d.Accounts())
		require.Equal(t, "Xã B", d.Units("b")["xa"].Name)
		require.Empty(t, d.Units("c"))
		_, known, err := d.Find(t.Context(), "a")
		require.NoError(t, err)
		require.True(t, known)
		require.Equal(t, 1, st.loads)
	})

	t.Run("LooksUnknownAccountsUpAtMostOnceASecond", func(t *testing.T) {
		t.Parallel()

		d, st, now := setup(t)
		for range 5 {
			_, known, err := d.Find(t.Context(), "new")
			require.NoError(t, err)
			require.False(t, known)
		}
		require.Equal(t, 2, st.loads)
		st.accounts = append(st.accounts, OfficialAccount{OAID: "new"})
		_, known, err := d.Find(t.Context(), "new")
		require.NoError(t, err)
		require.False(t, known)
		*now = now.Add(time.Second)
		_, known, err = d.Find(t.Context(), "new")
		require.NoError(t, err)
		require.True(t, known)
		*now = now.Add(-time.Hour)
		_, _, err = d.Find(t.Context(), "another")
		require.NoError(t, err)
		require.Equal(t, 4, st.loads, "also on a clock that was set back")
	})

	t.Run("LoadsOnceForABurst", func(t *testing.T) {
		t.Parallel()

		d, st, _ := setup(t)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() { _, _, _ = d.Find(t.Context(), "new") })
		}
		wg.Wait()
		require.Equal(t, 2, st.loads)
	})

	t.Run("KeepsWhatItKnowsWhenTheStoreIsAway", func(t *testing.T) {
		t.Parallel()

		d, st, _ := setup(t)
		st.err = errors.New("away")
		require.ErrorIs(t, d.Reload(t.Context()), st.err)
		_, known, err := d.Find(t.Context(), "a")
		require.NoError(t, err)
		require.True(t, known)
		_, _, err = d.Find(t.Context(), "new")
		require.ErrorIs(t, err, st.err)
		st.err = nil
		_, known, err = d.Find(t.Context(), "new")
		require.NoError(t, err, "a failed look-up is not waited for")
		require.False(t, known)
	})
}
