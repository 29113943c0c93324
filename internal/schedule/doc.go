// Package schedule says when a pool is synced, and waits until then.
//
// Start from [Parse], which reads the cron expression of the configuration. What it returns is sure to come: an
// expression that cannot be read, or that no calendar ever reaches, is refused there with what to write instead. What has no
// expression of its own can have [Hourly].
//
// A [Loop] works at once, and then at each instant of its schedule; one at which it is still at work is left out. It goes
// by the wall clock: where that is set forward over instants they become one, where it is set back they come again.
//
// Times are UTC unless the expression begins with CRON_TZ=, so that a schedule means the same on every machine. On
// a day with an hour twice, what is due in that hour comes twice; on a day that lacks it, not at all. The time zones are
// compiled in, since a small container has none.
package schedule
