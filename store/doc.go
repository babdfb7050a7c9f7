// Package store remembers: it keeps what package bot needs in PostgreSQL or in a SQLite file, with one behaviour.
//
// A method is a whole step of the story and exactly one transaction. Rows of a batch travel to the database as one
// JSON parameter, so that a statement's text never changes with their number and is prepared once.
package store
