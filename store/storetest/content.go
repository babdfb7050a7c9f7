package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/store"
)

func entry(id, answer string) faq.Entry {
	return faq.Entry{
		ID: id, Section: "mot", Title: "Việc " + id, Phrasings: []string{"hỏi " + id}, Answer: answer, Issuer: "UBND xã",
		Source: "thông báo", VerifiedOn: faq.Date{Year: 2026, Month: 11, Day: 21},
		Buttons: []faq.Button{{Title: "Gọi", Phone: "0900000100"}},
	}
}

func content(entries ...faq.Entry) faq.Content {
	return faq.Content{Sections: []faq.Section{{ID: "mot", Title: "Mục một"}}, Entries: entries, None: []string{"trời mưa không"}}
}

func runFAQ(t *testing.T, newDatabase func(testing.TB) string) {
	shipped := func(t *testing.T) *world {
		w := newWorld(t, newDatabase)
		change, err := w.ShipFAQ(t.Context(), content(entry("a", "A."), entry("b", "B.")))
		require.NoError(t, err)
		require.Equal(t, 2, change.Created)
		return w
	}
	answers := func(w *world) map[string]string {
		got, err := w.FAQ(t.Context())
		require.NoError(w.t, err)
		list := make(map[string]string)
		for _, e := range got.Entries {
			list[e.ID] = e.Answer
		}
		return list
	}

	t.Run("IsReadAsItWasSaved", func(t *testing.T) {
		t.Parallel()

		w := shipped(t)
		got, err := w.FAQ(t.Context())
		require.NoError(t, err)
		want := content(entry("a", "A."), entry("b", "B."))
		require.Equal(t, want.Sections, got.Sections)
		require.Equal(t, want.Entries, got.Entries)
		require.Equal(t, want.None, got.None)
	})

	t.Run("KeepsWhatSomebodyEditedWhenTheProgramBringsItsOwn", func(t *testing.T) {
		t.Parallel()

		w := shipped(t)
		_, err := w.ImportFAQ(t.Context(), content(entry("a", "Sửa."), entry("c", "C.")), false)
		require.NoError(t, err)
		change, err := w.ShipFAQ(t.Context(), content(entry("a", "A mới."), entry("d", "D.")))
		require.NoError(t, err)
		require.Equal(t, store.FAQChange{Created: 1, Removed: 1, Kept: 1}, change)
		require.Equal(t, map[string]string{"a": "Sửa.", "c": "C.", "d": "D."}, answers(w))
	})

	t.Run("IsReplacedWhereNobodyEditedIt", func(t *testing.T) {
		t.Parallel()

		w := shipped(t)
		_, err := w.ShipFAQ(t.Context(), content(entry("a", "A mới."), entry("b", "B.")))
		require.NoError(t, err)
		require.Equal(t, map[string]string{"a": "A mới.", "b": "B."}, answers(w))
	})

	t.Run("IsOnlyCountedInADryRun", func(t *testing.T) {
		t.Parallel()

		w := shipped(t)
		before, err := w.Versions(t.Context())
		require.NoError(t, err)
		change, err := w.ImportFAQ(t.Context(), content(entry("a", "Sửa."), entry("b", "B."), entry("c", "C.")), true)
		require.NoError(t, err)
		require.Equal(t, store.FAQChange{Created: 1, Changed: 1, Same: 1}, change)
		require.Equal(t, map[string]string{"a": "A.", "b": "B."}, answers(w))
		after, err := w.Versions(t.Context())
		require.NoError(t, err)
		require.Equal(t, before, after)
	})

	t.Run("LeavesEverythingInADryRunAlsoTheTitleOfASection", func(t *testing.T) {
		t.Parallel()

		w := shipped(t)
		renamed := content(entry("a", "A."), entry("b", "B."))
		renamed.Sections[0].Title = "Mục mới"
		_, err := w.ImportFAQ(t.Context(), renamed, true)
		require.NoError(t, err)
		got, err := w.FAQ(t.Context())
		require.NoError(t, err)
		require.Equal(t, "Mục một", got.Sections[0].Title)
	})

	t.Run("HasLinesOfDangerThatSomebodyMayEdit", func(t *testing.T) {
		t.Parallel()

		w := shipped(t)
		dangers := func(answer, phrasing, calm string) faq.Content {
			c := content(entry("a", "A."), entry("b", "B."))
			c.Emergencies = []faq.Emergency{{ID: "chay", Number: "114", Title: "Cháy", Answer: answer, Phrasings: []string{phrasing}}}
			c.NoEmergency = []string{calm}
			return c
		}
		lines := func() faq.Content {
			got, err := w.FAQ(t.Context())
			require.NoError(t, err)
			return faq.Content{Emergencies: got.Emergencies, NoEmergency: got.NoEmergency}
		}
		require.Empty(t, lines())
		first := dangers("Gọi 114.", "cháy nhà", "cháy máy")
		_, err := w.ShipFAQ(t.Context(), first)
		require.NoError(t, err)
		require.Equal(t, faq.Content{Emergencies: first.Emergencies, NoEmergency: first.NoEmergency}, lines())

		edited := faq.Content{Emergencies: dangers("Gọi 114, rồi gọi trưởng thôn.", "cháy nhà", "").Emergencies}
		change, err := w.ImportFAQ(t.Context(), edited, false)
		require.NoError(t, err)
		require.Equal(t, 1, change.Changed)
		next := dangers("Gọi ngay 114.", "cháy rừng", "cháy túi")
		_, err = w.ShipFAQ(t.Context(), next)
		require.NoError(t, err)
		require.Equal(t, faq.Content{Emergencies: edited.Emergencies, NoEmergency: next.NoEmergency}, lines(),
			"what somebody edited stays, the rest is the program's")
	})

	t.Run("TellsEveryReplicaOfAChangeAndOnlyThen", func(t *testing.T) {
		t.Parallel()

		w := shipped(t)
		_, err := w.ImportFAQ(t.Context(), content(entry("a", "A."), entry("b", "B.")), false)
		require.NoError(t, err)
		same, err := w.Versions(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 1, same[store.VersionFAQ])
		_, err = w.ImportFAQ(t.Context(), content(entry("a", "Sửa.")), false)
		require.NoError(t, err)
		changed, err := w.Versions(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 2, changed[store.VersionFAQ])
		renamed := content(entry("a", "Sửa."))
		renamed.Sections[0].Title = "Mục mới"
		change, err := w.ImportFAQ(t.Context(), renamed, false)
		require.NoError(t, err)
		require.Equal(t, store.FAQChange{Same: 1, Sections: 1}, change)
		changed, err = w.Versions(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 3, changed[store.VersionFAQ], "the title stands on a button")
	})
}

