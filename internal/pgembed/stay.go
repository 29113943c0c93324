package pgembed

import (
	"context"
	"os"
	"strings"
	"syscall"
	"time"
)

// stays is the word in owner.lock of an owner that does not come and go.
const stays = "stays"

// ownerStays tells whether whoever has owner.lock said so.
func (s *Server) ownerStays() bool {
	text, _ := os.ReadFile(s.path("owner.lock"))
	return strings.Contains(string(text), stays)
}

// stay keeps a server running until ctx ends: it starts another when this process's own ended by itself, and its own when
// the owner whom it joined is gone.
func (s *Server) stay(ctx context.Context, o Options) {
	defer close(s.stayed)
	for {
		if s.child != nil {
			select {
			case <-ctx.Done():
				return
			case <-s.child.done:
				s.child = nil
			}
		}
		pause := 100 * time.Millisecond
		taken, err := s.takeOver(ctx, o)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			s.log.Error("the embedded Postgres is down, it is tried again", "err", err)
			pause = 5 * time.Second
		case taken:
			s.log.Info("the embedded Postgres runs again, started by this process", "dir", s.dir)
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// takeOver starts a server, unless another process owns one.
func (s *Server) takeOver(ctx context.Context, o Options) (taken bool, err error) {
	ctx, cancel := bound(ctx)
	defer cancel()
	if s.owner == nil {
		if s.owner, err = tryLock(s.path("owner.lock"), syscall.LOCK_EX); s.owner == nil {
			return false, err
		}
	}
	return true, s.launch(ctx, o)
}
