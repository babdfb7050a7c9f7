package configs

import (
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // village time must not depend on what the machine has installed
	"unicode/utf8"
)

// MinSecretKey is the least length of the secret key, in characters.
const MinSecretKey = 32

// Config is the checked configuration. Printed or logged it shows no secret.
type Config struct {
	HTTPAddr        string        // HOST:PORT
	ShutdownTimeout time.Duration // more than 0
	DatabaseURL     Secret        // sqlite://PATH or postgres://…
	RedisURL        Secret        // empty = none
	SecretKey       Secret        // MinSecretKey characters or more; empty only with SQLite
	BaseURL         string        // no slash at the end; empty = not known
	Zalo            Zalo
	Location        *time.Location // village time
	QuietHours      QuietHours
	LogLevel        slog.Level
	LogFormat       string // text or json
}

// Zalo says how to speak with Zalo.
type Zalo struct {
	AppID             string
	AppSecret         Secret   // OAuth
	OASecret          Secret   // signs webhooks
	CodeVerifier      Secret   // of the consent link that Zalo's console generates; empty = a new one per consent
	VerifierTokens    []string // domain verification
	APIURL            string   // base URLs without a slash at the end
	OAuthURL          string
	BusinessURL       string
	AppCallsPerMinute int // 0 = no cap
}

// QuietHours is the part of the day in which normal and bulk announcements wait, as time since midnight. End before
// Start means over midnight; both zero means none.
type QuietHours struct {
	Start, End time.Duration
}

// SQLitePath returns the path of the SQLite file, and false with Postgres.
func (c Config) SQLitePath() (string, bool) {
	return strings.CutPrefix(c.DatabaseURL.Reveal(), sqliteScheme)
}

// LogValue gives what a log needs to show how the program was set up. A secret only shows whether it is set.
func (c Config) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("http_addr", c.HTTPAddr),
		slog.String("database", withoutPassword(c.DatabaseURL)),
		slog.String("redis", withoutPassword(c.RedisURL)),
		slog.Bool("secret_key", c.SecretKey != ""),
		slog.String("base_url", c.BaseURL),
		slog.String("zalo_app_id", c.Zalo.AppID),
		slog.Bool("zalo_app_secret", c.Zalo.AppSecret != ""),
		slog.Bool("zalo_oa_secret", c.Zalo.OASecret != ""),
		slog.String("zalo_api_url", c.Zalo.APIURL),
		slog.Int("zalo_app_calls_per_minute", c.Zalo.AppCallsPerMinute),
		slog.String("timezone", c.Location.String()),
	)
}

// String is LogValue on one line.
func (c Config) String() string { return c.LogValue().String() }

