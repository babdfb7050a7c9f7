package bot

import (
	"context"
	"fmt"
	"net"
	"os"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
)

// village is the time zone of the tests.
var village = time.FixedZone("+07", 7*60*60)

// morning is a working hour, when nothing has to wait for the day.
var morning = time.Date(2026, time.November, 21, 10, 0, 0, 0, village)

// aCall is the first part of three of a delivery that failed twice before, by a business account on v3 whose token is an
// hour old.
func aCall(change ...func(*call)) call {
	c := call{
		delivery: Delivery{ID: 7, Parts: 3, Failures: 2},
		attempt:  Attempt{ID: 9, DeliveryID: 7, StartedAt: morning.Add(-time.Second), Deadline: morning.Add(9 * time.Second)},
		texts:    []string{"một", "hai", "ba"},
		account: OfficialAccount{
			Endpoint: zalo.EndpointV3,
			Token:    Token{Access: "at", Version: 5, State: TokenValid, ObtainedAt: morning.Add(-time.Hour), ExpiresAt: morning.Add(time.Hour)},
		},
	}
	for _, do := range change {
		do(&c)
	}
	return c
}

var plainText = zalo.Message{Text: "một"}

// unreachable is the error of a call that never left.
func unreachable(t *testing.T) error {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	client := zalo.NewClient(zalo.Config{APIURL: "http://" + listener.Addr().String(), Timeout: time.Second})
	_, err = client.SendConsultation(t.Context(), "at", zalo.EndpointV3, "u1", plainText)
	require.Equal(t, zalo.KindUnreachable, zalo.KindOf(err))
	return err
}

