package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"syncd/internal/config"
	"syncd/internal/store"
)

type forgetCmd struct {
	Pool string `arg:"" help:"The pool, as status lists it."`
	Yes  bool   `short:"y" help:"Do not ask."`
}

// Run removes a pool from the database, in or out of the configuration. It never migrates.
func (c *forgetCmd) Run(ctx context.Context, p *program) error {
	cfg, err := p.load()
	if err != nil {
		return err
	}
	asked, ok := p.terminal()
	if !ok && !c.Yes {
		return misuse{fmt.Errorf("forget %s: there is no terminal to ask on whether its rows shall go, say --yes", c.Pool)}
	}
	db, done, err := p.open(ctx, cfg)
	if err != nil {
		return err
	}
	defer done()
	holdings, err := db.Holdings(ctx, c.Pool)
	if err != nil {
		return c.explain(err)
	}
	configured := slices.ContainsFunc(cfg.Pools, func(pool config.Pool) bool { return pool.Name == c.Pool })
	if !c.Yes {
		if err := holdingsTable(holdings, time.Now()).write(p.stderr); err != nil {
			return err
		}
		if configured {
			fmt.Fprintf(p.stderr, "It is still in %s: the next pass would bring it back.\n", cfg.Path)
		}
		yes, err := asked.confirm(ctx, "Remove all of it")
		if err != nil {
			return fmt.Errorf("forget %s: %w, nothing was removed", c.Pool, err)
		}
		if !yes {
			return fmt.Errorf("forget %s: not confirmed, nothing was removed", c.Pool)
		}
	}
	err = db.Forget(ctx, c.Pool, func(holder string) { p.log.Info("waiting for the pool, which is held by "+holder, "pool", c.Pool) })
	if err != nil {
		return c.explain(err)
	}
	if configured {
		p.log.Warn("the pool is still in "+cfg.Path+": the next pass brings it back", "pool", c.Pool)
	}
	_, err = fmt.Fprintf(p.stdout, "forgot %s (objects: %d, passes: %d)\n", c.Pool, holdings.Live+holdings.Removed, holdings.Passes)
	return err
}

// explain makes a misuse of a pool that nobody knows.
func (*forgetCmd) explain(err error) error {
	if _, ok := errors.AsType[*store.UnknownPool](err); ok {
		return misuse{err}
	}
	return err
}

func holdingsTable(h *store.Holdings, now time.Time) table {
	good := "never"
	if h.LastSuccess != nil {
		good = ago(now.Sub(*h.LastSuccess))
	}
	return table{
		{"POOL", "HOSTS", "VMS", "OBJECTS", "GONE OBJECTS", "PASSES", "LAST GOOD PASS"},
		{h.Pool, h.Hosts, h.VMs, h.Live, h.Removed, h.Passes, good},
	}
}
