package schedule

import (
	"context"
	"sync"
	"time"
)

// Loop does one pool's work at once, and then whenever its schedule says so. It waits and nothing else: the work is a
// function, so that either is tested without the other.
type Loop struct {
	Schedule Schedule // the zero Schedule never comes: the work is done once

	// Work does one pass. It gets Run's context, and Run waits for it.
	Work func(ctx context.Context)

	// Skipped is told of an instant that is left out, since the work that began at since is not done yet; the time that
	// it waits for a place counts. It must return at once.
	Skipped func(due, since time.Time)

	// Places bounds how many of the loops that share it work at the same time; the others of an instant follow in the
	// order in which they came. Nil bounds nothing.
	Places Places

	now func() time.Time // the wall clock; nil is time.Now
}

// Places are what loops share: whoever works has one.
type Places chan struct{}

// NewPlaces makes n places.
func NewPlaces(n int) Places { return make(Places, n) }

// Do works once there is a place; who waits is served in turn. It does nothing where the context ends before that. Nil
// places have room for everyone.
func (p Places) Do(ctx context.Context, work func()) {
	if p != nil {
		select {
		case p <- struct{}{}:
			defer func() { <-p }()
		case <-ctx.Done():
		}
	}
	if ctx.Err() == nil {
		work()
	}
}

// nap is how long a loop sleeps before it looks at the wall clock again. Timers know nothing of a clock that is set, nor
// of the time that a machine slept.
const nap = 20 * time.Second

// Run works until the context ends, and returns when the work that was under way has.
func (l *Loop) Run(ctx context.Context) {
	var working sync.WaitGroup
	defer working.Wait()
	idle := make(chan struct{}, 1) // holds a token while nobody works
	idle <- struct{}{}
	var since time.Time
	for due := l.clock(); ctx.Err() == nil; due = l.wait(ctx) {
		select {
		case <-idle:
			since = l.clock()
			working.Go(func() {
				l.work(ctx)
				idle <- struct{}{}
			})
		default:
			l.Skipped(due, since)
		}
	}
}

// work does one pass, once there is a place for it.
func (l *Loop) work(ctx context.Context) { l.Places.Do(ctx, func() { l.Work(ctx) }) }

// wait sleeps until the next instant of the schedule, and returns it. It returns early when the context ends. Where the
// clock is set forward over several instants they become one; where it is set back, those that come again count again.
func (l *Loop) wait(ctx context.Context) time.Time {
	due := l.Schedule.Next(l.clock())
	for {
		now := l.clock()
		if next := l.Schedule.Next(now); next.Before(due) {
			due = next // the clock was set back
		}
		left := due.Sub(now)
		if due.IsZero() {
			left = nap
		}
		if left <= 0 {
			return due
		}
		select {
		case <-ctx.Done():
			return due
		case <-time.After(min(left, nap)):
		}
	}
}

// clock is the wall clock alone: a monotonic reading would not notice that it is set.
func (l *Loop) clock() time.Time {
	if l.now != nil {
		return l.now().Round(0)
	}
	return time.Now().Round(0)
}
