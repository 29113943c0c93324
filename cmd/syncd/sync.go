package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"syncd/internal/config"
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
	results := eachPool(cfg.Parallel, pools, func(pool config.Pool) passResult { return makePass(ctx, p.log, db, pool, passOptions{force: c.Force}) })
	if err := p.print(c.Output, results, passTable(results)); err != nil {
		return err
	}
	return verdict(results)
}

func passTable(results []passResult) table {
	t := table{{"POOL", "RESULT", "DURATION", "CLASSES", "ROWS", "NEW", "CHANGED", "REMOVED", "DANGLING", "FAULTS", "MISMATCHES"}}
	for _, r := range results {
		duration := time.Duration(r.Seconds * float64(time.Second)).Round(time.Millisecond)
		row := []any{r.Pool, r.Result, duration, r.read(), r.Rows, r.New, r.Changed, r.Removed, r.Dangling, r.Faults, r.Mismatches}
		if len(r.Classes) == 0 {
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