func runMigrations(t *testing.T, newDatabase func(testing.TB) string) {
	t.Run("OfAnEmptyDatabaseMakeAllTables", func(t *testing.T) {
		t.Parallel()

		st, err := store.Open(t.Context(), newDatabase(t), SecretKey, time.Now)
		require.NoError(t, err)
		defer st.Close()
		schema, err := st.Schema(t.Context())
		require.NoError(t, err)
		require.Zero(t, schema.Current)
		require.ErrorIs(t, schema.Check(), store.ErrSchema)
		require.ErrorContains(t, schema.Check(), "loalang migrate")
		require.NoError(t, st.Migrate(t.Context()))
		require.NoError(t, st.Migrate(t.Context()), "twice is fine")
		schema, err = st.Schema(t.Context())
		require.NoError(t, err)
		require.NoError(t, schema.Check())
	})

	t.Run("RefuseANewerDatabase", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t, newDatabase)
		_, err := Raw(t, w.url).ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)")
		require.NoError(t, err)
		err = w.Migrate(t.Context())
		require.ErrorIs(t, err, store.ErrSchema)
		require.ErrorContains(t, err, "9999")
		schema, err := w.Schema(t.Context())
		require.NoError(t, err)
		require.ErrorContains(t, schema.Check(), fmt.Sprintf("up to %d", schema.Wanted))
	})

	t.Run("AreAppliedOnceByManyStarters", func(t *testing.T) {
		t.Parallel()

		url := newDatabase(t)
		var wg sync.WaitGroup
		for range 3 {
			st, err := store.Open(t.Context(), url, SecretKey, time.Now)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, st.Close()) })
			wg.Go(func() {
				if err := st.Migrate(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		var n int
		row := Raw(t, url).QueryRowContext(t.Context(), "SELECT count(*) FROM goose_db_version WHERE version_id = 1")
		require.NoError(t, row.Scan(&n))
		require.Equal(t, 1, n)
	})
}
