// Package rights says what an operator may do: role, action and what it concerns in, a verdict with its reason out. It is
// a pure function, and one table (Table) that stands in the README, too. Whoever acts asks here first: commands, the chat
// and whatever comes later.
package rights
