package xenapi

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestCallThatWasGivenUpDoesNotLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		w := newWatch(ctx, Options{}.withDefaults().Timeouts, time.Hour)
		defer w.end()
		cancel()
		if w.sending() {
			t.Error("it leaves")
		}
		synctest.Wait()
		if w.cut.Err() == nil {
			t.Error("what nobody sent has a grace")
		}
	})
}

func TestCallThatLeftHasItsGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWatch(t.Context(), Options{}.withDefaults().Timeouts, 3*time.Second)
		defer w.end()
		if !w.sending() {
			t.Fatal("it does not leave")
		}
		start := time.Now()
		<-w.given.Done()
		if took := time.Since(start); took != time.Minute {
			t.Errorf("given up after %s", took)
		}
		<-w.cut.Done()
		if took := time.Since(start); took != 63*time.Second {
			t.Errorf("cut after %s", took)
		}
		wants(t, w.explain(errors.New("cut")), "gave up after 1m0s (timeouts.first_byte)")
	})
}

func TestCallThatEndedLeavesNoClockBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWatch(t.Context(), Options{}.withDefaults().Timeouts, time.Hour)
		w.sending()
		w.end()
		if w.firstByte.Stop() || w.idle.Stop() || w.call.Stop() {
			t.Error("a clock runs on")
		}
		if w.cut.Err() == nil || w.given.Err() == nil {
			t.Error("a context lives on")
		}
	})
}
