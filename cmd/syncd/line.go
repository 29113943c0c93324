package main

import (
	"context"
	"time"

	"syncd/internal/collector"
	"syncd/internal/model"
	"syncd/internal/xenapi"
)

// line is a session that is held open from pass to pass of a pool that is followed. A nil line holds none. One goroutine
// uses it, and hangs up in the end.
type line struct {
	session *xenapi.Session
	exclude []*model.Class // by the plan of the last pass
	token   string         // up to where the last pass was told what changed; "" where the pool cannot tell
	held    bool           // a pass was published over it
}

// collect reads the pool, over the session that is held or over one of its own.
func (l *line) collect(ctx context.Context, o xenapi.Options, plan collector.Plan, sink collector.Sink) (collector.Reading, error) {
	if l == nil {
		return collector.Collect(ctx, o, plan, sink)
	}
	if l.session == nil {
		session, err := xenapi.Open(ctx, o)
		if err != nil {
			return collector.Reading{}, err
		}
		l.session = session
	}
	l.session.NextPass()
	l.exclude = plan.Exclude
	return collector.Read(ctx, l.session, o.Log, plan, sink)
}

// at says that a pass was published, and up to where it goes.
func (l *line) at(token string) {
	if l != nil {
		l.token = token
		l.held = true
	}
}

// older tells whether the session is older than the pass.
func (l *line) older() bool { return l != nil && l.held }

// pollTime is how long the pool is asked to wait for a change.
const pollTime = 30 * time.Second

// wait returns when something changed, or after pollTime.
func (l *line) wait(ctx context.Context) error {
	return collector.Wait(ctx, l.session, l.token, l.exclude, pollTime)
}

// hangUp logs out, and forgets the session.
func (l *line) hangUp() {
	if l.session != nil {
		l.session.Close()
	}
	*l = line{}
}
