// Package zalo speaks Zalo: the Official Account API as seen from outside, its events, signatures, tokens, error codes
// and limits. It knows nothing of the rest of this program.
//
// Facts about Zalo come from the official SDKs and documents (developers.zalo.me, docs.zaloplatforms.com) and from field
// reports, read on 2026-11-21. Where sources disagree, the code tolerates either and says so.
package zalo
