package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"syncd/internal/collector"
	"syncd/internal/config"
	"syncd/internal/ledger"
	"syncd/internal/store"
	"syncd/internal/xenapi"
)

// passOptions say how a pass is made. The zero value is a real pass that nobody watches.
type passOptions struct {
	force    bool      // past the deletion brake
	noWait   bool      // is skipped where another process syncs the pool
	heed     bool      // is skipped where the pool has just refused the same username and password
	dry      bool      // tells what it would do, and writes nothing
	progress *progress // may be nil

	full string // why it reads everything though changes might do; empty leaves that to what is known
	line *line  // holds the session from pass to pass; nil opens one for this pass

	ledger *ledger.Ledger // of its sessions; may be nil
	master *string        // where the pass before found the pool's master, which this one keeps; may be nil
}

// passResult is what came of one pass, or would come of it where the pass is dry.
type passResult struct {
	Pool     string    `json:"pool"`
	Result   string    `json:"result"` // ok, failed, interrupted, skipped
	Dry      bool      `json:"dry_run"`
	Run      *int64    `json:"run"` // of syncd.sync_run; null where the pass has none
	Started  time.Time `json:"started_at"`
	Finished time.Time `json:"finished_at"`
	Seconds  float64   `json:"duration_seconds"`
	Mode     string    `json:"mode"`             // full, incremental, follow; empty where the pass did not come to an end
	Reason   string    `json:"reason,omitempty"` // why everything was read
	passCounts
	Mismatches *int64        `json:"residency_mismatches"` // null where only changes were read
	Missed     *int64        `json:"missed"`               // found by a full pass alone; null where that is not known
	Classes    []classResult `json:"classes"`              // empty where the pass did not come to have counts
	Error      string        `json:"error,omitempty"`

	leftAlone time.Time // until when passes that heed a refusal are skipped; zero where this one was not for that
}

// passCounts are those of a class, or of all classes together.
type passCounts struct {
	Rows     int64 `json:"rows"`
	New      int64 `json:"new"`
	Changed  int64 `json:"changed"`
	Removed  int64 `json:"removed"`
	Dangling int64 `json:"dangling"`
	Faults   int64 `json:"faults"` // records that could not be stored in full
}

// classResult is what came of one class.
type classResult struct {
	Class string `json:"class"`
	passCounts
	Note  string      `json:"note,omitempty"`  // why the class was not read
	Names *firstNames `json:"names,omitempty"` // of a dry pass
}

// firstNames are those of the first few objects of each kind of change.
type firstNames struct {
	New     []string `json:"new"`
	Changed []string `json:"changed"`
	Removed []string `json:"removed"`
}

// makePass makes one pass of one pool, and logs what it did. One that failed, or that heeded a refusal, is the caller's
// to tell of.
func makePass(ctx context.Context, log *slog.Logger, db *store.DB, pool config.Pool, o passOptions) passResult {
	log = log.With("pool", pool.Name)
	o.progress = cmp.Or(o.progress, progressOf(pool))
	o.progress.begin()
	r := passResult{Pool: pool.Name, Result: "ok", Dry: o.dry, Started: time.Now().UTC(), Classes: []classResult{}}
	err := r.collect(ctx, log, db, pool, o)
	r.Finished = time.Now().UTC()
	r.Seconds = r.Finished.Sub(r.Started).Seconds()
	busy, skipped := errors.AsType[*store.Busy](err)
	alone, refused := errors.AsType[*store.LeftAlone](err)
	switch {
	case err == nil && o.dry:
		log.Info("dry run, nothing was written", "rows", r.Rows, "new", r.New, "changed", r.Changed, "removed", r.Removed,
			"duration_seconds", r.Seconds)
	case err == nil:
		level := slog.LevelInfo
		if r.Mode == "follow" && r.New+r.Changed+r.Removed == 0 {
			level = slog.LevelDebug // there is one every half minute
		}
		log.Log(ctx, level, "synced", "run", *r.Run, "mode", r.Mode, "rows", r.Rows, "new", r.New, "changed", r.Changed, "removed", r.Removed,
			"duration_seconds", r.Seconds)
	case skipped:
		r.Result, r.Error = "skipped", busy.Error()
		log.Info("skipped, the pool is being synced by " + busy.Holder)
	case refused:
		r.Result, r.Error, r.leftAlone = "skipped", alone.Error(), alone.Until
	case ctx.Err() != nil:
		r.Result, r.Error = "interrupted", "interrupted"
	default:
		r.Result, r.Error = "failed", err.Error()
	}
	o.progress.end(r.Result)
	return r
}

