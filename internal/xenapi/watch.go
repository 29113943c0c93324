package xenapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"
)

// watch ends a call that was given up, by its context or by one of the clocks.
type watch struct {
	timeouts Timeouts

	given  context.Context // ends when the call is given up; its cause says why
	giveUp context.CancelCauseFunc

	cut  context.Context // of the request: ends with given, or grace later where the call had been sent
	drop context.CancelFunc

	firstByte, idle, call *time.Timer

	mu   sync.Mutex
	sent bool

	forget func() bool // stops waiting for the end of given
}

func newWatch(ctx context.Context, t Timeouts, grace time.Duration) *watch {
	w := &watch{timeouts: t}
	w.cut, w.drop = context.WithCancel(context.WithoutCancel(ctx))
	w.given, w.giveUp = context.WithCancelCause(ctx)
	clock := func(name string, d time.Duration, remedy string) *time.Timer {
		return time.AfterFunc(d, func() { w.giveUp(&timeoutError{name, d, remedy}) })
	}
	w.call = clock("call", t.Call, "the pool needs longer than that, or its answer trickles")
	w.firstByte = clock("first_byte", t.FirstByte, "its toolstack is busy or hangs, or this is not its port")
	w.firstByte.Stop()
	w.idle = clock("idle", t.Idle, "the answer stopped in its middle, the host or the network is stuck")
	w.idle.Stop()
	w.forget = context.AfterFunc(w.given, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if !w.sent {
			w.drop()
			return
		}
		time.AfterFunc(grace, w.drop)
	})
	return w
}

// sending is called when a connection is there, the last moment before the call leaves. False: it was given up and must
// not leave, since nobody would wait for its answer. True: from now on there may be one.
func (w *watch) sending() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.given.Err() != nil {
		return false
	}
	w.sent = true
	w.firstByte.Reset(w.timeouts.FirstByte)
	return true
}

// end is called once the answer is read, or will not come.
func (w *watch) end() {
	w.forget()
	w.firstByte.Stop()
	w.idle.Stop()
	w.call.Stop()
	w.giveUp(nil)
	w.drop()
}

// gaveUp is why the call was given up; nil where it was not.
func (w *watch) gaveUp() error {
	if e, ok := errors.AsType[*timeoutError](context.Cause(w.given)); ok {
		return e
	}
	return interrupted(w.given)
}

// interrupted is why ctx ended, as an error that is ctx.Err() too; nil while it has not.
func interrupted(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if err == nil || errors.Is(cause, err) {
		return cause
	}
	return fmt.Errorf("%w (%w)", err, cause)
}

// explain turns what the transport says into what happened.
func (w *watch) explain(err error) error {
	if gaveUp := w.gaveUp(); gaveUp != nil {
		return gaveUp
	}
	if e, ok := errors.AsType[*connectError](err); ok {
		return e
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err // without the URL, which the caller names
	}
	text := err.Error()
	op, _ := errors.AsType[*net.OpError](err)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		op != nil && op.Op != "remote error" && op.Op != "local error", // which are those of TLS
		text == "http: server closed idle connection":                  // net/http does not export it
		return &lostError{err}
	case strings.Contains(text, `malformed HTTP response "\x15\x03`): // an alert of TLS
		return errors.New("the port speaks TLS: write https:// in urls")
	}
	return fmt.Errorf("the answer is no HTTP: %s: is this the address and the port of a XenServer or XCP-ng host?", printable(text, 200))
}

// timeoutError is a call that took too long.
type timeoutError struct {
	name   string // of the setting in timeouts
	after  time.Duration
	remedy string
}

func (e *timeoutError) Error() string {
	return fmt.Sprintf("gave up after %s (timeouts.%s): %s", e.after, e.name, e.remedy)
}

// lostError is a connection that broke under a call.
type lostError struct{ err error }

func (e *lostError) Error() string {
	return fmt.Sprintf("connection lost (%s): was the toolstack or the host restarted? A port that speaks TLS wants https://", printable(e.err.Error(), 200))
}

func (e *lostError) Unwrap() error { return e.err }
