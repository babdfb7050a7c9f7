package store_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/store"
	"github.com/loalang/loalang/store/storetest"
	"github.com/loalang/loalang/zalo"
)

// BenchmarkIntake saves events from many senders at once: each in a commit of its own, and in group commits.
func BenchmarkIntake(b *testing.B) {
	for _, database := range []struct {
		name string
		url  func(testing.TB) string
	}{{"SQLite", storetest.SQLiteURL}, {"Postgres", storetest.PostgresURL}} {
		for _, senders := range []int{1, 8, 64} {
			b.Run(fmt.Sprintf("%s/alone/%d", database.name, senders), func(b *testing.B) {
				st := storetest.Open(b, database.url(b))
				send(b, senders, func(ev zalo.Event) error {
					_, err := st.AcceptEvents(b.Context(), []zalo.Event{ev})
					return err
				})
			})
			b.Run(fmt.Sprintf("%s/group/%d", database.name, senders), func(b *testing.B) {
				in := store.NewIntake(storetest.Open(b, database.url(b)))
				require.NoError(b, in.Start(b.Context()))
				send(b, senders, func(ev zalo.Event) error {
					_, err := in.Accept(b.Context(), ev)
					return err
				})
				require.NoError(b, in.Stop(b.Context()))
			})
		}
	}
}

// send lets so many senders save b.N events of 1,000 residents between them.
func send(b *testing.B, senders int, save func(zalo.Event) error) {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range senders {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				body := fmt.Sprintf(`{"app_id":"1","event_name":"user_send_text","sender":{"id":"71%d"},"recipient":{"id":"4"},"message":{"msg_id":"m%d","text":"làm sao kích hoạt vneid"},"timestamp":"1790000000000"}`, i%1000, i)
				ev, err := zalo.ParseEvent([]byte(body))
				if err == nil {
					err = save(ev)
				}
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