// collect publishes the pass, or records why it could not. That a real pass would be refused is the error of a dry one.
func (r *passResult) collect(ctx context.Context, log *slog.Logger, db *store.DB, pool config.Pool, o passOptions) error {
	pass, err := db.BeginPass(ctx, store.PassOptions{
		Pool: pool.Name, Exclude: excluded(pool), MaxRemovedRatio: pool.MaxRemovedRatio, Force: o.force, NoWait: o.noWait, Dry: o.dry,
		Credentials: store.Credentials{Username: pool.Username, Password: pool.Password.Reveal()}, Heed: o.heed,
		Wait: func(holder string) { log.Info("waiting for the pool, which is being synced by " + holder) },
	})
	if err != nil {
		return err
	}
	if !o.dry {
		r.Run = new(pass.RunID())
	}
	result, err := r.read(ctx, log, pass, pool, o)
	if err != nil {
		fail := pass.Fail
		if e, ok := errors.AsType[*xenapi.Error](err); ok && e.Refused() {
			fail = pass.Refuse
		}
		// Where the database is gone, that says it all: the next pass closes this run.
		if failErr := fail(ctx, err); failErr != nil && !store.Unavailable(err) {
			log.Warn("the pass failed, and that could not be recorded", "run", pass.RunID(), "err", failErr)
		}
		return err
	}
	r.count(result)
	return result.Refused
}

// read reads the pool and publishes it. Where what changed is not enough to go by, it reads everything at once.
func (r *passResult) read(ctx context.Context, log *slog.Logger, pass *store.Pass, pool config.Pool, o passOptions) (*store.Result, error) {
	options := session(pool, log)
	options.Issued, options.Master = o.ledger.Pool(pool.Name), o.master
	known, err := pass.Known(ctx)
	if err != nil {
		return nil, err
	}
	options.Pool, options.Members, options.Key = known.UUID, known.Members, known.Key
	plan := planOf(pool, known, o.full, time.Now())
	for {
		o.progress.login()
		reading, err := o.line.collect(ctx, options, plan, watched{pass, o.progress, plan.Changes})
		if err != nil {
			return nil, err
		}
		o.progress.publish()
		r.Mode, r.Reason = "full", reading.Reason
		switch {
		case reading.Incremental && o.line.older():
			r.Mode = "follow"
		case reading.Incremental:
			r.Mode = "incremental"
		}
		pass.Prove(store.Proof{Mode: r.Mode, Reason: reading.Reason, Rounds: reading.Rounds, Quiet: reading.Quiet,
			Since: reading.Since, Counts: reading.Counts, Token: reading.Token, Source: reading.Source})
		result, err := pass.Publish(ctx)
		if stale, ok := errors.AsType[*store.Stale](err); ok && reading.Incremental {
			log.Info("reading everything: what changed is not enough to go by", "err", stale.Reason)
			if plan.Full, err = stale.Reason, pass.ForgetChanges(ctx); err == nil {
				continue
			}
		}
		if err != nil {
			return nil, err
		}
		if result.Missed != nil && *result.Missed > 0 {
			log.Warn("a full pass found what passes before were not told of", "missed", *result.Missed)
		}
		o.line.at(reading.Token)
		return result, nil
	}
}

// fewest changes are always cheaper than to read everything.
const fewest = 1000

// planOf says how much a pass has to read.
func planOf(pool config.Pool, known store.Known, full string, now time.Time) collector.Plan {
	plan := collector.Plan{Since: known.Since, Exclude: excluded(pool)}
	if pool.Read == "full" {
		return plan
	}
	plan.Changes, plan.Token, plan.Source, plan.Full, plan.Most = true, known.Token, known.Source, full, max(fewest, int(known.Live/2))
	switch {
	case plan.Full != "":
	case known.Failed:
		plan.Full = "the pass before failed"
	case known.Unread != "" && known.Token != "":
		plan.Full = "class " + known.Unread + " was not read before"
	case known.Token != "" && !pool.FullSchedule.Next(known.FullAt).After(now):
		plan.Full = "full_schedule"
	}
	return plan
}

// count takes over what the store counted.
func (r *passResult) count(result *store.Result) {
	r.Mismatches, r.Missed = result.ResidencyMismatches, result.Missed
	for _, c := range result.Classes {
		class := classResult{Class: c.Class, Note: c.Note, passCounts: passCounts{
			Rows: c.Seen, New: c.New, Changed: c.Changed, Removed: c.Removed, Dangling: c.Dangling, Faults: c.Faults}}
		if r.Dry {
			class.Names = &firstNames{append([]string{}, c.Names.New...), append([]string{}, c.Names.Changed...),
				append([]string{}, c.Names.Removed...)}
		}
		r.Classes = append(r.Classes, class)
		r.Rows += c.Seen
		r.New += c.New
		r.Changed += c.Changed
		r.Removed += c.Removed
		r.Dangling += c.Dangling
		r.Faults += c.Faults
	}
}

// classesRead is how many classes were read.
func (r *passResult) classesRead() (n int) {
	for _, c := range r.Classes {
		if c.Note == "" {
			n++
		}
	}
	return n
}
