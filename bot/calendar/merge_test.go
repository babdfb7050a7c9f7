package calendar

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMerge(t *testing.T) {
	t.Parallel()

	at := func(e Entry, name string) Entry {
		e.Point.Name = name
		return e
	}
	known := []Entry{
		at(entry(t, "15", "07:30-11:00"), "Chợ"), entry(t, "5", "07:30-11:00"), entry(t, "15", "07:30-11:00"),
		entry(t, "2027-02-15", ""), entry(t, "2027-03-15", ""),
	}
	require.Equal(t, known, Merge(known, nil))
	require.Equal(t, known, Merge(nil, []Entry{known[3], known[2], known[4], known[0], known[1]}), "in order")
	require.Equal(t, known, Merge(known, known), "twice is once")
	require.Equal(t, []Entry{known[0], entry(t, "17", "07:30-11:00"), known[3], known[4]}, Merge(known, []Entry{entry(t, "17", "07:30-11:00")}),
		"another rule replaces those of the point, and no date")
	require.Equal(t, []Entry{known[0], known[3], known[4]}, Merge(known, []Entry{entry(t, "ngừng", "")}), "no rule any more, but its dates")
	held := entry(t, "2027-02-15", "08:00-10:00")
	require.Equal(t, []Entry{known[0], known[1], known[2], held, known[4]}, Merge(known, []Entry{held}))
}
