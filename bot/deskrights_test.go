package bot_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/rights"
	"github.com/loalang/loalang/store"
)

// refusals are what operators are told when something is not theirs to do.
var refusals = []string{"không thuộc phần việc", "mình phụ trách", "do cán bộ khác phụ trách"}

// TestChatFollowsTheRights walks the commands of the chat by every role over an own and another's unit; the command line is
// walked in cmd/loalang.
func TestChatFollowsTheRights(t *testing.T) {
	t.Parallel()

	for _, role := range rights.Roles {
		t.Run(string(role), func(t *testing.T) {
			t.Parallel()

			d := newDesk(t)
			_, err := d.db.ImportUnits(t.Context(), store.Values([]bot.Unit{
				{OAID: oaID, Code: "xa2", Kind: bot.UnitCommune, Name: "Xã Khác"}, {OAID: oaID, Code: "xom2", Kind: bot.UnitThon, Name: "Xóm Hai", ParentCode: "xa2"},
			}), false)
			require.NoError(t, err)
			_, err = d.db.ImportHouseholds(t.Context(), store.Values([]bot.Household{{OAID: oaID, Code: "x1", UnitCode: "xom2", Head: "Chị Tư"}}), false)
			require.NoError(t, err)
			_, err = d.db.ImportResidents(t.Context(), store.Values([]bot.Resident{d.resident("u9", 0, func(r *bot.Resident) {
				r.UnitCode, r.Topics = "xom2", []bot.Topic{bot.TopicBank}
			})}), false)
			require.NoError(t, err)
			d.bot = d.newBot() // which knows the units
			me := "u-me"
			switch role {
			case rights.Admin:
				d.bind(me, "me", role)
			case rights.VillageHead, rights.DigitalTeam:
				d.bind(me, "me", role, "nha")
			default:
				d.bind(me, "me", role, "xa")
			}
			n := 0
			made := func(unit string, change ...func(*bot.Announcement)) bot.Announcement {
				n++
				id := fmt.Sprint("A", n)
				require.NoError(t, d.draft(bot.CommandLine, id, append(change, func(a *bot.Announcement) {
					a.Audience.Units = []string{unit}
					if role == rights.BankOfficer {
						a.Audience.Topics = []bot.Topic{bot.TopicBank}
					}
				})...))
				a, err := d.by(bot.CommandLine).Send(t.Context(), id)
				require.NoError(t, err)
				return a
			}
			allowed := func(text string) bool {
				answer := d.says(me, text).Text
				for _, refusal := range refusals {
					if strings.Contains(answer, refusal) {
						return false
					}
				}
				return true
			}
			for unit, household := range map[string]string{"nha": "n1", "xom2": "x1"} {
				may := func(action rights.Action) bool {
					reach := rights.ReachOf(role, action)
					return reach == rights.All || reach != rights.No && unit == "nha"
				}
				a := made(unit)
				require.Equal(t, may(rights.SeeResults), allowed("kết quả "+a.Short()), unit)
				require.Equal(t, may(rights.SeeNotReached), allowed("chua toi "+a.Short()), unit)
				require.Equal(t, may(rights.MarkTold), allowed("#da-tham "+a.ID+" "+household), unit)
				require.Equal(t, may(rights.Cancel), allowed("dừng gửi "+a.Short()), unit)
				require.Equal(t, may(rights.Cancel), d.stateOf(a.ID) == bot.AnnouncementCancelled, unit)

				record := bot.CommandLine.Record(oaID, bot.AuditSetApproval, "", "", d.clock.Now())
				require.NoError(t, d.db.SetApproval(t.Context(), oaID, rights.Policy{Emergency: true}, record))
				for _, command := range []string{"duyệt ", "từ chối "} {
					a := made(unit, danger)
					require.Equal(t, bot.AnnouncementApproval, a.State)
					require.Equal(t, may(rights.Approve), allowed(command+a.Short()), unit)
					require.Equal(t, may(rights.Approve), d.stateOf(a.ID) != bot.AnnouncementApproval, unit)
				}
				require.NoError(t, d.db.SetApproval(t.Context(), oaID, rights.Policy{}, record))
			}
			composes := rights.ReachOf(role, rights.Send) != rights.No
			require.Equal(t, composes, allowed("thông báo"))
			if !composes {
				return
			}
			last := d.says(me, tonight)
			if role != rights.VillageHead { // who has one village alone is not asked where
				places := ""
				for _, c := range last.Choices {
					places += c.Title + ";"
				}
				require.Contains(t, places, "Thôn Nhà")
				require.Equal(t, role == rights.Admin, strings.Contains(places, "Xóm Hai"), "only own places are offered: %s", places)
				require.Equal(t, role == rights.Admin, strings.Contains(d.says(me, "xóm hai").Text, "Sẽ gửi tới: Xóm Hai"), "nor taken by name")
			}
		})
	}
}
