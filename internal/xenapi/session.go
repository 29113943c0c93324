package xenapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"syncd/internal/model"
)

// maxRelogins is how often one session is renewed in a pass.
const maxRelogins = 3

// patience is that of a pass with a toolstack that asks to be called later.
var patience = backoff{next: time.Second, left: 30 * time.Second}

// Session is an account that is logged in at the master of a pool. One goroutine uses it, one call at a time: more at
// once only make xapi slower. Whoever opened it closes it, whatever happened between.
type Session struct {
	options Options
	urls    []*url.URL
	client  *client
	log     *slog.Logger
	prints  *fingerprinter

	base   *url.URL // of the master
	ref    string   // of the session there
	issued []issued // every session that has not been logged out

	recognized bool             // the session at base is of the pool that is meant
	strangers  map[string]error // endpoints of other pools

	logins   int // that opened a session
	relogins int // in this pass
	backoff  backoff
	grace    time.Duration // that a login which was given up has for its answer
	farewell time.Duration // that all logouts have together
	closed   bool
}

// issued is a session that a login returned, and where: no other member knows it.
type issued struct {
	base  *url.URL
	ref   string
	ended func(loggedOut bool) // tells who was told of it
}

// Open logs in at the master: at the first of the URLs, or where that leads. Where it leads to no master, the others do,
// or members that were known earlier. A refused password is not tried again anywhere.
//
// Which pool answered is seen once its record is read: another one than it must be is passed over by [Session.Read].
func Open(ctx context.Context, o Options) (*Session, error) {
	s, err := newSession(o)
	if err != nil {
		return nil, err
	}
	if err := s.login(ctx, s.urls...); err != nil {
		err = s.masked(err)
		s.Close()
		return nil, err
	}
	return s, nil
}

// newSession is one that has not been opened. Its delays leave a caller 3 of the 10 s that SIGTERM gives: 3 are for a
// login that is under way, 4 for the logouts.
func newSession(o Options) (*Session, error) {
	o = o.withDefaults()
	urls, err := o.addresses()
	if err != nil {
		return nil, err
	}
	tlsConfig, err := o.tlsConfig(urls)
	if err != nil {
		return nil, err
	}
	prints, err := newFingerprinter(o.Key)
	if err != nil {
		return nil, err
	}
	return &Session{
		options: o, urls: urls, client: newClient(o, tlsConfig), log: o.Log, prints: prints,
		strangers: map[string]error{},
		backoff:   patience, grace: 3 * time.Second, farewell: 4 * time.Second,
	}, nil
}

// URL is the master's, where the session ended up.
func (s *Session) URL() string { return s.base.String() }

// NextPass says that another pass begins. What the session repeats in a pass it may repeat again.
func (s *Session) NextPass() { s.relogins, s.backoff = 0, patience }

// Logins counts the sessions that were opened, that of Open included. One more than before means that the toolstack may
// have started anew, or that another member is the master now.
func (s *Session) Logins() int { return s.logins }

// Read streams all records of a class, which are one consistent snapshot. A call that broke off in a way that is worth
// repeating is begun again from nothing: begin is called before the first record of every attempt, also where there is
// none. A record is valid until each returns. What begin and each return ends the reading and is returned as it is.
//
// The class was read only where Read returns nil. An [*Error] that is Missing says that this pool lacks it.
func (s *Session) Read(ctx context.Context, class *model.Class, begin func() error, each func(*model.Record) error) error {
	return s.attempt(ctx, class.Name, func() (wire, own error) { return s.read(ctx, class, begin, each, "get_all_records") })
}

// ReadSince is Read of those objects of a class that are newer than an instant, by the clocks of the pool's hosts: of a
// class that has [model.Class].Since. The zero time is that of the oldest.
func (s *Session) ReadSince(ctx context.Context, class *model.Class, since time.Time, begin func() error, each func(*model.Record) error) error {
	if since.IsZero() {
		since = time.Unix(0, 0)
	}
	return s.attempt(ctx, class.Name, func() (wire, own error) { return s.read(ctx, class, begin, each, "get_since", since.UTC()) })
}

