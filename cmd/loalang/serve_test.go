package main

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/store/storetest"
	"github.com/loalang/loalang/zalo/zalosim"
)

// patience is how long a test waits for what must happen.
const patience = 2 * time.Minute

// questionsOf are distinct texts per resident, each recognised in its answer: the menu of a section page.
type question struct{ user, msgID, text string }

// questions are n questions of some residents. Each gets a reply of its own kind: the number that names no choice is
// answered like any unknown text, so the answers are counted, and their order is seen by the alternation of two kinds.
func questions(users, n int) []question {
	list := make([]question, n)
	for i := range list {
		user := i % users
		text := "menu"
		if (i/users)%2 == 1 {
			text = "trợ giúp"
		}
		list[i] = question{user: fmt.Sprintf("71%017d", user+1), msgID: fmt.Sprintf("m%d", i), text: text}
	}
	return list
}

// answered checks that each resident's phone shows exactly the answers to the questions, in order.
func answered(w *world, list []question) func() bool {
	want := make(map[string][]string)
	for _, q := range list {
		want[q.user] = append(want[q.user], answerTo[q.text])
	}
	return func() bool {
		for user, answers := range want {
			if len(w.answers(user)) < len(answers) {
				return false
			}
		}
		for user, answers := range want {
			got := w.answers(user)
			require.Len(w.t, got, len(answers), "answers to %s", user)
			for i := range got {
				require.True(w.t, strings.HasPrefix(got[i], answers[i]), "answer %d to %s: %.40q", i, user, got[i])
			}
		}
		return true
	}
}

var answerTo = map[string]string{"menu": "Bà con muốn hỏi về việc gì", "trợ giúp": "Bà con nhắn câu hỏi"}

