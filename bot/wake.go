package bot

// Wake carries hints that lanes of a kind have work. It is a hint, never the truth: a lost one costs at most one poll.
type Wake interface {
	// Hint tells every listener of kind. It never blocks.
	Hint(kind LaneKind)
	// Hints returns a channel of capacity one in which hints of kind coalesce, and a function that ends listening.
	Hints(kind LaneKind) (<-chan struct{}, func())
}
