package zalosim

import (
	"fmt"
	"strconv"
	"time"
)

// consultationPrice is what a consultation message costs between 48 hours and 7 days after the interaction, in đồng.
// Source: Zalo OA policy on consultation messages, as of 2026, read 2026-11-21.
const consultationPrice = 55

// villageTime is the time of Viet Nam, which has known no other since 1975.
var villageTime = time.FixedZone("+07", 7*60*60)

// Billing is an account's package and its ZBS account. The package's allowance is used up first, and needs no ZBS account.
type Billing struct {
	// Allowance is how many paid consultation messages of a month are in the package: 500 in Growth, 2,000 in Comprehensive.
	// Source: Zalo OA packages, price list from 2026-06-01, read 2026-11-21.
	Allowance int   `json:"allowance"`
	Linked    bool  `json:"linked"`  // there is a ZBS account; without it -320
	Balance   int64 `json:"balance"` // đồng in it; -321 when a message costs more
	Price     int64 `json:"price"`   // of a paid consultation message; 0 = 55
}

// Charge is what messages have cost.
type Charge struct {
	Allowance int   `json:"allowance"` // paid consultation messages that the package's allowance has covered
	Paid      int   `json:"paid"`      // paid consultation messages that were charged
	Templates int   `json:"templates"` // template messages that were charged
	VND       int64 `json:"vnd"`       // đồng in all
}

func (c *Charge) add(d Charge) {
	c.Allowance += d.Allowance
	c.Paid += d.Paid
	c.Templates += d.Templates
	c.VND += d.VND
}

// Charges are what an account's messages have cost since it was added.
type Charges struct {
	Total     Charge            `json:"total"`
	Users     map[string]Charge `json:"users"`             // by resident; who has cost nothing is left out
	Balance   *int64            `json:"balance,omitempty"` // what is left in the ZBS account; nil without Billing
	Allowance int               `json:"allowance"`         // what is left of the package's allowance this month
}

// purse is an account's money as it is spent.
type purse struct {
	billing *Billing // nil = it never lacks money
	balance int64
	month   string // of used, in village time
	used    int    // of the allowance
	total   Charge
}

func newPurse(b *Billing) purse {
	p := purse{billing: b}
	if b != nil {
		p.balance = b.Balance
	}
	return p
}

// left is what is left of the allowance in the month of now.
func (p *purse) left(now time.Time) int {
	if p.billing == nil {
		return 0
	}
	if month := now.In(villageTime).Format("2006-01"); month != p.month {
		p.month, p.used = month, 0
	}
	return max(p.billing.Allowance-p.used, 0)
}

// consultation is what a paid consultation message costs now, from the allowance or from the balance.
func (p *purse) consultation(now time.Time) Charge {
	switch {
	case p.left(now) > 0:
		return Charge{Allowance: 1}
	case p.billing != nil && p.billing.Price > 0:
		return Charge{Paid: 1, VND: p.billing.Price}
	}
	return Charge{Paid: 1, VND: consultationPrice}
}

// quota is what an answer tells of the allowance.
func (p *purse) quota(oaID string, now time.Time) map[string]string {
	return map[string]string{
		"quota_type": "sub_quota", "remain": strconv.Itoa(p.left(now)), "total": strconv.Itoa(p.billing.Allowance),
		"owner_type": "OA", "owner_id": oaID,
	}
}

// refuses is Zalo's refusal of a message that cannot be paid.
func (p *purse) refuses(c Charge) reply {
	switch {
	case p.billing == nil || c.VND == 0:
		return reply{}
	case !p.billing.Linked:
		return refuse(-320, "The app is not linked to a Zalo Cloud Account")
	case p.balance < c.VND:
		return refuse(-321, "The Zalo Cloud Account is out of money")
	}
	return reply{}
}

// charge takes the money for a message to a resident.
func (p *purse) charge(u *user, c Charge) {
	if c == (Charge{}) {
		return
	}
	p.used += c.Allowance
	p.balance -= c.VND
	p.total.add(c)
	if u.charged == nil {
		u.charged = new(Charge)
	}
	u.charged.add(c)
}

// SetBilling changes an account's package and what is in its ZBS account. What the month has used stays used.
func (s *Server) SetBilling(oaID string, b Billing) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.oas[oaID]
	if a == nil {
		return fmt.Errorf("no account %s", oaID)
	}
	a.Billing = &b
	a.purse.billing, a.purse.balance = &b, b.Balance
	return nil
}

// Charges are what an account's messages have cost; nothing for an unknown one.
func (s *Server) Charges(oaID string) Charges {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := Charges{Users: make(map[string]Charge)}
	a := s.oas[oaID]
	if a == nil {
		return out
	}
	out.Total, out.Allowance = a.purse.total, a.purse.left(s.cfg.Now())
	if a.purse.billing != nil {
		balance := a.purse.balance
		out.Balance = &balance
	}
	for id, u := range a.users {
		if u.charged != nil {
			out.Users[id] = *u.charged
		}
	}
	return out
}
