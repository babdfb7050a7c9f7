// Package privacy finds in a text what is nobody else's business: numbers of identity papers, phones of private people, bank
// accounts, and names beside a debt. It is pure: text in, findings out, each with its place and what to do, in Vietnamese.
//
// A mobile number is private unless the words around it say that it is an office's or that of a person in office; landlines
// and hotlines are offices'. Account numbers are always found: an account in a village notice is what frauds send, so a
// person has to stand for it.
package privacy
