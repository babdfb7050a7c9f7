package rights_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot/rights"
)

// right is a matter in which nothing stands against an operator.
var right = rights.Matter{Own: true, Bank: true}

func TestDecide(t *testing.T) {
	t.Parallel()

	refused := func(why rights.Reason) rights.Verdict { return rights.Verdict{Word: rights.Refused, Reason: why} }

	t.Run("FollowsTheTableForEveryRoleAndAction", func(t *testing.T) {
		t.Parallel()

		for _, role := range rights.Roles {
			for _, action := range rights.Actions {
				own := rights.Decide(role, action, right, rights.Policy{})
				others := rights.Decide(role, action, rights.Matter{Bank: true}, rights.Policy{})
				notBank := rights.Decide(role, action, rights.Matter{Own: true}, rights.Policy{})
				reach := rights.ReachOf(role, action)
				require.Equal(t, reach != rights.No, own.OK(), "%s %s", role, action)
				require.Equal(t, reach == rights.All, others.OK(), "%s %s of others", role, action)
				require.Equal(t, reach == rights.All || reach == rights.Own, notBank.OK(), "%s %s, not the bank", role, action)
			}
		}
	})

	t.Run("RefusesWhoeverIsUnknown", func(t *testing.T) {
		t.Parallel()

		for _, action := range rights.Actions {
			require.Equal(t, refused(rights.ReasonRole), rights.Decide("mayor", action, right, rights.Policy{}))
		}
		require.Equal(t, refused(rights.ReasonRole), rights.Decide(rights.Admin, "dance", right, rights.Policy{}))
	})

	t.Run("SaysWhy", func(t *testing.T) {
		t.Parallel()

		require.Equal(t, refused(rights.ReasonRole), rights.Decide(rights.DigitalTeam, rights.Send, right, rights.Policy{}))
		require.Equal(t, refused(rights.ReasonUnit), rights.Decide(rights.VillageHead, rights.Send, rights.Matter{}, rights.Policy{}))
		require.Equal(t, refused(rights.ReasonTopic), rights.Decide(rights.BankOfficer, rights.Send, rights.Matter{Own: true}, rights.Policy{}))
		require.Equal(t, refused(rights.ReasonTopic), rights.Decide(rights.VillageHead, rights.Send, rights.Matter{Own: true, OffTopic: true}, rights.Policy{}))
		require.Equal(t, refused(rights.ReasonMine), rights.Decide(rights.Admin, rights.Approve, rights.Matter{Mine: true}, rights.Policy{}))
	})

	t.Run("WantsASecondPersonWhereSoSet", func(t *testing.T) {
		t.Parallel()

		wide, danger := rights.Matter{Own: true, Wide: true}, rights.Matter{Own: true, Danger: true}
		both := rights.Policy{Commune: true, Emergency: true}
		for _, role := range []rights.Role{rights.CommuneOfficer, rights.Admin} {
			require.Equal(t, rights.Allowed, rights.Decide(role, rights.Send, wide, rights.Policy{Emergency: true}).Word)
			require.Equal(t, rights.NeedsApproval, rights.Decide(role, rights.Send, wide, both).Word)
			require.Equal(t, rights.Allowed, rights.Decide(role, rights.SendEmergency, danger, rights.Policy{Commune: true}).Word)
			require.Equal(t, rights.NeedsApproval, rights.Decide(role, rights.SendEmergency, danger, both).Word)
			require.Equal(t, rights.Allowed, rights.Decide(role, rights.Cancel, wide, both).Word, "to stop something needs nobody")
		}
		require.Equal(t, refused(rights.ReasonUnit), rights.Decide(rights.VillageHead, rights.SendEmergency, rights.Matter{Danger: true}, both),
			"an approval gives no right")
	})
}