func TestJudge(t *testing.T) {
	t.Parallel()

	const (
		doubtful = 19 * time.Second
		soon     = 0
	)
	// How each of Zalo's codes ends for a text without buttons: the state, what is learned, how long to wait.
	table := map[int]struct {
		state  DeliveryState
		lesson lesson
		wait   time.Duration
	}{
		-32:   {DeliveryPlanned, lessonRateOA, soon},
		-100:  {DeliveryRefused, lessonNone, soon},
		-124:  {DeliveryPlanned, lessonToken, soon},
		-200:  {DeliveryUnsure, lessonNone, doubtful},
		-201:  {DeliveryRefused, lessonNone, soon},
		-204:  {DeliveryPlanned, lessonFault, waitForSetup},
		-205:  {DeliveryPlanned, lessonFault, waitForSetup},
		-209:  {DeliveryPlanned, lessonFault, waitForSetup},
		-210:  {DeliveryRefused, lessonNone, soon},
		-211:  {DeliveryPlanned, lessonNone, waitForQuota},
		-212:  {DeliveryPlanned, lessonFault, waitForSetup},
		-213:  {DeliveryRefused, lessonNone, soon},
		-214:  {DeliveryPlanned, lessonNone, waitForLater},
		-216:  {DeliveryPlanned, lessonToken, soon},
		216:   {DeliveryPlanned, lessonToken, soon},
		401:   {DeliveryPlanned, lessonToken, soon},
		-401:  {DeliveryPlanned, lessonToken, soon},
		-217:  {DeliveryRefused, lessonNone, soon},
		-218:  {DeliveryPlanned, lessonNone, waitForQuota},
		-219:  {DeliveryPlanned, lessonFault, waitForSetup},
		-220:  {DeliveryPlanned, lessonToken, soon},
		-221:  {DeliveryPlanned, lessonFault, waitForSetup},
		-223:  {DeliveryPlanned, lessonFault, waitForSetup},
		-224:  {DeliveryPlanned, lessonFault, waitForSetup},
		-227:  {DeliveryRefused, lessonNone, soon},
		-230:  {DeliveryRefused, lessonNone, soon},
		-232:  {DeliveryRefused, lessonNone, soon},
		-233:  {DeliveryRefused, lessonNone, soon},
		-234:  {DeliveryPlanned, lessonNone, waitForDay},
		-235:  {DeliveryPlanned, lessonUseV2, soon},
		-237:  {DeliveryRefused, lessonNone, soon},
		-238:  {DeliveryRefused, lessonNone, soon},
		-240:  {DeliveryPlanned, lessonNoEndpoint, waitForSetup}, // it is on v3
		-241:  {DeliveryRefused, lessonNone, soon},
		-242:  {DeliveryPlanned, lessonFault, waitForSetup},
		-244:  {DeliveryRefused, lessonNone, soon},
		-248:  {DeliveryRefused, lessonNone, soon},
		-249:  {DeliveryRefused, lessonNone, soon},
		-320:  {DeliveryPlanned, lessonFault, waitForSetup},
		-321:  {DeliveryPlanned, lessonFault, waitForSetup},
		-403:  {DeliveryRefused, lessonNone, soon},
		-1340: {DeliveryRefused, lessonNone, soon},
		-1341: {DeliveryRefused, lessonNone, soon},
		-133:  {DeliveryPlanned, lessonNone, waitForDay},
		-9999: {DeliveryRefused, lessonNone, soon}, // nobody knows it
		// Of template messages:
		-106:  {DeliveryRefused, lessonNone, soon},
		-107:  {DeliveryRefused, lessonNone, soon},
		-108:  {DeliveryRefused, lessonNone, soon},
		-109:  {DeliveryRefused, lessonNone, soon},
		-110:  {DeliveryRefused, lessonNone, soon},
		-111:  {DeliveryRefused, lessonNone, soon},
		-112:  {DeliveryRefused, lessonNone, soon},
		-113:  {DeliveryRefused, lessonNone, soon},
		-114:  {DeliveryRefused, lessonNone, soon},
		-116:  {DeliveryRefused, lessonNone, soon},
		-117:  {DeliveryRefused, lessonNone, soon},
		-119:  {DeliveryRefused, lessonNone, soon},
		-121:  {DeliveryRefused, lessonNone, soon},
		-122:  {DeliveryRefused, lessonNone, soon},
		-127:  {DeliveryRefused, lessonNone, soon},
		-130:  {DeliveryRefused, lessonNone, soon},
		-131:  {DeliveryRefused, lessonNone, soon},
		-132:  {DeliveryRefused, lessonNone, soon},
		-134:  {DeliveryRefused, lessonNone, soon},
		-139:  {DeliveryRefused, lessonNone, soon},
		-140:  {DeliveryRefused, lessonNone, soon},
		-141:  {DeliveryRefused, lessonNone, soon},
		-145:  {DeliveryRefused, lessonNone, soon},
		-146:  {DeliveryRefused, lessonNone, soon},
		-148:  {DeliveryRefused, lessonNone, soon},
		-149:  {DeliveryRefused, lessonNone, soon},
		-150:  {DeliveryRefused, lessonNone, soon},
		-151:  {DeliveryRefused, lessonNone, soon},
		-152:  {DeliveryRefused, lessonNone, soon},
		-153:  {DeliveryRefused, lessonNone, soon},
		-158:  {DeliveryRefused, lessonNone, soon},
		-159:  {DeliveryRefused, lessonNone, soon},
		-160:  {DeliveryRefused, lessonNone, soon},
		-161:  {DeliveryRefused, lessonNone, soon},
		-162:  {DeliveryRefused, lessonNone, soon},
		-1091: {DeliveryRefused, lessonNone, soon},
		-1121: {DeliveryRefused, lessonNone, soon},
		-1122: {DeliveryRefused, lessonNone, soon},
		-1123: {DeliveryRefused, lessonNone, soon},
		-1124: {DeliveryRefused, lessonNone, soon},
		-1131: {DeliveryRefused, lessonNone, soon},
		-101:  {DeliveryPlanned, lessonFault, waitForSetup},
		-102:  {DeliveryPlanned, lessonFault, waitForSetup},
		-103:  {DeliveryPlanned, lessonFault, waitForSetup},
		-104:  {DeliveryPlanned, lessonFault, waitForSetup},
		-105:  {DeliveryPlanned, lessonFault, waitForSetup},
		-115:  {DeliveryPlanned, lessonFault, waitForSetup},
		-120:  {DeliveryPlanned, lessonFault, waitForSetup},
		-123:  {DeliveryPlanned, lessonFault, waitForSetup},
		-125:  {DeliveryPlanned, lessonFault, waitForSetup},
		-126:  {DeliveryPlanned, lessonFault, waitForSetup},
		-128:  {DeliveryPlanned, lessonFault, waitForSetup},
		-129:  {DeliveryPlanned, lessonFault, waitForSetup},
		-135:  {DeliveryPlanned, lessonFault, waitForSetup},
		-136:  {DeliveryPlanned, lessonFault, waitForSetup},
		-137:  {DeliveryPlanned, lessonFault, waitForSetup},
		-138:  {DeliveryPlanned, lessonFault, waitForSetup},
		-142:  {DeliveryPlanned, lessonFault, waitForSetup},
		-143:  {DeliveryPlanned, lessonFault, waitForSetup},
		-1201: {DeliveryPlanned, lessonFault, waitForSetup},
		-1202: {DeliveryPlanned, lessonFault, waitForSetup},
		-1241: {DeliveryPlanned, lessonFault, waitForSetup},
		-1351: {DeliveryPlanned, lessonFault, waitForSetup},
		-1381: {DeliveryPlanned, lessonFault, waitForSetup},
		-144:  {DeliveryPlanned, lessonNone, waitForQuota},
		-147:  {DeliveryPlanned, lessonNone, waitForQuota},
		-1441: {DeliveryPlanned, lessonNone, waitForQuota},
		-1471: {DeliveryPlanned, lessonNone, waitForQuota},
		-1472: {DeliveryPlanned, lessonNone, waitForQuota},
		// Of the OAuth host, should one ever come here:
		-118:   {DeliveryPlanned, lessonFault, waitForSetup},
		-14002: {DeliveryPlanned, lessonFault, waitForSetup},
		-14003: {DeliveryPlanned, lessonFault, waitForSetup},
		-14004: {DeliveryPlanned, lessonFault, waitForSetup},
		-14012: {DeliveryPlanned, lessonFault, waitForSetup},
		-14014: {DeliveryPlanned, lessonFault, waitForSetup},
		-14019: {DeliveryPlanned, lessonFault, waitForSetup},
		-14020: {DeliveryPlanned, lessonFault, waitForSetup},
		-14024: {DeliveryPlanned, lessonFault, waitForSetup},
	}
	ofOAuth := func(code int) bool { return code == -118 || code < -14000 }

	for code, want := range table {
		t.Run(fmt.Sprint("AnswersCode", code), func(t *testing.T) {
			t.Parallel()

			err := &zalo.Error{Code: code, OAuth: ofOAuth(code)}
			got := judge(aCall(), plainText, zalo.Sent{}, fmt.Errorf("wrapped: %w", err), morning)
			require.Equal(t, want.state, got.State)
			require.Equal(t, want.lesson, got.lesson)
			require.Equal(t, want.wait, got.NotBefore.Sub(morning))
			require.Equal(t, code, got.Code)
			require.Equal(t, err.Kind().String(), got.Reason)
			require.Zero(t, got.Part, "the part that did not go is the next to go")
			require.Equal(t, int64(5), got.tokenVersion)
			require.True(t, got.At.Equal(morning))
			require.Empty(t, got.MsgID)
			if err.Kind() == zalo.KindRate {
				require.Equal(t, 2, got.Failures, "the cap is not the message's fault")
			} else {
				require.Equal(t, 3, got.Failures)
			}
		})
	}

	t.Run("KnowsEveryCodeThatZaloDoes", func(t *testing.T) {
		t.Parallel()

		source, err := os.ReadFile("../zalo/error.go")
		require.NoError(t, err)
		found := regexp.MustCompile(`(?m)^\t(-?\d+):\s+\{Kind`).FindAllSubmatch(source, -1)
		require.Greater(t, len(found), 50)
		for _, m := range found {
			code, err := strconv.Atoi(string(m[1]))
			require.NoError(t, err)
			require.Contains(t, table, code, "a new code: say in the table what becomes of a delivery")
		}
	})

	t.Run("KnowsEveryKind", func(t *testing.T) {
		t.Parallel()

		seen := map[zalo.Kind]bool{zalo.KindUnreachable: true} // below
		for code := range table {
			seen[(&zalo.Error{Code: code, OAuth: ofOAuth(code)}).Kind()] = true
		}
		for kind := zalo.KindPermanent; kind <= zalo.KindTemplate; kind++ {
			require.True(t, seen[kind], kind)
		}
		require.Panics(t, func() { _ = (zalo.KindTemplate + 1).String() }, "a new kind: say what becomes of a delivery")
	})

	t.Run("TriesAgainWithBackoffWhatNeverLeft", func(t *testing.T) {
		t.Parallel()

		err := unreachable(t)
		for failures, wait := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second} {
			got := judge(aCall(func(c *call) { c.delivery.Failures = failures }), plainText, zalo.Sent{}, err, morning)
			require.Equal(t, DeliveryPlanned, got.State)
			require.Equal(t, wait, got.NotBefore.Sub(morning))
			require.Equal(t, failures+1, got.Failures)
			require.Equal(t, lessonNone, got.lesson)
			require.Zero(t, got.Code)
		}
		got := judge(aCall(func(c *call) { c.delivery.Failures = 1000 }), plainText, zalo.Sent{}, err, morning)
		require.Equal(t, 5*time.Minute, got.NotBefore.Sub(morning))
	})

	t.Run("IsUnsureAfterATimeOut", func(t *testing.T) {
		t.Parallel()

		for _, err := range []error{context.DeadlineExceeded, fmt.Errorf("send: %w", context.Canceled)} {
			got := judge(aCall(), plainText, zalo.Sent{}, err, morning)
			require.Equal(t, DeliveryUnsure, got.State)
			require.Equal(t, doubtful, got.NotBefore.Sub(morning), "ten seconds after the call's deadline")
			require.Equal(t, "unsure", got.Reason)
		}
	})

	t.Run("RefusesWhatCannotEvenBeWritten", func(t *testing.T) {
		t.Parallel()

		require.Equal(t, DeliveryRefused, judge(aCall(), plainText, zalo.Sent{}, fmt.Errorf("no JSON"), morning).State)
	})

	t.Run("CountsAnAcceptedPart", func(t *testing.T) {
		t.Parallel()

		for part, state := range []DeliveryState{DeliveryPlanned, DeliveryPlanned, DeliveryAccepted} {
			got := judge(aCall(func(c *call) { c.attempt.Part, c.attempt.Parts = part, 3 }), plainText, zalo.Sent{MessageID: "z1"}, nil, morning)
			require.Equal(t, state, got.State)
			require.Equal(t, part+1, got.Part)
			require.Equal(t, "z1", got.MsgID)
			require.Zero(t, got.Failures)
			require.Equal(t, lessonHealthy, got.lesson)
			require.True(t, got.NotBefore.Equal(morning), "the next part goes at once")
			require.Empty(t, got.Reason)
		}
	})

	t.Run("AcceptsWithoutAMessageID", func(t *testing.T) {
		t.Parallel()

		got := judge(aCall(func(c *call) { c.delivery.Parts = 1 }), plainText, zalo.Sent{}, nil, morning)
		require.Equal(t, DeliveryAccepted, got.State)
	})

	t.Run("KeepsThePartOnAFailureInTheMiddle", func(t *testing.T) {
		t.Parallel()

		got := judge(aCall(func(c *call) { c.attempt.Part = 1 }), plainText, zalo.Sent{}, unreachable(t), morning)
		require.Equal(t, 1, got.Part)
	})

	t.Run("WaitsForTheEndOfZalosNight", func(t *testing.T) {
		t.Parallel()

		for now, until := range map[string]string{
			"2026-11-21T22:00:00+07:00": "2026-11-22T06:00:00+07:00",
			"2026-11-21T23:59:59+07:00": "2026-11-22T06:00:00+07:00",
			"2026-11-22T00:00:00+07:00": "2026-11-22T06:00:00+07:00",
			"2026-11-22T05:59:59+07:00": "2026-11-22T06:00:00+07:00",
			"2026-11-22T06:00:00+07:00": "2026-11-22T06:05:00+07:00", // Zalo's clock is a little behind ours
			"2026-11-21T21:59:59+07:00": "2026-11-21T22:04:59+07:00",
			"2026-12-31T22:30:00+07:00": "2027-01-01T06:00:00+07:00",
		} {
			at, err := time.Parse(time.RFC3339, now)
			require.NoError(t, err)
			got := judge(aCall(), plainText, zalo.Sent{}, &zalo.Error{Code: -234}, at.In(village))
			require.Equal(t, until, got.NotBefore.Format(time.RFC3339), now)
		}
	})

	t.Run("PausesTheAppWhenTheAppIsOverItsCap", func(t *testing.T) {
		t.Parallel()

		for message, want := range map[string]lesson{
			"Your app has exceeded the number of calls per minute": lessonRateApp,
			"Your OA has exceeded the number of calls per minute":  lessonRateOA,
			"Too many requests": lessonRateOA,
		} {
			got := judge(aCall(), plainText, zalo.Sent{}, &zalo.Error{Code: -32, Message: message}, morning)
			require.Equal(t, want, got.lesson, message)
		}
	})

	t.Run("DoesNotRefreshATokenThatIsFresh", func(t *testing.T) {
		t.Parallel()

		fresh := func(age time.Duration) AttemptResult {
			c := aCall(func(c *call) { c.account.Token.ObtainedAt = morning.Add(-age) })
			return judge(c, plainText, zalo.Sent{}, &zalo.Error{Code: -216}, morning)
		}
		got := fresh(59 * time.Second)
		require.Equal(t, lessonFault, got.lesson)
		require.Equal(t, waitForSetup, got.NotBefore.Sub(morning))
		require.Equal(t, lessonToken, fresh(time.Minute).lesson)
	})

	t.Run("RefreshesAGivenTokenWhoseAgeNobodyKnows", func(t *testing.T) {
		t.Parallel()

		c := aCall(func(c *call) { c.account.Token = GivenToken("at", "rt", morning, 25*time.Hour) })
		require.Equal(t, lessonToken, judge(c, plainText, zalo.Sent{}, &zalo.Error{Code: -216}, morning).lesson)
	})

	t.Run("FollowsZaloToTheOtherEndpointOnce", func(t *testing.T) {
		t.Parallel()

		for _, tc := range []struct {
			name     string
			endpoint zalo.Endpoint
			pinned   bool
			code     int
			lesson   lesson
			wait     time.Duration
		}{
			{"government on v3", zalo.EndpointV3, false, -235, lessonUseV2, 0},
			{"business on v2", zalo.EndpointV2, false, -240, lessonUseV3, 0},
			{"refused where it was sent to", zalo.EndpointV2, false, -235, lessonNoEndpoint, waitForSetup},
			{"sent back from v3", zalo.EndpointV3, true, -235, lessonNoEndpoint, waitForSetup},
			{"sent back from v2", zalo.EndpointV2, true, -240, lessonNoEndpoint, waitForSetup},
		} {
			c := aCall(func(c *call) { c.account.Endpoint, c.account.EndpointPinned = tc.endpoint, tc.pinned })
			got := judge(c, plainText, zalo.Sent{}, &zalo.Error{Code: tc.code}, morning)
			require.Equal(t, DeliveryPlanned, got.State, tc.name)
			require.Equal(t, tc.lesson, got.lesson, tc.name)
			require.Equal(t, tc.wait, got.NotBefore.Sub(morning), tc.name)
		}
	})

	t.Run("TriesTextAloneWhereButtonsAreRefused", func(t *testing.T) {
		t.Parallel()

		withButtons := zalo.Message{Text: "một", Buttons: []zalo.Button{{Title: "a"}}}
		for _, code := range []int{-201, -233} {
			got := judge(aCall(), withButtons, zalo.Sent{}, &zalo.Error{Code: code}, morning)
			require.Equal(t, DeliveryPlanned, got.State)
			require.True(t, got.NotBefore.Equal(morning))
			require.Equal(t, lessonNone, got.lesson, "something else of this one message may be invalid")

			again := aCall(func(c *call) { c.delivery.Reason = got.Reason })
			require.True(t, again.textOnly())
			require.Equal(t, DeliveryRefused, judge(again, plainText, zalo.Sent{}, &zalo.Error{Code: code}, morning).State)
			went := judge(again, plainText, zalo.Sent{MessageID: "z1"}, nil, morning)
			require.Equal(t, lessonTextOnly, went.lesson, "now it is known that it was the buttons")
		}
	})

	t.Run("LearnsNothingNewWhereTextIsAllThatGoes", func(t *testing.T) {
		t.Parallel()

		c := aCall(func(c *call) { c.account.TextOnly = true })
		require.True(t, c.textOnly())
		require.Equal(t, lessonHealthy, judge(c, plainText, zalo.Sent{}, nil, morning).lesson)
	})
}