// answers are the texts that the OA has sent to a resident.
func (w *world) answers(user string) (texts []string) {
	for _, m := range w.sim.Messages(testOA, user) {
		if m.FromOA {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

func (w *world) addUsers(n int) {
	for i := range n {
		w.sim.AddUser(zalosim.User{OA: testOA, ID: fmt.Sprintf("71%017d", i+1), LastInteraction: time.Now()})
	}
}

// ask sends questions, each resident's in order, a fifth of them twice and some with a wrong signature besides, until
// every one was answered 200. address says where the program is now.
func (w *world) ask(list []question, address func() string) {
	byUser := make(map[string][]question)
	for _, q := range list {
		byUser[q.user] = append(byUser[q.user], q)
	}
	var wg sync.WaitGroup
	slots := make(chan struct{}, 32)
	for _, own := range byUser {
		wg.Go(func() {
			for i, q := range own {
				slots <- struct{}{}
				body := textEvent(q.user, q.msgID, q.text)
				times := 1
				if rand.IntN(5) == 0 {
					times = 2
				}
				for range times {
					for w.t.Context().Err() == nil && signed(w.t.Context(), address(), body, testSecret) != 200 {
						<-time.After(50 * time.Millisecond) // Zalo, too, waits before it delivers again
					}
				}
				if i%4 == 0 {
					signed(w.t.Context(), address(), textEvent(q.user, "bad"+q.msgID, "menu"), "another secret")
				}
				<-slots
			}
		})
	}
	wg.Wait()
}

func TestServeAnswersEachGenuineQuestionOnceAndInOrder(t *testing.T) {
	t.Parallel()

	onBoth(t, func(t *testing.T, database string) {
		w := newWorld(t, database, nil)
		w.addUsers(200)
		p := w.serve()
		list := questions(200, 1000)
		w.ask(list, func() string { return p.url })
		require.Eventually(t, answered(w, list), patience, 100*time.Millisecond)
		require.NotEqual(t, "0", p.metric(`loalang_events_total{result="unverified"}`))
		require.NotEqual(t, "0", p.metric(`loalang_events_total{result="duplicate"}`))
		require.Zero(t, p.stop(), p.log.String())
	})
}

func TestServeLosesAndDoublesNothingWhenKilled(t *testing.T) {
	t.Parallel()

	onBoth(t, func(t *testing.T, database string) {
		w := newWorld(t, database, func(cfg *zalosim.Config, _ *zalosim.OA) {
			cfg.Latency = func() time.Duration { return rand.N(20 * time.Millisecond) }
		})
		w.addUsers(60)
		var current atomic.Pointer[process]
		current.Store(w.serve())
		list := questions(60, 300)
		asked := make(chan struct{})
		go func() {
			defer close(asked)
			w.ask(list, func() string { return current.Load().url })
		}()
		require.Eventually(t, func() bool { return w.sim.Stats().Accepted > 80 }, patience, 5*time.Millisecond)
		current.Load().kill()
		current.Store(w.serve())
		<-asked
		require.Eventually(t, answered(w, list), patience, 100*time.Millisecond)
	})
}

func TestServeRefusesEventsWhileTheDatabaseIsAwayAndAnswersThemAfterwards(t *testing.T) {
	t.Parallel()

	database, err := url.Parse(storetest.PostgresURL(t))
	require.NoError(t, err)
	way := newGate(t, database.Host)
	database.Host = way.listener.Addr().String()
	w := newWorld(t, database.String(), nil)
	w.addUsers(50)
	p := w.serve()
	list := questions(50, 500)
	asked := make(chan struct{})
	go func() {
		defer close(asked)
		w.ask(list, func() string { return p.url })
	}()
	require.Eventually(t, func() bool { return w.sim.Stats().Accepted > 50 }, patience, 5*time.Millisecond)
	way.set(true)
	require.Eventually(t, func() bool { return p.metric(`loalang_events_total{result="unavailable"}`) != "0" }, patience, 20*time.Millisecond)
	status, body := p.get("/readyz")
	require.Equal(t, 503, status, body)
	way.set(false)
	<-asked
	require.Eventually(t, answered(w, list), patience, 100*time.Millisecond)
}

func TestReplicasRefreshATokenOnceAndShareTheWork(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.PostgresURL(t), func(_ *zalosim.Config, oa *zalosim.OA) { oa.AccessToken = "another, so that at is refused" })
	w.env["LOALANG_REDIS_URL"] = redisURL()
	w.addUsers(50)
	a, b := w.serve(), w.serve()
	list := questions(50, 300)
	var turn atomic.Int64
	w.ask(list, func() string {
		if turn.Add(1)%2 == 0 {
			return a.url
		}
		return b.url
	})
	require.Eventually(t, answered(w, list), patience, 100*time.Millisecond)
	require.EqualValues(t, 1, w.sim.Stats().TokenCalls)
}

func redisURL() string {
	if u := os.Getenv("LOALANG_TEST_REDIS_URL"); u != "" {
		return u
	}
	return "redis://127.0.0.1:6379/15"
}

func TestServeStopsWithoutLosingWhatItHasTaken(t *testing.T) {
	t.Parallel()

	onBoth(t, func(t *testing.T, database string) {
		w := newWorld(t, database, func(cfg *zalosim.Config, _ *zalosim.OA) {
			cfg.Latency = func() time.Duration { return 20 * time.Millisecond }
		})
		w.addUsers(50)
		var current atomic.Pointer[process]
		current.Store(w.serve())
		list := questions(50, 300)
		asked := make(chan struct{})
		go func() {
			defer close(asked)
			w.ask(list, func() string { return current.Load().url })
		}()
		require.Eventually(t, func() bool { return w.sim.Stats().Accepted > 50 }, patience, 5*time.Millisecond)
		require.Zero(t, current.Load().stop(), current.Load().log.String())
		current.Store(w.serve())
		<-asked
		require.Eventually(t, answered(w, list), patience, 100*time.Millisecond)
		require.Zero(t, w.sim.Stats().Conversations, "a stop in order leaves nothing unsure")
	})
}

func TestServeNeverDoublesAReplyOfUnknownFate(t *testing.T) {
	t.Parallel()

	for name, fault := range map[string]zalosim.Fault{
		"WhenZaloDeliversButAnswersAnError":         {Mode: "deliver", Code: -200},
		"WhenZaloDeliversButTheAnswerIsLost":        {Mode: "deliver_502"},
		"WhenZaloDoesNotDeliverAndTheAnswerIsLost":  {Mode: "502"},
		"WhenZaloDeliversAndTheEchoNeverComes":      {Mode: "deliver_502", Message: "no echo"},
		"WhenZaloRefusesOnceForTooManyCallsOfTheOA": {Code: -214, Message: "processing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w := newWorld(t, storetest.SQLiteURL(t), func(cfg *zalosim.Config, _ *zalosim.OA) { cfg.Echoes = fault.Message != "no echo" })
			w.addUsers(1)
			p := w.serve()
			fault.Path, fault.Times = "/message", 1
			w.sim.Fail(fault)
			list := questions(1, 2)
			w.ask(list, func() string { return p.url })
			require.Eventually(t, answered(w, list), 2*patience, 100*time.Millisecond)
			require.Eventually(t, func() bool {
				return p.metric(`loalang_lanes_due{kind="delivery"}`) == "0" && p.metric(`loalang_lanes_due{kind="resident"}`) == "0"
			}, patience, 50*time.Millisecond)
			require.True(t, answered(w, list)(), "a reply came twice")
		})
	}
}

func TestServeFollowsZaloToTheRightEndpoint(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), func(_ *zalosim.Config, oa *zalosim.OA) { oa.Government = true })
	w.must("oa", "add", "--oa-id", testOA, "--type", "business", "--calls-per-minute", "0") // wrong on purpose
	w.addUsers(1)
	p := w.serve()
	list := questions(1, 3)
	w.ask(list, func() string { return p.url })
	require.Eventually(t, answered(w, list), patience, 50*time.Millisecond)
	require.LessOrEqual(t, w.sim.Stats().Refused, int64(1), "it went to the refusing endpoint again")
}

