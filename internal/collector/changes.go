package collector

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"syncd/internal/model"
	"syncd/internal/xenapi"
)

// An answer of event.from is no snapshot: it is complete once the next one is empty. A pool that never rests is
// published as it was after the last round.
const (
	mostRounds = 5
	roundsTime = 10 * time.Second
)

// errTooMany ends an answer that tells of more changes than it is worth.
var errTooMany = errors.New("too many changes")

// incremental reads what changed since the plan's token. It returns why that cannot be relied on, or "".
func (c *collection) incremental(ctx context.Context, o *origin) (reason string, err error) {
	switch {
	case c.plan.Full != "":
		return c.plan.Full, nil
	case o == nil:
		return "the pool cannot tell what changed", nil
	case c.plan.Token == "":
		return "there is no earlier pass to go on from", nil
	case c.plan.Source != o.source:
		return "the master, its software, its toolstack's start or what is read of it is another", nil
	}
	return c.rounds(ctx, o, c.plan.Token, c.plan.Most)
}

// rounds takes changes since a token until there are none. It returns why what it took cannot be relied on, or "".
func (c *collection) rounds(ctx context.Context, o *origin, token string, most int) (reason string, err error) {
	started := time.Now()
	taken := 0
	for c.reading.Rounds < mostRounds && time.Since(started) < roundsTime {
		changes, err := c.session.Events(ctx, subscriptions(c.plan.Exclude), token, 0,
			func() error { return c.sink.BeginChanges(ctx) },
			func(e *xenapi.Event) error {
				if taken++; taken > most {
					return errTooMany
				}
				if !e.Deleted {
					if err := xenapi.Decode(e.Record); err != nil {
						return err
					}
				}
				return c.sink.Change(ctx, e.Record, e.Deleted, e.Generation)
			})
		if errors.Is(err, errTooMany) {
			return fmt.Sprintf("more than %d changes", most), nil
		}
		if err != nil {
			cause := err
			if err = c.without(err); err != nil {
				return "", err
			}
			return cause.Error(), nil
		}
		if err := c.sink.EndChanges(ctx); err != nil {
			return "", err
		}
		c.reading.Rounds++
		c.reading.Changes += int64(changes.Events)
		c.reading.Counts = changes.Counts
		older, err := xenapi.TokenBefore(changes.Token, token)
		switch {
		case err != nil:
			return err.Error(), nil
		case older:
			return "the pool's database is older than it was", nil
		case c.session.Logins() != o.logins:
			return "the session was lost, the toolstack may have restarted", nil
		}
		token = changes.Token
		if c.reading.Quiet = changes.Events == 0; c.reading.Quiet {
			break
		}
	}
	c.reading.Token, c.reading.Source = token, o.source
	return "", nil
}

// recent is a token from before now, to which few changes will have come when everything is read; "" where there is
// none. What changed up to it is not looked at: it is read with everything else.
func (c *collection) recent(ctx context.Context) (token string, err error) {
	// Hosts' metrics and tasks change all the time, so that their token is of a moment ago, and few changes follow it.
	restless := []string{"task"}
	if class := model.Lookup("host_metrics"); !c.plan.excludes(class) {
		restless = append(restless, xenapi.Subscription(class, ""))
	}
	for _, wants := range [][]string{restless, subscriptions(c.plan.Exclude)} {
		changes, err := c.session.Events(ctx, wants, token, 0, func() error { return nil }, func(*xenapi.Event) error { return nil })
		if err != nil {
			return "", c.without(err)
		}
		token = changes.Token
	}
	return token, nil
}

// subscriptions are the classes that are mirrored by what changed.
func subscriptions(exclude []*model.Class) []string {
	var all []string
	for _, class := range model.Classes {
		if class.Since != nil || slices.Contains(exclude, class) {
			continue
		}
		all = append(all, xenapi.Subscription(class, ""))
	}
	return all
}

// Wait returns when something changed since the token, or after the timeout or a few seconds more; what changes of classes
// in exclude is passed over. What it was told is left to the next pass.
func Wait(ctx context.Context, session *xenapi.Session, token string, exclude []*model.Class, timeout time.Duration) error {
	return session.Wait(ctx, subscriptions(exclude), token, timeout)
}
