// Package bleve measures a full-text engine beside the matcher of bot/faq, on the same content and questions. It is a
// module of its own, so that the product does not depend on the engine.
package bleve

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/blevesearch/bleve/v2"

	"github.com/loalang/loalang/bot/faq"
)

type question struct{ text, label string }

func content(b *testing.B) (faq.Content, []question) {
	b.Helper()
	c, err := faq.Load(os.DirFS("../../configs/faq"), "*.yaml")
	if err != nil {
		b.Fatal(err)
	}
	data, err := os.ReadFile("../../bot/faq/testdata/questions-dev.tsv")
	if err != nil {
		b.Fatal(err)
	}
	entries := make(map[string]bool)
	for _, e := range c.Entries {
		entries[e.ID] = true
	}
	var list []question
	for row := range strings.Lines(string(data)) {
		if text, label, _ := strings.Cut(strings.TrimSpace(row), "\t"); entries[label] {
			list = append(list, question{text, label})
		}
	}
	return c, list
}

// report asks every question once for the accuracy, then again and again for the time.
func report(b *testing.B, list []question, ask func(text string) []string) {
	first, three := 0, 0
	for _, q := range list {
		ids := ask(q.text)
		if len(ids) > 0 && ids[0] == q.label {
			first++
		}
		if slices.Contains(ids[:min(3, len(ids))], q.label) {
			three++
		}
	}
	for i := 0; b.Loop(); i++ {
		ask(list[i%len(list)].text)
	}
	b.ReportMetric(100*float64(first)/float64(len(list)), "%first")
	b.ReportMetric(100*float64(three)/float64(len(list)), "%three")
}

// BenchmarkBleve finds the phrasings nearest to a question, folded and with abbreviations written out as ours are, and
// takes the entries in the order of their best phrasing.
func BenchmarkBleve(b *testing.B) {
	c, list := content(b)
	index, err := bleve.NewMemOnly(bleve.NewIndexMapping())
	if err != nil {
		b.Fatal(err)
	}
	owner := make(map[string]string)
	batch := index.NewBatch()
	for _, e := range c.Entries {
		for i, p := range append([]string{e.Title}, e.Phrasings...) {
			id := e.ID + "/" + string(rune(i))
			owner[id] = e.ID
			if err := batch.Index(id, map[string]string{"text": strings.Join(faq.Words(p), " ")}); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := index.Batch(batch); err != nil {
		b.Fatal(err)
	}
	report(b, list, func(text string) (ids []string) {
		search := bleve.NewSearchRequestOptions(bleve.NewMatchQuery(strings.Join(faq.Words(text), " ")), 30, 0, false)
		found, err := index.Search(search)
		if err != nil {
			b.Fatal(err)
		}
		for _, hit := range found.Hits {
			if id := owner[hit.ID]; !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		return ids
	})
}

// BenchmarkMatcher asks our own.
func BenchmarkMatcher(b *testing.B) {
	c, list := content(b)
	data, err := os.ReadFile("../../configs/faq.model")
	if err != nil {
		b.Fatal(err)
	}
	model, err := faq.ReadModel(data)
	if err != nil {
		b.Fatal(err)
	}
	m, err := faq.New(c, model)
	if err != nil {
		b.Fatal(err)
	}
	report(b, list, func(text string) (ids []string) {
		for _, candidate := range m.Ask(text).Candidates {
			ids = append(ids, candidate.Entry)
		}
		return ids
	})
}
