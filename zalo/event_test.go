package zalo_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
)

const (
	sampleOA   = "4300000000000000001"
	sampleUser = "7100000000000000001"
)

func sample(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "events", name+".json"))
	require.NoError(t, err, "each event has a sample")
	return body
}

// eventNames are all constants of type EventName, as they stand in event.go.
func eventNames(t testing.TB) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "event.go", nil, 0)
	require.NoError(t, err)
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Type == nil || len(spec.Values) != 1 {
			return true
		}
		kind, isName := spec.Type.(*ast.Ident)
		value, isText := spec.Values[0].(*ast.BasicLit)
		if isName && isText && kind.Name == "EventName" {
			name, err := strconv.Unquote(value.Value)
			require.NoError(t, err)
			names = append(names, name)
		}
		return true
	})
	require.Greater(t, len(names), 80)
	return names
}

// nobody are the events that are about no single person.
var nobody = map[string]bool{
	"remove_tag": true, "add_user_to_tag": true, "remove_user_from_tag": true, "permission_revoked": true,
	"extension_purchased": true, "create_group": true, "delete_group": true, "update_group_info": true,
	"event_journey_time_out": true, "event_journey_acknowledged": true,
}

func TestParseEventReadsEveryEventOfZalo(t *testing.T) {
	t.Parallel()

	for _, name := range eventNames(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			body := sample(t, name)
			ev, err := zalo.ParseEventFor(body, func(id string) bool { return id == sampleOA })
			require.NoError(t, err)
			require.Equal(t, zalo.EventName(name), ev.Name)
			require.Equal(t, sampleOA, ev.OAID)
			require.Equal(t, body, ev.Raw)
			require.True(t, ev.Timestamp.Equal(time.UnixMilli(1790000000123)))

			group := strings.Contains(name, "_send_group_")
			echo := strings.HasPrefix(name, "oa_send_") && name != "oa_send_consent" || name == "oa_reacted_message"
			switch {
			case nobody[name] || strings.HasPrefix(name, "change_") || strings.HasPrefix(name, "oa_send_group_"):
				require.Empty(t, ev.UserID)
			case strings.Contains(name, "anonymous"):
				require.Equal(t, "anonymous-1", ev.UserID)
			default:
				require.Equal(t, sampleUser, ev.UserID)
			}
			require.Equal(t, group, ev.InGroup())
			require.Equal(t, echo, ev.FromOA)
			require.Equal(t, strings.HasPrefix(name, "user_send_") && !group, ev.FromUser())
			opens := strings.HasPrefix(name, "user_send_") || name == "follow" || name == "user_click_chatnow" ||
				name == "user_call_oa" || name == "user_submit_info"
			require.Equal(t, opens, ev.Interaction())
			if group {
				require.Equal(t, "g-1", ev.GroupID)
			}
			if _, kind, ok := strings.Cut(name, "_send_"); ok && name != "oa_send_consent" && !strings.HasSuffix(kind, "text") {
				require.Len(t, ev.Attachments, 1)
			}
		})
	}
}

func TestParseEventReadsAttachments(t *testing.T) {
	t.Parallel()

	location, err := zalo.ParseEvent(sample(t, "user_send_location"))
	require.NoError(t, err)
	require.InDelta(t, 12.6667, location.Attachments[0].Latitude, 1e-9)
	require.InDelta(t, 108.05, location.Attachments[0].Longitude, 1e-9)
	file, err := zalo.ParseEvent(sample(t, "user_send_file"))
	require.NoError(t, err)
	require.Equal(t, "don.pdf", file.Attachments[0].Name)
	require.EqualValues(t, 12345, file.Attachments[0].Size)
	sticker, err := zalo.ParseEvent(sample(t, "user_send_sticker"))
	require.NoError(t, err)
	require.Equal(t, "21982", sticker.Attachments[0].ID)
}

