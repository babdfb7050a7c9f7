package bot

// Group is a Zalo group chat (GMF) of an OA, tied to a unit or to an association.
type Group struct {
	OAID     string
	ID       string // Zalo's
	Name     string
	UnitCode string   // empty = an association's
	Members  []string // user ids of those known to be in it
}
