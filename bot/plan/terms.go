package plan

import "time"

// Terms are what Zalo allows and charges on one day. What each rests on stands in the rules file.
type Terms struct {
	FreeWindow time.Duration // after an interaction, in which consultation messages are free
	PaidWindow time.Duration // after an interaction, in which they go at all; not shorter than FreeWindow
	PaidPart   int64         // VND for one consultation message between the two
	GroupPost  Price         // of one message to a group

	Growth        Package
	Comprehensive Package
	AppCap        int // calls a minute over all accounts of the app

	Consultation Hours // when Zalo delivers; Decide does not look at them
	Group        Hours
	Broadcast    Hours
}

// Package is what a package of an Official Account holds.
type Package struct {
	Included int // paid consultation messages a month
	Cap      int // calls a minute
}

// Package gives the package with a name, growth or comprehensive; false for any other, which includes nothing.
func (t Terms) Package(name string) (Package, bool) {
	switch name {
	case "growth":
		return t.Growth, true
	case "comprehensive":
		return t.Comprehensive, true
	}
	return Package{}, false
}
