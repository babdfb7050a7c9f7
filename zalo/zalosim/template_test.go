package zalosim_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
	"github.com/loalang/loalang/zalo/zalosim"
)

// meeting is a template of the bundle's account.
func meeting(change ...func(*zalosim.Template)) zalosim.Template {
	t := zalosim.Template{
		OA: account, ID: "512", Text: "Kính gửi <ten>: họp ngày <ngay>. <ghi_chu>", Price: 200,
		Params: []zalosim.Param{{Name: "ten"}, {Name: "ngay", MaxLength: 10}, {Name: "ghi_chu", Optional: true}},
	}
	for _, f := range change {
		f(&t)
	}
	return t
}

func (b *bundle) template(t *testing.T, user string, data map[string]string) (zalo.Sent, error) {
	t.Helper()
	return b.client.SendTemplate(t.Context(), access, user, zalo.Template{ID: "512", Data: data})
}

// call makes a call of the API as a foreign client does.
func (b *bundle) call(t *testing.T, path, body string) string {
	t.Helper()
	_, text := b.request(t, "POST", path, map[string][]string{"Access_token": {access}}, strings.NewReader(body))
	return text
}

func TestTemplates(t *testing.T) {
	t.Parallel()

	good := map[string]string{"ten": "bà Hoa", "ngay": "5/12"}
	with := func(name, value string) map[string]string {
		data := map[string]string{"ten": "bà Hoa", "ngay": "5/12"}
		data[name] = value
		return data
	}

	t.Run("ReachWhoNeverInteracted", func(t *testing.T) {
		t.Parallel()

		b := setup(t, echoes)
		require.NoError(t, b.sim.AddTemplate(meeting()))
		sent, err := b.template(t, neighbour, with("ghi_chu", "Mang giấy tờ."))
		require.NoError(t, err)
		require.Equal(t, neighbour, sent.UserID)
		require.Nil(t, sent.Quota)
		m := b.sim.Messages(account, neighbour)[0]
		require.Equal(t, "Kính gửi bà Hoa: họp ngày 5/12. Mang giấy tờ.", m.Text)
		require.Equal(t, []string{sent.MessageID, "template", "512"}, []string{m.ID, m.Kind, m.Template})
		require.EqualValues(t, 200, m.Price)
		got := b.hook.next(t).event
		require.Equal(t, zalo.EventOASendTemplate, got.Name)
		require.Equal(t, []string{account, neighbour, sent.MessageID, ""}, []string{got.OAID, got.UserID, got.MsgID, got.Text})
		require.Equal(t, "template", got.Attachments[0].Type)
		list, err := b.client.Conversation(t.Context(), access, neighbour, 0, 1)
		require.NoError(t, err)
		require.Equal(t, []string{"nosupport", "", sent.MessageID}, []string{list[0].Type, list[0].Text, list[0].MessageID})
	})

	for name, c := range map[string]struct {
		template zalosim.Template
		user     string
		data     map[string]string
		code     int
	}{
		"AreTakenWithAllValues":           {meeting(), resident, good, 0},
		"AreTakenWithoutAnOptionalValue":  {meeting(), resident, with("ghi_chu", ""), 0},
		"AreTakenUpToAValuesLimit":        {meeting(), resident, with("ngay", strings.Repeat("ữ", 10)), 0},
		"AreRefusedAboveIt":               {meeting(), resident, with("ngay", strings.Repeat("ữ", 11)), -1121},
		"AreRefusedAboveTheUsualLimit":    {meeting(), resident, with("ten", strings.Repeat("a", 31)), -1121},
		"AreRefusedWithoutAValue":         {meeting(), resident, map[string]string{"ten": "bà Hoa"}, -1122},
		"AreRefusedWithAnEmptyValue":      {meeting(), resident, with("ten", ""), -1122},
		"AreRefusedWithoutValues":         {meeting(), resident, nil, -1122},
		"AreRefusedWithAValueTooMany":     {meeting(), resident, with("tuoi", "5"), -132},
		"AreRefusedWhenPending":           {meeting(func(t *zalosim.Template) { t.Status = "PENDING_REVIEW" }), resident, good, -131},
		"AreRefusedWhenRejected":          {meeting(func(t *zalosim.Template) { t.Status = "REJECT" }), resident, good, -131},
		"AreRefusedWhenDisabled":          {meeting(func(t *zalosim.Template) { t.Status = "DISABLE" }), resident, good, -146},
		"AreRefusedWhenTheyAreForPhones":  {meeting(func(t *zalosim.Template) { t.PhoneOnly = true }), resident, good, -249},
		"AreRefusedWhenNobodyKnowsThem":   {meeting(func(t *zalosim.Template) { t.ID = "513" }), resident, good, -109},
		"AreRefusedForAStranger":          {meeting(), "7999", good, -118},
		"AreRefusedForNobody":             {meeting(), "", good, -118},
		"AreRefusedForWhoRefusesMessages": {meeting(), "7001", good, -139},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			b := setup(t)
			b.sim.AddUser(zalosim.User{OA: account, ID: "7001", Refuse: -139})
			require.NoError(t, b.sim.AddTemplate(c.template))
			_, err := b.template(t, c.user, c.data)
			requireCode(t, c.code, err)
			charged := int64(200)
			if c.code != 0 {
				charged = 0
			}
			require.Equal(t, charged, b.sim.Charges(account).Total.VND)
		})
	}

	t.Run("AreRefusedWithValuesOfAnotherType", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		require.NoError(t, b.sim.AddTemplate(meeting()))
		for body, code := range map[string]string{
			`{"user_id":"` + resident + `","template_id":"512","template_data":{"ten":5,"ngay":"5"}}`: "-112",
			`{"user_id":"` + resident + `","template_id":512}`:                                        "-111",
			`{"user_id":"` + resident + `","template_id":512,"template_data":[]}`:                     "-201",
			`[]`: "-201",
		} {
			require.Contains(t, b.call(t, "/v3.0/oa/message/template", body), `"error":`+code, body)
		}
	})

	t.Run("HaveADaysQuota", func(t *testing.T) {
		t.Parallel()

		b := setup(t, func(_ *zalosim.Config, oa *zalosim.OA, _ *hook) { oa.TokenLife = "10000h" })
		b.clock.set(time.Date(2026, 11, 21, 16, 59, 59, 0, time.UTC)) // a second before midnight in the village
		require.NoError(t, b.sim.AddTemplate(meeting(func(t *zalosim.Template) { t.DailyQuota = 2 })))
		for left := 1; left >= 0; left-- {
			sent, err := b.template(t, resident, good)
			require.NoError(t, err)
			require.Equal(t, &zalo.Quota{Remain: left, Total: 2}, sent.Quota)
		}
		_, err := b.template(t, resident, good)
		requireCode(t, -147, err)
		b.clock.move(time.Second)
		_, err = b.template(t, resident, good)
		require.NoError(t, err)
	})

	t.Run("BelongToAnAccount", func(t *testing.T) {
		t.Parallel()

		require.ErrorContains(t, setup(t).sim.AddTemplate(zalosim.Template{OA: "nowhere"}), "nowhere")
	})
}
