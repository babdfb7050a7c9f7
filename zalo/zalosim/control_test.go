package zalosim_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
	"github.com/loalang/loalang/zalo/zalosim"
)

func TestControlOfGroupsTemplatesAndMoney(t *testing.T) {
	t.Parallel()

	b := setup(t)
	b.post(t, "/sim/oas", `{"id":"43","secret":"`+secret+`","access_token":"at2","token_life":"1000h","billing":{"allowance":1}}`)
	require.JSONEq(t, `{"users":2}`, b.post(t, "/sim/users", `[{"oa":"43","id":"71","last_interaction":"2026-11-18T08:00:00Z"},{"oa":"43","id":"72","refuse":-141}]`))
	require.JSONEq(t, `{"users":1}`, b.post(t, "/sim/users", ` {"oa":"43","id":"73"}`))
	require.JSONEq(t, `{"id":"g"}`, b.post(t, "/sim/groups", `{"oa":"43","id":"g","name":"Thôn 1","members":["71"]}`))
	b.post(t, "/sim/join", `{"oa":"43","group":"g","user":"72","join":true}`)
	b.post(t, "/sim/templates", `{"oa":"43","id":"t","text":"Chào <ten>","price":200,"params":[{"name":"ten"}]}`)
	for _, name := range []zalo.EventName{zalo.EventCreateGroup, zalo.EventUserJoinGroup, zalo.EventUserJoinGroup} {
		require.Equal(t, name, b.hook.next(t).event.Name)
	}

	_, err := b.client.SendGroup(t.Context(), "at2", "g", zalo.Message{Text: "Họp"})
	require.NoError(t, err)
	send := func() error {
		_, err := b.client.SendConsultation(t.Context(), "at2", zalo.EndpointV3, "71", zalo.Message{Text: "x"})
		return err
	}
	template := func(user string) error {
		_, err := b.client.SendTemplate(t.Context(), "at2", user, zalo.Template{ID: "t", Data: map[string]string{"ten": "bà Hoa"}})
		return err
	}
	require.NoError(t, send())
	requireCode(t, -320, send())
	b.post(t, "/sim/billing", `{"oa":"43","linked":true,"balance":300}`)
	require.NoError(t, send())
	requireCode(t, -141, template("72"))
	require.NoError(t, template("73"))
	requireCode(t, -321, send())

	require.JSONEq(t, `{"total":{"allowance":1,"paid":1,"templates":1,"vnd":255},"balance":45,"allowance":0,
		"users":{"71":{"allowance":1,"paid":1,"templates":0,"vnd":55},"73":{"allowance":0,"paid":0,"templates":1,"vnd":200}}}`, b.get(t, "/sim/charges?oa=43"))
	var posts []zalosim.Message
	require.NoError(t, json.Unmarshal([]byte(b.get(t, "/sim/posts?oa=43&group=g")), &posts))
	require.Len(t, posts, 1)
	texts := map[string]int{}
	for lines := bufio.NewScanner(strings.NewReader(b.get(t, "/sim/sent?oa=43"))); lines.Scan(); {
		var m zalosim.Message
		require.NoError(t, json.Unmarshal(lines.Bytes(), &m))
		texts[m.Text]++
	}
	require.Equal(t, map[string]int{"Họp": 1, "x": 2, "Chào bà Hoa": 1}, texts)
	require.Empty(t, b.get(t, "/sim/sent?oa=nowhere"))
}

