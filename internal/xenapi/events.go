package xenapi

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"syncd/internal/model"
)

// Event is one change of an object. It is valid until the next one.
type Event struct {
	Deleted bool

	// Record is the object as it is now; where it was deleted, it has Class and Ref alone.
	Record *model.Record

	// Generation of the pool's database that the change made. Where an answer tells of a reference twice, the greater
	// one came later: deletions stand last, whenever they were.
	Generation int64
}

// Changes is what an answer to event.from ends with.
type Changes struct {
	Token string // of the next call; TokenBefore can read it

	// Counts are the pool's objects by the name of their class, mirrored classes alone; nil where it told none.
	Counts map[string]int64

	Events int // also those of classes that are not mirrored
}

// Subscription asks [Session.Events] for the objects of a class, or for one of them where ref is not empty.
func Subscription(class *model.Class, ref string) string {
	name := strings.ToLower(class.Name)
	if ref != "" {
		name += "/" + ref
	}
	return name
}

// Events streams what changed since token (xapi's event.from): the empty one tells of every object. Where nothing
// changed, the server waits for timeout, and overshoots it by seconds; 0 and less are answered at once. It is added to
// the timeouts first_byte and call.
//
// As in [Session.Read], begin is called before the first event of every attempt, what begin and each return ends the
// reading, and nothing counts before Events returns without an error. An answer is no snapshot: a record is read after
// the list of changes was made, so that two of them fit each other only once the next answer has no events.
//
// Events of classes that are not mirrored are passed over. An [*Error] that is Missing says that this server has no
// event.from, one that is TokenLost that it cannot tell what changed since token. Whoever gets those, or an answer that
// cannot be read, has [Session.Read] left.
func (s *Session) Events(ctx context.Context, subscriptions []string, token string, timeout time.Duration,
	begin func() error, each func(*Event) error) (Changes, error) {
	timeout = max(timeout, 0) // less is a day to xapi
	var c Changes
	err := s.attempt(ctx, "events", func() (wire, own error) {
		c = Changes{}
		return s.events(ctx, subscriptions, token, timeout, &c, begin, each)
	})
	if err != nil {
		return Changes{}, err
	}
	return c, nil
}

// errChanged ends an answer that tells of a change.
var errChanged = errors.New("something changed")

// Wait returns once something changed since token, and where nothing did after timeout or some seconds more. It makes one
// attempt, unlike [Session.Events]: that the session is lost, and the toolstack started anew with it, is news as well.
func (s *Session) Wait(ctx context.Context, subscriptions []string, token string, timeout time.Duration) error {
	if s.closed {
		return errors.New("waiting for changes: the session is closed")
	}
	wire, own := s.events(ctx, subscriptions, token, max(timeout, 0), &Changes{},
		func() error { return nil }, func(*Event) error { return errChanged })
	if wire != nil {
		return s.masked(fmt.Errorf("waiting for changes of %s: %w", s.base, wire))
	}
	if errors.Is(own, errChanged) {
		return nil
	}
	return own
}

// events makes one attempt. It keeps what the wire did apart from what begin and each returned.
func (s *Session) events(ctx context.Context, subscriptions []string, token string, timeout time.Duration, c *Changes,
	begin func() error, each func(*Event) error) (wire, own error) {
	const method = "event.from"
	a, err := s.client.patient(timeout).post(ctx, s.base, 0, method, s.ref, subscriptions, token, timeout.Seconds())
	if err != nil {
		return s.complete(err, method, nil), nil
	}
	defer a.Close()
	d := newDecoder(a, nil, s.options.Limits)
	d.prints = s.prints
	if err := d.open(); err != nil {
		return s.complete(err, method, a), nil
	}
	if err := begin(); err != nil {
		return nil, err
	}
	for e, err := range d.events(c) {
		if err != nil {
			return s.complete(err, method, a), nil
		}
		if err := each(e); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// patient is a client whose calls may wait that much longer for their answer.
func (c *client) patient(more time.Duration) *client {
	p := *c
	p.timeouts.FirstByte += more
	p.timeouts.Call += more
	return &p
}

// TokenBefore tells whether token a is of an older state of the pool's database than token b. A server that answers
// with an older token than it was sent has another database than before: the events between are not told.
func TokenBefore(a, b string) (bool, error) {
	first, err := generation(a)
	if err != nil {
		return false, err
	}
	second, err := generation(b)
	if err != nil {
		return false, err
	}
	return len(first) < len(second) || len(first) == len(second) && first < second, nil
}

// generation is the database's part of a token, GENERATION,MESSAGES, without leading zeros: a number of any length. The
// other part counts messages, which are no objects of the database. The empty token is that of the beginning.
func generation(token string) (string, error) {
	database, messages, _ := strings.Cut(token, ",")
	if strings.Trim(database+messages, "0123456789") != "" || database == "" && token != "" {
		return "", fmt.Errorf("the token %q is no generation of a database: please report it with the release of XenServer", printable(token, 80))
	}
	return strings.TrimLeft(database, "0"), nil
}