// attempt reads something, again as long as what the wire did is worth that.
func (s *Session) attempt(ctx context.Context, what string, read func() (wire, own error)) error {
	if s.closed {
		return fmt.Errorf("reading %s: the session is closed", what)
	}
	lost := false
	for {
		base := s.base
		wire, own := s.recognize(ctx, what), error(nil)
		if wire == nil {
			wire, own = read()
		}
		if own != nil || wire == nil {
			return own
		}
		if err := s.mend(ctx, wire, &lost); err != nil {
			return s.masked(fmt.Errorf("reading %s from %s: %w", what, base, err))
		}
		s.log.Info("reading a class again", "class", what, "err", s.masked(wire))
	}
}

// read makes one attempt, by a method of the class that takes args behind the session. It keeps what the wire did apart
// from what begin and each returned.
func (s *Session) read(ctx context.Context, class *model.Class, begin func() error, each func(*model.Record) error,
	verb string, args ...any) (wire, own error) {
	method := class.Name + "." + verb
	a, err := s.client.post(ctx, s.base, 0, method, append([]any{s.ref}, args...)...)
	if err != nil {
		return s.complete(err, method, nil), nil
	}
	defer a.Close()
	d := newDecoder(a, class, s.options.Limits)
	d.prints = s.prints
	if err := d.open(); err != nil {
		return s.complete(err, method, a), nil
	}
	if err := begin(); err != nil {
		return nil, err
	}
	for rec, err := range d.records() {
		if err != nil {
			return s.complete(err, method, a), nil
		}
		if err := s.meet(rec); err != nil {
			return err, nil
		}
		if err := each(rec); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// mend makes a call that failed with err worth repeating, or returns what it ends with.
func (s *Session) mend(ctx context.Context, err error, lost *bool) error {
	if _, ok := errors.AsType[*stranger](err); ok {
		s.strangers[endpoint(s.base)] = err
		return s.login(ctx, s.urls...)
	}
	failure, ok := errors.AsType[*Error](err)
	if !ok || failure.Code != "SESSION_INVALID" && failure.Code != "HOST_IS_SLAVE" {
		return s.again(ctx, err, lost)
	}
	if s.relogins == maxRelogins {
		return fmt.Errorf("after %d new logins: %w", maxRelogins, err)
	}
	s.relogins++
	first := s.base
	if failure.Code == "HOST_IS_SLAVE" {
		if first, err = masterURL(s.base, failure); err != nil {
			return err
		}
	}
	return s.login(ctx, append([]*url.URL{first}, s.urls...)...)
}

// complete adds to an error of the decoder what only the call knows, and takes out what nobody may see: a server may
// repeat in its words what it was sent.
func (s *Session) complete(err error, method string, a *answer) error {
	secrets := s.secrets()
	hide := replacer(secrets).Replace
	if e, ok := errors.AsType[*Error](err); ok {
		e.Method = method
		for i, p := range e.Params {
			// Two are read further, and hold nothing secret; a password of 10 would spoil an address.
			if e.Code != "HOST_IS_SLAVE" && !e.Missing() {
				e.Params[i] = hide(p)
			}
		}
	}
	if e, ok := errors.AsType[*Fault](err); ok {
		e.String = hide(e.String)
	}
	if e, ok := errors.AsType[*NotXMLRPC](err); ok {
		e.Head = maskedCut(hide(e.Head), secrets)
		if a != nil {
			e.Status, e.ContentType = http.StatusOK, a.contentType
		}
	}
	if a != nil && errors.Is(err, io.ErrUnexpectedEOF) && !isLost(err) {
		if a.untilClose {
			return &lostError{err}
		}
		return fmt.Errorf("%w: the server, or a proxy before it, sent an unfinished document", err)
	}
	return err
}

// secrets are the password and the sessions.
func (s *Session) secrets() []string {
	var secrets []string
	if s.options.Password != "" {
		secrets = append(secrets, s.options.Password)
	}
	for _, i := range s.issued {
		secrets = append(secrets, i.ref)
	}
	return secrets
}

// replacer masks secrets in a text.
func replacer(secrets []string) *strings.Replacer {
	var pairs []string
	for _, secret := range secrets {
		pairs = append(pairs, secret, model.Masked)
	}
	return strings.NewReplacer(pairs...)
}
