package faq

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"slices"
	"strings"
)

// Model is what was learned from the phrasings of one content. It never changes, and the same content always gives the
// same model, so that it can be kept and shared by the content's hash.
type Model struct {
	hash    string
	linear  *linear // what is meant
	danger  *linear // whether somebody is in danger: 0 nobody, then the emergencies
	general generalWords
	keys    []uint64 // of all phrasings, to know an exact repeat by
	owners  []uint16 // the class of each
}

// modelVersion changes whenever the same content would give another model: when features, tables or training change.
const modelVersion = "2"

// ErrStale says that a model was learned from another content.
var ErrStale = errors.New("the model is of another content")

// class is one thing a question can turn out to be.
type class struct {
	kind  Kind
	id    string // of an entry
	reply string // of small talk
}

// line is one phrasing and the class it speaks for.
type line struct {
	text  string
	class int
}

// canonical is the content with its entries in the order of their ids, so that the same entries give the same model in
// whatever order they are shown.
func (c Content) canonical() Content {
	c.Entries = slices.SortedFunc(slices.Values(c.Entries), func(a, b Entry) int { return cmp.Compare(a.ID, b.ID) })
	c.Emergencies = slices.SortedFunc(slices.Values(c.Emergencies), func(a, b Emergency) int { return cmp.Compare(a.ID, b.ID) })
	return c
}

// classes are the entries in their order, then none, handoff and the small talk.
func (c Content) classes() []class {
	list := make([]class, 0, len(c.Entries)+len(c.SmallTalk)+2)
	for _, e := range c.Entries {
		list = append(list, class{kind: KindAnswer, id: e.ID})
	}
	list = append(list, class{kind: KindNone}, class{kind: KindHandoff})
	for _, talk := range c.SmallTalk {
		list = append(list, class{kind: KindSmallTalk, reply: talk.Answer})
	}
	return list
}

// lines are all phrasings with their classes, in the order of classes. What is the same for a class stands once.
func (c Content) lines() []line {
	var list []line
	at := 0
	add := func(texts ...string) {
		seen := map[string]bool{}
		for _, text := range texts {
			if key := Fold(text); key != "" && !seen[key] {
				seen[key] = true
				list = append(list, line{text, at})
			}
		}
		at++
	}
	for _, e := range c.Entries {
		add(append([]string{e.Title}, e.Phrasings...)...)
	}
	add(c.None...)
	add(c.Handoff...)
	for _, talk := range c.SmallTalk {
		add(talk.Phrasings...)
	}
	return list
}

// Hash names what a model is learned from: everything that the residents may say, the answers, and how it is learned.
func (c Content) Hash() string {
	c = c.canonical()
	h := sha256.New()
	fmt.Fprintln(h, modelVersion)
	fmt.Fprintln(h, conceptsTXT, dangersTXT, abbreviationsTSV)
	if err := json.NewEncoder(h).Encode([]any{c.Entries, c.None, c.Handoff, c.SmallTalk, c.Emergencies, c.NoEmergency}); err != nil {
		panic(err) // strings and dates always marshal
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Train learns a model from a content. It takes some seconds on one core.
func Train(content Content) *Model {
	content = content.canonical()
	lines := content.lines()
	m := &Model{hash: content.Hash(), keys: make([]uint64, len(lines)), owners: make([]uint16, len(lines))}
	meant := newCorpus(concepts)
	for i, l := range lines {
		words := readWords(l.text)
		m.keys[i], m.owners[i] = exactKey(words), uint16(l.class)
		meant.add(words, l.class, 1)
	}
	for class, e := range content.Entries {
		for _, sentence := range e.sentences() {
			meant.addOnce(readWords(sentence), class, answerWeight)
		}
	}
	m.linear = meant.train(len(content.classes()))
	m.general = content.generalWords(lines)
	m.danger = content.dangerCorpus(lines).train(len(content.Emergencies) + 1)
	return m
}

// dangerCorpus is what danger is learned from. As a text is read piece by piece, too, the pieces of what is no danger are
// learned as such; and as danger may be named beside something else, each phrasing is learned once more beside one of the
// other lines.
func (c Content) dangerCorpus(lines []line) *corpus {
	corpus := newCorpus(dangers)
	addHarmless := func(words []word, weight float32) {
		corpus.add(words, 0, weight)
		for _, piece := range aroundDangers(words) {
			corpus.add(piece, 0, weight)
		}
	}
	for _, l := range lines {
		addHarmless(readWords(l.text), 1)
	}
	for _, text := range c.NoEmergency {
		addHarmless(readWords(text), dangerWeight)
	}
	const stride = 7919 // a prime, so that the other lines come from everywhere
	n := 0
	for i, e := range c.Emergencies {
		for _, text := range e.Phrasings {
			words := readWords(text)
			corpus.add(words, i+1, dangerWeight)
			if len(lines) == 0 {
				continue
			}
			n++
			corpus.add(beside(words, readWords(lines[n*stride%len(lines)].text), n%2 == 0), i+1, 1)
		}
	}
	return corpus
}

// beside are two texts of one writer, who uses diacritics in both or in none.
func beside(a, b []word, aFirst bool) []word {
	if accented(a) != accented(b) {
		a, b = withoutAccents(a), withoutAccents(b)
	}
	if aFirst {
		return slices.Concat(a, b)
	}
	return slices.Concat(b, a)
}

// sentences are what an entry answers, sentence by sentence: it is said in the words in which it is asked for.
func (e Entry) sentences() []string {
	texts := []string{e.Answer}
	if e.Ask != nil {
		for _, b := range e.Ask.Branches {
			texts = append(texts, b.Title+". "+b.Answer)
		}
	}
	var list []string
	for _, text := range texts {
		for sentence := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(".!?;:\n", r) }) {
			if len(strings.Fields(sentence)) > 3 {
				list = append(list, sentence)
			}
		}
	}
	return list
}

