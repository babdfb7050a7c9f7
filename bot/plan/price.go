package plan

// Price is an amount that may be undecided. The zero Price is.
type Price struct {
	VND   int64 // 0 or more
	Known bool
}

// Known is a decided price.
func Known(vnd int64) Price { return Price{VND: vnd, Known: true} }
