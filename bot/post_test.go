package bot_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/bottest"
	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/store"
	"github.com/loalang/loalang/zalo"
)

// groups brings Zalo groups of the unit xa into the database, each with its known members.
func (w *world) groups(members map[string][]string) {
	w.t.Helper()
	var list []bot.Group
	for id, users := range members {
		list = append(list, bot.Group{OAID: oaID, ID: id, Name: "Nhóm " + id, UnitCode: "xa", Members: users})
	}
	_, err := w.db.ImportGroups(w.t.Context(), store.Values(list), false)
	require.NoError(w.t, err)
}

// settle lets the announcer look again, and sends what is due then.
func (w *world) settle() {
	w.t.Helper()
	w.clock.Advance(2 * time.Second)
	w.runAnnouncer()
	w.clock.Advance(2 * time.Second)
	if due, _ := w.lane(bot.LaneDelivery); !due.IsZero() && !due.After(w.clock.Now()) {
		w.deliverAll()
	}
}

func (w *world) forecast() bot.Forecast {
	w.t.Helper()
	sum, err := w.announcements(plan.Hours{}).Plan(w.t.Context(), "A")
	require.NoError(w.t, err)
	return sum
}

func TestAnnounceInGroups(t *testing.T) {
	t.Parallel()

	// three of four are in a group; one of them has not consented, and another's window is closed
	people := func(w *world) []bot.Resident {
		return []bot.Resident{
			w.resident("m1", time.Hour), w.resident("m2", 200*time.Hour), w.resident("u", time.Hour),
			w.resident("m3", time.Hour, func(r *bot.Resident) { r.ConsentAt = time.Time{} }),
		}
	}
	setup := func(t *testing.T, change ...func(*bot.Announcement)) *world {
		w := newWorld(t)
		w.groups(map[string][]string{"g1": {"m1", "m2", "m3", "stranger"}})
		w.announce(people(w), change...)
		return w
	}

	t.Run("PostsOnceAndSendsDirectlyToTheOthers", func(t *testing.T) {
		t.Parallel()

		w := setup(t)
		sum := w.forecast()
		require.Equal(t, map[plan.Channel]int{
			plan.ChannelFree: 1, plan.ChannelGroup: 3, plan.ChannelPaid: 0, plan.ChannelTemplate: 0, plan.ChannelNone: 0,
		}, sum.People)
		require.Equal(t, 2, sum.Calls)
		require.Len(t, sum.Groups, 1)
		require.Len(t, sum.Sample, 4, "all, where they are few")
		_, status := w.announced()
		require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryPlanned: 4}, status.States, "the members follow the post")
		w.deliverAll()
		require.Len(t, w.zalo.Calls(), 2)
		require.Equal(t, []string{"Mời họp."}, w.zalo.Texts("g1"))
		require.Empty(t, w.zalo.Texts("m1"))
		_, status = w.announced()
		require.Equal(t, map[plan.Channel]map[bot.DeliveryState]int{
			plan.ChannelFree: {bot.DeliveryAccepted: 1}, plan.ChannelGroup: {bot.DeliveryAccepted: 3},
		}, status.Channels)
		require.Equal(t, 4, status.Recipients)
		require.Len(t, status.Posts, 1)
		require.Equal(t, 3, status.Posts[0].Members)
		w.settle()
		a, _ := w.announced()
		require.Equal(t, bot.AnnouncementDone, a.State)
		require.Len(t, w.zalo.Calls(), 2)
	})

	t.Run("SendsToTheMembersOfAGroupThatRefusesThePost", func(t *testing.T) {
		t.Parallel()

		for _, code := range []int{-237, -403, -235, -224, -248} {
			w := setup(t)
			w.zalo.To("g1", bottest.Refuse(code))
			w.deliverAll()
			w.settle()
			require.Len(t, w.zalo.Texts("m1"), 1, code)
			require.Empty(t, w.zalo.Texts("m2"), "the window is closed")
			require.Empty(t, w.zalo.Texts("m3"), "what is sent to a person needs consent")
			_, status := w.announced()
			require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryAccepted: 2, bot.DeliveryRefused: 2}, status.States)
			require.Equal(t, code, status.Posts[0].Code)
			require.Empty(t, w.account().Fault, "one group says nothing of the account")
			w.settle()
			a, _ := w.announced()
			require.Equal(t, bot.AnnouncementDone, a.State)
		}
	})

	t.Run("SendsAlsoToMembersWhereThatIsAskedFor", func(t *testing.T) {
		t.Parallel()

		w := setup(t, func(a *bot.Announcement) { a.AlsoCovered = true })
		w.zalo.To("m1", bottest.Refuse(-227))
		w.deliverAll()
		require.Len(t, w.zalo.Calls(), 3)
		_, status := w.announced()
		require.Equal(t, map[plan.Channel]map[bot.DeliveryState]int{
			plan.ChannelFree: {bot.DeliveryAccepted: 1}, plan.ChannelGroup: {bot.DeliveryAccepted: 3},
		}, status.Channels, "whom nothing else reaches counts by the post")
	})

	t.Run("StaysOutOfGroupsThatItIsNotFor", func(t *testing.T) {
		t.Parallel()

		borrowers := func(a *bot.Announcement) { a.Audience.Roles = []bot.Role{bot.RoleBorrower} }
		w := newWorld(t)
		w.groups(map[string][]string{"g1": {"m1"}})
		borrower := w.resident("m1", time.Hour, func(r *bot.Resident) { r.Roles = []bot.Role{bot.RoleBorrower} })
		w.announce([]bot.Resident{borrower}, borrowers)
		w.deliverAll()
		require.Empty(t, w.zalo.Texts("g1"), "a group is no place for what concerns borrowers")
		require.Len(t, w.zalo.Texts("m1"), 1)

		w = newWorld(t)
		w.groups(map[string][]string{"g1": {"m1"}})
		w.announce([]bot.Resident{borrower}, borrowers, func(a *bot.Announcement) { a.Groups = bot.GroupsAll })
		w.deliverAll()
		require.Len(t, w.zalo.Texts("g1"), 1, "unless somebody wants that")

		w = setup(t, func(a *bot.Announcement) { a.Groups = bot.GroupsNone })
		w.deliverAll()
		require.Empty(t, w.zalo.Texts("g1"))
		require.Len(t, w.zalo.Texts("m1"), 1)
	})

	t.Run("NeverPostsTwiceWhenNobodyKnowsWhetherItArrived", func(t *testing.T) {
		t.Parallel()

		w := setup(t)
		w.zalo.To("g1", bottest.Hide(true))
		w.deliverAll()
		for range 4 {
			w.clock.Advance(time.Hour)
			w.deliverAll()
		}
		require.Len(t, w.zalo.Texts("g1"), 1)
		_, status := w.announced()
		require.Equal(t, 3, status.States[bot.DeliveryUnsure])
		require.Zero(t, w.zalo.Reads(), "a group has no conversation that could be read")
		w.runAnnouncer()
		a, _ := w.announced()
		require.Equal(t, bot.AnnouncementDone, a.State)

		echo, err := zalo.ParseEvent([]byte(`{"app_id":"1","event_name":"oa_send_group_text","oa_id":"` + oaID + `","sender":{"id":"` + oaID +
			`"},"recipient":{"id":"g1"},"message":{"msg_id":"z9","text":"Mời họp."},"timestamp":"` + strconv.FormatInt(w.clock.Now().UnixMilli(), 10) + `"}`))
		require.NoError(t, err)
		_, err = w.db.AcceptEvents(t.Context(), []zalo.Event{echo})
		require.NoError(t, err)
		require.NoError(t, w.newBot().HandleEvents(t.Context(), w.claim(bot.LaneResident)))
		_, status = w.announced()
		require.Equal(t, 4, status.States[bot.DeliveryAccepted], "until its echo comes")
	})

	t.Run("CorrectsInTheGroupsWhereTheWrongOneWasRead", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.groups(map[string][]string{"g1": {"m1"}, "g2": {"m2"}})
		w.announce([]bot.Resident{w.resident("m1", time.Hour), w.resident("m2", time.Hour), w.resident("u", time.Hour)})
		w.zalo.To("g2", bottest.Refuse(-403))
		w.zalo.To("m2", bottest.Refuse(-227))
		w.deliverAll()
		w.settle()
		w.settle()
		s := w.announcements(plan.Hours{})
		require.NoError(t, s.Create(t.Context(), bot.Announcement{
			OAID: oaID, ID: "B", Title: "Sửa", Urgency: bot.UrgencyNormal, Message: bot.Message{Text: "Đính chính."}, Unlimited: true, Corrects: "A",
		}))
		_, err := s.Send(t.Context(), "B")
		require.NoError(t, err)
		w.runAnnouncer()
		w.deliverAll()
		require.Equal(t, []string{"Mời họp.", "Đính chính."}, w.zalo.Texts("g1"))
		require.Equal(t, []string{"Mời họp.", "Đính chính."}, w.zalo.Texts("u"))
		require.Equal(t, []string{"Mời họp."}, w.zalo.Texts("g2"), "which was refused")
		require.Equal(t, []string{"Mời họp."}, w.zalo.Texts("m2"), "which was refused, too")
		require.Empty(t, w.zalo.Texts("m1"))
	})

	t.Run("PostsAgainForTheMissedOnlyWhereNothingWent", func(t *testing.T) {
		t.Parallel()

		w := setup(t)
		s := w.announcements(plan.Hours{})
		_, err := s.Cancel(t.Context(), "A")
		require.NoError(t, err)
		_, status := w.announced()
		require.Equal(t, 4, status.States[bot.DeliveryCancelled])
		_, err = s.Resend(t.Context(), "A")
		require.NoError(t, err)
		w.runAnnouncer()
		w.deliverAll()
		_, status = w.announced()
		require.Equal(t, 4, status.States[bot.DeliveryAccepted])
		require.Len(t, w.zalo.Texts("g1"), 1)
	})

	t.Run("TakesMentionsOutOfPosts", func(t *testing.T) {
		t.Parallel()

		w := newWorld(t)
		w.groups(map[string][]string{"g1": {"m1"}})
		err := w.announcements(plan.Hours{}).Create(t.Context(), bot.Announcement{
			OAID: oaID, ID: "A", Title: "Họp", Urgency: bot.UrgencyNormal, Message: bot.Message{Text: "Chào [@g1] cả nhóm"}, Unlimited: true,
			Audience: bot.Audience{Units: []string{"xa"}},
		})
		require.ErrorIs(t, err, bot.ErrAnnouncement)
		require.ErrorContains(t, err, "mention")
	})
}

