package bot

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
)

// withVillages is an account of a commune with so many villages, and of two more with names.
func withVillages(n int) func(*fixedStore) {
	return func(s *fixedStore) {
		s.units = []Unit{
			{OAID: theOA, Code: "xa", Kind: UnitCommune, Name: "Xã Thử"},
			{OAID: theOA, Code: "suoi-hoa", Kind: UnitThon, Name: "Thôn Suối Hoa", ParentCode: "xa", OldNames: []string{"Thôn Đồng Hạ"}},
			{OAID: theOA, Code: "Ea-Lang", Kind: UnitBuon, Name: "Buôn Ea Lang", ParentCode: "xa"},
		}
		for i := range n {
			s.units = append(s.units, Unit{OAID: theOA, Code: fmt.Sprint("t", i+1), Kind: UnitThon, Name: fmt.Sprint("Thôn ", i+1), ParentCode: "xa"})
		}
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()

	t.Run("ByButtonsTakesVillageAndConsentAndAllTopics", func(t *testing.T) {
		t.Parallel()

		c := newChat(t, withVillages(0))
		c.hear(zalo.EventFollow)
		decision, ask := c.say("1")
		require.Equal(t, "join_village", decision)
		require.Equal(t, []string{"#thon Ea-Lang", "#thon suoi-hoa"}, payloads(ask))
		out := c.hear(zalo.EventUserSendText, func(ev *zalo.Event) { ev.Text = "#thon Ea-Lang" })
		require.True(t, out.Enrolled)
		require.Equal(t, "Ea-Lang", out.Resident.UnitCode)
		require.True(t, out.Resident.ConsentAt.IsZero(), "a village is no consent")
		require.Contains(t, out.Replies[0].Message.Text, "Buôn Ea Lang")
		require.Contains(t, out.Replies[0].Message.Text, "có đồng ý nhận không")
		out = c.hear(zalo.EventUserSendText, func(ev *zalo.Event) { ev.Text = "1" })
		require.Equal(t, "join", out.Handled[0].Decision)
		require.True(t, out.Enrolled)
		require.True(t, out.Resident.ConsentAt.Equal(morning))
		require.Equal(t, consentText, out.Resident.ConsentText)
		require.ElementsMatch(t, topics, out.Resident.Topics)
		require.Equal(t, "resume", c.decides("đăng ký"), "it is known already")
		again := c.hear(zalo.EventFollow)
		require.NotContains(t, payloads(again.Replies[0].Message), "#nhan-tin")
	})

	t.Run("ByTypingTakesTheVillageHoweverItIsWritten", func(t *testing.T) {
		t.Parallel()

		for text, code := range map[string]string{
			"suối hoa": "suoi-hoa", "thon suoi hoa": "suoi-hoa", "tôi ở thôn Suối Hoa": "suoi-hoa", "suoi hao": "suoi-hoa", "Đồng Hạ": "suoi-hoa",
			"ban ea lang": "Ea-Lang", "EA LANG": "Ea-Lang", "o ea lang": "Ea-Lang", "thôn 12": "t12", "12": "t12", "thon 1": "t1",
		} {
			c := newChat(t, withVillages(12))
			require.Equal(t, "join_village", c.decides("đăng ký"))
			require.Equal(t, "join_consent", c.decides(text), text)
			require.Equal(t, code, c.in.Resident.UnitCode, text)
		}
	})

	t.Run("TakesATappedVillageAlsoWhereAnotherHasItsName", func(t *testing.T) {
		t.Parallel()

		twins := func(s *fixedStore) {
			s.units = []Unit{
				{OAID: theOA, Code: "tan-lap", Kind: UnitThon, Name: "Thôn Tân Lập"},
				{OAID: theOA, Code: "tan-lap-2", Kind: UnitBan, Name: "Bản Tân Lập"},
			}
		}
		for _, tap := range []string{"#thon tan-lap", "2"} {
			c := newChat(t, twins)
			require.Equal(t, "join_village", c.decides("đăng ký"))
			require.Equal(t, "join_consent", c.decides(tap), tap)
			require.Equal(t, "tan-lap", c.in.Resident.UnitCode, tap)
		}
	})

	t.Run("OffersTheVillagesPageByPage", func(t *testing.T) {
		t.Parallel()

		c := newChat(t, withVillages(5))
		_, first := c.say("đăng ký")
		require.Len(t, first.Choices, 5)
		_, second := c.say("5")
		require.Len(t, second.Choices, 3, "seven villages in all")
		require.Equal(t, "join_village", c.decides("#cac-thon 99"), "an old button")
		require.Equal(t, "join_village", c.decides("#thon gone"))
		require.Empty(t, c.in.Resident.UnitCode)
	})

	t.Run("AnswersAQuestionThatComesInstead", func(t *testing.T) {
		t.Parallel()

		c := newChat(t, withVillages(3))
		c.say("đăng ký")
		require.Equal(t, "answer", c.decides("làm sao kích hoạt VNeID"))
		require.Empty(t, c.in.Resident.UnitCode)
		c = newChat(t, withVillages(3))
		require.NotEqual(t, "join_consent", c.decides("suối hoa"), "nobody was asked for a village")
	})

	t.Run("TakesNoForAnAnswer", func(t *testing.T) {
		t.Parallel()

		c := newChat(t)
		require.Equal(t, "join_consent", c.decides("đăng ký"))
		require.Equal(t, "join_declined", c.decides("2"))
		require.True(t, c.in.Resident.ConsentAt.IsZero())
	})

	t.Run("AfterStoppingNeedsTheConsentAgainOnlyWhereThereWasNone", func(t *testing.T) {
		t.Parallel()

		c := newChat(t)
		c.say("dừng")
		require.Equal(t, "join_consent", c.decides("đăng ký"))
		require.False(t, c.in.Resident.StoppedAt.IsZero(), "asking is not agreeing")
		c.say("1")
		require.True(t, c.in.Resident.StoppedAt.IsZero())
		c.say("dừng")
		require.Equal(t, "resume", c.decides("đăng ký"))
		require.True(t, c.in.Resident.joined())
	})

	t.Run("TopicsComeAndGoOneByOne", func(t *testing.T) {
		t.Parallel()

		c := newChat(t)
		c.in.Resident.ConsentAt, c.in.Resident.Topics = morning.Add(-time.Hour), []Topic{TopicBank, TopicHealth}
		out := c.hear(zalo.EventUserSendText, func(ev *zalo.Event) { ev.Text = "dừng vay vốn" })
		require.Equal(t, "topic_off", out.Handled[0].Decision)
		require.True(t, out.Enrolled)
		require.Equal(t, []Topic{TopicHealth}, out.Resident.Topics)
		require.True(t, out.Resident.StoppedAt.IsZero(), "only this topic")
		require.Equal(t, "topic_on", c.decides("dang ky chan nuoi"))
		require.Equal(t, []Topic{TopicHealth, TopicLivestock}, c.in.Resident.Topics)
		require.Equal(t, "topic_on", c.decides("đăng ký chăn nuôi"))
		require.Equal(t, []Topic{TopicHealth, TopicLivestock}, c.in.Resident.Topics, "once")
	})

	t.Run("ATopicAskedForBeforeJoiningIsTheOnlyOne", func(t *testing.T) {
		t.Parallel()

		c := newChat(t)
		require.Equal(t, "join_consent", c.decides("đăng ký bão lũ"))
		c.say("1")
		require.Equal(t, []Topic{TopicDisaster}, c.in.Resident.Topics)
	})

	t.Run("AnotherVillageIsAnotherHousehold", func(t *testing.T) {
		t.Parallel()

		c := newChat(t, withVillages(2))
		c.in.Resident.UnitCode, c.in.Resident.HouseholdCode, c.in.Resident.ConsentAt = "t1", "h1", morning
		require.Equal(t, "join_village", c.decides("đổi thôn"))
		require.Equal(t, "join_village", c.decides("thôn 2"))
		require.Equal(t, "t2", c.in.Resident.UnitCode)
		require.Empty(t, c.in.Resident.HouseholdCode)
	})
}

func TestNearly(t *testing.T) {
	t.Parallel()

	require.True(t, nearly("suoi hoa", "suoi hao"))
	require.True(t, nearly("lang", "lanh"))
	require.False(t, nearly("lang", "lung a"))
	require.False(t, nearly("1", "2"))
	require.False(t, nearly("thon 11", "thon 12"))
}
