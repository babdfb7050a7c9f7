package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/store/storetest"
)

func TestServeTakesWhateverIsSent(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	w.addUsers(1)
	p := w.serve()
	const user = "7100000000000000001"

	for name, body := range map[string][]byte{
		"the URL check": []byte("{}"), "broken JSON": []byte(`{"event_name":`), "no JSON": []byte("xin chào"),
		"a list": []byte("[]"), "nothing": nil, "10 MB": bytes.Repeat([]byte("a"), 10<<20),
	} {
		resp, err := http.Post(p.url+"/webhook/zalo", "application/json", bytes.NewReader(body)) //nolint:noctx // a test's own call
		require.NoError(t, err, name)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, http.StatusOK, resp.StatusCode, name)
	}
	require.Equal(t, "5", p.metric(`loalang_events_total{result="malformed"}`))
	require.Equal(t, "1", p.metric(`loalang_events_total{result="too_large"}`))
	require.Equal(t, "0", p.metric(`loalang_events_total{result="accepted"}`))

	stranger := []byte(strings.ReplaceAll(string(textEvent(user, "s", "menu")), testOA, "4999"))
	require.Equal(t, 200, signed(t.Context(), p.url, stranger, testSecret))
	require.Equal(t, "1", p.metric(`loalang_events_total{result="unknown_oa"}`))

	unknown := []byte(strings.ReplaceAll(string(textEvent(user, "u", "menu")), "user_send_text", "something_new"))
	require.Equal(t, 200, signed(t.Context(), p.url, unknown, testSecret))
	numbers := strings.NewReplacer(`"`+user+`"`, user, `"`+testApp+`"`, testApp, `"`+testOA+`"`, testOA)
	asNumbers := []byte(numbers.Replace(string(textEvent(user, "n", "menu"))))
	require.Equal(t, 200, signed(t.Context(), p.url, asNumbers, testSecret))
	texts := []string{"", "😀😀", strings.Repeat("làm sao ", 2500), "trợ giúp", "ti\u0301nh la\u0303i vay h\u00f4\u0323 nghe\u0300o", "a\x00b"}
	for i, text := range texts {
		require.Equal(t, 200, signed(t.Context(), p.url, textEvent(user, string(rune('a'+i)), text), testSecret))
	}
	require.Eventually(t, func() bool { return len(w.answers(user)) == len(texts)+1 }, patience, 50*time.Millisecond, p.log)
}

func TestCommandsSayWhatIsWrongAndWhatToDo(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	faults := func(content string) string {
		file := filepath.Join(t.TempDir(), "cau.yaml")
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		return file
	}
	entry := "  - id: mot\n    title: Một\n    phrasings: [một]\n    answer: %\n    issuer: xã\n    source: xã\n    verified_on: 2026-11-21\n"
	full := strings.ReplaceAll(entry, "%", "Đây.")
	for name, c := range map[string]struct {
		env  map[string]string
		args []string
		exit int
		says []string
	}{
		"DuplicateID":       {nil, []string{"import", "faq", faults("section: a\ntitle: A\nentries:\n" + full + full)}, 1, []string{"cau.yaml:11", "mot"}},
		"EmptyAnswer":       {nil, []string{"import", "faq", faults("section: a\ntitle: A\nentries:\n" + strings.ReplaceAll(entry, "%", `""`))}, 1, []string{"cau.yaml:", "mot", "answer"}},
		"WrongDatabaseURL":  {map[string]string{"LOALANG_DATABASE_URL": "mysql://x"}, []string{"serve"}, 1, []string{"LOALANG_DATABASE_URL", "postgres://"}},
		"NoSuchDatabase":    {map[string]string{"LOALANG_DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, []string{"migrate"}, 1, []string{"connect to Postgres", "LOALANG_DATABASE_URL"}},
		"NoSecretKey":       {map[string]string{"LOALANG_DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "LOALANG_SECRET_KEY": ""}, []string{"serve"}, 1, []string{"LOALANG_SECRET_KEY", "required with Postgres"}},
		"UnknownCommand":    {nil, []string{"sing"}, 2, []string{"sing", "--help"}},
		"MissingFlag":       {nil, []string{"oa", "add"}, 2, []string{"--oa-id"}},
		"OneTokenOfTwo":     {nil, []string{"oa", "add", "--oa-id", "1", "--access-token", "a"}, 1, []string{"go together"}},
		"AllFaultsTogether": {map[string]string{"LOALANG_TIMEZONE": "Mars", "LOALANG_LOG_LEVEL": "loud"}, []string{"version"}, 1, []string{"LOALANG_TIMEZONE", "LOALANG_LOG_LEVEL"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			own := &world{t: t, env: map[string]string{}}
			for k, v := range w.env {
				own.env[k] = v
			}
			for k, v := range c.env {
				own.env[k] = v
			}
			_, stderr, exit := own.run(c.args...)
			require.Equal(t, c.exit, exit, stderr)
			for _, part := range c.says {
				require.Contains(t, stderr, part)
			}
		})
	}
}

func TestOnlyOneProcessServesASQLiteFile(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	p := w.serve()
	_, stderr, exit := w.run("serve")
	require.Equal(t, 1, exit)
	require.Contains(t, stderr, "served by another loalang")
	status, _ := p.get("/healthz")
	require.Equal(t, 200, status)
	w.must("faq", "ask") // commands work beside it
}

func TestHelpSucceeds(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	for _, args := range [][]string{{"--help"}, {"serve", "--help"}, {"oa", "add", "--help"}, {"import", "faq", "--help"}} {
		require.Contains(t, w.must(args...), "Usage: loalang")
	}
}
