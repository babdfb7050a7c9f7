package zalo_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
)

func TestSendGroup(t *testing.T) {
	t.Parallel()

	const receipt = `{"error":0,"message":"Success","data":{"message_id":"m1","group_id":"g-1","sent_time":"1790000000123"}}`

	t.Run("ReturnsZalosReceipt", func(t *testing.T) {
		t.Parallel()

		sent, err := answering(t, 200, receipt).SendGroup(t.Context(), "at", "g-1", zalo.Message{Text: "x"})
		require.NoError(t, err)
		require.Equal(t, zalo.Sent{
			MessageID: "m1", GroupID: "g-1", SentTime: time.UnixMilli(1790000000123).UTC(), RateLimit: -1, RateRemain: -1,
		}, sent)
	})

	for name, c := range map[string]struct {
		message zalo.Message
		form    string
	}{
		"SendsAText":                 {zalo.Message{Text: "Họp thôn"}, `{"text":"Họp thôn"}`},
		"SendsNoMention":             {zalo.Message{Text: "[@g-1] Họp [@1]"}, `{"text":"(@g-1) Họp (@1)"}`},
		"SendsNoMentionInACaption":   {zalo.Message{Text: "[@g-1]", Image: &zalo.Image{AttachmentID: "a"}}, `{"text":"(@g-1)","attachment":{"type":"template","payload":{"template_type":"media","elements":[{"media_type":"image","attachment_id":"a"}]}}}`},
		"SendsAFile":                 {zalo.Message{FileToken: "f"}, `{"attachment":{"type":"file","payload":{"token":"f"}}}`},
		"SendsAQuote":                {zalo.Message{Text: "x", QuoteMsgID: "m"}, `{"text":"x","quote_message_id":"m"}`},
		"LeavesButtonsAndListsOut":   {zalo.Message{Text: "x", Buttons: make([]zalo.Button, 1), List: make([]zalo.ListItem, 1)}, `{"text":"x"}`},
		"SendsComposedTextAsItIs":    {zalo.Message{Text: "tình"}, `{"text":"tình"}`},
		"LeavesOtherBracketsInPlace": {zalo.Message{Text: "[1] xem phụ lục"}, `{"text":"[1] xem phụ lục"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			b := setup(t)
			_, err := b.client.SendGroup(t.Context(), accessOf, "g-1", c.message)
			require.Error(t, err, "nobody has made this group")
			call := b.wire.last(t)
			require.Equal(t, http.MethodPost+" "+b.url+"/v3.0/oa/group/message", call.method+" "+call.url)
			require.Equal(t, accessOf, call.header.Get("access_token"))
			require.JSONEq(t, `{"recipient":{"group_id":"g-1"},"message":`+c.form+`}`, call.body)
		})
	}

	for code, kind := range map[int]zalo.Kind{-237: zalo.KindGroup, -238: zalo.KindGroup, -241: zalo.KindGroup, -403: zalo.KindGroup, -32: zalo.KindRate, -220: zalo.KindToken} {
		t.Run(fmt.Sprint("IsRefusedWith", code), func(t *testing.T) {
			t.Parallel()

			_, err := answering(t, 200, refusalOf(code)).SendGroup(t.Context(), "at", "g-1", zalo.Message{Text: "x"})
			requireCode(t, code, err)
			require.Equal(t, kind, zalo.KindOf(err))
		})
	}

	t.Run("IsUnsureAfterABrokenConnection", func(t *testing.T) {
		t.Parallel()

		client := clientOf(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		_, err := client.SendGroup(t.Context(), "at", "g-1", zalo.Message{Text: "x"})
		require.Equal(t, zalo.KindUnsure, zalo.KindOf(err))
		require.ErrorContains(t, err, "send group message")
	})
}
