package configs

import (
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
)

func TestZaloRules(t *testing.T) {
	t.Parallel()

	var file struct {
		Rules []struct {
			Name, Value, Unit, From, Note, Source, Read string
		}
	}
	require.NoError(t, yaml.UnmarshalWithOptions(ZaloRules, &file, yaml.Strict()))
	latest := map[string]string{}
	for _, rule := range file.Rules {
		require.NotEmpty(t, rule.Value, rule.Name)
		require.NotEmpty(t, rule.Unit, rule.Name)
		require.NotEmpty(t, rule.Source, rule.Name)
		_, err := time.Parse(time.DateOnly, rule.Read)
		require.NoError(t, err, rule.Name)
		if earlier, ok := latest[rule.Name]; ok {
			require.Greater(t, rule.From, earlier, "a change of %s needs a later day", rule.Name)
		}
		latest[rule.Name] = rule.From
	}
	for _, name := range []string{
		"window.consultation_free", "window.consultation_paid", "price.consultation_paid", "price.group_post",
		"allowance.consultation_paid.growth", "allowance.consultation_paid.comprehensive",
		"cap.oa.growth", "cap.oa.comprehensive", "cap.app",
		"hours.consultation", "hours.group", "hours.broadcast",
	} {
		require.Contains(t, latest, name)
	}
}