func TestServeSendsTextWhereButtonsAreRefused(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), func(_ *zalosim.Config, oa *zalosim.OA) { oa.RefuseButtons = true })
	w.addUsers(1)
	p := w.serve()
	list := questions(1, 3)
	w.ask(list, func() string { return p.url })
	require.Eventually(t, answered(w, list), patience, 50*time.Millisecond)
	require.EqualValues(t, 1, w.sim.Stats().Refused)
}

func TestServeAsksForConsentWhenTheGrantIsLost(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), func(_ *zalosim.Config, oa *zalosim.OA) { oa.AccessToken, oa.RefreshToken = "x", "y" })
	w.addUsers(1)
	w.env["LOALANG_BASE_URL"] = "https://loa.example.vn"
	p := w.serve()
	w.ask(questions(1, 1), func() string { return p.url })
	require.Eventually(t, func() bool {
		_, body := p.get("/readyz")
		return strings.Contains(body, "-14014") && strings.Contains(body, "https://loa.example.vn/oauth/zalo/start")
	}, patience, 50*time.Millisecond)
	require.EqualValues(t, 1, w.sim.Stats().TokenCalls, "a used refresh token must not be tried again")
	require.Empty(t, w.answers("7100000000000000001"))
}

func TestServeTakesEditedAnswersWithoutRestart(t *testing.T) {
	t.Parallel()

	w := newWorld(t, storetest.SQLiteURL(t), nil)
	w.addUsers(1)
	p := w.serve()
	file := filepath.Join(t.TempDir(), "them.yaml")
	require.NoError(t, os.WriteFile(file, []byte(`section: them
title: Việc thêm
entries:
  - id: cho-phien
    title: Chợ phiên họp ngày nào?
    phrasings: [chợ phiên họp ngày nào, chợ phiên mở hôm nào, mấy giờ chợ phiên họp]
    answer: Chợ phiên họp ngày mùng 5.
    issuer: UBND xã
    source: thông báo của xã
    verified_on: 2026-11-21
`), 0o600))
	w.must("import", "faq", file)
	ask := func(n int) {
		signed(t.Context(), p.url, textEvent("7100000000000000001", fmt.Sprint("q", n), "chợ phiên họp ngày nào"), testSecret)
	}
	n := 0
	require.Eventually(t, func() bool {
		ask(n)
		n++
		texts := w.answers("7100000000000000001")
		return len(texts) > 0 && strings.Contains(texts[len(texts)-1], "mùng 5")
	}, patience, 200*time.Millisecond)
}
