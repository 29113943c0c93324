package store

import (
	"context"
	"time"
)

// flight is work that goes on at the connection of a pass while the pass reads on.
type flight struct {
	cancel context.CancelFunc
	done   chan struct{} // closed behind the end of it
	err    error         // of the work, once it is done
}

// behind does work at the connection while the pass reads on: rows of one half of a class travel while the other half
// is decoded. One piece at a time; whoever wants the connection waits first.
func (p *Pass) behind(ctx context.Context, work func(context.Context) error) error {
	if err := p.wait(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	f := &flight{cancel: cancel, done: make(chan struct{})}
	p.flight = f
	go func() {
		defer close(f.done)
		f.err = work(ctx)
	}()
	return nil
}

// wait waits for what was begun behind, and returns its error. When ctx ends, so does the work.
func (p *Pass) wait(ctx context.Context) error {
	f := p.flight
	if f == nil {
		return nil
	}
	p.flight = nil
	defer f.cancel()
	select {
	case <-f.done:
	case <-ctx.Done():
		f.cancel()
		<-f.done
	}
	return f.err
}

// land has what was begun behind end, whatever comes of it: the pass has failed already.
func (p *Pass) land(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
	defer cancel()
	_ = p.wait(ctx)
}
