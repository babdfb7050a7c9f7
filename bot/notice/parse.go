package notice

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/language"
)

const (
	// maxText is how long a body filled with its examples may be: two messages of Zalo's, with room for who stands behind it.
	maxText  = 3500
	maxTitle = 60 // what fits a button
	maxField = 20
)

var (
	identifier = regexp.MustCompile(`^[a-z_]+$`)
	urgencies  = []string{"emergency", "normal", "bulk"}
)

// file is how a kind stands in YAML.
type file struct {
	ID           string            `yaml:"id"`
	Order        int               `yaml:"order"`
	Title        string            `yaml:"title"`
	Urgency      string            `yaml:"urgency"`
	Topic        string            `yaml:"topic"`
	LifeOrHealth bool              `yaml:"life_or_health"`
	UsefulFor    string            `yaml:"useful_for"`
	Fields       []fileField       `yaml:"fields"`
	Bodies       map[string]string `yaml:"bodies"`
}

type fileField struct {
	ID       string   `yaml:"id"`
	Label    string   `yaml:"label"`
	Question string   `yaml:"question"`
	Example  string   `yaml:"example"`
	Required bool     `yaml:"required"`
	Type     Type     `yaml:"type"`
	Choices  []string `yaml:"choices"`
}

// reader reads one file and keeps what is wrong with it.
type reader struct {
	name   string
	faults []error
}

func (r *reader) fault(key, format string, args ...any) {
	r.faults = append(r.faults, fmt.Errorf("%s: %s: "+format, append([]any{r.name, key}, args...)...))
}

// Parse reads the kinds of a folder, one YAML file each. topics are those that residents can subscribe to. All faults are
// returned together, each with its file and key.
func Parse(folder fs.FS, topics []string) (*Library, error) {
	names, err := fs.Glob(folder, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list kinds of announcements: %w", err)
	}
	if len(names) == 0 {
		return nil, errors.New("there are no kinds of announcements: add a .yaml file for each")
	}
	l, order, from := &Library{}, make(map[string]int), make(map[string]string)
	var faults []error
	for _, name := range names {
		r := &reader{name: name}
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("read kinds of announcements: %w", err)
		}
		var f file
		if err := yaml.UnmarshalWithOptions(data, &f, yaml.Strict()); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", name, err))
			continue
		}
		k := r.kind(f, topics)
		if other := from[k.ID]; other != "" {
			r.fault("id", "%q is that of %s, too; give each its own", k.ID, other)
		}
		from[k.ID], order[k.ID] = name, f.Order
		l.kinds = append(l.kinds, k)
		faults = append(faults, r.faults...)
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	slices.SortStableFunc(l.kinds, func(a, b Kind) int {
		return cmp.Or(cmp.Compare(order[a.ID], order[b.ID]), cmp.Compare(a.ID, b.ID))
	})
	return l, nil
}

func (r *reader) kind(f file, topics []string) Kind {
	k := Kind{ID: f.ID, Title: f.Title, Urgency: f.Urgency, Topic: f.Topic, LifeOrHealth: f.LifeOrHealth, Bodies: make(map[string]string)}
	if !identifier.MatchString(f.ID) {
		r.fault("id", "%q is no id; use a-z and _", f.ID)
	} else if want := strings.TrimSuffix(path.Base(r.name), ".yaml"); strings.ReplaceAll(want, "-", "_") != f.ID {
		r.fault("id", "%q is not the name of the file; call one as the other", f.ID)
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(f.Title)); n == 0 || n > maxTitle {
		r.fault("title", "it has %d characters; give it 1 to %d, it stands on a button", n, maxTitle)
	}
	if !slices.Contains(urgencies, f.Urgency) {
		r.fault("urgency", "%q is none of %s", f.Urgency, strings.Join(urgencies, ", "))
	} else if f.Urgency == "emergency" && !f.LifeOrHealth {
		r.fault("urgency", "an emergency goes without consent, which the law allows for life and health only; set life_or_health or another urgency")
	}
	if f.Topic != "" && !slices.Contains(topics, f.Topic) {
		r.fault("topic", "%q is none of %s; leave it out for everybody", f.Topic, strings.Join(topics, ", "))
	}
	var err error
	if k.UsefulFor, err = time.ParseDuration(f.UsefulFor); err != nil || k.UsefulFor < time.Hour || k.UsefulFor > 366*24*time.Hour {
		r.fault("useful_for", "%q is no time from 1h to 8784h; write it like 72h", f.UsefulFor)
	}
	if len(f.Fields) == 0 || len(f.Fields) > maxField {
		r.fault("fields", "there are %d; ask for 1 to %d things", len(f.Fields), maxField)
	}
	for i, field := range f.Fields {
		k.Fields = append(k.Fields, r.field(i, field, k.Fields))
	}
	r.bodies(&k, f.Bodies)
	return k
}

