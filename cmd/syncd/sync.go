package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"syncd/internal/config"
	"syncd/internal/ledger"
	"syncd/internal/store"
)

type syncCmd struct {
	Pool   []string `sep:"none" placeholder:"NAME" help:"Only this pool; can be given again."`
	DryRun bool     `help:"Tell what would change, and write nothing."`
	Full   bool     `help:"Read everything, also where what changed would do."`
	Force  bool     `help:"Accept once that more vanishes than max_removed_ratio allows."`
	Output string   `short:"o" enum:"table,json" default:"table" placeholder:"table|json" help:"How to print what was done (${default})."`
}

// errInterrupted is told once, whichever pools it struck.
var errInterrupted = errors.New("sync: interrupted, the pools that say so are as they were")

// Help describes what --help has no room for elsewhere, the JSON above all.
func (syncCmd) Help() string {
	return `While it works, a terminal shows how far each pool is (without colours where NO_COLOR is set). Elsewhere a pass that takes long logs a line every ten seconds.

A dry run reads the pools, works out what would change, and takes it back. Its exit code is the one that sync would have, also where max_removed_ratio would stop it. It does not migrate.

-o json prints a list with an object for each pool, and nothing else on stdout:

  pool, result              ok, failed or interrupted
  dry_run                   true where nothing was written
  run                       key in syncd.sync_run, null without one
  started_at, finished_at   RFC 3339, UTC
  duration_seconds
  mode                      full: everything was read; incremental: what
                            changed; empty where the pass was not published
  reason                    why everything was read, where what changed
                            might have done; only then
  rows                      records that the pool sent
  new, changed, removed     rows of the database
  dangling                  references that lead nowhere, of the classes
                            that are listed
  faults                    records that could not be stored in full
  residency_mismatches      as in syncd.sync_run; null where what changed
                            was read
  missed                    differences of which the passes before should
                            have been told; null where that is not known,
                            as it is only after a full pass
  classes                   a list: class, and rows to faults of it;
                            note: why it was not read, excluded by the
                            configuration among it;
                            names: new, changed and removed, the first
                            five each, only in a dry run
  error                     only where result is not ok`
}

// Run migrates, then makes one pass of every pool. A dry run needs the schema as this syncd would make it.
func (c *syncCmd) Run(ctx context.Context, p *program) error {
	cfg, err := p.load()
	if err != nil {
		return err
	}
	pools, err := choose(cfg, c.Pool)
	if err != nil {
		return err
	}
	warnInsecure(p.log, pools)
	sessions := p.sessions(ctx, cfg)
	db, done, err := p.open(ctx, cfg)
	if err != nil {
		return err
	}
	defer done()
	if c.DryRun {
		err = db.RequireCurrent(ctx)
	} else {
		err = p.migrate(ctx, db)
	}
	if err != nil {
		return err
	}
	results := c.passes(ctx, p, db, sessions, cfg.Parallel, pools)
	if err := c.print(p, results); err != nil {
		return err
	}
	return verdict(results)
}

// passes makes one pass of every pool, and shows how far they are.
func (c *syncCmd) passes(ctx context.Context, p *program, db *store.DB, sessions *ledger.Ledger, parallel int, pools []config.Pool) []passResult {
	display := p.display(len(pools))
	defer display.close()
	return eachPool(parallel, pools, func(pool config.Pool) passResult {
		how := passOptions{force: c.Force, dry: c.DryRun, progress: progressOf(pool), ledger: sessions}
		ended := display.show(pool.Name, how.progress)
		defer ended()
		if c.Full {
			how.full = "sync --full"
		}
		return makePass(ctx, p.log, db, pool, how)
	})
}

func (c *syncCmd) print(p *program, results []passResult) error {
	if c.Output == "table" && c.DryRun {
		fmt.Fprint(p.stdout, "DRY RUN: nothing was written, this is what sync would do\n\n")
	}
	if err := p.print(c.Output, results, passTable(results)); err != nil {
		return err
	}
	if changes := changeTable(results); c.Output == "table" && len(changes) > 1 {
		fmt.Fprintln(p.stdout)
		return changes.write(p.stdout)
	}
	return nil
}

func passTable(results []passResult) table {
	t := table{{"POOL", "RESULT", "DURATION", "CLASSES", "ROWS", "NEW", "CHANGED", "REMOVED", "DANGLING", "FAULTS", "MISMATCHES", "MODE"}}
	for _, r := range results {
		duration := time.Duration(r.Seconds * float64(time.Second)).Round(time.Millisecond)
		mismatches := any("-")
		if r.Mismatches != nil {
			mismatches = *r.Mismatches
		}
		row := []any{r.Pool, r.Result, duration, r.classesRead(), r.Rows, r.New, r.Changed, r.Removed, r.Dangling, r.Faults, mismatches, r.Mode}
		if len(r.Classes) == 0 {
			row = []any{r.Pool, r.Result, duration, "-", "-", "-", "-", "-", "-", "-", "-"}
		}
		t = append(t, row)
	}
	return t
}

// changeTable tells of dry passes what would change. It is only a heading where nothing would.
func changeTable(results []passResult) table {
	t := table{{"POOL", "CLASS", "CHANGE", "COUNT", "NAMES"}}
	for _, r := range results {
		for _, c := range r.Classes {
			if c.Names == nil {
				continue
			}
			for _, change := range []struct {
				kind  string
				count int64
				names []string
			}{{"new", c.New, c.Names.New}, {"changed", c.Changed, c.Names.Changed}, {"removed", c.Removed, c.Names.Removed}} {
				if change.count == 0 {
					continue
				}
				t = append(t, []any{r.Pool, c.Class, change.kind, change.count, some(change.names, change.count)})
			}
		}
	}
	return t
}

// some lists as many of the first names as a line has room for.
func some(names []string, count int64) string {
	const room = 45
	text := ""
	for i, name := range names {
		if i > 0 && len(text)+len(name) > room {
			return text + ", …"
		}
		if i > 0 {
			text += ", "
		}
		text += name
	}
	if int64(len(names)) < count {
		text += ", …"
	}
	return text
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