func TestAnnounceAllOrNothing(t *testing.T) {
	t.Parallel()

	w := newWorld(t)
	s := w.announcements(plan.Hours{})
	w.announce([]bot.Resident{w.resident("p1", 72*time.Hour), w.resident("p2", 72*time.Hour)}, budget(2*55), func(a *bot.Announcement) { a.AllOrNothing = true })
	w.deliverAll()
	_, status := w.announced()
	require.Equal(t, 2, status.States[bot.DeliveryAccepted])

	a := bot.Announcement{
		OAID: oaID, ID: "B", Title: "Họp", Urgency: bot.UrgencyNormal, Message: bot.Message{Text: "Mời họp."},
		Audience: bot.Audience{Units: []string{"xa"}}, Budget: 2*55 - 1, AllOrNothing: true,
	}
	require.NoError(t, s.Create(t.Context(), a))
	_, err := s.Send(t.Context(), "B")
	require.ErrorIs(t, err, bot.ErrState)
	require.ErrorContains(t, err, "1 VND more")
	b, err := w.db.Announcement(t.Context(), "B")
	require.NoError(t, err)
	require.Equal(t, bot.AnnouncementDraft, b.State)

	w.clock.Advance(2 * time.Second)
	w.runAnnouncer()
	later := w.announcements(plan.Hours{})
	c := bot.Announcement{
		OAID: oaID, ID: "C", Title: "Họp", Urgency: bot.UrgencyNormal, Message: bot.Message{Text: "Mời họp."},
		Audience: bot.Audience{Units: []string{"xa"}}, Budget: 2 * 55, AllOrNothing: true, ScheduledAt: w.clock.Now().Add(time.Hour),
	}
	require.NoError(t, later.Create(t.Context(), c))
	_, err = later.Send(t.Context(), "C")
	require.NoError(t, err)
	_, err = w.db.ImportResidents(t.Context(), store.Values([]bot.Resident{w.resident("p3", 72*time.Hour)}), false)
	require.NoError(t, err)
	w.clock.Advance(time.Hour)
	w.runAnnouncer()
	c, err = w.db.Announcement(t.Context(), "C")
	require.NoError(t, err)
	run, err := w.db.Run(t.Context(), c, 0)
	require.NoError(t, err)
	status, err = w.db.RunStatus(t.Context(), run)
	require.NoError(t, err)
	require.Equal(t, map[bot.DeliveryState]int{bot.DeliveryRefused: 3}, status.States, "one more came meanwhile, whom it does not pay for")
	require.Equal(t, bot.AnnouncementDone, c.State)
}

