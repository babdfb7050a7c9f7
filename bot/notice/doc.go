// Package notice holds the kinds of announcements with their wording ready: what a village head is asked for, and the text
// that comes of the answers, in each language. It is pure: YAML and answers in, texts or faults out.
package notice