// withoutPassword shows where a URL leads: no user, no password and no parameter of it.
func withoutPassword(s Secret) string {
	u, err := url.Parse(s.Reveal())
	if err != nil {
		return s.String()
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// Config checks every setting and returns them typed. The error is Faults, all there are, those of the environment
// and of the file included.
func (s Settings) Config() (Config, error) {
	var c checks
	if s.source != nil {
		c.faults = append(c.faults, s.source.faults...)
		c.skip = s.source.broken
	}
	cfg := Config{
		HTTPAddr:        checked(&c, "http_addr", s.HTTPAddr, parseAddr),
		ShutdownTimeout: checked(&c, "shutdown_timeout", s.ShutdownTimeout, parseTimeout),
		DatabaseURL:     checked(&c, "database_url", s.DatabaseURL, parseDatabaseURL),
		RedisURL:        checked(&c, "redis_url", s.RedisURL, parseRedisURL),
		SecretKey:       checked(&c, "secret_key", s.SecretKey, parseSecretKey),
		BaseURL:         checked(&c, "base_url", s.BaseURL, parseBaseURL),
		Zalo: Zalo{
			AppID:             s.ZaloAppID,
			AppSecret:         s.ZaloAppSecret,
			OASecret:          s.ZaloOASecret,
			CodeVerifier:      checked(&c, "zalo_code_verifier", s.ZaloCodeVerifier, parseCodeVerifier),
			VerifierTokens:    checked(&c, "zalo_verifier_token", s.ZaloVerifierToken, parseVerifierTokens),
			APIURL:            checked(&c, "zalo_api_url", s.ZaloAPIURL, parseServerURL),
			OAuthURL:          checked(&c, "zalo_oauth_url", s.ZaloOAuthURL, parseServerURL),
			BusinessURL:       checked(&c, "zalo_business_url", s.ZaloBusinessURL, parseServerURL),
			AppCallsPerMinute: checked(&c, "zalo_app_calls_per_minute", s.ZaloAppCallsPerMinute, parseCount),
		},
		Location:   checked(&c, "timezone", s.TimeZone, parseLocation),
		QuietHours: checked(&c, "quiet_hours", s.QuietHours, parseQuietHours),
		LogLevel:   checked(&c, "log_level", s.LogLevel, parseLogLevel),
		LogFormat:  checked(&c, "log_format", s.LogFormat, parseLogFormat),
	}
	if isPostgres(cfg.DatabaseURL.Reveal()) && s.SecretKey == "" {
		c.fault("secret_key", fmt.Errorf("is required with Postgres; set it to %d characters or more, the same for every "+
			"replica (openssl rand -hex 32)", MinSecretKey))
	}
	if len(c.faults) > 0 {
		return Config{}, c.faults
	}
	return cfg, nil
}

// checks gathers faults.
type checks struct {
	faults Faults
	skip   map[string]bool // keys that have a fault already
}

func (c *checks) fault(name string, err error) {
	if !c.skip[name] {
		c.faults = append(c.faults, Fault{envPrefix + strings.ToUpper(name), err.Error()})
	}
}

// checked parses one setting and keeps the fault when it is wrong.
func checked[S, T any](c *checks, name string, value S, parse func(S) (T, error)) T {
	parsed, err := parse(value)
	if err != nil {
		c.fault(name, err)
	}
	return parsed
}

func parseAddr(s string) (string, error) {
	_, port, err := net.SplitHostPort(s)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return "", fmt.Errorf("%q is no address; write HOST:PORT, such as 127.0.0.1:8080", s)
	}
	return s, nil
}

func parseTimeout(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("%q is no time to wait; write a number with its unit, such as 30s or 2m", s)
	}
	return d, nil
}

const sqliteScheme = "sqlite://"

func isPostgres(s string) bool {
	return strings.HasPrefix(s, "postgres://") || strings.HasPrefix(s, "postgresql://")
}

// parseDatabaseURL quotes no URL in its faults: it may hold a password.
func parseDatabaseURL(s Secret) (Secret, error) {
	text := s.Reveal()
	path, isSQLite := strings.CutPrefix(text, sqliteScheme)
	switch {
	case isSQLite && (path == "" || strings.HasPrefix(path, ":") || strings.Contains(path, "?")):
		return "", fmt.Errorf("%q names no file; write sqlite://PATH, such as sqlite:///var/lib/loalang/loalang.db", text)
	case isSQLite:
		return s, nil
	case !isPostgres(text):
		return "", fmt.Errorf("the scheme %q is no database of ours; write sqlite://PATH or "+
			"postgres://USER:PASSWORD@HOST:PORT/NAME", schemeOf(text))
	}
	u, err := url.Parse(text)
	if err != nil || (u.Host == "" && u.Query().Get("host") == "") || strings.Trim(u.Path, "/") == "" {
		return "", fmt.Errorf("names no host or no database; write postgres://USER:PASSWORD@HOST:PORT/NAME, with special " +
			"characters of the password percent-encoded")
	}
	return s, nil
}

// schemeOf is what stands before "://", empty when that is missing.
func schemeOf(s string) string {
	scheme, _, ok := strings.Cut(s, "://")
	if !ok {
		return ""
	}
	return scheme
}

