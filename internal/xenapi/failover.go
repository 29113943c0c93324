package xenapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	maxHops      = 5 // from member to member on the way to the master
	atOnce       = 4 // connections that are tried at the same time; a login is never one of several
	shownLearned = 3 // members known earlier that an error lists
)

// login opens a session at the master: of the first member, or else of the others, or else of those known earlier. Where
// none of them leads to a master and some are still booting, those are asked again, as long as there is time for pauses.
func (s *Session) login(ctx context.Context, members ...*url.URL) error {
	f := &search{Session: s, asked: map[string]bool{}}
	over, err := f.follow(ctx, members[0])
	if !over {
		over, err = f.race(ctx, members[1:])
	}
	if !over {
		f.learned = len(f.failures)
		over, err = f.race(ctx, s.members())
	}
	for !over {
		booting := f.booting
		if err = f.fault(); len(booting) == 0 {
			return err
		}
		if err = s.backoff.wait(ctx, err); err != nil {
			return err
		}
		f.retry()
		over, err = f.race(ctx, booting)
	}
	if len(f.failures) > 0 {
		s.log.Warn("not every member of the pool leads to its master", "err", oneLine(f.failures))
	}
	return err
}

// search is the way to the master of a pool. Nobody is asked twice in it, so that a master that is gone costs its time
// once, however many members name it.
type search struct {
	*Session
	asked    map[string]bool // endpoints
	failures []error         // of members that lead to no master
	learned  int             // how many of them are members in urls, once others are asked; else 0
	booting  []*url.URL      // members whose toolstack starts, or has lost its master
}

// retry forgets who was asked, and what those said who are asked again.
func (f *search) retry() {
	f.asked, f.booting = map[string]bool{}, nil
	for i, err := range slices.Backward(f.failures) {
		if isBooting(err) {
			f.failures = slices.Delete(f.failures, i, i+1)
			if i < f.learned {
				f.learned--
			}
		}
	}
}

// follow goes from a member to the master that it names, and logs in there. It is not over where somebody else may
// lead to the master.
func (f *search) follow(ctx context.Context, base *url.URL) (over bool, err error) {
	member := base
	var way []string
	for {
		at := endpoint(base)
		known := slices.Contains(way, at)
		way = append(way, at)
		other := true
		switch {
		case known, len(way) > maxHops:
			err = errors.New(remedies["HOST_IS_SLAVE"])
		case f.strangers[at] != nil:
			f.asked[at] = true
			err = f.strangers[at]
		case f.asked[at] && len(way) == 1:
			return false, nil
		case f.asked[at]:
			err = errors.New("that one has been asked already")
		default:
			f.asked[at] = true
			if err = f.loginAt(ctx, base); err == nil {
				return true, nil
			}
			if slave, ok := errors.AsType[*Error](err); ok && slave.Code == "HOST_IS_SLAVE" {
				var master *url.URL
				if master, err = masterURL(base, slave); err == nil {
					base = master
					continue
				}
			} else {
				other = elsewhere(err)
			}
		}
		err = fmt.Errorf("logging in to %s: %w", strings.Join(way, ", which names as its master "), err)
		if !other || ctx.Err() != nil {
			return true, err
		}
		f.failures = append(f.failures, err)
		if isBooting(err) {
			f.booting = append(f.booting, member)
		}
		return false, nil
	}
}

// race follows members, one at a time, in the order in which connections to them come about. Those are tried several at
// once, in the time that one may take for all together, and dropped again: a member that is gone keeps nobody waiting.
func (f *search) race(ctx context.Context, members []*url.URL) (over bool, err error) {
	if members = f.fresh(members); len(members) == 0 {
		return false, nil
	}
	if len(members) == 1 {
		return f.follow(ctx, members[0])
	}
	type reached struct {
		member *url.URL
		err    error
	}
	waiting, came := make(chan *url.URL, len(members)), make(chan reached, len(members))
	for _, m := range members {
		waiting <- m
	}
	close(waiting)
	turns := (len(members) + atOnce - 1) / atOnce
	within := f.options.Timeouts.Connect / time.Duration(turns)
	var probes sync.WaitGroup
	defer probes.Wait()
	probing, stop := context.WithCancel(ctx)
	defer stop()
	for range min(atOnce, len(members)) {
		probes.Go(func() {
			for m := range waiting {
				came <- reached{m, f.client.reach(probing, m, within)}
			}
		})
	}
	for range members {
		m := <-came
		switch {
		case ctx.Err() != nil:
			return true, fmt.Errorf("logging in to %s: %w", endpoint(m.member), interrupted(ctx))
		case m.err != nil:
			f.asked[endpoint(m.member)] = true
			f.failures = append(f.failures, fmt.Errorf("logging in to %s: %w", endpoint(m.member), m.err))
		default:
			if over, err := f.follow(ctx, m.member); over {
				return true, err
			}
		}
	}
	return false, nil
}

// fresh are those of the members that nobody has asked, each once.
func (f *search) fresh(members []*url.URL) (fresh []*url.URL) {
	seen := map[string]bool{}
	for _, m := range members {
		if at := endpoint(m); !seen[at] && !f.asked[at] {
			seen[at] = true
			fresh = append(fresh, m)
		}
	}
	return fresh
}

// fault is that nobody leads to a master.
func (f *search) fault() error {
	learned := f.failures[f.learned:]
	if f.learned == 0 || len(learned) == 0 {
		return oneLine(f.failures)
	}
	more := ""
	if n := len(learned) - shownLearned; n > 0 {
		learned, more = learned[:shownLearned], fmt.Sprintf("; and %d more", n)
	}
	return fmt.Errorf("%w; nor do members known from the last good pass lead to the master: %w%s",
		oneLine(f.failures[:f.learned]), oneLine(learned), more)
}

// members are the URLs of the members known earlier: their addresses with each scheme and port that urls have. Where a
// member is reached by https://, none is looked for without.
func (s *Session) members() (members []*url.URL) {
	secure := slices.ContainsFunc(s.urls, func(u *url.URL) bool { return u.Scheme == "https" })
	doors := map[string]bool{}
	for _, base := range s.urls {
		door := base.Scheme + ":" + cmp.Or(base.Port(), ports[base.Scheme])
		if doors[door] || secure && base.Scheme != "https" {
			continue
		}
		doors[door] = true
		for _, address := range s.options.Members {
			if member, err := masterURL(base, &Error{Params: []string{address}}); err == nil {
				members = append(members, member)
			}
		}
	}
	return members
}

// elsewhere tells whether another member may do better than the one that answered with err. A refused account is
// refused everywhere, and one more try may lock it.
func elsewhere(err error) bool {
	_, unreached := errors.AsType[*connectError](err)
	_, page := errors.AsType[*NotXMLRPC](err) // a host that boots sends such
	return unreached || page || isLost(err) || isBooting(err)
}

func isBooting(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code == "HOST_STILL_BOOTING"
}

// reach makes a connection as a call would, and drops it.
func (c *client) reach(ctx context.Context, base *url.URL, within time.Duration) error {
	d := c.dialer
	d.connect = within
	dial := d.dial
	if base.Scheme == "https" {
		dial = d.dialTLS
	}
	conn, err := dial(ctx, "tcp", net.JoinHostPort(base.Hostname(), cmp.Or(base.Port(), ports[base.Scheme])))
	if err != nil {
		return err
	}
	conn.Close()
	return nil
}

// ports are those that a URL of this scheme has where it names none.
var ports = map[string]string{"http": "80", "https": "443"}
