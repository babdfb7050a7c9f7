package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3/driver"
	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/configs"
	"github.com/loalang/loalang/store"
	"github.com/loalang/loalang/store/storetest"
	"github.com/loalang/loalang/zalo/zalosim"
)

// stage is what one talk plays on: the program with a database and a clock of its own, and a simulated Zalo.
type stage struct {
	t     *testing.T
	clock *demoClock
	sim   *zalosim.Server
	env   map[string]string
	store *store.Store // looks on
	lanes *sql.DB      // looks on
	stop  func()       // the app
}

// newStage has one account and the talks' communes, at a moment.
func newStage(t *testing.T, now time.Time) *stage {
	t.Helper()
	database := storetest.SQLiteURL(t)
	require.NoError(t, os.WriteFile(strings.TrimPrefix(database, "sqlite://"), communes(t), 0o600))
	s := &stage{t: t, clock: &demoClock{}}
	s.clock.move(now)
	s.sim = zalosim.New(zalosim.Config{
		AppID: testApp, AppSecret: "app secret", Now: s.clock.now, Echoes: true, Receipts: true, RetryAfter: retryOften(),
		RefreshLife: demoRefreshLife,
	})
	oa := zalosim.OA{
		ID: testOA, Name: "Xã Đồng Xanh", Secret: testSecret, AccessToken: "at", RefreshToken: "rt",
		TokenLife: demoRefreshLife.String(),
	}
	s.sim.AddOA(oa)
	require.NoError(t, s.sim.Start(t.Context()))
	server := httptest.NewServer(s.sim)
	s.env = map[string]string{
		"LOALANG_HTTP_ADDR": "127.0.0.1:0", "LOALANG_DATABASE_URL": database, "LOALANG_SECRET_KEY": storetest.SecretKey,
		"LOALANG_ZALO_APP_ID": testApp, "LOALANG_ZALO_APP_SECRET": "app secret", "LOALANG_ZALO_OA_SECRET": testSecret,
		"LOALANG_ZALO_API_URL": server.URL, "LOALANG_ZALO_OAUTH_URL": server.URL,
	}
	s.look(database)
	_, err := s.store.PutAccount(t.Context(), bot.OfficialAccount{
		OAID: oa.ID, Name: oa.Name, Type: bot.AccountBusiness, Token: bot.GivenToken(oa.AccessToken, oa.RefreshToken, now, tokenLife),
	})
	require.NoError(t, err)
	s.start()
	t.Cleanup(func() {
		s.stop()
		require.NoError(t, s.sim.Stop(context.Background()))
		server.CloseClientConnections()
		server.Close()
		require.NoError(t, s.lanes.Close())
		require.NoError(t, s.store.Close())
	})
	return s
}

// communes is a database with the account and the talks' communes, made once for all talks.
func communes(t *testing.T) []byte {
	communesOnce.Do(func() {
		path := filepath.Join(t.TempDir(), "communes.db")
		s := &stage{t: t, clock: &demoClock{}, env: map[string]string{
			"LOALANG_DATABASE_URL": "sqlite://" + path, "LOALANG_SECRET_KEY": storetest.SecretKey,
		}}
		world := filepath.Join("testdata", "talks", "world")
		for _, args := range [][]string{
			{"oa", "add", "--oa-id", testOA, "--name", "Xã Đồng Xanh", "--type", "business", "--calls-per-minute", "0"},
			{"import", "units", filepath.Join(world, "units.csv")},
			{"import", "calendar", filepath.Join(world, "calendar.csv")},
		} {
			if out, exit := s.command(args); exit != 0 {
				communesErr = fmt.Errorf("%v: %s", args, out)
				return
			}
		}
		communesMade, communesErr = os.ReadFile(path)
	})
	require.NoError(t, communesErr)
	return communesMade
}

var (
	communesOnce sync.Once
	communesMade []byte
	communesErr  error
)

// look opens the database beside the app.
func (s *stage) look(database string) {
	var err error
	s.store, err = store.Open(s.t.Context(), database, storetest.SecretKey, s.clock.now)
	require.NoError(s.t, err)
	s.lanes, err = driver.Open("file:" + strings.TrimPrefix(database, "sqlite://"))
	require.NoError(s.t, err)
}

func (s *stage) getenv(key string) (string, bool) {
	value, set := s.env[key]
	return value, set
}

// command runs the program's command line at the talk's time.
func (s *stage) command(args []string) (output string, exit int) {
	var out bytes.Buffer
	exit = outside{getenv: s.getenv, clock: s.clock.now}.run(s.t.Context(), args, strings.NewReader(""), &out, &out)
	return out.String(), exit
}

// start starts the app as `loalang serve` does, but for the clock.
func (s *stage) start() {
	s.t.Helper()
	settings := configs.Default()
	settings.HTTPAddr, settings.DatabaseURL, settings.SecretKey = "127.0.0.1:0", configs.Secret(s.env["LOALANG_DATABASE_URL"]), storetest.SecretKey
	settings.ZaloAppID, settings.ZaloAppSecret, settings.ZaloOASecret = testApp, "app secret", testSecret
	settings.ZaloAPIURL, settings.ZaloOAuthURL = s.env["LOALANG_ZALO_API_URL"], s.env["LOALANG_ZALO_OAUTH_URL"]
	cfg, err := settings.Config()
	require.NoError(s.t, err)
	st, err := openStore(s.t.Context(), cfg, s.clock.now, upgradeOlder)
	require.NoError(s.t, err)
	require.NoError(s.t, st.ForgetLeases(s.t.Context()))
	app, err := newApp(s.t.Context(), cfg, st, slog.New(slog.DiscardHandler), appOptions{now: s.clock.now})
	require.NoError(s.t, err)
	ctx, cancel := context.WithCancel(context.Background())
	serving, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- app.run(ctx, func(addr string) { serving <- addr }) }()
	select {
	case addr := <-serving:
		s.sim.SetWebhookURL("http://" + addr + "/webhook/zalo")
	case err := <-ended:
		require.NoError(s.t, err)
	}
	s.stop = func() {
		cancel()
		require.NoError(s.t, <-ended)
		require.NoError(s.t, st.Close())
	}
}

// move sets the clock, which then goes on.
func (s *stage) move(to time.Time) {
	s.clock.move(to)
	s.sim.ClockMoved()
}

// quiet tells whether nothing happens any more before the clock is moved or somebody does something.
func (s *stage) quiet() bool {
	before := s.sim.Stats().WebhooksSent
	if !s.sim.Quiet() || !s.idle() {
		return false
	}
	return s.sim.Quiet() && s.sim.Stats().WebhooksSent == before
}

// idle tells whether no worker has anything to do now, or is at it. It is one look: between two, what was being done may have
// become something to do.
func (s *stage) idle() bool {
	var busy int
	now := s.clock.now().UTC().Format("2006-01-02 15:04:05.000")
	require.NoError(s.t, s.lanes.QueryRowContext(s.t.Context(), `SELECT count(*) FROM lanes WHERE owner <> '' OR next_at <= ?`, now).Scan(&busy))
	return busy == 0
}

// file keeps a text as a file and returns its path.
func (s *stage) file(name, text string) string {
	path := filepath.Join(s.t.TempDir(), name)
	require.NoError(s.t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// resident is known to Zalo, and to the store unless it is new.
func (s *stage) resident(u zalosim.User, r bot.Resident, known bool) {
	s.sim.AddUser(u)
	if known {
		_, err := s.store.ImportResidents(s.t.Context(), store.Values([]bot.Resident{r}), false)
		require.NoError(s.t, err)
	}
}