func TestControlOfBehaviour(t *testing.T) {
	t.Parallel()

	t.Run("ChangesOnlyTheEventsThatAreNamed", func(t *testing.T) {
		t.Parallel()

		b := setup(t, receipts)
		require.JSONEq(t, `{"echo":{"off":true,"after":"0s","never":0,"twice":0,"before":0},
			"received":{"off":false,"after":"1s-5m0s","never":0.1,"twice":0,"before":0},
			"in_groups":false,"reading":{"share":0.8,"hours":"19:00-21:30"}}`,
			b.post(t, "/sim/events", `{"received":{"after":"1s-5m","never":0.1},"reading":{"share":0.8,"hours":"19:00-21:30"}}`))
		b.post(t, "/sim/events", `{"echo":{"off":false}}`)
		got := b.sim.Events()
		require.InDelta(t, 0.8, got.Reading.Share, 0)
		require.InDelta(t, 0.1, got.Received.Never, 0)
		require.False(t, got.Echo.Off)
		shown, err := json.Marshal(got)
		require.NoError(t, err)
		require.JSONEq(t, string(shown), b.get(t, "/sim/events"))
	})

	t.Run("ChangesTheToken", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		b.post(t, "/sim/expire", `{"oa":"`+account+`"}`)
		_, err := b.send(t, "x")
		requireCode(t, -220, err)
	})

	t.Run("ChangesTheLatency", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		require.JSONEq(t, `{"latency":"20ms-30ms"}`, b.post(t, "/sim/latency", `{"latency":"20ms-30ms"}`))
		start := time.Now()
		_, err := b.send(t, "x")
		require.NoError(t, err)
		require.GreaterOrEqual(t, time.Since(start), 20*time.Millisecond)
	})

	t.Run("MovesTheClockAndWhatFallsDue", func(t *testing.T) {
		t.Parallel()

		var b *bundle
		b = setup(t, arriving(zalosim.Events{Echo: zalosim.Arrival{Off: true}, Received: zalosim.Arrival{After: exactly(time.Hour)}}),
			func(c *zalosim.Config, _ *zalosim.OA, _ *hook) {
				c.MoveClock = func(now time.Time) { b.clock.set(now) }
			})
		_, err := b.send(t, "x")
		require.NoError(t, err)
		b.post(t, "/sim/clock", `{"now":"2026-11-21T09:00:00Z"}`)
		require.Equal(t, zalo.EventUserReceivedMessage, b.hook.next(t).event.Name)
	})

	t.Run("SendsReceiptsByHand", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		b.post(t, "/sim/receipts", `{"oa":"`+account+`","user":"`+resident+`","event":"seen","msg_ids":["a","b"]}`)
		require.Equal(t, []string{"a", "b"}, b.hook.next(t).event.MsgIDs)
	})

	t.Run("RefusesWhatMakesNoSense", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		for _, c := range []struct {
			path, body string
			status     int
		}{
			{"/sim/groups", `{"oa":"nowhere"}`, 404},
			{"/sim/groups", `{"oa":"` + account + `","members":["nobody"]}`, 404},
			{"/sim/join", `{"oa":"` + account + `","group":"none","user":"` + resident + `","join":true}`, 404},
			{"/sim/templates", `{"oa":"nowhere"}`, 404},
			{"/sim/billing", `{"oa":"nowhere"}`, 404},
			{"/sim/expire", `{"oa":"nowhere"}`, 404},
			{"/sim/receipts", `{"oa":"` + account + `","event":"read","msg_ids":["m"]}`, 404},
			{"/sim/say", `{"oa":"` + account + `","user":"` + resident + `","group":"none","text":"x"}`, 404},
			{"/sim/latency", `{"latency":"soon"}`, 400},
			{"/sim/events", `{"received":{"never":2}}`, 400},
			{"/sim/events", `{"reading":{"hours":"evening"}}`, 400},
			{"/sim/events", `{`, 400},
			{"/sim/users", `[{`, 400},
			{"/sim/users", `7`, 400},
			{"/sim/clock", `{"now":"2026-11-21T09:00:00Z"}`, 404},
		} {
			status, text := b.request(t, http.MethodPost, c.path, nil, strings.NewReader(c.body))
			require.Equal(t, c.status, status, c.path+c.body)
			require.NotEmpty(t, text)
		}
		require.Equal(t, zalosim.Events{Echo: zalosim.Arrival{Off: true}, Received: zalosim.Arrival{Off: true}}, b.sim.Events(), "nothing has changed")
	})
}

func TestControlHelpNamesEveryCall(t *testing.T) {
	t.Parallel()

	for _, path := range []string{
		"oas", "users", "groups", "templates", "billing", "say", "follow", "join", "see", "receipts", "events", "faults", "expire", "latency",
		"clock", "stats", "messages", "sent", "posts", "charges",
	} {
		require.Contains(t, zalosim.ControlHelp, "/sim/"+path)
		require.NotEqual(t, http.StatusNotFound, probe("/sim/"+path), path)
	}
}

// probe is the status of a call that no path of the control takes; 404 says that there is no such path.
func probe(path string) int {
	w := &status{discard: discard{http.Header{}}}
	r := request(path, "")
	r.Method = http.MethodTrace
	zalosim.New(zalosim.Config{}).ServeHTTP(w, r)
	return w.code
}

// status keeps the status of an answer.
type status struct {
	discard
	code int
}

func (s *status) WriteHeader(code int) { s.code = code }

// FuzzCalls throws bodies at everything that takes one: nothing panics, and Zalo's calls answer in Zalo's form.
func FuzzCalls(f *testing.F) {
	paths := []string{
		"/v3.0/oa/message/cs", "/v2.0/oa/message", "/v3.0/oa/group/message", "/v3.0/oa/message/template",
		"/sim/oas", "/sim/users", "/sim/groups", "/sim/templates", "/sim/billing", "/sim/say", "/sim/follow", "/sim/join", "/sim/see",
		"/sim/receipts", "/sim/events", "/sim/faults", "/sim/expire", "/sim/clock",
	}
	for n := range paths {
		for _, body := range []string{
			``, `{}`, `[]`, announcement(0), `{"recipient":{"group_id":"g"},"message":{"text":"[@g]"}}`,
			`{"user_id":"71","template_id":"t","template_data":{"ten":"x"}}`, `{"oa":"` + account + `","id":"x","members":[],"mode":"close"}`,
		} {
			f.Add(uint8(n), body)
		}
	}
	f.Fuzz(func(t *testing.T, n uint8, body string) {
		path := paths[int(n)%len(paths)]
		sim := newVillage(1)
		_, err := sim.AddGroup(zalosim.Group{OA: account, ID: "g", Members: []string{villager(0)}})
		require.NoError(t, err)
		require.NoError(t, sim.AddTemplate(zalosim.Template{OA: account, ID: "t", Params: []zalosim.Param{{Name: "ten"}}}))
		w := &recorder{discard: discard{http.Header{}}}
		sim.ServeHTTP(w, request(path, body))
		if strings.HasPrefix(path, "/v") {
			var answer struct {
				Error   *int
				Message *string
			}
			require.NoError(t, json.Unmarshal(w.body, &answer))
			require.NotNil(t, answer.Error)
			require.NotNil(t, answer.Message)
		}
	})
}

// recorder keeps the body of an answer.
type recorder struct {
	discard
	body []byte
}

func (r *recorder) Write(p []byte) (int, error) {
	r.body = append(r.body, p...)
	return len(p), nil
}
