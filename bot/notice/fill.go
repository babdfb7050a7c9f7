package notice

import (
	"regexp"
	"strings"
)

// placeholder is where the value of a field stands in a body.
var placeholder = regexp.MustCompile(`\{([a-z_]+)\}`)

// Fill is the text of a kind with its values, and the language that it is in: the one that is wanted, else Vietnamese. A
// line with a field that was left out is left out with it. What is wrong with the values is Faults, all of it.
func (k Kind) Fill(language string, values map[string]string) (text, in string, err error) {
	var faults Faults
	good := make(map[string]string, len(k.Fields))
	for _, f := range k.Fields {
		value, fault := f.Check(values[f.ID])
		if fault != nil {
			faults = append(faults, *fault)
			continue
		}
		good[f.ID] = value
	}
	for _, id := range sortedKeys(values) {
		if _, known := k.Field(id); !known {
			faults = append(faults, Fault{Field: id, Label: id, Why: "loại tin này không hỏi mục ấy", Hint: "Các mục có: " + k.fieldIDs() + "."})
		}
	}
	if len(faults) > 0 {
		return "", "", faults
	}
	body, in := k.Bodies[language], language
	if body == "" {
		body, in = k.Bodies[Vietnamese], Vietnamese
	}
	return fill(body, good), in, nil
}

// Example is the text with the examples of all fields.
func (k Kind) Example(language string) (string, error) {
	values := make(map[string]string, len(k.Fields))
	for _, f := range k.Fields {
		values[f.ID] = f.Example
	}
	text, _, err := k.Fill(language, values)
	return text, err
}

func (k Kind) fieldIDs() string {
	ids := make([]string, len(k.Fields))
	for i, f := range k.Fields {
		ids[i] = f.ID
	}
	return strings.Join(ids, ", ")
}

// fill puts values into a body, each once: what looks like a placeholder in a value is none.
func fill(body string, values map[string]string) string {
	var lines []string
	for line := range strings.Lines(body) {
		line = strings.TrimRight(line, "\n")
		whole := true
		for _, m := range placeholder.FindAllStringSubmatch(line, -1) {
			whole = whole && values[m[1]] != ""
		}
		if !whole {
			continue
		}
		if line == "" && (len(lines) == 0 || lines[len(lines)-1] == "") { // what stood between is gone
			continue
		}
		lines = append(lines, stopped.ReplaceAllStringFunc(line, func(at string) string {
			bare, stop := strings.CutSuffix(at, ".")
			value := values[strings.Trim(bare, "{}")]
			if stop && !strings.HasSuffix(value, ".") && !strings.HasSuffix(value, "!") && !strings.HasSuffix(value, "?") && !strings.HasSuffix(value, "…") {
				value += "."
			}
			return value
		}))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// stopped is a placeholder with the full stop after it, which is not written when the value has one of its own.
var stopped = regexp.MustCompile(`\{[a-z_]+\}\.?`)
