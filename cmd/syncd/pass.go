package main

import (
	"context"
	"log/slog"
	"time"

	"syncd/internal/collector"
	"syncd/internal/config"
	"syncd/internal/store"
)

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

// makePass makes one pass of one pool, and logs what it did. One that failed is the caller's to tell of.
func makePass(ctx context.Context, log *slog.Logger, db *store.DB, pool config.Pool, force bool) passResult {
	log = log.With("pool", pool.Name)
	r := passResult{Pool: pool.Name, Result: "ok", Started: time.Now().UTC()}
	err := r.collect(ctx, log, db, pool, force)
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
func (r *passResult) collect(ctx context.Context, log *slog.Logger, db *store.DB, pool config.Pool, force bool) error {
	pass, err := db.BeginPass(ctx, store.PassOptions{
		Pool: pool.Name, MaxRemovedRatio: pool.MaxRemovedRatio, Force: force,
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
