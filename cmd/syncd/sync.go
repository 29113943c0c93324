package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"syncd/internal/collector"
	"syncd/internal/config"
	"syncd/internal/store"
)

type syncCmd struct {
	Pool   []string `sep:"none" placeholder:"NAME" help:"Only this pool; can be given again."`
	Force  bool     `help:"Accept once that more vanishes than max_removed_ratio allows."`
	Output string   `short:"o" enum:"table,json" default:"table" placeholder:"table|json" help:"How to print what was done (${default})."`
}

// errInterrupted is told once, whichever pools it struck.
var errInterrupted = errors.New("sync: interrupted, the pools that say so are as they were")

// Run migrates, then makes one pass of every pool.
func (c *syncCmd) Run(ctx context.Context, p *program) error {
	cfg, err := p.load()
	if err != nil {
		return err
	}
	pools, err := choose(cfg, c.Pool)
	if err != nil {
		return err
	}
	db, done, err := p.open(ctx, cfg)
	if err != nil {
		return err
	}
	defer done()
	if err := p.migrate(ctx, db); err != nil {
		return err
	}
	results := eachPool(pools, func(pool config.Pool) passResult { return c.pass(ctx, p.log, db, pool) })
	if err := p.print(c.Output, results, passTable(results)); err != nil {
		return err
	}
	return verdict(results)
}

// passResult is what came of one pass.
type passResult struct {
	Pool       string    `json:"pool"`
	Result     string    `json:"result"` // ok, failed, interrupted
	Run        *int64    `json:"run"`    // of syncd.sync_run; null where the pass did not come to have one
	Started    time.Time `json:"started_at"`
	Finished   time.Time `json:"finished_at"`
	Seconds    float64   `json:"duration_seconds"`
	Classes    int       `json:"classes"`
	Rows       int64     `json:"rows"`
	New        int64     `json:"new"`
	Changed    int64     `json:"changed"`
	Removed    int64     `json:"removed"`
	Dangling   int64     `json:"dangling"`
	Faults     int64     `json:"faults"` // records that could not be stored in full
	Mismatches int64     `json:"residency_mismatches"`
	Error      string    `json:"error,omitempty"`
}

// pass makes one pass of one pool.
func (c *syncCmd) pass(ctx context.Context, log *slog.Logger, db *store.DB, pool config.Pool) passResult {
	log = log.With("pool", pool.Name)
	r := passResult{Pool: pool.Name, Result: "ok", Started: time.Now().UTC()}
	err := c.collect(ctx, log, db, pool, &r)
	r.Finished = time.Now().UTC()
	r.Seconds = r.Finished.Sub(r.Started).Seconds()
	switch {
	case err == nil:
		log.Info("synced", "run", *r.Run, "rows", r.Rows, "new", r.New, "changed", r.Changed, "removed", r.Removed,
			"duration_seconds", r.Seconds)
	case ctx.Err() != nil:
		r.Result, r.Error = "interrupted", "interrupted"
	default:
		r.Result, r.Error = "failed", err.Error()
	}
	return r
}

// collect publishes the pass, or records why it could not.
func (c *syncCmd) collect(ctx context.Context, log *slog.Logger, db *store.DB, pool config.Pool, r *passResult) error {
	pass, err := db.BeginPass(ctx, store.PassOptions{
		Pool: pool.Name, MaxRemovedRatio: pool.MaxRemovedRatio, Force: c.Force,
		Wait: func(holder string) { log.Info("waiting for the pool, which is being synced by " + holder) },
	})
	if err != nil {
		return err
	}
	r.Run = new(pass.RunID())
	var result *store.Result
	err = collector.Collect(ctx, session(pool, log), pass)
	if err == nil {
		result, err = pass.Publish(ctx)
	}
	if err != nil {
		if failErr := pass.Fail(ctx, err); failErr != nil {
			log.Warn("the pass failed, and that could not be recorded", "run", pass.RunID(), "err", failErr)
		}
		return err
	}
	r.Mismatches = result.ResidencyMismatches
	for _, class := range result.Classes {
		if class.Note == "" {
			r.Classes++
		}
		r.Rows += class.Seen
		r.New += class.New
		r.Changed += class.Changed
		r.Removed += class.Removed
		r.Dangling += class.Dangling
		r.Faults += class.Faults
	}
	return nil
}

func passTable(results []passResult) table {
	t := table{{"POOL", "RESULT", "DURATION", "CLASSES", "ROWS", "NEW", "CHANGED", "REMOVED", "DANGLING", "FAULTS", "MISMATCHES"}}
	for _, r := range results {
		duration := time.Duration(r.Seconds * float64(time.Second)).Round(time.Millisecond)
		row := []any{r.Pool, r.Result, duration, r.Classes, r.Rows, r.New, r.Changed, r.Removed, r.Dangling, r.Faults, r.Mismatches}
		if r.Result != "ok" {
			row = []any{r.Pool, r.Result, duration, "-", "-", "-", "-", "-", "-", "-", "-"}
		}
		t = append(t, row)
	}
	return t
}

// verdict is the error of all passes together.
func verdict(results []passResult) error {
	var faults []error
	for _, r := range results {
		if r.Result == "failed" {
			faults = append(faults, fmt.Errorf("sync %s: %s", r.Pool, r.Error))
		}
	}
	if slices.ContainsFunc(results, func(r passResult) bool { return r.Result == "interrupted" }) {
		return errors.Join(append(faults, errInterrupted)...)
	}
	err := errors.Join(faults...)
	if len(faults) > 0 && len(faults) < len(results) {
		return someFailed{err}
	}
	return err
}