// exactKey is the same for texts with the same words.
func exactKey(words []word) uint64 {
	h := fnv.New64a()
	for _, w := range words {
		_, _ = io.WriteString(h, w.folded+" ") // a hash takes everything
	}
	return h.Sum64()
}

// savedModel is how a Model is kept.
type savedModel struct {
	Hash    string
	Linear  savedLinear
	Danger  savedLinear
	General savedGeneral
	Keys    []uint64
	Owners  []uint16
}

type savedLinear struct {
	Classes  int
	Features []string // in the order of their ids
	Values   []float32
	Scales   []float32
	Lengths  []uint16 // of the rows, in classes named; 0xffff = all
	Named    []uint16 // the classes named, one row after the other
	Weights  []byte   // one row after the other
}

// allClasses is the length of a row that names no classes.
const allClasses = 0xffff

func (m *linear) saved() savedLinear {
	s := savedLinear{
		Classes: m.classes, Features: make([]string, len(m.values)), Values: m.values, Scales: make([]float32, len(m.rows)),
		Lengths: make([]uint16, len(m.rows)),
	}
	for key, id := range m.ids {
		s.Features[id] = key
	}
	for id, r := range m.rows {
		s.Scales[id], s.Lengths[id] = r.scale, allClasses
		if r.classes != nil {
			s.Lengths[id] = uint16(len(r.classes))
			s.Named = append(s.Named, r.classes...)
		}
		for _, w := range r.weights {
			s.Weights = append(s.Weights, byte(w))
		}
	}
	return s
}

// linear refuses what is damaged, before it is used as an index.
func (s savedLinear) linear() (*linear, error) {
	n := len(s.Features)
	if s.Classes <= 0 || len(s.Values) != n || len(s.Scales) != n || len(s.Lengths) != n ||
		slices.ContainsFunc(s.Named, func(c uint16) bool { return int(c) >= s.Classes }) {
		return nil, errDamaged
	}
	weights := make([]int8, len(s.Weights))
	for i, b := range s.Weights {
		weights[i] = int8(b)
	}
	m := &linear{classes: s.Classes, ids: make(map[string]int32, n), values: s.Values, rows: make([]row, n)}
	named := s.Named
	if named == nil {
		named = []uint16{} // a row without classes has weights of none, not of all
	}
	for id, key := range s.Features {
		m.ids[key] = int32(id)
		r, length := row{scale: s.Scales[id]}, s.Classes
		if s.Lengths[id] != allClasses {
			if length = int(s.Lengths[id]); length > len(named) {
				return nil, errDamaged
			}
			r.classes, named = named[:length:length], named[length:]
		}
		if length > len(weights) {
			return nil, errDamaged
		}
		r.weights, weights = weights[:length:length], weights[length:]
		m.rows[id] = r
	}
	return m, nil
}

var errDamaged = errors.New("it is damaged")

// MarshalBinary writes the model in a compressed form.
func (m *Model) MarshalBinary() ([]byte, error) {
	var out bytes.Buffer
	packed := gzip.NewWriter(&out)
	if err := errors.Join(gob.NewEncoder(packed).Encode(m.saved()), packed.Close()); err != nil {
		return nil, fmt.Errorf("write model: %w", err)
	}
	return out.Bytes(), nil
}

func (m *Model) saved() savedModel {
	return savedModel{
		Hash: m.hash, Linear: m.linear.saved(), Danger: m.danger.saved(), General: m.general.saved(), Keys: m.keys, Owners: m.owners,
	}
}

// ReadModel reads what MarshalBinary wrote.
func ReadModel(data []byte) (*Model, error) {
	packed, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read model: %w", err)
	}
	var saved savedModel
	if err := gob.NewDecoder(packed).Decode(&saved); err != nil {
		return nil, fmt.Errorf("read model: %w", err)
	}
	if _, err := io.Copy(io.Discard, packed); err != nil { // the checksum stands at the end
		return nil, fmt.Errorf("read model: %w", err)
	}
	m, err := saved.model()
	if err != nil {
		return nil, fmt.Errorf("read model: %w", err)
	}
	return m, nil
}

func (s savedModel) model() (*Model, error) {
	main, err := s.Linear.linear()
	if err != nil {
		return nil, err
	}
	danger, err := s.Danger.linear()
	if err != nil {
		return nil, err
	}
	general, err := s.General.general()
	if err != nil {
		return nil, err
	}
	if len(s.Keys) != len(s.Owners) || slices.ContainsFunc(s.Owners, func(c uint16) bool { return int(c) >= main.classes }) {
		return nil, errDamaged
	}
	return &Model{hash: s.Hash, linear: main, danger: danger, general: general, keys: s.Keys, owners: s.Owners}, nil
}

// Hash names the content that the model was learned from.
func (m *Model) Hash() string { return m.hash }
