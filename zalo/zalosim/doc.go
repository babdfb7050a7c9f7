// Package zalosim is a Zalo of our own: an HTTP server that answers the Official Account API as Zalo does, keeps what it
// was sent, sends signed webhooks, refuses on demand, and shows residents' phones in a browser. There is no sandbox for
// Official Accounts, so tests, the demo and load runs use this one.
//
// Its rules are those of the documents read on 2026-11-21; where sources disagree it takes the stricter reading.
package zalosim
