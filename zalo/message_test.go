package zalo_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
)

func TestMessageHasZalosForm(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		message zalo.Message
		form    string
	}{
		"OfAText": {zalo.Message{Text: "Chào \"bà con\" <xã>"}, `{"text":"Chào \"bà con\" <xã>"}`},
		"OfAQuote": {
			zalo.Message{Text: "Vâng", QuoteMsgID: "m1"},
			`{"text":"Vâng","quote_message_id":"m1"}`,
		},
		"OfButtonsUnderAText": {
			zalo.Message{Text: "Chọn", Buttons: []zalo.Button{
				{Title: "Trang", Action: zalo.Action{Type: zalo.ActionOpenURL, URL: "https://dichvucong.gov.vn/?a=1&b=2"}},
				{Title: "Hỏi", Action: zalo.Action{Type: zalo.ActionQueryShow, Payload: "#hoi"}},
				{Title: "Ẩn", Action: zalo.Action{Type: zalo.ActionQueryHide, Payload: "#an"}},
				{Title: "Gọi", Action: zalo.Action{Type: zalo.ActionOpenPhone, PhoneCode: "84912345678"}},
				{Title: "Nhắn", Action: zalo.Action{Type: zalo.ActionOpenSMS, PhoneCode: "84912345678", SMSContent: "xin chào"}},
			}},
			`{"text":"Chọn","attachment":{"type":"template","payload":{"buttons":[
				{"title":"Trang","type":"oa.open.url","payload":{"url":"https://dichvucong.gov.vn/?a=1&b=2"}},
				{"title":"Hỏi","type":"oa.query.show","payload":"#hoi"},
				{"title":"Ẩn","type":"oa.query.hide","payload":"#an"},
				{"title":"Gọi","type":"oa.open.phone","payload":{"phone_code":"84912345678"}},
				{"title":"Nhắn","type":"oa.open.sms","payload":{"phone_code":"84912345678","content":"xin chào"}}]}}}`,
		},
		"OfAListWithActions": {
			zalo.Message{List: []zalo.ListItem{
				{Title: "Tin", Subtitle: "Hôm nay", ImageURL: "https://a/b.png", Action: &zalo.Action{Type: zalo.ActionOpenURL, URL: "https://a"}},
				{Title: "Hỏi", Action: &zalo.Action{Type: zalo.ActionQueryHide, Payload: "#hoi"}},
				{Title: "Gọi", Action: &zalo.Action{Type: zalo.ActionOpenPhone, PhoneCode: "84912345678"}},
				{Title: "Chỉ chữ"},
			}},
			`{"attachment":{"type":"template","payload":{"template_type":"list","elements":[
				{"title":"Tin","subtitle":"Hôm nay","image_url":"https://a/b.png","default_action":{"type":"oa.open.url","url":"https://a"}},
				{"title":"Hỏi","default_action":{"type":"oa.query.hide","payload":"#hoi"}},
				{"title":"Gọi","default_action":{"type":"oa.open.phone","payload":{"phone_code":"84912345678"}}},
				{"title":"Chỉ chữ"}]}}}`,
		},
		"OfAListWithButtonsBelow": {
			zalo.Message{
				List:    []zalo.ListItem{{Title: "Tin", Subtitle: "Hôm nay"}},
				Buttons: []zalo.Button{{Title: "Hỏi", Action: zalo.Action{Type: zalo.ActionQueryShow, Payload: "#hoi"}}},
			},
			`{"attachment":{"type":"template","payload":{"template_type":"list","elements":[{"title":"Tin","subtitle":"Hôm nay"}],
				"buttons":[{"title":"Hỏi","type":"oa.query.show","payload":"#hoi"}]}}}`,
		},
		"OfAnImageByItsURL": {
			zalo.Message{Text: "Bản đồ", Image: &zalo.Image{URL: "https://a/b.png"}},
			`{"text":"Bản đồ","attachment":{"type":"template","payload":{"template_type":"media","elements":[
				{"media_type":"image","url":"https://a/b.png"}]}}}`,
		},
		"OfAnImageByItsUpload": {
			zalo.Message{Image: &zalo.Image{AttachmentID: "a1", URL: "https://a/b.png"}},
			`{"attachment":{"type":"template","payload":{"template_type":"media","elements":[{"media_type":"image","attachment_id":"a1"}]}}}`,
		},
		"OfAGIF": {
			zalo.Message{Image: &zalo.Image{AttachmentID: "a1", GIF: true, Width: 120, Height: 90}},
			`{"attachment":{"type":"template","payload":{"template_type":"media","elements":[
				{"media_type":"gif","attachment_id":"a1","width":120,"height":90}]}}}`,
		},
		"OfAFile": {
			zalo.Message{FileToken: "t1"},
			`{"attachment":{"type":"file","payload":{"token":"t1"}}}`,
		},
		"OfNothing": {zalo.Message{}, `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			text, err := json.Marshal(c.message)
			require.NoError(t, err)
			require.JSONEq(t, c.form, string(text))
		})
	}
}
