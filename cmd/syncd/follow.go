package main

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"syncd/internal/config"
)

// follower mirrors a pool as it changes.
type follower struct {
	pool config.Pool
	log  *slog.Logger
	pass func(context.Context, *line) passResult

	polling atomic.Bool // it has been told of a change, or waits for that
	unable  bool        // the pool could not tell when it was read last, and the log says so
}

// mostLost is how many sessions in a row may be lost while they wait, before a pool is left to its schedule.
const mostLost = 3

// follow makes passes over a session that it holds, one when the pool says that something changed, and one when it has
// said for pollTime that nothing did, so that the age of the data stays true. It returns where a pass came to nothing,
// the pool cannot tell, or the context ended: the schedule begins it anew.
func (f *follower) follow(ctx context.Context) {
	l := &line{}
	defer l.hangUp()
	defer f.polling.Store(false)
	for lost := 0; lost < mostLost; {
		if f.pass(ctx, l).Result != "ok" {
			return
		}
		published := time.Now()
		if l.token == "" {
			if !f.unable {
				f.log.Warn("the pool does not tell what changed, so that it is read by its schedule and not followed; releases before 6.0 cannot", "pool", f.pool.Name)
			}
			f.unable = true
			return
		}
		f.unable = false
		f.polling.Store(true)
		switch err := l.wait(ctx); {
		case ctx.Err() != nil:
			return
		case err != nil:
			f.log.Info("the session in which the pool was followed is lost", "pool", f.pool.Name, "err", err)
			l.hangUp()
			lost++
		default:
			lost = 0
		}
		select {
		case <-time.After(time.Until(published.Add(time.Duration(f.pool.MinInterval)))):
		case <-ctx.Done():
			return
		}
	}
}

// skipped tells of an instant of the schedule at which a pass was under way that does not follow.
func (f *follower) skipped(tell func(due, since time.Time)) func(due, since time.Time) {
	return func(due, since time.Time) {
		if !f.polling.Load() {
			tell(due, since)
		}
	}
}
