// Package bottest helps to test package bot and its callers: a clock that a test sets, and small fakes for what bot asks
// of Zalo, of a limiter and of a database that fails.
package bottest
