package plan

// Message is what is to be sent, as far as the verdict depends on it.
type Message struct {
	// Emergency is true for danger to life or health: the law then asks for no consent.
	Emergency bool
	// AlsoCovered sends directly also to those whom a group post covers. They count as covered when nothing else goes.
	AlsoCovered bool
	// Template is the price of one send, by user id, of the template that is named for this kind of message; not known =
	// none is named.
	Template Price
}
