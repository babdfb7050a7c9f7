package faq

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var benchQuestions = []string{
	"lam sao kich hoat vneid",
	"sao dt m o vao dc vneid z",
	"Nhà tôi hộ nghèo, muốn vay vốn nuôi bò thì làm thế nào, lãi suất bao nhiêu?",
	"dduwowngf d9u7o7ng2 nay di dau",
	"cảm ơn em nhiều nhé",
}

// BenchmarkAsk measures one question.
func BenchmarkAsk(b *testing.B) {
	m := shippedMatcher(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.Ask(benchQuestions[i%len(benchQuestions)])
	}
}

// BenchmarkAskOfMany measures one question at 2,000 entries, those shipped under names of their own.
func BenchmarkAskOfMany(b *testing.B) {
	content, _ := shipped()
	few := content.Entries
	content.Entries = nil
	for i := range 2000 {
		e := few[i%len(few)]
		e.ID = fmt.Sprintf("%s-%d", e.ID, i)
		e.Phrasings = nil
		for _, p := range few[i%len(few)].Phrasings[:5] {
			e.Phrasings = append(e.Phrasings, fmt.Sprintf("%s xa%d", p, i))
		}
		content.Entries = append(content.Entries, e)
	}
	m := learned(b, content)
	for i := 0; b.Loop(); i++ {
		m.Ask(benchQuestions[i%len(benchQuestions)])
	}
}

// BenchmarkAskLong measures a text of 20,000 characters.
func BenchmarkAskLong(b *testing.B) {
	m := shippedMatcher(b)
	long := strings.Repeat("kính gửi ủy ban, tôi muốn hỏi vay vốn hộ nghèo ko bít lm s ", 340)
	for b.Loop() {
		m.Ask(long)
	}
}

// BenchmarkReadModel measures what the start of the program needs to understand: the model read and the matcher built.
func BenchmarkReadModel(b *testing.B) {
	content, _ := shipped()
	data, err := os.ReadFile(modelFile)
	require.NoError(b, err)
	for b.Loop() {
		model, err := ReadModel(data)
		require.NoError(b, err)
		_, err = New(content, model)
		require.NoError(b, err)
	}
}

// BenchmarkTrain measures learning the content shipped, and how much memory it takes at most over what was there before.
func BenchmarkTrain(b *testing.B) {
	content, _ := shipped()
	debug.SetGCPercent(50) // as the program learns
	runtime.GC()
	before := heap()
	peak := before
	done := make(chan struct{})
	var sampling sync.WaitGroup
	sampling.Go(func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				peak = max(peak, heap())
			case <-done:
				return
			}
		}
	})
	for b.Loop() {
		Train(content)
	}
	close(done)
	sampling.Wait()
	debug.SetGCPercent(100)
	b.ReportMetric(float64(peak-before)/1e6, "peak-MB")
}

// heap is the memory that the heap holds of the system, in bytes.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64() + sample[1].Value.Uint64()
}
