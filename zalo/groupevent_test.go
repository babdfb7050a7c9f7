package zalo_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
)

const sampleNeighbour = "7100000000000000002"

func isSampleOA(id string) bool { return id == sampleOA }

// groupAliases are the other names that sources give for events of groups.
var groupAliases = map[string]zalo.EventName{
	"user_leave_group":                zalo.EventUserOutGroup,
	"disperse_group":                  zalo.EventDeleteGroup,
	"react_request_join_group_accept": zalo.EventAcceptRequestJoinGroup,
	"react_request_join_group_reject": zalo.EventRejectRequestJoinGroup,
}

func TestParseEventReadsGroupEventsByTheirOtherNames(t *testing.T) {
	t.Parallel()

	for alias, name := range groupAliases {
		t.Run(alias, func(t *testing.T) {
			t.Parallel()

			ev, err := zalo.ParseEvent(sample(t, alias))
			require.NoError(t, err)
			same, err := zalo.ParseEvent(sample(t, string(name)))
			require.NoError(t, err)
			ev.Raw, same.Raw = nil, nil
			require.Equal(t, same, ev)
		})
	}
}

func TestParseEventKnowsTheGroup(t *testing.T) {
	t.Parallel()

	for _, name := range append(eventNames(t), "user_seen_message.group", "user_received_message.group", "create_group.info", "user_join_group.users") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			ev, err := zalo.ParseEventFor(sample(t, name), isSampleOA)
			require.NoError(t, err)
			require.Equal(t, sampleOA, ev.OAID)
			if strings.Contains(name, "group") {
				require.Equal(t, "g-1", ev.GroupID)
			} else {
				require.Empty(t, ev.GroupID)
				require.Empty(t, ev.UserIDs)
			}
		})
	}
}

func TestParseEventReadsMembers(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		user string
		all  []string
	}{
		"user_join_group":       {sampleUser, []string{sampleUser}},
		"user_join_group.users": {"", []string{sampleUser, sampleNeighbour}},
		"user_out_group":        {sampleUser, []string{sampleUser}},
		"create_group":          {"", nil},
		"create_group.info":     {"", []string{sampleUser, sampleNeighbour}},
		"add_group_admin":       {sampleUser, []string{sampleUser}},
		"remove_group_admin":    {sampleUser, []string{sampleUser}},
		"delete_group":          {"", nil},
		"update_group_info":     {"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			ev, err := zalo.ParseEvent(sample(t, name))
			require.NoError(t, err)
			require.Equal(t, c.user, ev.UserID)
			require.Equal(t, c.all, ev.UserIDs)
			require.False(t, ev.InGroup(), "it is no message")
			require.False(t, ev.FromUser())
		})
	}

	for name, c := range map[string]struct {
		fields string
		all    []string
	}{
		"OneInAList":             {`"users":[{"id":"u"}]`, []string{"u"}},
		"TheSameTwice":           {`"user_id":"u","users":[{"id":"u"},"v"],"user_ids":["v"]`, []string{"u", "v"}},
		"NeitherAccountNorGroup": {`"users":["o","g","u"]`, []string{"u"}},
		"ListsThatAreNone":       {`"users":{"id":"u"},"user_ids":"v"`, nil},
		"WhatCannotBeRead":       {`"users":[[1],true,{"id":{}},null,"u"],"group_info":7`, []string{"u"}},
		"TheSender":              {`"sender":{"id":"u"}`, []string{"u"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			ev, err := zalo.ParseEvent(fmt.Appendf(nil, `{"event_name":"user_join_group","oa_id":"o","group_id":"g",%s}`, c.fields))
			require.NoError(t, err)
			require.Equal(t, c.all, ev.UserIDs)
		})
	}
}

func TestParseEventReadsReceiptsInGroups(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct{ body, user string }{
		"FromTheAccountToTheMember":      {`"sender":{"id":"o"},"recipient":{"id":"u"},"group_id":"g"`, "u"},
		"FromTheMemberToTheAccount":      {`"sender":{"id":"u"},"recipient":{"id":"o"},"group_id":"g"`, "u"},
		"FromTheMemberToTheGroup":        {`"sender":{"id":"u"},"recipient":{"id":"g"},"oa_id":"o","group_id":"g"`, "u"},
		"FromTheAccountToTheGroup":       {`"sender":{"id":"o"},"recipient":{"id":"g"},"group_id":"g"`, ""},
		"FromTheAccountOfTheMemberByOne": {`"sender":{"id":"o"},"recipient":{"id":"g"},"group_id":"g","user_id":"u"`, "u"},
	} {
		for _, event := range []string{"user_seen_message", "user_received_message"} {
			t.Run(name+event, func(t *testing.T) {
				t.Parallel()

				body := fmt.Appendf(nil, `{"event_name":%q,%s,"message":{"msg_id":"m","msg_ids":["m"]}}`, event, c.body)
				ev, err := zalo.ParseEventFor(body, func(id string) bool { return id == "o" })
				require.NoError(t, err)
				require.Equal(t, []string{"o", c.user, "g"}, []string{ev.OAID, ev.UserID, ev.GroupID})
				require.Equal(t, []string{"m"}, ev.MsgIDs)
			})
		}
	}
}
