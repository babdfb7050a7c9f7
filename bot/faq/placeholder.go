package faq

import (
	"regexp"
	"slices"
	"strings"
)

// Placeholders are what an answer may leave to the unit of the one who asks: its name, phone, address and office hours.
var Placeholders = []string{"don_vi", "dien_thoai", "dia_chi", "gio_lam_viec"}

var placeholder = regexp.MustCompile(`\{([^{}\n]*)\}`)

func placeholdersIn(text string) (names []string) {
	for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
		names = append(names, found[1])
	}
	return names
}

// Fill puts the values into a text. A line that lacks a value is left out whole: no resident ever sees a placeholder.
func Fill(text string, value func(name string) string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	lines := slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool {
		return slices.ContainsFunc(placeholdersIn(line), func(name string) bool { return value(name) == "" })
	})
	filled := placeholder.ReplaceAllStringFunc(strings.Join(lines, "\n"), func(found string) string {
		return value(strings.Trim(found, "{}"))
	})
	return strings.TrimSpace(filled)
}
