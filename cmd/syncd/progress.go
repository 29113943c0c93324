package main

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"syncd/internal/config"
	"syncd/internal/model"
	"syncd/internal/store"
)

// progress is how far one pass is. The goroutine that makes the pass tells; whoever shows it asks, at any time. A new one
// is a pass that has not begun.
type progress struct {
	all  []*model.Class // that a pass reads which reads everything, in their order
	rows atomic.Int64   // that were read; those of an answer that broke off count as well
	last atomic.Pointer[step]
}

// progressOf is that of a pass over a pool.
func progressOf(pool config.Pool) *progress {
	exclude := excluded(pool)
	return &progress{all: slices.DeleteFunc(slices.Clone(model.Classes), func(c *model.Class) bool { return slices.Contains(exclude, c) })}
}

// step is what a pass is at.
type step struct {
	doing   string // waiting, logging in, the class that is read, what changed, publishing, or the result
	classes int    // that were read to their end
	changes bool   // the other classes may not be read, but what changed of them

	began, reading, read, ended time.Time // the pass, its first class, its last class, the pass; zero until then
}

// change takes the pass a step further.
func (p *progress) change(to func(s *step, now time.Time)) {
	s := step{}
	if last := p.last.Load(); last != nil {
		s = *last
	}
	to(&s, time.Now())
	p.last.Store(&s)
}

func (p *progress) begin() {
	p.change(func(s *step, now time.Time) { s.doing, s.began = "waiting", now })
}
func (p *progress) login() { p.change(func(s *step, _ time.Time) { s.doing = "logging in" }) }

func (p *progress) class(name string) {
	p.change(func(s *step, now time.Time) {
		s.doing, s.changes = name, false
		if s.reading.IsZero() {
			s.reading = now
		}
	})
}

// classDone counts a class. The next one is asked for now, and the pool may think before it begins. Behind the
// last one the hosts may be read once more.
func (p *progress) classDone() {
	p.change(func(s *step, _ time.Time) {
		if s.classes++; s.classes < len(p.all) {
			s.doing = p.all[s.classes].Name
		} else {
			s.classes = len(p.all)
		}
	})
}

// asking tells that the pool is asked what changed: in place of reading the classes behind the first one, or after all.
func (p *progress) asking() {
	p.change(func(s *step, _ time.Time) { s.doing, s.changes = "what changed", s.classes < len(p.all) })
}

func (p *progress) publish() {
	p.change(func(s *step, now time.Time) { s.doing, s.read = "publishing", now })
}

func (p *progress) end(result string) {
	p.change(func(s *step, now time.Time) { s.doing, s.ended = result, now })
}

// view is what people see of a pass.
type view struct {
	doing   string
	classes int
	of      int  // classes in all
	changes bool // what changed is read in place of most classes
	rows    int64
	rate    float64 // rows a second while classes are read
	elapsed time.Duration
	ended   bool
}

func (p *progress) view(now time.Time) view {
	v := view{doing: "waiting", of: len(p.all), rows: p.rows.Load()}
	s := p.last.Load()
	if s == nil {
		return v
	}
	v.doing, v.classes, v.changes, v.ended = s.doing, s.classes, s.changes, !s.ended.IsZero()
	if v.ended {
		now = s.ended
	}
	v.elapsed = now.Sub(s.began)
	if !s.read.IsZero() {
		now = s.read
	}
	if seconds := now.Sub(s.reading).Seconds(); !s.reading.IsZero() && seconds > 0 {
		v.rate = float64(v.rows) / seconds
	}
	return v
}

// watched is a pass that tells how far it is.
type watched struct {
	*store.Pass
	progress *progress
	asks     bool // what changed: behind the pool's own record, and behind all
}

// Begin tells which class is read now.
func (w watched) Begin(ctx context.Context, class *model.Class) error {
	w.progress.class(class.Name)
	return w.Pass.Begin(ctx, class)
}

// Unchanged counts the record: each is asked for once.
func (w watched) Unchanged(rec *model.Record) bool {
	w.progress.rows.Add(1)
	return w.Pass.Unchanged(rec)
}

// End counts the class.
func (w watched) End(ctx context.Context) error {
	err := w.Pass.End(ctx)
	if err == nil {
		w.progress.classDone()
		if n := w.progress.last.Load().classes; w.asks && (n == 1 || n == len(w.progress.all)) {
			w.progress.asking()
		}
	}
	return err
}

// BeginChanges tells that the pool is asked what changed.
func (w watched) BeginChanges(ctx context.Context) error {
	w.progress.asking()
	return w.Pass.BeginChanges(ctx)
}

// Change counts the record.
func (w watched) Change(ctx context.Context, rec *model.Record, deleted bool, generation int64) error {
	w.progress.rows.Add(1)
	return w.Pass.Change(ctx, rec, deleted, generation)
}

// Missing counts the class: there is nothing more to read of it.
func (w watched) Missing(class *model.Class, note string) {
	w.progress.classDone()
	w.Pass.Missing(class, note)
}
