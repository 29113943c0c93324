package xenapi

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// again returns nil when a call that failed with err may be repeated, and else what it ends with. A lost connection is
// worth one more call at once, a busy or starting toolstack some waiting; all else waits for the next pass.
//
// That goes for a login too: one whose answer was lost may have made a session that nobody can log out. xapi ends it
// after a day unused, or as the first of 500, and a pass that fails instead would not change that.
func (s *Session) again(ctx context.Context, err error, lost *bool) error {
	if !*lost && isLost(err) {
		*lost = true
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok && (e.Code == "HOST_STILL_BOOTING" || e.Code == "TOO_MANY_PENDING_TASKS") {
		return s.backoff.wait(ctx, err)
	}
	return err
}

func isLost(err error) bool {
	_, ok := errors.AsType[*lostError](err)
	return ok
}

// backoff are the pauses of a session: each twice as long as the one before, until none of the time is left.
type backoff struct{ next, left time.Duration }

// wait returns nil after the pause, and else why a call that failed with err is not worth one.
func (b *backoff) wait(ctx context.Context, err error) error {
	pause := min(b.next, b.left)
	if pause <= 0 {
		return fmt.Errorf("waiting did not help: %w", err)
	}
	b.next, b.left = 2*pause, b.left-pause
	select {
	case <-time.After(pause):
		return nil
	case <-ctx.Done():
		return interrupted(ctx)
	}
}
