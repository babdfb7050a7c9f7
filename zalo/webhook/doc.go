// Package webhook holds the HTTP endpoints that Zalo calls, and those to which Zalo sends an OA's admin: events,
// consent, and the proof that the domain is ours.
package webhook
