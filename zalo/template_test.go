package zalo_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
)

// refusalOf is Zalo's answer with a code.
func refusalOf(code int) string { return fmt.Sprintf(`{"error":%d,"message":"m"}`, code) }

func TestSendTemplate(t *testing.T) {
	t.Parallel()

	t.Run("ReturnsZalosReceipt", func(t *testing.T) {
		t.Parallel()

		client := answering(t, 200, `{"error":0,"message":"Success","data":{"message_id":"m1","user_id":"u1","sent_time":"1790000000123",
			"quota":{"dailyQuota":"500","remainingQuota":"499"}}}`)
		sent, err := client.SendTemplate(t.Context(), "at", "u1", zalo.Template{ID: "1"})
		require.NoError(t, err)
		require.Equal(t, zalo.Sent{
			MessageID: "m1", UserID: "u1", SentTime: time.UnixMilli(1790000000123).UTC(), RateLimit: -1, RateRemain: -1,
			Quota: &zalo.Quota{Remain: 499, Total: 500},
		}, sent)
	})

	for name, c := range map[string]struct {
		template zalo.Template
		form     string
	}{
		"SendsItsValues":   {zalo.Template{ID: "512", Data: map[string]string{"ten": "Bà \"Hoa\"", "ngay": "5"}}, `{"ten":"Bà \"Hoa\"","ngay":"5"}`},
		"SendsNoValuesToo": {zalo.Template{ID: "512"}, `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			b := setup(t)
			_, err := b.client.SendTemplate(t.Context(), accessOf, resident, c.template)
			require.Error(t, err, "nobody has registered this template")
			call := b.wire.last(t)
			require.Equal(t, http.MethodPost+" "+b.url+"/v3.0/oa/message/template", call.method+" "+call.url)
			require.JSONEq(t, `{"user_id":"`+resident+`","template_id":"512","template_data":`+c.form+`}`, call.body)
		})
	}

	for code, kind := range apiKinds {
		t.Run(fmt.Sprint("IsRefusedWith", code), func(t *testing.T) {
			t.Parallel()

			want := kind
			if code == -100 {
				want = zalo.KindUnsure
			}
			_, err := answering(t, 200, refusalOf(code)).SendTemplate(t.Context(), "at", "u1", zalo.Template{ID: "1"})
			requireCode(t, code, err)
			require.Equal(t, want, zalo.KindOf(err))
		})
	}
}

func TestSentTellsTheQuota(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		quota string
		want  *zalo.Quota
	}{
		"OfTheFreeHours": {
			`{"quota_type":"reply","remain":"7","total":"8","expired_date":"28/11/2026","owner_type":"OA","owner_id":4300000000000000001}`,
			&zalo.Quota{Type: "reply", Remain: 7, Total: 8, Expires: "28/11/2026", OwnerType: "OA", OwnerID: account},
		},
		"OfAPackage":          {`{"quota_type":"sub_quota","remain":0,"total":500}`, &zalo.Quota{Type: "sub_quota", Remain: 0, Total: 500}},
		"OfTemplates":         {`{"dailyQuota":20000,"remainingQuota":"1"}`, &zalo.Quota{Remain: 1, Total: 20000}},
		"WithoutNumbers":      {`{"quota_type":"reply"}`, &zalo.Quota{Type: "reply", Remain: -1, Total: -1}},
		"NotWhenThereIsNone":  {`null`, nil},
		"NotWhenItIsAText":    {`"none"`, nil},
		"NotWhenItIsNoNumber": {`{"remain":"many"}`, nil},
		"NotWhenItIsAList":    {`[1]`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			client := answering(t, 200, `{"error":0,"data":{"message_id":"m1","quota":`+c.quota+`}}`)
			sent, err := client.SendConsultation(t.Context(), "at", zalo.EndpointV3, "u1", zalo.Message{Text: "x"})
			require.NoError(t, err)
			require.Equal(t, "m1", sent.MessageID, "the message stays accepted")
			require.Equal(t, c.want, sent.Quota)
		})
	}
}
