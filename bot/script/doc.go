// Package script turns a notice into text that a village head reads aloud over the loudspeaker: numbers, dates, times,
// money, phones, measures, document numbers and abbreviations in words, said twice, with the seconds that it takes.
//
// It is pure: text in, text out. What it cannot read without guessing it says in a Fault for the person who wrote the
// notice. Check reads the words of a script back into figures, by code of its own, and compares them with the notice.
package script
