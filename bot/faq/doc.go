// Package faq understands a resident's question: text in, decision with its reason out.
//
// It holds the content (Content, read from YAML), the Vietnamese text rules that make "Làm sao kích hoạt VNeID" and
// "lam s kich hoatj vneid z" the same words (Fold, Words), and the Matcher that finds the entry meant. It is pure: it
// knows no database, no clock and no network, so that every decision can be tested as a table. Whether an entry is out
// of date is asked by the caller with Entry.Expired.
package faq
