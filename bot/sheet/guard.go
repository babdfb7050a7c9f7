package sheet

import "strings"

// formulaStarts are the first characters by which spreadsheet programs take text for a formula.
const formulaStarts = "=+-@"

// guard puts an apostrophe before text that a spreadsheet program would run, and before text that unguard would change.
// Source: OWASP, "CSV Injection", read 2026-11-26.
func guard(text string) string {
	if text != "" && strings.Contains(formulaStarts+"'", text[:1]) {
		return "'" + text
	}
	return text
}

// unguard takes the apostrophe of guard away.
func unguard(text string) string {
	if len(text) > 1 && text[0] == '\'' && strings.Contains(formulaStarts+"'", text[1:2]) {
		return text[1:]
	}
	return text
}
