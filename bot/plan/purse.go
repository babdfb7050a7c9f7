package plan

// Purse is what may still be spent. The zero Purse pays for nothing.
type Purse struct {
	// Included are the paid consultation parts that the account's package still includes this month; less than 0 counts
	// as 0.
	Included int
	// Budget is in VND; an account without a ZBS account to pay from has 0. Unlimited makes it of no meaning.
	Budget    int64
	Unlimited bool
}

// After is what is left when the verdict was carried out.
func (p Purse) After(v Verdict) Purse {
	p.Included -= v.Included
	p.Budget -= v.VND
	return p
}

// affords tells whether a cost stays within the budget. What is free goes also when a budget was cut below what was
// spent already.
func (p Purse) affords(vnd int64) bool { return vnd == 0 || p.Unlimited || vnd <= p.Budget }
