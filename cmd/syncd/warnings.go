package main

import (
	"context"
	"log/slog"
	"sync"
)

// warnings keeps what is warned about from the log, for the table of check.
type warnings struct {
	slog.Handler
	mu   sync.Mutex
	told []string
}

// Handle keeps a warning, and hands on everything else.
func (w *warnings) Handle(ctx context.Context, r slog.Record) error {
	if r.Level < slog.LevelWarn {
		return w.Handler.Handle(ctx, r)
	}
	text := r.Message
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "err" {
			text += ": " + a.Value.String()
		}
		return true
	})
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told = append(w.told, text)
	return nil
}

// take returns what was warned about since it was last asked.
func (w *warnings) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	told := w.told
	w.told = nil
	return told
}
