package configs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestConfig(t *testing.T) {
	t.Parallel()

	t.Run("TypesTheDefaults", func(t *testing.T) {
		t.Parallel()

		cfg, err := Default().Config()
		require.NoError(t, err)
		require.Equal(t, "Asia/Ho_Chi_Minh", cfg.Location.String())
		cfg.Location = nil
		require.Equal(t, Config{
			HTTPAddr:        "127.0.0.1:8080",
			ShutdownTimeout: 30 * time.Second,
			DatabaseURL:     "sqlite://loalang.db",
			Zalo: Zalo{
				APIURL:            "https://openapi.zalo.me",
				OAuthURL:          "https://oauth.zaloapp.com",
				BusinessURL:       "https://business.openapi.zalo.me",
				AppCallsPerMinute: 4000,
			},
			QuietHours: QuietHours{Start: 21 * time.Hour, End: 6 * time.Hour},
			LogLevel:   slog.LevelInfo,
			LogFormat:  "text",
		}, cfg)
		path, ok := cfg.SQLitePath()
		require.True(t, ok)
		require.Equal(t, "loalang.db", path)
	})

	t.Run("TypesWhatAnOperatorOfPostgresWrites", func(t *testing.T) {
		t.Parallel()

		s := Default()
		s.DatabaseURL = "postgres://loalang:p%40ss@db:5432/loalang?sslmode=require"
		s.RedisURL = "rediss://:pass@redis:6379/2"
		s.SecretKey = Secret(strings.Repeat("ạ", MinSecretKey))
		s.BaseURL = "https://loa.example.vn/"
		s.ZaloAPIURL = "http://127.0.0.1:9090/"
		s.ZaloCodeVerifier = Secret(strings.Repeat("v", 43))
		s.ZaloVerifierToken = "abc_1, DEF-2,"
		s.ZaloAppCallsPerMinute = "0"
		s.QuietHours = ""
		s.LogLevel = "WARN"
		s.LogFormat = "json"
		cfg, err := s.Config()
		require.NoError(t, err)
		require.Equal(t, s.DatabaseURL, cfg.DatabaseURL)
		require.Equal(t, s.RedisURL, cfg.RedisURL)
		require.Equal(t, s.SecretKey, cfg.SecretKey)
		require.Equal(t, "https://loa.example.vn", cfg.BaseURL)
		require.Equal(t, "http://127.0.0.1:9090", cfg.Zalo.APIURL)
		require.Equal(t, []string{"abc_1", "DEF-2"}, cfg.Zalo.VerifierTokens)
		require.Zero(t, cfg.Zalo.AppCallsPerMinute)
		require.Zero(t, cfg.QuietHours)
		require.Equal(t, slog.LevelWarn, cfg.LogLevel)
		_, ok := cfg.SQLitePath()
		require.False(t, ok)
	})

	t.Run("ShowsNoSecret", func(t *testing.T) {
		t.Parallel()

		s := Default()
		s.DatabaseURL = "postgres://loalang:hidden-1@db/loalang?password=hidden-2"
		s.RedisURL = "redis://:hidden-3@redis/0"
		s.SecretKey = "hidden-4" + Secret(strings.Repeat("x", MinSecretKey))
		s.ZaloAppSecret, s.ZaloOASecret = "hidden-5", "hidden-6"
		s.ZaloCodeVerifier = "hidden-7" + Secret(strings.Repeat("x", 43))
		cfg, err := s.Config()
		require.NoError(t, err)
		var shown bytes.Buffer
		for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			fmt.Fprintf(&shown, format+format+format, s, cfg, cfg.Zalo)
		}
		slog.New(slog.NewTextHandler(&shown, nil)).Info("start", "config", cfg, "settings", s, "key", cfg.SecretKey)
		slog.New(slog.NewJSONHandler(&shown, nil)).Info("start", "config", cfg, "settings", s)
		require.NoError(t, json.NewEncoder(&shown).Encode([]any{s, cfg}))
		require.NotContains(t, shown.String(), "hidden")
		require.Contains(t, shown.String(), "config.database=postgres://db/loalang")
		require.Contains(t, shown.String(), "config.redis=redis://redis/0")
		require.Contains(t, shown.String(), "config.zalo_oa_secret=true")
	})

	t.Run("SaysEveryFaultAtOnce", func(t *testing.T) {
		t.Parallel()

		s := Default()
		s.HTTPAddr, s.DatabaseURL, s.LogLevel = "here", "mysql://root:hidden@db/loalang", "loud"
		_, err := s.Config()
		require.EqualError(t, err, `configuration: 3 to correct
  LOALANG_HTTP_ADDR: "here" is no address; write HOST:PORT, such as 127.0.0.1:8080
  LOALANG_DATABASE_URL: the scheme "mysql" is no database of ours; write sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/NAME
  LOALANG_LOG_LEVEL: "loud" is no log level; write debug, info, warn or error`)
		var faults Faults
		require.ErrorAs(t, err, &faults)
		require.Len(t, faults, 3)
	})
}

