package plan

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// reader turns the syntax tree of a rules file into entries. It walks the tree instead of decoding into structs because a
// decoder stops at the first fault, and whoever mends a file wants to see all of them.
type reader struct {
	file    string
	entries map[string][]entry // by rule, those without fault
	seen    map[string]bool    // the rules that have an entry, with faults or without
	rule    string             // of the entry being read, for faults
	line    int                // where that entry begins
	faults  Faults
}

// field is the value of a key with its line. The zero field stands for a key that is not given.
type field struct {
	node ast.Node
	line int
}

// entryKeys are the keys of an entry.
var entryKeys = []string{"name", "value", "unit", "from", "note", "source", "read"}

func (r *reader) readFile(data []byte) {
	file, err := parser.ParseBytes(bytes.TrimPrefix(data, []byte("\ufeff")), 0)
	if err != nil {
		r.syntax(err)
		return
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		r.fault(1, `a rules file is one YAML document; start it with "rules:" and a list of entries`)
		return
	}
	root, ok := file.Docs[0].Body.(ast.MapNode)
	if !ok {
		r.fault(1, `no keys; start the file with "rules:" and a list of entries`)
		return
	}
	keys := keysOf(root)
	r.refuseOthers(keys, "rules")
	list := keys["rules"]
	items, ok := list.node.(*ast.SequenceNode)
	if !ok {
		r.fault(max(list.line, 1), `"rules" is no list; begin each entry below it with "- name:"`)
		return
	}
	for _, item := range items.Values {
		r.readEntry(item)
	}
	r.rule = ""
	for _, known := range rules {
		if !r.seen[known.name] {
			r.fault(list.line, "%s is missing; add an entry with its value in the unit %q", known.name, known.unit)
		}
	}
}

func (r *reader) readEntry(item ast.Node) {
	r.rule, r.line = "", item.GetToken().Position.Line
	tree, ok := item.(ast.MapNode)
	if !ok {
		r.fault(r.line, `no keys in an entry; begin it with "- name:"`)
		return
	}
	before := len(r.faults)
	keys := keysOf(tree)
	r.rule = r.text(keys["name"])
	known, ok := ruleOf(r.rule)
	if !ok {
		r.fault(r.lineOf(keys["name"]), "name %q is no rule of ours; known are %s", r.rule, ruleNames())
		return
	}
	r.seen[r.rule] = true
	r.refuseOthers(keys, entryKeys...)
	if unit := r.text(keys["unit"]); unit != known.unit {
		r.fault(r.lineOf(keys["unit"]), "unit is %q; give the value in the unit %q", unit, known.unit)
	}
	v, err := known.read(r.text(keys["value"]))
	if err != nil {
		r.fault(r.lineOf(keys["value"]), "%v", err)
	}
	e := entry{line: r.line, from: r.text(keys["from"]), value: v}
	if e.from != "" {
		r.wantDay(keys["from"], "from")
	}
	r.wantDay(keys["read"], "read")
	if r.text(keys["source"]) == "" {
		r.fault(r.lineOf(keys["source"]), "source is missing; name the page of Zalo's that says so")
	}
	r.text(keys["note"])
	if len(r.faults) == before {
		r.entries[r.rule] = append(r.entries[r.rule], e)
	}
}

func keysOf(tree ast.MapNode) map[string]field {
	keys := map[string]field{}
	for it := tree.MapRange(); it.Next(); {
		at := it.Key().GetToken()
		keys[at.Value] = field{it.Value(), at.Position.Line}
	}
	return keys
}

// refuseOthers faults the keys that are not known.
func (r *reader) refuseOthers(keys map[string]field, known ...string) {
	for key, f := range keys {
		if !slices.Contains(known, key) {
			r.fault(f.line, "unknown key %q; known are %s", key, strings.Join(known, ", "))
		}
	}
}

// text gives a value as it is written, empty when it is not given.
func (r *reader) text(f field) string {
	switch n := f.node.(type) {
	case nil, *ast.NullNode:
		return ""
	case *ast.StringNode:
		return strings.TrimSpace(n.Value)
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value)
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value
	}
	r.fault(f.line, "no text after the colon; write one value there")
	return ""
}

func (r *reader) wantDay(f field, key string) {
	if day := r.text(f); day == "" {
		r.fault(r.lineOf(f), "%s is missing; write the day as YYYY-MM-DD", key)
	} else if _, err := time.Parse(time.DateOnly, day); err != nil {
		r.fault(f.line, "%s %q is no day; write YYYY-MM-DD", key, day)
	}
}

// lineOf is the line of a field, or of the entry when it is not given.
func (r *reader) lineOf(f field) int {
	if f.node == nil {
		return r.line
	}
	return f.line
}

func (r *reader) fault(line int, format string, args ...any) {
	r.faults = append(r.faults, Fault{r.file, line, r.rule, fmt.Sprintf(format, args...)})
}

func (r *reader) syntax(err error) {
	line, problem := 1, err.Error()
	var bad yaml.Error
	if errors.As(err, &bad) {
		problem = bad.GetMessage()
		if at := bad.GetToken(); at != nil {
			line = at.Position.Line
		}
	}
	r.fault(line, "%s; correct the YAML there", problem)
}
