// Package schedule says when a pool is synced.
//
// Start from [Parse], which reads the cron expression of the configuration. What it returns is sure to come: an
// expression that cannot be read, or that no calendar ever reaches, is refused there with what to write instead.
//
// Times are UTC unless the expression begins with CRON_TZ=, so that a schedule means the same on every machine. The
// time zones are compiled in, since a small container has none.
package schedule
