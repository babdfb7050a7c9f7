package faq

import (
	"bytes"
	"compress/gzip"
	"encoding/gob"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// marshalled is a model in its compressed form.
func marshalled(t testing.TB, model *Model) []byte {
	t.Helper()
	data, err := model.MarshalBinary()
	require.NoError(t, err)
	return data
}

// manyEntries are n entries that differ in one word each.
func manyEntries(n int) Content {
	var content Content
	for i := range n {
		content.Entries = append(content.Entries, Entry{
			ID: fmt.Sprintf("e-%03d", i), Title: fmt.Sprintf("hỏi thửa đất số %d", i),
			Phrasings: []string{fmt.Sprintf("cho tôi hỏi thửa đất số %d", i), fmt.Sprintf("thửa số %d ở đâu", i)},
		})
	}
	return content
}

func TestModel(t *testing.T) {
	t.Parallel()

	t.Run("DecidesTheSameOnceReadBack", func(t *testing.T) {
		t.Parallel()

		whole, model := shipped()
		for name, c := range map[string]struct {
			content Content
			model   *Model
		}{
			"small": {smallContent, Train(smallContent)}, "empty": {Content{}, Train(Content{})},
			"many": {manyEntries(60), Train(manyEntries(60))}, "shipped": {whole, model},
		} {
			fresh, err := New(c.content, c.model)
			require.NoError(t, err)
			data := marshalled(t, c.model)
			back, err := ReadModel(data)
			require.NoError(t, err)
			require.Equal(t, c.content.Hash(), back.Hash())
			read, err := New(c.content, back)
			require.NoError(t, err)
			for _, text := range append(everyKindOfText, "cho hoi thua dat so 7", "mất thẻ căn cước làm lại ở đâu") {
				require.Equal(t, fresh.Ask(text), read.Ask(text), "%s: %s", name, text)
				require.Equal(t, fresh.Explain(text), read.Explain(text), "%s: %s", name, text)
			}
			require.True(t, bytes.Equal(data, marshalled(t, back)), "%s: what is read is written the same", name)
		}
	})

	t.Run("IsTheSameBytesWheneverTheSameIsLearned", func(t *testing.T) {
		t.Parallel()

		for _, content := range []Content{smallContent, manyEntries(40)} {
			once := marshalled(t, Train(content))
			require.Equal(t, once, marshalled(t, Train(content)))
		}
	})

	t.Run("IsRefusedCutOffAnywhere", func(t *testing.T) {
		t.Parallel()

		data := marshalled(t, Train(smallContent))
		for length := range len(data) {
			_, err := ReadModel(data[:length])
			require.Error(t, err, length)
		}
	})

	t.Run("IsRefusedOrReadWhenDamaged", func(t *testing.T) {
		t.Parallel()

		random := rand.New(rand.NewPCG(5, 6))
		data := marshalled(t, Train(smallContent))
		for range 500 {
			damaged := bytes.Clone(data)
			for range 1 + random.IntN(4) {
				damaged[random.IntN(len(damaged))] ^= byte(1 + random.IntN(255))
			}
			readAndAsk(t, damaged)
		}
	})

	t.Run("IsRefusedOrReadWhenDamagedBeforeItIsPacked", func(t *testing.T) {
		t.Parallel()

		random := rand.New(rand.NewPCG(7, 8))
		packed, err := gzip.NewReader(bytes.NewReader(marshalled(t, Train(smallContent))))
		require.NoError(t, err)
		var plain bytes.Buffer
		_, err = plain.ReadFrom(packed)
		require.NoError(t, err)
		for range 1500 {
			damaged := bytes.Clone(plain.Bytes())
			for range 1 + random.IntN(4) {
				damaged[random.IntN(len(damaged))] ^= byte(1 + random.IntN(255))
			}
			readAndAsk(t, zipped(t, damaged))
		}
	})

	for name, damage := range map[string]func(*savedModel){
		"NoClasses":             func(s *savedModel) { s.Linear.Classes = 0 },
		"FewerClassesOfDanger":  func(s *savedModel) { s.Danger.Classes = -1 },
		"FewerValues":           func(s *savedModel) { s.Linear.Values = s.Linear.Values[1:] },
		"FewerScales":           func(s *savedModel) { s.Linear.Scales = nil },
		"FewerLengths":          func(s *savedModel) { s.Danger.Lengths = s.Danger.Lengths[1:] },
		"FewerFeatures":         func(s *savedModel) { s.Linear.Features = s.Linear.Features[1:] },
		"FewerWeights":          func(s *savedModel) { s.Linear.Weights = s.Linear.Weights[1:] },
		"ARowThatNamesTooMuch":  func(s *savedModel) { s.Linear.Lengths[0] = allClasses - 1 },
		"AClassThatThereIsNot":  func(s *savedModel) { s.Linear.Named = []uint16{1000} },
		"ASectionWithoutWords":  func(s *savedModel) { s.General.Words = s.General.Words[1:] },
		"FewerOwnersThanKeys":   func(s *savedModel) { s.Owners = s.Owners[1:] },
		"AnOwnerThatThereIsNot": func(s *savedModel) { s.Owners[0] = 1000 },
	} {
		t.Run("IsRefusedWith"+name, func(t *testing.T) {
			t.Parallel()

			saved := Train(smallContent).saved()
			damage(&saved)
			var plain bytes.Buffer
			require.NoError(t, gob.NewEncoder(&plain).Encode(saved))
			_, err := ReadModel(zipped(t, plain.Bytes()))
			require.ErrorIs(t, err, errDamaged)
		})
	}

	t.Run("OfManyClassesKnowsThemAll", func(t *testing.T) {
		t.Parallel()

		content := manyEntries(300)
		m := learned(t, content)
		var wide, narrow int
		for _, r := range m.model.linear.rows {
			if r.classes == nil {
				wide++
				require.Len(t, r.weights, 302)
			} else {
				narrow++
				require.Len(t, r.weights, len(r.classes))
			}
		}
		require.Positive(t, wide, "words of all entries have a weight for each")
		require.Positive(t, narrow, "words of one entry have few weights")
		for i, e := range content.Entries {
			require.Equal(t, e.ID, m.Ask(fmt.Sprintf("thua so %d o dau", i)).Entry)
			require.Equal(t, e.ID, m.Ask(fmt.Sprintf("dạ hỏi thửa đất %d", i)).Candidates[0].Entry)
		}
	})
}

func TestGrowingRow(t *testing.T) {
	t.Parallel()

	t.Run("HoldsTheSameWhenItHasBecomeWide", func(t *testing.T) {
		t.Parallel()

		const classes = 3 * fewClasses
		var r growingRow
		want := make([]float32, classes)
		gradient := make([]float32, classes)
		for c := range gradient {
			gradient[c] = float32(c%7) - 3
		}
		for c := range int32(classes) {
			active := []int32{c, (c * 5) % classes}
			for _, a := range active {
				want[a] += 0.5 * gradient[a]
			}
			r.change(gradient, active, 0.5)
			sums := make([]float32, classes)
			r.addTo(sums, 2)
			for k, sum := range sums {
				require.InDelta(t, 2*want[k], sum, 1e-5)
			}
		}
		require.True(t, r.all)
	})

	t.Run("KeepsItsWeightsInEightBits", func(t *testing.T) {
		t.Parallel()

		few := growingRow{classes: []int32{40, 7, 9}, weights: []float32{-2.54, 1.27, 0.001}}
		require.Equal(t, row{scale: 0.02, classes: []uint16{40, 7}, weights: []int8{-127, 64}}, few.quantised(50))
		wide := growingRow{weights: []float32{1.27, -1.27, 0.1}, all: true}
		require.Equal(t, row{scale: 0.01, weights: []int8{127, -127, 10}}, wide.quantised(3))
		nothing := growingRow{}
		require.Equal(t, row{classes: []uint16{}}, nothing.quantised(3))
	})
}

func zipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	packed := gzip.NewWriter(&out)
	_, err := packed.Write(data)
	require.NoError(t, err)
	require.NoError(t, packed.Close())
	return out.Bytes()
}

// readAndAsk makes sure that bytes are refused, or that what is read of them decides.
func readAndAsk(t testing.TB, data []byte) {
	t.Helper()
	model, err := ReadModel(data)
	if err != nil {
		return
	}
	model.hash = smallContent.Hash()
	m, err := New(smallContent, model)
	if err != nil {
		require.ErrorIs(t, err, ErrStale)
		return
	}
	for _, text := range everyKindOfText {
		require.NotEmpty(t, m.AskAfter(text, "vay-ho-ngheo").Kind)
		m.Explain(text)
	}
}

// FuzzReadModel reads what is in the packed form, since nothing damaged gets past its checksum.
func FuzzReadModel(f *testing.F) {
	for _, content := range []Content{{}, smallContent, manyEntries(4)} {
		packed, err := gzip.NewReader(bytes.NewReader(marshalled(f, Train(content))))
		require.NoError(f, err)
		var plain bytes.Buffer
		_, err = plain.ReadFrom(packed)
		require.NoError(f, err)
		f.Add(plain.Bytes())
		f.Add(plain.Bytes()[:plain.Len()/2])
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = ReadModel(data) // which is not packed
		readAndAsk(t, zipped(t, data))
	})
}
