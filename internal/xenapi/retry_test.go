package xenapi

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPausesDoubleUpToThirtySecondsInAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := newSession(Options{URLs: []string{"http://xen1"}})
		if err != nil {
			t.Fatal(err)
		}
		busy := &Error{Code: "TOO_MANY_PENDING_TASKS"}
		var pauses []time.Duration
		for {
			lost, start := false, time.Now()
			if err = s.again(t.Context(), busy, &lost); err != nil {
				break
			}
			pauses = append(pauses, time.Since(start)/time.Second)
		}
		if diff := cmp.Diff([]time.Duration{1, 2, 4, 8, 15}, pauses); diff != "" {
			t.Errorf("seconds (-want +got):\n%s", diff)
		}
		wants(t, err, "waiting did not help: xapi answers TOO_MANY_PENDING_TASKS")
		if !errors.Is(err, busy) {
			t.Error("the error does not wrap xapi's")
		}
	})
}

func TestPauseEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		b := backoff{time.Hour, time.Hour}
		if err := b.wait(ctx, errors.New("busy")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
	})
}

func TestOnlyLostConnectionsAndBusyToolstacksAreRepeated(t *testing.T) {
	for _, err := range []error{
		&Error{Code: "INTERNAL_ERROR"}, &Error{Code: "SESSION_AUTHENTICATION_FAILED"}, &Fault{}, &NotXMLRPC{Status: 503},
		&timeoutError{name: "first_byte"}, &connectError{errors.New("refused")}, &SyntaxError{}, &LimitError{}, context.Canceled,
	} {
		lost := false
		if got := new(Session).again(t.Context(), err, &lost); got != err {
			t.Errorf("%T: %v", err, got)
		}
	}
	lost := false
	gone := &lostError{errors.New("reset")}
	if err := new(Session).again(t.Context(), gone, &lost); err != nil {
		t.Errorf("the first time: %v", err)
	}
	if err := new(Session).again(t.Context(), gone, &lost); err != gone {
		t.Errorf("the second time: %v", err)
	}
}
