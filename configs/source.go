package configs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"

	"github.com/agnivade/levenshtein"
	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// source finds the value of each setting that no flag gives: LOALANG_X, else the file named by LOALANG_X_FILE, else
// key x of the YAML file, else the file named by its key x_file. What it cannot read it keeps as faults, which
// Settings.Config reports together with the others.
type source struct {
	getenv func(string) (string, bool)

	once   sync.Once
	values map[string]string // by key name
	faults Faults
	broken map[string]bool // key names that have a fault here, so that their default is not judged instead
}

var _ kong.Resolver = (*source)(nil)

// Resolver returns the kong resolver that fills these settings.
func (s *Settings) Resolver() kong.Resolver {
	if s.source == nil {
		s.source = &source{getenv: func(string) (string, bool) { return "", false }}
	}
	return s.source
}

// Validate has nothing to add: Settings.Config lists all faults at once.
func (s *source) Validate(*kong.Application) error { return nil }

// Resolve answers for the flags that are settings, and for no flag of a command.
func (s *source) Resolve(ctx *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	s.once.Do(func() { s.load(configFile(ctx)) })
	if value, ok := s.values[strings.ReplaceAll(flag.Name, "-", "_")]; ok {
		return value, nil
	}
	return nil, nil
}

// configFile is the value of --config, empty when it was not given.
func configFile(ctx *kong.Context) string {
	for _, flag := range ctx.Flags() {
		if flag.Name == "config" {
			path, _ := ctx.FlagValue(flag).(string)
			return path
		}
	}
	return ""
}

func (s *source) load(path string) {
	s.values, s.broken = map[string]string{}, map[string]bool{}
	file := s.readYAML(path)
	for _, k := range keys {
		if s.take(k, k.env(), k.env()+fileSuffix, s.getenv) {
			continue
		}
		s.take(k, k.name, k.name+strings.ToLower(fileSuffix), func(name string) (string, bool) {
			value, ok := file[name]
			return value, ok
		})
	}
}

// take gets a setting from one place, where it stands under direct, or in a file named under indirect. It tells
// whether this place had it, rightly or wrongly. An empty name of a file counts as none.
func (s *source) take(k key, direct, indirect string, lookup func(string) (string, bool)) bool {
	value, ok := lookup(direct)
	path, _ := lookup(indirect)
	switch {
	case path == "" && !ok:
		return false
	case path == "":
		s.values[k.name] = value
	case value != "":
		s.fault(k, indirect, fmt.Sprintf("%s is set too; keep one of the two", direct))
	default:
		s.takeFile(k, indirect, path)
	}
	return true
}

func (s *source) takeFile(k key, indirect, path string) {
	content, err := os.ReadFile(path)
	if err != nil {
		s.fault(k, indirect, fmt.Sprintf("cannot read %q (%v); check the path and who may read it", path, reason(err)))
		return
	}
	s.values[k.name] = strings.TrimRight(string(content), "\r\n")
}

func (s *source) fault(k key, name, problem string) {
	s.faults = append(s.faults, Fault{Key: name, Problem: problem})
	s.broken[k.name] = true
}

// readYAML returns the scalars of the file by key. Unknown keys and what is no scalar are faults.
func (s *source) readYAML(path string) map[string]string {
	if path == "" {
		return nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		s.faults = append(s.faults, Fault{"--config", fmt.Sprintf("cannot read %q (%v); check the path and who may read it", path, reason(err))})
		return nil
	}
	values, faults := parseYAML(path, content)
	s.faults = append(s.faults, faults...)
	return values
}

func parseYAML(path string, content []byte) (map[string]string, Faults) {
	file, err := parser.ParseBytes(content, 0)
	if err != nil {
		return nil, Faults{{path, yaml.FormatError(err, false, false)}}
	}
	values := map[string]string{}
	var faults Faults
	for _, doc := range file.Docs {
		switch body := doc.Body.(type) {
		case nil, *ast.CommentGroupNode, *ast.NullNode:
		case ast.MapNode:
			for pairs := body.MapRange(); pairs.Next(); {
				if fault := takePair(values, pairs.KeyValue()); fault != "" {
					faults = append(faults, Fault{place(path, pairs.KeyValue()), fault})
				}
			}
		default:
			faults = append(faults, Fault{place(path, body), "the file must hold lines of the form key: value"})
		}
	}
	return values, faults
}

// takePair adds one line of the file to values, or says what is wrong with it. A key without a value is left out.
func takePair(values map[string]string, pair *ast.MappingValueNode) string {
	name := pair.Key.GetToken().Value
	if !known(name) {
		return fmt.Sprintf("unknown key %q; did you mean %s?", name, nearest(name))
	}
	switch value := pair.Value.(type) {
	case *ast.NullNode:
	case *ast.LiteralNode:
		values[name] = strings.TrimRight(value.Value.Value, "\r\n")
	case ast.ScalarNode:
		values[name] = value.GetToken().Value
	default:
		return fmt.Sprintf("%s must be one value, not a list or a table", name)
	}
	return ""
}

func place(path string, node ast.Node) string {
	if pair, ok := node.(*ast.MappingValueNode); ok {
		node = pair.Key
	}
	return fmt.Sprintf("%s:%d", path, node.GetToken().Position.Line)
}

func known(name string) bool {
	name = strings.TrimSuffix(name, strings.ToLower(fileSuffix))
	for _, k := range keys {
		if k.name == name {
			return true
		}
	}
	return false
}

// nearest is the key that takes the fewest edits to come from name.
func nearest(name string) string {
	best, least := "", len(name)+64
	for _, k := range keys {
		if d := levenshtein.ComputeDistance(name, k.name); d < least {
			best, least = k.name, d
		}
	}
	return best
}

// reason is err without the path, which the caller names.
func reason(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}
