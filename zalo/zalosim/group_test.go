package zalosim_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
	"github.com/loalang/loalang/zalo/zalosim"
)

const village1 = "g-1"

// withGroup is a bundle with a group of both residents, whose own events are over.
func withGroup(t *testing.T, options ...option) *bundle {
	t.Helper()
	b := setup(t, options...)
	id, err := b.sim.AddGroup(zalosim.Group{OA: account, ID: village1, Name: "Thôn 1", Members: []string{resident, neighbour}})
	require.NoError(t, err)
	require.Equal(t, village1, id)
	for _, name := range []zalo.EventName{zalo.EventCreateGroup, zalo.EventUserJoinGroup} {
		require.Equal(t, name, b.hook.next(t).event.Name)
	}
	return b
}

func (b *bundle) post1(t *testing.T, m zalo.Message) (zalo.Sent, error) {
	t.Helper()
	return b.client.SendGroup(t.Context(), access, village1, m)
}

func TestGroupPosts(t *testing.T) {
	t.Parallel()

	t.Run("AreTakenInOneCallForAllMembers", func(t *testing.T) {
		t.Parallel()

		b := withGroup(t, echoes)
		sent, err := b.post1(t, zalo.Message{Text: "Họp thôn"})
		require.NoError(t, err)
		require.Equal(t, village1, sent.GroupID)
		require.Empty(t, sent.UserID)
		require.Equal(t, b.clock.now(), sent.SentTime)
		posts := b.sim.Posts(account, village1)
		require.Len(t, posts, 1)
		require.Equal(t, []string{sent.MessageID, account, "", village1, "Họp thôn"},
			[]string{posts[0].ID, posts[0].OA, posts[0].User, posts[0].Group, posts[0].Text})
		require.Equal(t, posts, b.sim.Sent(account))
		got := b.hook.next(t).event
		require.Equal(t, zalo.EventOASendGroupText, got.Name)
		require.Equal(t, []string{account, "", village1, sent.MessageID, "Họp thôn"}, []string{got.OAID, got.UserID, got.GroupID, got.MsgID, got.Text})
		require.True(t, got.FromOA)
		require.EqualValues(t, 1, b.sim.Stats().Accepted)
	})

	t.Run("NeedNoInteraction", func(t *testing.T) {
		t.Parallel()

		b := withGroup(t, func(_ *zalosim.Config, oa *zalosim.OA, _ *hook) { oa.TokenLife = "10000h" })
		b.clock.move(365 * 24 * time.Hour)
		_, err := b.post1(t, zalo.Message{Text: "x"})
		require.NoError(t, err)
		require.Zero(t, b.sim.Charges(account).Total)
	})

	t.Run("AreEchoedByTheirKind", func(t *testing.T) {
		t.Parallel()

		b := withGroup(t, echoes)
		gif, err := b.client.UploadGIF(t.Context(), access, "a.gif", strings.NewReader("a"))
		require.NoError(t, err)
		file, err := b.client.UploadFile(t.Context(), access, "a.pdf", strings.NewReader("a"))
		require.NoError(t, err)
		for _, c := range []struct {
			message zalo.Message
			name    zalo.EventName
		}{
			{zalo.Message{Image: &zalo.Image{URL: "https://a/b.png"}}, zalo.EventOASendGroupImage},
			{zalo.Message{Image: &zalo.Image{GIF: true, AttachmentID: gif}}, zalo.EventOASendGroupGIF},
			{zalo.Message{FileToken: file}, zalo.EventOASendGroupFile},
		} {
			_, err := b.post1(t, c.message)
			require.NoError(t, err)
			require.Equal(t, c.name, b.hook.next(t).event.Name)
		}
	})

	for name, c := range map[string]struct {
		group zalosim.Group
		to    string
		code  int
	}{
		"AreRefusedWhenTheGroupsPackageHasEnded": {zalosim.Group{Disabled: true}, village1, -237},
		"AreRefusedWhenTheAccountHasLeft":        {zalosim.Group{Left: true}, village1, -403},
		"AreRefusedInAForeignGroup":              {zalosim.Group{}, "g-2", -403},
		"AreRefusedNowhere":                      {zalosim.Group{}, "", -201},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			b := withGroup(t)
			c.group.OA, c.group.ID = account, village1
			_, err := b.sim.AddGroup(c.group)
			require.NoError(t, err)
			_, err = b.client.SendGroup(t.Context(), access, c.to, zalo.Message{Text: "x"})
			requireCode(t, c.code, err)
			require.Empty(t, b.sim.Posts(account, village1))
			require.EqualValues(t, 1, b.sim.Stats().Refused)
		})
	}

	for name, c := range map[string]struct {
		message string
		code    string
	}{
		"AreRefusedWithButtons":  {`{"text":"x","attachment":{"type":"template","payload":{"buttons":[{"title":"a","type":"oa.query.hide","payload":"#a"}]}}}`, "-233"},
		"AreRefusedAsALists":     {`{"attachment":{"type":"template","payload":{"template_type":"list","elements":[{"title":"a"}]}}}`, "-233"},
		"AreRefusedEmpty":        {`{"text":" "}`, "-201"},
		"AreRefusedWhenTooLong":  {`{"text":"` + strings.Repeat("ữ", 2001) + `"}`, "-210"},
		"AreTakenUpToTheirLimit": {`{"text":"` + strings.Repeat("ữ", 2000) + `"}`, "0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			b := withGroup(t)
			require.Contains(t, b.call(t, "/v3.0/oa/group/message", `{"recipient":{"group_id":"g-1"},"message":`+c.message+`}`), `"error":`+c.code)
		})
	}

	t.Run("TellWhomTheyRing", func(t *testing.T) {
		t.Parallel()

		b := withGroup(t)
		text := "[@" + resident + "] [@g-1] [@stranger] [@] (@" + neighbour + ")"
		b.call(t, "/v3.0/oa/group/message", `{"recipient":{"group_id":"g-1"},"message":{"text":"`+text+`"}}`)
		require.Equal(t, []string{resident, village1}, b.sim.Posts(account, village1)[0].Mentions)
		_, err := b.post1(t, zalo.Message{Text: text})
		require.NoError(t, err)
		require.Empty(t, b.sim.Posts(account, village1)[1].Mentions, "the client takes them out")
	})

	t.Run("StandOnThePhonesOfTheMembers", func(t *testing.T) {
		t.Parallel()

		b := withGroup(t)
		_, err := b.send(t, "một")
		require.NoError(t, err)
		b.clock.move(time.Second)
		_, err = b.post1(t, zalo.Message{Text: "hai"})
		require.NoError(t, err)
		b.clock.move(time.Second)
		_, err = b.sim.Say(zalosim.Say{OA: account, User: neighbour, Group: village1, Text: "ba"})
		require.NoError(t, err)
		shown := func(user string) (texts []string) {
			var chat struct{ Messages []zalosim.Message }
			require.NoError(t, json.Unmarshal([]byte(b.get(t, "/demo/api/chat?oa="+account+"&user="+user)), &chat))
			for _, m := range chat.Messages {
				texts = append(texts, m.Text)
			}
			return texts
		}
		require.Equal(t, []string{"Xin chào", "một", "hai", "ba"}, shown(resident))
		require.Equal(t, []string{"hai", "ba"}, shown(neighbour))
		require.NoError(t, b.sim.Join(account, village1, neighbour, false))
		require.Empty(t, shown(neighbour))
		state := b.get(t, "/demo/api/state")
		require.Contains(t, state, `"groups":[{"id":"g-1","name":"Thôn 1"}]`)
		require.Contains(t, state, `"groups":["g-1"]`)
	})

	t.Run("AreHeardByOpenPages", func(t *testing.T) {
		t.Parallel()

		b := withGroup(t)
		lines := b.stream(t)
		_, err := b.post1(t, zalo.Message{Text: "x"})
		require.NoError(t, err)
		got := nextChange(t, lines)
		require.Equal(t, []string{"message", village1}, []string{got.Type, got.Message.Group})
	})

	t.Run("KeepTheNewest", func(t *testing.T) {
		t.Parallel()

		b := withGroup(t, func(c *zalosim.Config, _ *zalosim.OA, _ *hook) { c.Keep = 2 })
		for _, text := range []string{"1", "2", "3"} {
			_, err := b.post1(t, zalo.Message{Text: text})
			require.NoError(t, err)
		}
		require.Equal(t, "2", b.sim.Posts(account, village1)[0].Text)
	})
}

