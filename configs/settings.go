package configs

import (
	"reflect"
	"strings"
)

// envPrefix starts the name of every variable; fileSuffix, after a variable or (in lower case) a key, says that the
// value stands in the file named there.
const (
	envPrefix  = "LOALANG_"
	fileSuffix = "_FILE"
)

// Settings are all settings as text, the way they are written by flag, environment or file. The tags are kong's: the
// one place for names, defaults and help. New makes one to be filled, Config checks and types it.
type Settings struct {
	ConfigFile string `name:"config" placeholder:"FILE" help:"YAML file with settings; every flag below is also a key in it (http_addr) and a variable (LOALANG_HTTP_ADDR). Flags win over variables, variables over the file."`

	HTTPAddr              string `name:"http-addr" default:"127.0.0.1:8080" help:"Address to listen on, HOST:PORT."`
	ShutdownTimeout       string `name:"shutdown-timeout" default:"30s" help:"How long a stop waits for work in hand, such as 30s or 2m."`
	DatabaseURL           Secret `name:"database-url" default:"sqlite://loalang.db" help:"Database: sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/NAME."`
	RedisURL              Secret `name:"redis-url" placeholder:"URL" help:"Redis shared by several replicas, redis://HOST:PORT/NUMBER; empty = caps are kept in this process only."`
	SecretKey             Secret `name:"secret-key" placeholder:"KEY" help:"32 characters or more that encrypt tokens at rest and sign sessions. Required with Postgres; with SQLite a generated file beside the database serves when empty."`
	BaseURL               string `name:"base-url" placeholder:"URL" help:"Public URL of this server, https://HOST, for Zalo's OAuth callback and for links."`
	ZaloAppID             string `name:"zalo-app-id" placeholder:"ID" help:"Id of the Zalo app."`
	ZaloAppSecret         Secret `name:"zalo-app-secret" placeholder:"KEY" help:"Secret key of the Zalo app, for OAuth."`
	ZaloOASecret          Secret `name:"zalo-oa-secret" placeholder:"KEY" help:"Official Account secret key, which signs webhooks; Zalo shows it after the check of the webhook URL."`
	ZaloCodeVerifier      Secret `name:"zalo-code-verifier" placeholder:"TEXT" help:"PKCE verifier, 43 to 128 characters, of the consent link that Zalo's console generates; empty = a new one per consent."`
	ZaloVerifierToken     string `name:"zalo-verifier-token" placeholder:"TOKEN" help:"Domain verification: the part of zalo_verifier….html between zalo_verifier and .html; several separated by commas."`
	ZaloAPIURL            string `name:"zalo-api-url" default:"https://openapi.zalo.me" help:"Base URL of Zalo's OpenAPI."`
	ZaloOAuthURL          string `name:"zalo-oauth-url" default:"https://oauth.zaloapp.com" help:"Base URL of Zalo's OAuth."`
	ZaloBusinessURL       string `name:"zalo-business-url" default:"https://business.openapi.zalo.me" help:"Base URL of Zalo's template messages by phone number."`
	ZaloAppCallsPerMinute string `name:"zalo-app-calls-per-minute" default:"4000" help:"Calls a minute that the app may make over all its Official Accounts; 0 = no cap."`
	TimeZone              string `name:"timezone" default:"Asia/Ho_Chi_Minh" help:"Village time, a name of the IANA time zone database."`
	QuietHours            string `name:"quiet-hours" default:"21:00-06:00" help:"Village time in which normal and bulk announcements wait, HH:MM-HH:MM; empty = none."`
	LogLevel              string `name:"log-level" default:"info" help:"Least severe line to log: debug, info, warn or error."`
	LogFormat             string `name:"log-format" default:"text" help:"Form of the log: text or json."`

	source *source
}

// New returns settings to be filled by kong, with the resolver s.Resolver() reading getenv (os.LookupEnv) and the
// file named by --config.
func New(getenv func(string) (string, bool)) Settings {
	return Settings{source: &source{getenv: getenv}}
}

// Default returns the defaults: settings of a program that reads neither environment nor file.
func Default() Settings {
	var s Settings
	v := reflect.ValueOf(&s).Elem()
	for _, k := range keys {
		v.FieldByIndex(k.field).SetString(k.value)
	}
	return s
}

// key is one setting as it is called in each place.
type key struct {
	name  string // in the YAML file: http_addr
	flag  string // on the command line, without dashes: http-addr
	value string // default
	help  string
	field []int // index in Settings
}

// env is the variable that holds the setting.
func (k key) env() string { return envPrefix + strings.ToUpper(k.name) }

// keys lists every setting in the order of Settings. --config itself is none: it says where to look.
var keys = func() []key {
	var all []key
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Settings]()) {
		flag := f.Tag.Get("name")
		if flag == "" || flag == "config" {
			continue
		}
		all = append(all, key{
			name: strings.ReplaceAll(flag, "-", "_"), flag: flag,
			value: f.Tag.Get("default"), help: f.Tag.Get("help"), field: f.Index,
		})
	}
	return all
}()
