package bot

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/zalo"
)

// fixedNotices are the open notices of an account, by when they went.
type fixedNotices struct {
	list []Notice
	err  error
}

func (f fixedNotices) OpenNotices(_ context.Context, _ Resident, since, _ time.Time, _ int) ([]Notice, error) {
	return slices.DeleteFunc(slices.Clone(f.list), func(n Notice) bool { return !n.Sent.After(since) }), f.err
}

func sentNotice(code, text string, sent time.Time, change ...func(*Notice)) Notice {
	n := Notice{Announcement: Announcement{
		ID: "id-" + code, Code: code, Urgency: UrgencyNormal, Issuer: "UBND xã", Message: Message{Text: text}, Audience: Audience{Units: []string{"xom"}},
	}, Sent: sent}
	for _, do := range change {
		do(&n)
	}
	return n
}

// missedChat is a talk with somebody of xom who last wrote two days ago.
func missedChat(t *testing.T, list func(now time.Time) []Notice) *chat {
	t.Helper()
	c := newChat(t, func(st *fixedStore) { st.units = bankUnits })
	c.in.Resident.UnitCode, c.in.Resident.LastInteraction = "xom", c.now.Add(-48*time.Hour)
	c.in.Resident.ConsentAt = c.now.Add(-480 * time.Hour)
	c.bot.notices = fixedNotices{list: list(c.now)}
	return c
}

func (c *chat) says(text string) Outcome {
	return c.hear(zalo.EventUserSendText, func(ev *zalo.Event) { ev.Text = text })
}

func TestMissed(t *testing.T) {
	t.Parallel()

	list := func(now time.Time) []Notice {
		return []Notice{
			sentNotice("NEWNEW", "MỜI HỌP\nHọp tối nay.", now.Add(-time.Hour)),
			sentNotice("FLOOOD", "Lũ đang lên.", now.Add(-30*time.Hour), func(n *Notice) { n.Urgency = UrgencyEmergency }),
			sentNotice("BANKER", "Ngân hàng về xã.", now.Add(-2*time.Hour), func(n *Notice) { n.Audience.Topics = []Topic{TopicBank} }),
			sentNotice("OTHERS", "Tin của xã khác.", now.Add(-time.Hour), func(n *Notice) { n.Audience.Units = []string{"SD"} }),
			sentNotice("MYNEED", "Tin cho hộ già.", now.Add(-3*time.Hour), func(n *Notice) { n.Audience.Needs, n.Mine = []Need{NeedElderly}, true }),
			sentNotice("NONEED", "Tin cho hộ khác.", now.Add(-3*time.Hour), func(n *Notice) { n.Audience.Needs = []Need{NeedElderly} }),
			sentNotice("CORREC", "Đính chính cho người khác.", now.Add(-time.Hour), func(n *Notice) { n.Corrects, n.Audience = "x", Audience{} }),
			sentNotice("OLDOLD", "Tin cũ.", now.Add(-100*time.Hour)),
		}
	}
	t.Run("TellsWhatCameSinceLastSeenDangersFirst", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{"bỏ lỡ gì", "bo lo gi", "Tôi bỏ lỡ gì?", "có gì mới", "CO GI MOI KHONG"} {
			c := missedChat(t, list)
			out := c.says(text)
			require.Equal(t, "missed", out.Handled[0].Decision, text)
			m := out.Replies[0].Message
			require.Contains(t, m.Text, "có 3 tin cho anh/chị")
			var titles []string
			for _, choice := range m.Choices {
				titles = append(titles, choice.Title)
			}
			day := c.now.Format("02/01")
			require.Equal(t, []string{
				"KHẨN " + c.now.Add(-30*time.Hour).Format("02/01") + ": Lũ đang lên. (mã FLOOOD)", day + ": MỜI HỌP (mã NEWNEW)", day + ": Tin cho hộ già. (mã MYNEED)",
			}, titles)
		}
	})

	t.Run("GivesEachInWholeByItsNumber", func(t *testing.T) {
		t.Parallel()

		c := missedChat(t, list)
		c.says("bỏ lỡ gì")
		for number, want := range map[string]string{"1": "Lũ đang lên.", "2": "MỜI HỌP\nHọp tối nay."} {
			out := c.says(number)
			require.Equal(t, "notice", out.Handled[0].Decision)
			require.Contains(t, out.Replies[0].Message.Text, want+"\n\nĐơn vị ra thông báo: UBND xã. Mã thông báo: ")
		}
	})

	t.Run("GivesNobodyWhatIsForOthers", func(t *testing.T) {
		t.Parallel()

		for _, text := range []string{"#tin OTHERS", "#tin none"} {
			c := missedChat(t, list)
			out := c.says(text)
			require.Equal(t, textNoticeOver, out.Replies[0].Message.Text, text)
		}
	})

	t.Run("SaysThatNothingIsNewAndWhatIsStillOfUse", func(t *testing.T) {
		t.Parallel()

		c := missedChat(t, list)
		c.says("menu")
		m := c.says("bỏ lỡ gì").Replies[0].Message
		require.Contains(t, m.Text, "chưa có tin nào mới")
		require.Contains(t, m.Text, "vẫn còn hiệu lực")
		require.Len(t, m.Choices, 4)

		c = missedChat(t, func(time.Time) []Notice { return nil })
		m = c.says("bỏ lỡ gì").Replies[0].Message
		require.Contains(t, m.Text, "chưa có tin nào mới")
		require.Empty(t, m.Choices)
		c.in.Resident.ConsentAt = time.Time{}
		require.Equal(t, []Choice{choiceJoin}, c.says("bỏ lỡ gì").Replies[0].Message.Choices)
	})

	t.Run("TellsAFewAndHowManyMore", func(t *testing.T) {
		t.Parallel()

		c := missedChat(t, func(now time.Time) (list []Notice) {
			for range 7 {
				list = append(list, sentNotice("SAME", "Tin.", now.Add(-time.Hour)))
			}
			return list
		})
		m := c.says("bỏ lỡ gì").Replies[0].Message
		require.Len(t, m.Choices, noticesTold)
		require.Contains(t, m.Text, "còn 3 tin nữa")
	})

	t.Run("SpeaksTheResidentsLanguageOrSaysThatItCannot", func(t *testing.T) {
		t.Parallel()

		for language, want := range map[string]string{"rad-VN": "Ê Đê.", "jra": "(Thông báo này chưa có bản tiếng Gia Rai, tôi gửi bản tiếng Việt.)\nTiếng Việt."} {
			c := missedChat(t, func(now time.Time) []Notice {
				return []Notice{sentNotice("TONGUE", "Tiếng Việt.", now.Add(-time.Hour), func(n *Notice) { n.Message.Others = map[string]string{"rad": "Ê Đê."} })}
			})
			c.in.Resident.Language = language
			require.NotContains(t, c.says("bỏ lỡ gì").Replies[0].Message.Choices[0].Title, "chưa có bản")
			require.Contains(t, c.says("1").Replies[0].Message.Text, want)
		}
	})

	t.Run("SaysSoWhenItCannotLook", func(t *testing.T) {
		t.Parallel()

		c := missedChat(t, list)
		c.bot.notices = fixedNotices{err: errors.New("away")}
		require.Equal(t, textMissedTrouble, c.says("bỏ lỡ gì").Replies[0].Message.Text)
		require.Equal(t, textMissedTrouble, c.says("#tin FLOOOD").Replies[0].Message.Text)
	})
}

