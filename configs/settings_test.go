package configs

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
)

// TestSettings checks where a setting comes from.
func TestSettings(t *testing.T) {
	t.Parallel()

	// parse reads settings as the program does.
	parse := func(t *testing.T, env map[string]string, args ...string) Settings {
		t.Helper()
		cli := struct {
			Settings
			Name string
		}{Settings: New(func(name string) (string, bool) { value, ok := env[name]; return value, ok })}
		parser, err := kong.New(&cli, kong.Resolvers(cli.Resolver()), kong.Writers(io.Discard, io.Discard))
		require.NoError(t, err)
		_, err = parser.Parse(args)
		require.NoError(t, err)
		require.Empty(t, cli.Name, "a flag that is no setting is nobody's to resolve")
		return cli.Settings
	}
	file := func(t *testing.T, content string) string {
		t.Helper()
		path := filepath.Join(t.TempDir(), "loalang.yaml")
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}

	t.Run("TakesTheDefaultWhenNothingIsSaid", func(t *testing.T) {
		t.Parallel()

		s := parse(t, map[string]string{"LOALANG_NAME": "not a setting"})
		s.source = nil
		require.Equal(t, Default(), s)
		_, err := s.Config()
		require.NoError(t, err)
	})

	t.Run("TakesTheStrongestPlace", func(t *testing.T) {
		t.Parallel()

		config := file(t, "log_level: file\n")
		fromFile := file(t, "file of the variable\n")
		env := map[string]string{"LOALANG_LOG_LEVEL": "variable"}
		indirect := map[string]string{"LOALANG_LOG_LEVEL_FILE": fromFile, "LOALANG_LOG_LEVEL": ""}
		viaFile := file(t, "log_level_file: "+fromFile)
		require.Equal(t, "flag", parse(t, env, "--config", config, "--log-level", "flag").LogLevel)
		require.Equal(t, "variable", parse(t, env, "--config", config).LogLevel)
		require.Equal(t, "file of the variable", parse(t, indirect, "--config", config).LogLevel)
		require.Equal(t, "file", parse(t, nil, "--config", config).LogLevel)
		require.Equal(t, "file of the variable", parse(t, nil, "--config", viaFile).LogLevel)
		require.Equal(t, "info", parse(t, nil, "--config", file(t, "")).LogLevel)
	})

	t.Run("TakesEveryKindOfScalarAsItIsWritten", func(t *testing.T) {
		t.Parallel()

		s := parse(t, nil, "--config", file(t, `---
# a comment
http_addr: ":8080"
zalo_app_calls_per_minute: 0
quiet_hours: 22:00-05:30
zalo_app_id: 0123456789012345678
zalo_app_secret: |
  over a line
base_url:
redis_url: ''
`))
		require.Equal(t, ":8080", s.HTTPAddr)
		require.Equal(t, "0", s.ZaloAppCallsPerMinute)
		require.Equal(t, "22:00-05:30", s.QuietHours)
		require.Equal(t, "0123456789012345678", s.ZaloAppID)
		require.Equal(t, "over a line", s.ZaloAppSecret.Reveal())
		require.Empty(t, s.BaseURL)
		require.Empty(t, s.RedisURL)
		require.Equal(t, "30s", s.ShutdownTimeout)
	})

	t.Run("AVariableSetToNothingCountsAsSet", func(t *testing.T) {
		t.Parallel()

		config := file(t, "quiet_hours: 22:00-05:00\nzalo_oa_secret: old\n")
		s := parse(t, map[string]string{
			"LOALANG_QUIET_HOURS":         "",
			"LOALANG_ZALO_OA_SECRET_FILE": file(t, "\n"), // until Zalo has shown the secret
		}, "--config", config)
		require.Empty(t, s.QuietHours)
		require.Empty(t, s.ZaloOASecret)
	})

	t.Run("SaysAllThatCannotBeReadTogetherWithAllThatIsWrong", func(t *testing.T) {
		t.Parallel()

		config := file(t, "http_adr: :80\nlog_level: [info]\ntimezone: Asia/Hanoi\n")
		secret := "a secret that must not be shown"
		_, err := parse(t, map[string]string{
			"LOALANG_ZALO_APP_SECRET":      secret,
			"LOALANG_ZALO_APP_SECRET_FILE": "/run/secrets/app",
			"LOALANG_SECRET_KEY_FILE":      "/no/such/file",
			"LOALANG_DATABASE_URL":         "postgres://u:" + "p@localhost/loalang",
		}, "--config", config).Config()
		require.EqualError(t, err, fmt.Sprintf(`configuration: 5 to correct
  %[1]s:1: unknown key "http_adr"; did you mean http_addr?
  %[1]s:2: log_level must be one value, not a list or a table
  LOALANG_SECRET_KEY_FILE: cannot read "/no/such/file" (no such file or directory); check the path and who may read it
  LOALANG_ZALO_APP_SECRET_FILE: LOALANG_ZALO_APP_SECRET is set too; keep one of the two
  LOALANG_TIMEZONE: "Asia/Hanoi" is no time zone; write an IANA name, such as Asia/Ho_Chi_Minh`, config))
		require.NotContains(t, err.Error(), secret)
	})

	t.Run("SaysWhenTheFileCannotBeReadOrIsNoYAML", func(t *testing.T) {
		t.Parallel()

		_, err := parse(t, nil, "--config", "/no/such/file").Config()
		require.EqualError(t, err, `configuration: 1 to correct
  --config: cannot read "/no/such/file" (no such file or directory); check the path and who may read it`)

		list := file(t, "- log_level\n")
		_, err = parse(t, nil, "--config", list).Config()
		require.EqualError(t, err, "configuration: 1 to correct\n  "+list+":1: the file must hold lines of the form key: value")

		twice := file(t, "log_level: info\nlog_level: warn\n")
		_, err = parse(t, nil, "--config", twice).Config()
		require.ErrorContains(t, err, twice+": [2:1] ")
	})
}

