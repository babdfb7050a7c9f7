// Package plan says who may be sent what now and at what price.
//
// Rules are what Zalo allows and charges, each from a day on; Terms are those of one day. Terms decide about one recipient
// (Decide) and one group post (DecidePost): facts in, Verdict with its price or its reason out. A Planner adds up the
// verdicts over a whole audience. The same verdict is taken again just before each call, so that a send of two hours
// outlives neither a window nor the budget.
//
// It is pure: it knows no database, no clock and no network. Every time it is given is village time.
package plan