// TestBadSettings says for every setting that can be wrong what the operator then reads.
func TestBadSettings(t *testing.T) {
	t.Parallel()

	const (
		address  = "LOALANG_HTTP_ADDR: %q is no address; write HOST:PORT, such as 127.0.0.1:8080"
		timeout  = "LOALANG_SHUTDOWN_TIMEOUT: %q is no time to wait; write a number with its unit, such as 30s or 2m"
		sqlite   = "LOALANG_DATABASE_URL: %q names no file; write sqlite://PATH, such as sqlite:///var/lib/loalang/loalang.db"
		scheme   = "LOALANG_DATABASE_URL: the scheme %q is no database of ours; write sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/NAME"
		postgres = "LOALANG_DATABASE_URL: names no host or no database; write postgres://USER:PASSWORD@HOST:PORT/NAME, with special characters of the password percent-encoded"
		redis    = "LOALANG_REDIS_URL: is no Redis URL; write redis://HOST:PORT/NUMBER (rediss:// for TLS), or leave it empty"
		base     = "LOALANG_BASE_URL: %q is no public URL; write https://HOST (http only for localhost and 127.0.0.1)"
		verifier = "LOALANG_ZALO_CODE_VERIFIER: is no PKCE verifier; use 43 to 128 letters, digits and -._~, the one whose challenge stands in Zalo's console"
		token    = "LOALANG_ZALO_VERIFIER_TOKEN: %q is no token; of zalo_verifierTOKEN.html write TOKEN only"
		count    = "LOALANG_ZALO_APP_CALLS_PER_MINUTE: %q is no count; write a whole number, 0 or more"
		zone     = "LOALANG_TIMEZONE: %q is no time zone; write an IANA name, such as Asia/Ho_Chi_Minh"
		quiet    = "LOALANG_QUIET_HOURS: %q is no part of a day; write HH:MM-HH:MM, such as 21:00-06:00, or leave it empty"
	)
	tests := []struct {
		name string
		bad  func(*Settings)
		want string
	}{
		{"AddressWithoutPort", func(s *Settings) { s.HTTPAddr = "127.0.0.1" }, fmt.Sprintf(address, "127.0.0.1")},
		{"AddressWithAWordAsPort", func(s *Settings) { s.HTTPAddr = ":http" }, fmt.Sprintf(address, ":http")},
		{"AddressOutOfRange", func(s *Settings) { s.HTTPAddr = ":65536" }, fmt.Sprintf(address, ":65536")},
		{"NoTimeout", func(s *Settings) { s.ShutdownTimeout = "" }, fmt.Sprintf(timeout, "")},
		{"TimeoutWithoutUnit", func(s *Settings) { s.ShutdownTimeout = "30" }, fmt.Sprintf(timeout, "30")},
		{"TimeoutOfNothing", func(s *Settings) { s.ShutdownTimeout = "0s" }, fmt.Sprintf(timeout, "0s")},
		{"NoDatabase", func(s *Settings) { s.DatabaseURL = "" }, fmt.Sprintf(scheme, "")},
		{"DatabaseByKeywords", func(s *Settings) { s.DatabaseURL = "host=db password=hidden" }, fmt.Sprintf(scheme, "")},
		{"DatabaseOfAnotherMake", func(s *Settings) { s.DatabaseURL = "mysql://db/x" }, fmt.Sprintf(scheme, "mysql")},
		{"SQLiteWithoutPath", func(s *Settings) { s.DatabaseURL = "sqlite://" }, fmt.Sprintf(sqlite, "sqlite://")},
		{"SQLiteInMemory", func(s *Settings) { s.DatabaseURL = "sqlite://:memory:" }, fmt.Sprintf(sqlite, "sqlite://:memory:")},
		{"SQLiteWithParameters", func(s *Settings) { s.DatabaseURL = "sqlite://a.db?mode=ro" }, fmt.Sprintf(sqlite, "sqlite://a.db?mode=ro")},
		{"PostgresWithoutDatabase", func(s *Settings) { s.DatabaseURL = "postgres://u:hidden@db/" }, postgres},
		{"PostgresWithoutHost", func(s *Settings) { s.DatabaseURL = "postgres:///loalang" }, postgres},
		{"PostgresWithABarePercent", func(s *Settings) { s.DatabaseURL = "postgres://u:%hidden@db/loalang" }, postgres},
		{"RedisByAddress", func(s *Settings) { s.RedisURL = "localhost:6379" }, redis},
		{"RedisWithoutHost", func(s *Settings) { s.RedisURL = "redis:///0" }, redis},
		{"RedisDatabaseByName", func(s *Settings) { s.RedisURL = "redis://u:hidden@redis/cache" }, redis},
		{"BaseURLWithoutTLS", func(s *Settings) { s.BaseURL = "http://loa.example.vn" }, fmt.Sprintf(base, "http://loa.example.vn")},
		{"BaseURLWithoutScheme", func(s *Settings) { s.BaseURL = "loa.example.vn" }, fmt.Sprintf(base, "loa.example.vn")},
		{"BaseURLWithAQuery", func(s *Settings) { s.BaseURL = "https://loa.example.vn?a=b" }, fmt.Sprintf(base, "https://loa.example.vn?a=b")},
		{"ShortVerifier", func(s *Settings) { s.ZaloCodeVerifier = "hidden" }, verifier},
		{"WholePageAsToken", func(s *Settings) { s.ZaloVerifierToken = "zalo_verifierA.html" }, fmt.Sprintf(token, "zalo_verifierA.html")},
		{"APIWithoutScheme", func(s *Settings) { s.ZaloAPIURL = "openapi.zalo.me" }, `LOALANG_ZALO_API_URL: "openapi.zalo.me" is no base URL; write https://HOST, with a path at most`},
		{"NoOAuth", func(s *Settings) { s.ZaloOAuthURL = "" }, `LOALANG_ZALO_OAUTH_URL: "" is no base URL; write https://HOST, with a path at most`},
		{"BusinessByFTP", func(s *Settings) { s.ZaloBusinessURL = "ftp://zalo" }, `LOALANG_ZALO_BUSINESS_URL: "ftp://zalo" is no base URL; write https://HOST, with a path at most`},
		{"NegativeCap", func(s *Settings) { s.ZaloAppCallsPerMinute = "-1" }, fmt.Sprintf(count, "-1")},
		{"CapInWords", func(s *Settings) { s.ZaloAppCallsPerMinute = "many" }, fmt.Sprintf(count, "many")},
		{"UnknownZone", func(s *Settings) { s.TimeZone = "Asia/Hanoi" }, fmt.Sprintf(zone, "Asia/Hanoi")},
		{"ZoneOfTheMachine", func(s *Settings) { s.TimeZone = "Local" }, fmt.Sprintf(zone, "Local")},
		{"NoZone", func(s *Settings) { s.TimeZone = "" }, fmt.Sprintf(zone, "")},
		{"QuietHoursWithoutMinutes", func(s *Settings) { s.QuietHours = "21-6" }, fmt.Sprintf(quiet, "21-6")},
		{"QuietHoursOfOneDigit", func(s *Settings) { s.QuietHours = "21:00-6:00" }, fmt.Sprintf(quiet, "21:00-6:00")},
		{"QuietHoursOfNoLength", func(s *Settings) { s.QuietHours = "21:00-21:00" }, fmt.Sprintf(quiet, "21:00-21:00")},
		{"QuietHoursPastMidnight", func(s *Settings) { s.QuietHours = "21:00-24:00" }, fmt.Sprintf(quiet, "21:00-24:00")},
		{"UnknownLevel", func(s *Settings) { s.LogLevel = "loud" }, `LOALANG_LOG_LEVEL: "loud" is no log level; write debug, info, warn or error`},
		{"UnknownFormat", func(s *Settings) { s.LogFormat = "xml" }, `LOALANG_LOG_FORMAT: "xml" is no log format; write text or json`},
		{"ShortKey", func(s *Settings) { s.SecretKey = "hidden" }, "LOALANG_SECRET_KEY: has 6 characters; use 32 or more (openssl rand -hex 32)"},
		{
			"NoKeyWithPostgres", func(s *Settings) { s.DatabaseURL = "postgres://db/loalang" },
			"LOALANG_SECRET_KEY: is required with Postgres; set it to 32 characters or more, the same for every replica (openssl rand -hex 32)",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()

			s := Default()
			test.bad(&s)
			_, err := s.Config()
			require.EqualError(t, err, "configuration: 1 to correct\n  "+test.want)
			require.NotContains(t, err.Error(), "hidden")
		})
	}
}