func TestGroupMembers(t *testing.T) {
	t.Parallel()

	t.Run("AreToldWhenTheGroupIsMade", func(t *testing.T) {
		t.Parallel()

		b := setup(t)
		id, err := b.sim.AddGroup(zalosim.Group{OA: account, Name: "Thôn 2", Members: []string{resident, neighbour}})
		require.NoError(t, err)
		created, joined := b.hook.next(t).event, b.hook.next(t).event
		require.Equal(t, zalo.EventCreateGroup, created.Name)
		require.Equal(t, zalo.EventUserJoinGroup, joined.Name)
		for _, ev := range []zalo.Event{created, joined} {
			require.Equal(t, []string{account, id}, []string{ev.OAID, ev.GroupID})
		}
		require.Equal(t, []string{resident, neighbour}, joined.UserIDs)
	})

	t.Run("AreNotToldWhenItChangesOrHasNone", func(t *testing.T) {
		t.Parallel()

		b := withGroup(t)
		_, err := b.sim.AddGroup(zalosim.Group{OA: account, ID: village1})
		require.NoError(t, err)
		_, err = b.sim.AddGroup(zalosim.Group{OA: account, ID: "g-2"})
		require.NoError(t, err)
		require.Equal(t, "g-2", b.hook.next(t).event.GroupID)
		b.say(t, resident, "after")
		require.Equal(t, "after", b.hook.next(t).event.Text)
	})

	t.Run("JoinAndLeaveOnce", func(t *testing.T) {
		t.Parallel()

		b := withGroup(t)
		for range 2 {
			require.NoError(t, b.sim.Join(account, village1, neighbour, false))
		}
		for range 2 {
			require.NoError(t, b.sim.Join(account, village1, neighbour, true))
		}
		for _, name := range []zalo.EventName{zalo.EventUserOutGroup, zalo.EventUserJoinGroup} {
			got := b.hook.next(t).event
			require.Equal(t, name, got.Name)
			require.Equal(t, []string{account, neighbour, village1}, []string{got.OAID, got.UserID, got.GroupID})
		}
		b.say(t, resident, "after")
		require.Equal(t, "after", b.hook.next(t).event.Text)
	})

	t.Run("WriteAndSoOpenTheirWindow", func(t *testing.T) {
		t.Parallel()

		b := withGroup(t)
		for kind, name := range map[string]zalo.EventName{
			"text": zalo.EventUserSendGroupText, "image": zalo.EventUserSendGroupImage, "gif": zalo.EventUserSendGroupGIF,
			"audio": zalo.EventUserSendGroupAudio, "video": zalo.EventUserSendGroupVideo, "sticker": zalo.EventUserSendGroupSticker,
			"location": zalo.EventUserSendGroupLocation, "file": zalo.EventUserSendGroupFile, "link": zalo.EventUserSendGroupLink,
		} {
			msgID, err := b.sim.Say(zalosim.Say{OA: account, User: neighbour, Group: village1, Kind: kind, Text: "Cháu hỏi"})
			require.NoError(t, err)
			got := b.hook.next(t).event
			require.Equal(t, name, got.Name)
			require.Equal(t, []string{account, neighbour, village1, msgID}, []string{got.OAID, got.UserID, got.GroupID, got.MsgID})
			require.True(t, got.InGroup())
		}
		require.Empty(t, b.sim.Messages(account, neighbour))
		_, err := b.client.SendConsultation(t.Context(), access, zalo.EndpointV3, neighbour, zalo.Message{Text: "x"})
		require.NoError(t, err)
	})

	t.Run("MustBeResidents", func(t *testing.T) {
		t.Parallel()

		b := withGroup(t)
		_, err := b.sim.AddGroup(zalosim.Group{OA: account, Members: []string{"nobody"}})
		require.ErrorContains(t, err, "nobody")
		_, err = b.sim.AddGroup(zalosim.Group{OA: "nowhere"})
		require.ErrorContains(t, err, "nowhere")
		require.Error(t, b.sim.Join(account, "g-2", resident, true))
		require.Error(t, b.sim.Join(account, village1, "nobody", true))
		require.NoError(t, b.sim.Join(account, village1, neighbour, false))
		_, err = b.sim.Say(zalosim.Say{OA: account, User: neighbour, Group: village1, Text: "x"})
		require.ErrorContains(t, err, village1)
		require.Empty(t, b.sim.Posts("nowhere", village1))
	})
}
