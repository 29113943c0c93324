package main

import (
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"
)

// linesEvery is how often a long pass is told of where nothing can be drawn. Most passes are over before.
const linesEvery = 10 * time.Second

// lines is a display of lines of the log.
type lines struct {
	log  *slog.Logger
	done chan struct{}
	wait sync.WaitGroup

	mu     sync.Mutex
	passes map[string]*progress // under way, by pool
}

func newLines(log *slog.Logger) *lines {
	l := &lines{log: log, done: make(chan struct{}), passes: map[string]*progress{}}
	l.wait.Go(func() {
		ticker := time.NewTicker(linesEvery)
		defer ticker.Stop()
		for {
			select {
			case now := <-ticker.C:
				l.tell(now)
			case <-l.done:
				return
			}
		}
	})
	return l
}

func (l *lines) show(pool string, p *progress) (ended func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.passes[pool] = p
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.passes, pool)
	}
}

// tell logs how far each pass is.
func (l *lines) tell(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, pool := range slices.Sorted(maps.Keys(l.passes)) {
		v := l.passes[pool].view(now)
		l.log.Info("still syncing", "pool", pool, "at", v.doing, "classes", v.classes, "rows", v.rows,
			"rows_per_second", int(v.rate), "duration_seconds", v.elapsed.Round(time.Second).Seconds())
	}
}

func (l *lines) close() {
	close(l.done)
	l.wait.Wait()
}
