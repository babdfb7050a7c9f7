package store_test

import (
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/store/storetest"
)

func TestSQLite(t *testing.T) {
	t.Parallel()

	storetest.Run(t, storetest.SQLiteURL)
}

func TestPostgres(t *testing.T) {
	t.Parallel()

	storetest.Run(t, storetest.PostgresURL)
}

func TestBothDatabasesHaveTheSameColumns(t *testing.T) {
	t.Parallel()

	columns := func(databaseURL, query string) (list []string) {
		storetest.Open(t, databaseURL)
		rows, err := storetest.Raw(t, databaseURL).QueryContext(t.Context(), query)
		require.NoError(t, err)
		defer rows.Close()
		for rows.Next() {
			var name sql.NullString
			require.NoError(t, rows.Scan(&name))
			list = append(list, name.String)
		}
		require.NoError(t, rows.Err())
		require.NotEmpty(t, list)
		return list
	}
	sqlite := columns(storetest.SQLiteURL(t), `SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'goose_%'`)
	postgres := columns(storetest.PostgresURL(t), `SELECT table_name || '.' || column_name FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name NOT LIKE 'goose_%'`)
	require.ElementsMatch(t, sqlite, postgres)
}
