// Package storetest holds the suites that every database, every limiter and every carrier of hints must pass, so that
// the ones for one process and the ones for many cannot come to differ.
package storetest