// parseRedisURL quotes no URL in its faults: it may hold a password.
func parseRedisURL(s Secret) (Secret, error) {
	if s == "" {
		return "", nil
	}
	u, err := url.Parse(s.Reveal())
	if err == nil && (u.Scheme == "redis" || u.Scheme == "rediss") && u.Host != "" {
		_, err = strconv.ParseUint("0"+strings.Trim(u.Path, "/"), 10, 16)
		if err == nil {
			return s, nil
		}
	}
	return "", fmt.Errorf("is no Redis URL; write redis://HOST:PORT/NUMBER (rediss:// for TLS), or leave it empty")
}

func parseSecretKey(s Secret) (Secret, error) {
	if n := utf8.RuneCountInString(s.Reveal()); n > 0 && n < MinSecretKey {
		return "", fmt.Errorf("has %d characters; use %d or more (openssl rand -hex 32)", n, MinSecretKey)
	}
	return s, nil
}

func parseBaseURL(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	u, err := url.Parse(s)
	if err != nil || !isServer(u) || (u.Scheme == "http" && u.Hostname() != "localhost" && u.Hostname() != "127.0.0.1") {
		return "", fmt.Errorf("%q is no public URL; write https://HOST (http only for localhost and 127.0.0.1)", s)
	}
	return strings.TrimRight(s, "/"), nil
}

func parseServerURL(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || !isServer(u) {
		return "", fmt.Errorf("%q is no base URL; write https://HOST, with a path at most", s)
	}
	return strings.TrimRight(s, "/"), nil
}

// isServer tells whether paths can be put after u.
func isServer(u *url.URL) bool {
	return (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil &&
		u.RawQuery == "" && !u.ForceQuery && u.Fragment == ""
}

// codeVerifier is what a PKCE verifier may be. Source: RFC 7636, section 4.1.
var codeVerifier = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`)

func parseCodeVerifier(s Secret) (Secret, error) {
	if s != "" && !codeVerifier.MatchString(s.Reveal()) {
		return "", fmt.Errorf("is no PKCE verifier; use 43 to 128 letters, digits and -._~, the one whose challenge " +
			"stands in Zalo's console")
	}
	return s, nil
}

var verifierToken = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

func parseVerifierTokens(s string) ([]string, error) {
	var tokens []string
	for part := range strings.SplitSeq(s, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if !verifierToken.MatchString(part) {
			return nil, fmt.Errorf("%q is no token; of zalo_verifierTOKEN.html write TOKEN only", part)
		}
		tokens = append(tokens, part)
	}
	return tokens, nil
}

func parseCount(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil {
		return 0, fmt.Errorf("%q is no count; write a whole number, 0 or more", s)
	}
	return int(n), nil
}

func parseLocation(s string) (*time.Location, error) {
	if s != "" && s != "Local" {
		if loc, err := time.LoadLocation(s); err == nil {
			return loc, nil
		}
	}
	return time.UTC, fmt.Errorf("%q is no time zone; write an IANA name, such as Asia/Ho_Chi_Minh", s)
}

func parseQuietHours(s string) (QuietHours, error) {
	if s == "" {
		return QuietHours{}, nil
	}
	from, to, _ := strings.Cut(s, "-")
	start, err1 := parseClock(from)
	end, err2 := parseClock(to)
	if err1 != nil || err2 != nil || start == end {
		return QuietHours{}, fmt.Errorf("%q is no part of a day; write HH:MM-HH:MM, such as 21:00-06:00, or leave it empty", s)
	}
	return QuietHours{Start: start, End: end}, nil
}

// parseClock reads HH:MM as the time since midnight.
func parseClock(s string) (time.Duration, error) {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, fmt.Errorf("%q is no time of day", s)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

func parseLogLevel(s string) (slog.Level, error) {
	for _, level := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
		if strings.EqualFold(s, level.String()) {
			return level, nil
		}
	}
	return 0, fmt.Errorf("%q is no log level; write debug, info, warn or error", s)
}

func parseLogFormat(s string) (string, error) {
	if s != "text" && s != "json" {
		return "", fmt.Errorf("%q is no log format; write text or json", s)
	}
	return s, nil
}