func TestParseEvent(t *testing.T) {
	t.Parallel()

	const head = `{"app_id":"1","event_name":"user_send_text","sender":{"id":"u"},"recipient":{"id":"o"},`
	for name, c := range map[string]struct {
		body  string
		check func(*testing.T, zalo.Event)
	}{
		"FoldsAliases": {
			`{"event_name":"user_leave_group","oa_id":"o","user_id":"u"}`,
			func(t *testing.T, ev zalo.Event) { require.Equal(t, zalo.EventUserOutGroup, ev.Name) },
		},
		"KeepsUnknownNames": {
			`{"event_name":"something_new","oa_id":"o","user_id":"u"}`,
			func(t *testing.T, ev zalo.Event) {
				require.Equal(t, zalo.EventName("something_new"), ev.Name)
				require.False(t, ev.FromUser())
			},
		},
		"TakesNumbersForIds": {
			`{"app_id":1,"event_name":"user_send_text","sender":{"id":7100000000000000001},"recipient":{"id":4300000000000000001},"message":{"msg_id":99,"text":"x"},"timestamp":1790000000123}`,
			func(t *testing.T, ev zalo.Event) {
				require.Equal(t, []string{sampleOA, sampleUser, "99", "1"}, []string{ev.OAID, ev.UserID, ev.MsgID, ev.AppID})
				require.Equal(t, "1790000000123", ev.SignedTimestamp)
			},
		},
		"MakesTextNFC": {
			head + `"message":{"msg_id":"m","text":"ti\u0301nh la\u0303i"}}`,
			func(t *testing.T, ev zalo.Event) { require.Equal(t, "tính lãi", ev.Text) },
		},
		"DropsWhatNoDatabaseKeeps": {
			head + `"message":{"msg_id":"m","text":"a\u0000b` + "\xff" + `c"}}`,
			func(t *testing.T, ev zalo.Event) { require.NotContains(t, ev.Text, "\x00") },
		},
		"LeavesOutATimeThatMakesNoSense": {
			head + `"message":{"msg_id":"m","text":"x"},"timestamp":"154390853474"}`,
			func(t *testing.T, ev zalo.Event) { require.True(t, ev.Timestamp.IsZero()) },
		},
		"KeepsAMessageWhoseAttachmentsItCannotRead": {
			head + `"message":{"msg_id":"m","attachments":[{"type":"file","payload":{"url":"http://x/a.pdf","size":"12 KB"}},{"type":"new","payload":["a"]},{"type":"location","payload":{"coordinates":"here"}}]}}`,
			func(t *testing.T, ev zalo.Event) {
				require.Equal(t, []zalo.Attachment{{Type: "file", URL: "http://x/a.pdf"}, {Type: "new"}, {Type: "location"}}, ev.Attachments)
			},
		},
		"KnowsAnAdminsOwnMessage": {
			`{"event_name":"oa_send_text","sender":{"id":"o","admin_id":5},"recipient":{"id":"u"},"message":{"msg_id":"m","text":"x"}}`,
			func(t *testing.T, ev zalo.Event) { require.Equal(t, "5", ev.AdminID) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			ev, err := zalo.ParseEvent([]byte(c.body))
			require.NoError(t, err)
			c.check(t, ev)
		})
	}
}

func TestParseEventReadsReceiptsInEitherDirection(t *testing.T) {
	t.Parallel()

	isOA := func(id string) bool { return id == "o" }
	for _, body := range []string{
		`{"event_name":"user_seen_message","sender":{"id":"o"},"recipient":{"id":"u"},"message":{"msg_ids":["a","b"]}}`,
		`{"event_name":"user_seen_message","sender":{"id":"u"},"recipient":{"id":"o"},"message":{"msg_ids":["a","b"]}}`,
	} {
		ev, err := zalo.ParseEventFor([]byte(body), isOA)
		require.NoError(t, err)
		require.Equal(t, "o", ev.OAID)
		require.Equal(t, "u", ev.UserID)
		require.Equal(t, []string{"a", "b"}, ev.MsgIDs)
	}
}

func TestParseEventRefusesWhatIsNone(t *testing.T) {
	t.Parallel()

	for name, body := range map[string]string{
		"Nothing": "", "EmptyObject": "{}", "List": "[]", "Text": `"xin chào"`, "Broken": `{"event_name":`, "Null": "null",
		"NameIsNoText": `{"event_name":5}`, "NoAccount": `{"event_name":"follow"}`,
		"IdIsAnObject": `{"event_name":"follow","oa_id":{}}`,
		"IdTooLong":    `{"event_name":"follow","oa_id":"` + strings.Repeat("9", 200) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := zalo.ParseEvent([]byte(body))
			require.ErrorIs(t, err, zalo.ErrMalformed)
		})
	}
}

func TestDedupKey(t *testing.T) {
	t.Parallel()

	key := func(body string) string {
		ev, err := zalo.ParseEvent([]byte(body))
		require.NoError(t, err)
		return ev.DedupKey()
	}
	echo := `{"event_name":"oa_send_text","sender":{"id":"o"},"recipient":{"id":"u"},"message":{"msg_id":"m","text":"x"}%s}`
	receipt := `{"event_name":"user_received_message","sender":{"id":"o"},"recipient":{"id":"u"},"message":{"msg_id":"m"}%s}`
	follow := `{"event_name":"follow","oa_id":"o","follower":{"id":"u"},"timestamp":"%s"}`
	with := func(form, more string) string { return strings.Replace(form, "%s", more, 1) }

	require.Equal(t, key(with(echo, "")), key(with(echo, `,"extra":1`)), "a message is known by its id")
	require.NotEqual(t, key(with(echo, "")), key(with(receipt, "")), "an echo and a receipt share the id")
	first, again := key(with(follow, "1790000000123")), key(with(follow, "1790000000123"))
	require.Equal(t, first, again)
	require.NotEqual(t, key(with(follow, "1790000000123")), key(with(follow, "1790000000124")), "following twice is two events")
	require.Len(t, key(with(echo, "")), 32)
}

func FuzzParseEvent(f *testing.F) {
	for _, name := range eventNames(f) {
		f.Add(sample(f, name))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		ev, err := zalo.ParseEvent(body)
		if err != nil {
			require.ErrorIs(t, err, zalo.ErrMalformed)
			return
		}
		require.NotEmpty(t, ev.OAID)
		require.Len(t, ev.DedupKey(), 32)
	})
}
