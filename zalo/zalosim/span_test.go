package zalosim_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo/zalosim"
)

func TestSpan(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]zalosim.Span{
		"0s": {}, "50ms": exactly(50 * time.Millisecond), "20ms-80ms": {Least: 20 * time.Millisecond, Most: 80 * time.Millisecond},
		"0s-1h0m0s": {Most: time.Hour},
	} {
		var s zalosim.Span
		require.NoError(t, s.UnmarshalText([]byte(text)))
		require.Equal(t, want, s)
		back, err := s.MarshalText()
		require.NoError(t, err)
		require.Equal(t, text, string(back))
	}
	for _, text := range []string{"", "a", "80ms-20ms", "-5ms", "20ms-", "20-80ms", "20ms-80ms-90ms"} {
		var s zalosim.Span
		require.Error(t, s.UnmarshalText([]byte(text)), text)
	}

	t.Run("IsDrawnFromAllOfItAndTheSameInEveryRun", func(t *testing.T) {
		t.Parallel()

		span := zalosim.Span{Least: 20 * time.Millisecond, Most: 80 * time.Millisecond}
		one, same, other := span.Drawn(1), span.Drawn(1), span.Drawn(2)
		var sum time.Duration
		differs := false
		for range 1000 {
			d := one()
			require.GreaterOrEqual(t, d, span.Least)
			require.LessOrEqual(t, d, span.Most)
			require.Equal(t, d, same())
			differs = differs || d != other()
			sum += d
		}
		require.True(t, differs)
		require.InDelta(t, 50, float64(sum)/1000/float64(time.Millisecond), 3)
		require.Nil(t, zalosim.Span{}.Drawn(1))
	})
}
