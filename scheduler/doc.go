// Package scheduler runs things later: workers that claim lanes, a watcher that tells when shared content has changed,
// and the clockwork of robfig/cron. It is thin: what is done is decided in package bot.
package scheduler
