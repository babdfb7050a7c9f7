// Package sheet reads and writes rows of CSV and XLSX files, row by row, so that a file of any length needs little
// memory. Whatever spreadsheet programs do to data that people type (long numbers cut off, codes turned into dates,
// formulas that failed, merged cells) is told as a fault with its row, column and value, instead of being taken for what
// was meant.
package sheet