func TestAsksWhatWasMissed(t *testing.T) {
	t.Parallel()

	for text, asks := range map[string]bool{
		"bỏ lỡ gì": true, "tôi bỏ lỡ gì không": true, "Em có bỏ lỡ tin gì không ạ?": true, "bỏ lỡ những thông báo gì rồi": true,
		"có gì mới": true, "hôm nay có gì mới không?": true, "co thong bao moi ko": true, "có tin gì mới chưa ạ": true, "tin mới": true, "thông báo mới": true,
		"bỏ lỡ đợt tiêm thì làm sao": false, "mới": false, "thẻ căn cước mới": false, "có mẫu đơn mới không": false, "tôi mới sinh con": false, "luật mới có gì": false,
		"cái gì mới là đúng": false, "gì mới được vay": false,
	} {
		require.Equal(t, asks, (&turn{folded: faq.Fold(text)}).asksWhatWasMissed(), "%s = %s", text, faq.Fold(text))
	}
}

func TestAudienceTakesAResident(t *testing.T) {
	t.Parallel()

	units := Units{}
	for _, u := range bankUnits {
		units[u.Code] = u
	}
	r := Resident{UserID: "u", UnitCode: "xom", Topics: []Topic{TopicBank}, Roles: []Role{RoleBorrower}, Language: "rad-VN"}
	for name, c := range map[string]struct {
		audience Audience
		takes    bool
	}{
		"HisVillage":        {Audience{Units: []string{"xom"}}, true},
		"AUnitAbove":        {Audience{Units: []string{"DX"}}, true},
		"AnotherUnit":       {Audience{Units: []string{"SD"}}, false},
		"AllButHisUnit":     {Audience{Topics: []Topic{TopicBank}, WithoutUnits: []string{"DX"}}, false},
		"AllButHim":         {Audience{Units: []string{"xom"}, WithoutResidents: []string{"u"}}, false},
		"HisTopic":          {Audience{Topics: []Topic{TopicCrops, TopicBank}}, true},
		"AnotherTopic":      {Audience{Topics: []Topic{TopicCrops}}, false},
		"HisRole":           {Audience{Roles: []Role{RoleBorrower}}, true},
		"AnotherRole":       {Audience{Roles: []Role{RolePigFarmer}}, false},
		"HisLanguage":       {Audience{Languages: []string{"rad"}}, true},
		"AnotherLanguage":   {Audience{Languages: []string{"ra"}}, false},
		"VietnameseIsNoOne": {Audience{Languages: []string{"vi"}}, false},
		"NeedsOfHouseholds": {Audience{Units: []string{"xom"}, Needs: []Need{NeedPoor}}, false},
	} {
		require.Equal(t, c.takes, c.audience.Takes(r, units), name)
	}
	require.True(t, Audience{Languages: []string{"vi"}}.Takes(Resident{}, units))
}
