package zalosim_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
	"github.com/loalang/loalang/zalo/zalosim"
)

func TestFaultsByChance(t *testing.T) {
	t.Parallel()

	const residents = 1000
	// befallen are the residents whose message was not taken, in a simulator whose calls come in some order.
	befallen := func(seed uint64, order func(n int) int) (list []int) {
		sim := newVillage(residents, func(c *zalosim.Config) { c.Seed = seed })
		sim.Fail(zalosim.Fault{Path: "/message", Chance: 0.1, Code: -32})
		for n := range residents {
			call(sim, "/v3.0/oa/message/cs", announcement(order(n)))
		}
		for n := range residents {
			if len(sim.Messages(account, villager(n))) == 0 {
				list = append(list, n)
			}
		}
		return list
	}
	forward := func(n int) int { return n }
	backward := func(n int) int { return residents - 1 - n }
	first := befallen(1, forward)
	require.InDelta(t, 0.1, float64(len(first))/residents, 0.03)
	require.Equal(t, first, befallen(1, backward), "the order of calls does not matter")
	require.NotEqual(t, first, befallen(2, forward))
}

func TestFaultsByChanceAreEachDrawnAnew(t *testing.T) {
	t.Parallel()

	b := setup(t)
	b.sim.Fail(zalosim.Fault{Chance: 0.5, Code: -32})
	refused := 0
	for range 200 {
		if _, err := b.send(t, "x"); err != nil {
			requireCode(t, -32, err)
			refused++
		}
	}
	require.InDelta(t, 100, refused, 35)
	b.sim.ClearFaults()
	b.sim.Fail(zalosim.Fault{Chance: 1, Times: 1, Code: -200})
	_, err := b.send(t, "x")
	requireCode(t, -200, err)
	_, err = b.send(t, "x")
	require.NoError(t, err)
}

func TestFaultsByStatus(t *testing.T) {
	t.Parallel()

	for _, status := range []int{500, 502, 503, 504, 520} {
		for _, prefix := range []string{"", "deliver_"} {
			t.Run(prefix+strconv.Itoa(status), func(t *testing.T) {
				t.Parallel()

				b := setup(t)
				b.sim.Fail(zalosim.Fault{Mode: prefix + strconv.Itoa(status)})
				_, err := b.send(t, "x")
				require.Equal(t, zalo.KindUnsure, zalo.KindOf(err))
				require.ErrorContains(t, err, strconv.Itoa(status))
				require.Len(t, b.sim.Messages(account, resident), map[string]int{"": 1, "deliver_": 2}[prefix])
			})
		}
	}
}

func TestFaultsOfTheToken(t *testing.T) {
	t.Parallel()

	t.Run("ExpireItHalfWay", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		b.sim.Fail(zalosim.Fault{Path: "/message", Skip: 2, Times: 1, Mode: "expire"})
		for _, code := range []int{0, 0, -220, -220} {
			_, err := b.send(t, "x")
			requireCode(t, code, err)
		}
		token, err := b.client.RefreshToken(t.Context(), refresh)
		require.NoError(t, err)
		_, err = b.client.SendConsultation(t.Context(), token.AccessToken, zalo.EndpointV3, resident, zalo.Message{Text: "x"})
		require.NoError(t, err)
	})

	t.Run("LeaveTheNewOneAlone", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		token, err := b.client.RefreshToken(t.Context(), refresh)
		require.NoError(t, err)
		b.sim.Fail(zalosim.Fault{Mode: "expire", Times: 2})
		for _, old := range []string{access, "unknown"} {
			_, err = b.client.OA(t.Context(), old)
			require.Error(t, err)
		}
		_, err = b.client.OA(t.Context(), token.AccessToken)
		require.NoError(t, err)
	})

	t.Run("ExpireItWhenTold", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		require.NoError(t, b.sim.ExpireToken(account))
		_, err := b.send(t, "x")
		requireCode(t, -220, err)
		require.Error(t, b.sim.ExpireToken("nowhere"))
	})

	t.Run("OfAReplacedAccountAreForgotten", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		b.sim.AddOA(zalosim.OA{ID: account, AccessToken: "new"})
		_, err := b.client.OA(t.Context(), access)
		requireCode(t, -216, err)
		_, err = b.client.OA(t.Context(), "new")
		require.NoError(t, err)
	})
}

func TestLatencyCanBeChanged(t *testing.T) {
	t.Parallel()

	b := setup(t)
	b.sim.SetLatency(zalosim.Span{Least: 20 * time.Millisecond, Most: 30 * time.Millisecond}.Drawn(1))
	start := time.Now()
	_, err := b.send(t, "x")
	require.NoError(t, err)
	require.GreaterOrEqual(t, time.Since(start), 20*time.Millisecond)
	b.sim.SetLatency(nil)
	_, err = b.send(t, "x")
	require.NoError(t, err)
}
