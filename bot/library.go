package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/loalang/loalang/bot/faq"
)

// Library holds the knowledge in use and swaps in a new one when the content has changed.
type Library struct {
	store   FAQStore
	shipped []byte // the model of the content that the program comes with
	log     *slog.Logger
	current atomic.Pointer[Knowledge]

	learning sync.Mutex // one content is learned at a time

	mu      sync.Mutex
	reloads int64 // the number of the last; what an earlier one has learned comes too late
}

// NewLibrary returns an empty library; call Reload before using it. shipped is a model that saves learning anew when the
// content is the one that it was learned from; it may be nil.
func NewLibrary(store FAQStore, shipped []byte, log *slog.Logger) *Library {
	return &Library{store: store, shipped: shipped, log: log}
}

// Current is the knowledge in use.
func (l *Library) Current() *Knowledge { return l.current.Load() }

// Reload reads the content and swaps it in. What nobody has learned from yet is learned in the background, while the
// knowledge before stays in use; only the first time there is none to use meanwhile.
func (l *Library) Reload(ctx context.Context) error {
	content, err := l.store.FAQ(ctx)
	if err != nil {
		return fmt.Errorf("load faq: %w", err)
	}
	overrides, err := l.store.Overrides(ctx)
	if err != nil {
		return fmt.Errorf("load faq overrides: %w", err)
	}
	l.mu.Lock()
	l.reloads++
	number := l.reloads
	l.mu.Unlock()
	model, err := l.known(ctx, content.Hash())
	if err == nil {
		return l.use(number, content, model, overrides)
	}
	if !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("load what was learned: %w", err)
	}
	if l.Current() == nil {
		return l.learn(ctx, number, content, overrides)
	}
	go func() {
		if err := l.learn(context.WithoutCancel(ctx), number, content, overrides); err != nil {
			l.log.Error("learn from changed content", "error", err)
		}
	}()
	return nil
}

// known is the model of a content that was learned from before, by this program's makers, by another replica or earlier.
func (l *Library) known(ctx context.Context, hash string) (*faq.Model, error) {
	if l.shipped != nil {
		if model, err := faq.ReadModel(l.shipped); err == nil && model.Hash() == hash {
			return model, nil
		}
	}
	data, err := l.store.Model(ctx, hash)
	if err != nil {
		return nil, err
	}
	model, err := faq.ReadModel(data)
	if err != nil { // it is learned anew
		return nil, fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	return model, nil
}

// learningGCPercent keeps the heap small while there is learning, which leaves much behind: a server of a commune has little
// memory, and nobody waits for it.
const learningGCPercent = 50

func (l *Library) learn(ctx context.Context, number int64, content faq.Content, overrides []Override) error {
	l.learning.Lock()
	defer l.learning.Unlock()
	if !l.latest(number) {
		return nil
	}
	before := debug.SetGCPercent(learningGCPercent)
	model := faq.Train(content)
	debug.SetGCPercent(before)
	data, err := model.MarshalBinary()
	if err != nil {
		return err
	}
	if err := l.store.SaveModel(ctx, model.Hash(), data); err != nil {
		l.log.Warn("what was learned could not be kept and is learned anew at the next start", "error", err)
	}
	return l.use(number, content, model, overrides)
}

func (l *Library) latest(number int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return number == l.reloads
}

// use swaps in what reload number found, unless there was a later one.
func (l *Library) use(number int64, content faq.Content, model *faq.Model, overrides []Override) error {
	knowledge, err := NewKnowledge(content, model, overrides)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if number == l.reloads {
		l.current.Store(knowledge)
	}
	return nil
}
