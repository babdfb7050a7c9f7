package configs

import (
	"embed"
	"io/fs"
)

//go:embed faq/*.yaml
var faqFiles embed.FS

// FAQ holds the starting content of the FAQ, one YAML file per section, at its root.
var FAQ = must(fs.Sub(faqFiles, "faq"))

// FAQModel is what was learned from FAQ, so that the program starts without learning it anew. `make model` writes it.
//
//go:embed faq.model
var FAQModel []byte

// ZaloRules is what Zalo allows and charges, in YAML, each rule with its source and the day it was read.
//
//go:embed zalo-rules.yaml
var ZaloRules []byte

//go:embed announcements/*.yaml
var announcementFiles embed.FS

// Announcements holds the kinds of announcements with their wording, one YAML file per kind, at its root.
var Announcements = must(fs.Sub(announcementFiles, "announcements"))

// Holidays are the public holidays, in YAML, each with its source and the day it was read.
//
//go:embed holidays.yaml
var Holidays []byte

// must serves values fixed at build time, where an error means that the program itself is wrong.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