func (r *reader) field(i int, f fileField, before []Field) Field {
	field := Field{
		ID: f.ID, Label: strings.TrimSpace(f.Label), Question: strings.TrimSpace(f.Question), Example: strings.TrimSpace(f.Example),
		Required: f.Required, Type: f.Type, Choices: f.Choices,
	}
	key := func(name string) string { return fmt.Sprintf("fields[%d] %s: %s", i+1, f.ID, name) }
	if !identifier.MatchString(f.ID) {
		r.fault(key("id"), "%q is no id; use a-z and _", f.ID)
	}
	if slices.ContainsFunc(before, func(b Field) bool { return b.ID == f.ID }) {
		r.fault(key("id"), "it stands twice; give each field its own")
	}
	if field.Label == "" {
		r.fault(key("label"), "it is missing; say in a few words what is asked for")
	}
	if field.Question == "" {
		r.fault(key("question"), "it is missing; write what a village head is asked")
	}
	if !slices.Contains(types, f.Type) {
		r.fault(key("type"), "%q is none of %v", f.Type, types)
		return field
	}
	for n, c := range f.Choices {
		if strings.TrimSpace(c) == "" || slices.Contains(f.Choices[:n], c) {
			r.fault(key("choices"), "%q is empty or stands twice", c)
		}
	}
	if field.Example == "" {
		r.fault(key("example"), "it is missing; show what is expected")
	} else if _, fault := field.Check(field.Example); fault != nil {
		r.fault(key("example"), "it would be refused: %s", fault.Why)
	}
	return field
}

// bodies checks the texts: only known fields, and every field somewhere.
func (r *reader) bodies(k *Kind, bodies map[string]string) {
	if strings.TrimSpace(bodies[Vietnamese]) == "" {
		r.fault("bodies.vi", "it is missing; every kind has a Vietnamese text")
	}
	for _, tag := range sortedKeys(bodies) {
		body, key := bodies[tag], "bodies."+tag
		if parsed, err := language.Parse(tag); err != nil || parsed.String() != tag {
			r.fault(key, "%q is no language; write it like vi, rad or hmn", tag)
		}
		used := make(map[string]bool)
		for _, m := range placeholder.FindAllStringSubmatch(body, -1) {
			used[m[1]] = true
			if _, known := k.Field(m[1]); !known {
				r.fault(key, "{%s} is no field of this kind; add the field or take it out", m[1])
			}
		}
		if rest := placeholder.ReplaceAllString(body, ""); strings.ContainsAny(rest, "{}") {
			r.fault(key, "a { or } belongs to no field; write fields like {place}, and leave other braces out")
		}
		if strings.Contains(body, "[@") {
			r.fault(key, `"[@" is what Zalo reads as a mention; leave it out`)
		}
		for _, f := range k.Fields {
			if strings.TrimSpace(body) != "" && !used[f.ID] {
				r.fault(key, "{%s} is asked for but does not stand in the text", f.ID)
			}
		}
		k.Bodies[tag] = strings.TrimSpace(body)
		values := make(map[string]string)
		for _, f := range k.Fields {
			values[f.ID] = f.Example
		}
		if n := utf8.RuneCountInString(fill(body, values)); n > maxText {
			r.fault(key, "with its examples it has %d characters; at most %d are read", n, maxText)
		}
	}
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