// TestFiles checks that whoever reads about settings reads about all of them.
func TestFiles(t *testing.T) {
	t.Parallel()

	t.Run("TheExampleFileHoldsEveryKeyWithItsDefault", func(t *testing.T) {
		t.Parallel()

		content, err := os.ReadFile("loalang.example.yaml")
		require.NoError(t, err)
		values, faults := parseYAML("loalang.example.yaml", content)
		require.Empty(t, faults)
		defaults := map[string]string{}
		for _, k := range keys {
			defaults[k.name] = k.value
		}
		require.Equal(t, defaults, values)
	})

	t.Run("TheExampleEnvironmentHoldsEveryVariableWithItsDefault", func(t *testing.T) {
		t.Parallel()

		content, err := os.ReadFile("../deployments/loalang.env.example")
		require.NoError(t, err)
		values := map[string]string{}
		for line := range strings.Lines(string(content)) {
			line = strings.TrimPrefix(strings.TrimSpace(line), "#")
			if name, value, ok := strings.Cut(line, "="); ok && strings.HasPrefix(name, envPrefix) {
				values[name] = value
			}
		}
		for _, k := range keys {
			require.Contains(t, values, k.env())
			if k.value != "" && k.name != "database_url" { // a service keeps its database in its own folder
				require.Equal(t, k.value, values[k.env()], k.env())
			}
			delete(values, k.env())
		}
		require.Empty(t, values, "variables that nobody reads")
	})

	t.Run("TheFAQIsThere", func(t *testing.T) {
		t.Parallel()

		files, err := fs.Glob(FAQ, "*.yaml")
		require.NoError(t, err)
		require.Subset(t, files, []string{"dac-biet.yaml", "dich-vu-cong.yaml", "vay-von.yaml", "vneid.yaml"})
	})
}