func TestAnnounceByTemplate(t *testing.T) {
	t.Parallel()

	setup := func(t *testing.T) *world {
		w := newWorld(t)
		require.NoError(t, w.db.PutTemplate(t.Context(), bot.Template{
			OAID: oaID, Kind: "hop", ID: "T1", VND: 300, Data: map[string]string{"ten": "{name}", "viec": "{text}"},
		}))
		w.announce([]bot.Resident{
			w.resident("free", time.Hour), w.resident("far", 200*time.Hour, func(r *bot.Resident) { r.Name = "Bà Lan" }),
			w.resident("quiet", 200*time.Hour),
		}, budget(599), func(a *bot.Announcement) { a.Kind = "hop" })
		return w
	}

	t.Run("ReachesWhomNoConsultationMayReachWithinTheBudget", func(t *testing.T) {
		t.Parallel()

		w := setup(t)
		w.deliverAll()
		require.Equal(t, []string{"Mời họp."}, w.zalo.Texts("free"))
		require.Equal(t, []string{"T1 ten: Bà Lan, viec: Mời họp."}, w.zalo.Texts("far"))
		require.Empty(t, w.zalo.Texts("quiet"), "two templates cost more")
		_, status := w.announced()
		require.EqualValues(t, 300, status.VND)
		require.Equal(t, 1, status.Channels[plan.ChannelTemplate][bot.DeliveryAccepted])
		require.Equal(t, 1, status.Channels[plan.ChannelNone][bot.DeliveryRefused])
	})

	t.Run("RestsWhenZaloRefusesTheTemplateItself", func(t *testing.T) {
		t.Parallel()

		for _, code := range []int{-131, -1121, -135} {
			w := setup(t)
			w.zalo.To("far", bottest.Refuse(code))
			w.deliverAll()
			require.Len(t, w.zalo.Texts("far"), 1, "it is not tried again")
			require.Empty(t, w.zalo.Texts("quiet"), "nor with anybody else")
			_, status := w.announced()
			require.Zero(t, status.VND)
			require.Equal(t, 2, status.Channels[plan.ChannelNone][bot.DeliveryRefused], "%d %+v", code, status)
			template, err := w.db.Template(t.Context(), oaID, "hop")
			require.NoError(t, err)
			require.Contains(t, template.Fault, zalo.Advice(code))
			require.Empty(t, w.account().Fault)
			require.Zero(t, w.forecast().People[plan.ChannelTemplate], "the plan does not count on it")
		}
	})

	t.Run("GoesToNobodyAgainWhoTakesNoTemplates", func(t *testing.T) {
		t.Parallel()

		w := setup(t)
		w.zalo.To("far", bottest.Refuse(-141))
		w.deliverAll()
		require.Len(t, w.zalo.Texts("quiet"), 1, "the money goes to the next")
		w.settle()
		_, err := w.announcements(plan.Hours{}).Resend(t.Context(), "A")
		require.NoError(t, err)
		calls := len(w.zalo.Calls())
		w.runAnnouncer()
		w.deliverAll()
		require.Len(t, w.zalo.Calls(), calls)
	})

	t.Run("IsNeverSentBlindlyAgain", func(t *testing.T) {
		t.Parallel()

		w := setup(t)
		w.zalo.To("far", bottest.Hide(false))
		w.deliverAll()
		for range 4 {
			w.clock.Advance(time.Hour)
			w.deliverAll()
		}
		_, status := w.announced()
		require.Equal(t, 1, status.States[bot.DeliveryUnsure])
		require.EqualValues(t, 300, status.VND, "its price is kept back")
		require.Zero(t, w.zalo.Reads())
	})
}

func TestTemplateCheck(t *testing.T) {
	t.Parallel()

	require.NoError(t, bot.Template{Kind: "hop", ID: "1", Data: map[string]string{"ten": "{name} ({household}), {date}"}}.Check())
	for says, wrong := range map[string]bot.Template{
		"it has no kind":          {ID: "1"},
		"it has no id":            {Kind: "hop"},
		"its price is below 0":    {Kind: "hop", ID: "1", VND: -1},
		"there is no placeholder": {Kind: "hop", ID: "1", Data: map[string]string{"ten": "{nam}"}},
		`"x" has no parameter`:    {Kind: "hop", ID: "1", Data: map[string]string{"": "x"}},
	} {
		require.ErrorContains(t, wrong.Check(), says)
	}
}
