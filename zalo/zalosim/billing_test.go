package zalosim_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/zalo"
	"github.com/loalang/loalang/zalo/zalosim"
)

// billed gives the account a package and a ZBS account.
func billed(b zalosim.Billing) option {
	return func(_ *zalosim.Config, oa *zalosim.OA, _ *hook) { oa.Billing, oa.TokenLife = &b, "10000h" }
}

// late moves the clock to where consultation messages are paid.
func (b *bundle) late() { b.clock.move(48*time.Hour + time.Second) }

func TestPrices(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		billing *zalosim.Billing
		after   time.Duration
		code    int
		charge  zalosim.Charge
	}{
		"AreNothingForTwoDays":               {&zalosim.Billing{}, 48 * time.Hour, 0, zalosim.Charge{}},
		"AreChargedAfterwards":               {&zalosim.Billing{Linked: true, Balance: 100}, 48*time.Hour + 1, 0, zalosim.Charge{Paid: 1, VND: 55}},
		"AreChargedUntilSevenDays":           {&zalosim.Billing{Linked: true, Balance: 55}, 7 * 24 * time.Hour, 0, zalosim.Charge{Paid: 1, VND: 55}},
		"AreNothingWhenRefusedForTheWindow":  {&zalosim.Billing{Linked: true, Balance: 100}, 7*24*time.Hour + 1, -230, zalosim.Charge{}},
		"AreTheAccountsOwn":                  {&zalosim.Billing{Linked: true, Balance: 100, Price: 70}, 72 * time.Hour, 0, zalosim.Charge{Paid: 1, VND: 70}},
		"AreRefusedWithoutAZBSAccount":       {&zalosim.Billing{Balance: 100}, 72 * time.Hour, -320, zalosim.Charge{}},
		"AreRefusedWhenItIsEmpty":            {&zalosim.Billing{Linked: true, Balance: 54}, 72 * time.Hour, -321, zalosim.Charge{}},
		"AreCoveredByTheAllowance":           {&zalosim.Billing{Allowance: 1, Linked: true, Balance: 100}, 72 * time.Hour, 0, zalosim.Charge{Allowance: 1}},
		"AreCoveredByItWithoutAZBSAccount":   {&zalosim.Billing{Allowance: 1}, 72 * time.Hour, 0, zalosim.Charge{Allowance: 1}},
		"AreCountedWhereMoneyIsNoMatter":     {nil, 72 * time.Hour, 0, zalosim.Charge{Paid: 1, VND: 55}},
		"AreNothingWhereMoneyIsNoMatterSoon": {nil, time.Hour, 0, zalosim.Charge{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			b := setup(t, func(_ *zalosim.Config, oa *zalosim.OA, _ *hook) { oa.Billing, oa.TokenLife = c.billing, "10000h" })
			b.clock.move(c.after)
			_, err := b.send(t, "x")
			requireCode(t, c.code, err)
			charges := b.sim.Charges(account)
			require.Equal(t, c.charge, charges.Total)
			want := map[string]zalosim.Charge{}
			if c.charge != (zalosim.Charge{}) {
				want[resident] = c.charge
			}
			require.Equal(t, want, charges.Users)
			if c.billing == nil {
				require.Nil(t, charges.Balance)
			} else {
				require.Equal(t, c.billing.Balance-c.charge.VND, *charges.Balance)
			}
			if c.code == 0 {
				require.Equal(t, c.charge.VND, b.sim.Messages(account, resident)[1].Price)
			}
		})
	}

	t.Run("TakeTheAllowanceFirstAndThenTheBalance", func(t *testing.T) {
		t.Parallel()

		b := setup(t, billed(zalosim.Billing{Allowance: 2, Linked: true, Balance: 60}))
		b.late()
		for left := 1; left >= 0; left-- {
			sent, err := b.send(t, "x")
			require.NoError(t, err)
			require.Equal(t, &zalo.Quota{Type: "sub_quota", Remain: left, Total: 2, OwnerType: "OA", OwnerID: account}, sent.Quota)
		}
		sent, err := b.send(t, "x")
		require.NoError(t, err)
		require.Nil(t, sent.Quota)
		_, err = b.send(t, "x")
		requireCode(t, -321, err)
		balance := int64(5)
		require.Equal(t, zalosim.Charges{
			Total: zalosim.Charge{Allowance: 2, Paid: 1, VND: 55}, Users: map[string]zalosim.Charge{resident: {Allowance: 2, Paid: 1, VND: 55}},
			Balance: &balance,
		}, b.sim.Charges(account))
	})

	t.Run("BeginAnewWithTheVillagesMonth", func(t *testing.T) {
		t.Parallel()

		b := setup(t, billed(zalosim.Billing{Allowance: 1}))
		b.clock.set(time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC))
		b.say(t, resident, "a")
		b.clock.set(time.Date(2026, 11, 30, 16, 59, 59, 0, time.UTC))
		_, err := b.send(t, "x")
		require.NoError(t, err)
		require.Zero(t, b.sim.Charges(account).Allowance)
		_, err = b.send(t, "x")
		requireCode(t, -320, err)
		b.clock.move(time.Second) // 1 December in the village
		require.Equal(t, 1, b.sim.Charges(account).Allowance)
		_, err = b.send(t, "x")
		require.NoError(t, err)
	})

	t.Run("OfTemplatesAreNotInTheAllowance", func(t *testing.T) {
		t.Parallel()

		b := setup(t, billed(zalosim.Billing{Allowance: 5, Linked: true, Balance: 399}))
		require.NoError(t, b.sim.AddTemplate(meeting()))
		good := map[string]string{"ten": "bà Hoa", "ngay": "5/12"}
		_, err := b.template(t, resident, good)
		require.NoError(t, err)
		_, err = b.template(t, resident, good)
		requireCode(t, -321, err)
		require.Equal(t, zalosim.Charge{Templates: 1, VND: 200}, b.sim.Charges(account).Users[resident])
		require.NoError(t, b.sim.SetBilling(account, zalosim.Billing{}))
		_, err = b.template(t, resident, good)
		requireCode(t, -320, err)
	})

	t.Run("ArePaidAgainAfterATopUp", func(t *testing.T) {
		t.Parallel()

		b := setup(t, billed(zalosim.Billing{}))
		b.late()
		_, err := b.send(t, "x")
		requireCode(t, -320, err)
		require.NoError(t, b.sim.SetBilling(account, zalosim.Billing{Linked: true, Balance: 55}))
		_, err = b.send(t, "x")
		require.NoError(t, err)
		require.Error(t, b.sim.SetBilling("nowhere", zalosim.Billing{}))
		require.Equal(t, zalosim.Charges{Users: map[string]zalosim.Charge{}}, b.sim.Charges("nowhere"))
	})

	t.Run("AreNotTakenForAMessageThatIsLost", func(t *testing.T) {
		t.Parallel()

		b := setup(t, billed(zalosim.Billing{Linked: true, Balance: 1000}))
		b.late()
		b.sim.Fail(zalosim.Fault{Mode: "close", Times: 1})
		_, err := b.send(t, "x")
		require.Equal(t, zalo.KindUnsure, zalo.KindOf(err))
		require.Zero(t, b.sim.Charges(account).Total)
		b.sim.Fail(zalosim.Fault{Mode: "deliver_close", Times: 1})
		_, err = b.send(t, "x")
		require.Equal(t, zalo.KindUnsure, zalo.KindOf(err))
		require.Equal(t, zalosim.Charge{Paid: 1, VND: 55}, b.sim.Charges(account).Total, "it was taken, whatever the caller knows")
	})
}

func TestAResidentMayRefuse(t *testing.T) {
	t.Parallel()

	b := setup(t)
	b.sim.AddUser(zalosim.User{OA: account, ID: resident, LastInteraction: b.clock.now(), Refuse: -244})
	_, err := b.send(t, "x")
	requireCode(t, -244, err)
	require.Empty(t, b.sim.Messages(account, resident))
}
