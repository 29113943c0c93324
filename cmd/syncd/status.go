package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"syncd/internal/store"
)

type statusCmd struct {
	Output string `short:"o" enum:"table,json" default:"table" placeholder:"table|json" help:"How to print it (${default})."`
}

// poolState is a pool that is stored, or configured, or both.
type poolState struct {
	store.PoolStatus
	Configured bool     `json:"configured"`
	Age        *float64 `json:"age_seconds"` // of the last good pass
}

// Run shows each pool. It never migrates.
func (c *statusCmd) Run(ctx context.Context, p *program) error {
	cfg, err := p.load()
	if err != nil {
		return err
	}
	db, done, err := p.open(ctx, cfg)
	if err != nil {
		return err
	}
	defer done()
	stored, err := db.Status(ctx)
	if err != nil {
		return err
	}
	now := time.Now()
	states := []poolState{}
	for _, s := range stored {
		state := poolState{PoolStatus: s}
		state.LastSuccess, state.LastRun = inUTC(s.LastSuccess), inUTC(s.LastRun)
		state.RefusedUntil, state.LastFull = inUTC(s.RefusedUntil), inUTC(s.LastFull)
		if s.LastSuccess != nil {
			state.Age = new(now.Sub(*s.LastSuccess).Seconds())
		}
		states = append(states, state)
	}
	for _, pool := range cfg.Pools {
		i := slices.IndexFunc(states, func(s poolState) bool { return s.Pool == pool.Name })
		if i < 0 {
			i = len(states)
			states = append(states, poolState{PoolStatus: store.PoolStatus{Pool: pool.Name, Excluded: []string{}}})
		}
		states[i].Configured = true
	}
	slices.SortFunc(states, func(a, b poolState) int { return strings.Compare(a.Pool, b.Pool) })
	if err := p.print(c.Output, states, statusTable(states, now)); err != nil || c.Output == "json" {
		return err
	}
	return statusErrors(states, p.width()).write(p.stdout)
}

func inUTC(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	return new(t.UTC())
}

func statusTable(states []poolState, now time.Time) table {
	t := table{{"POOL", "LAST GOOD PASS", "LAST RUN", "HOSTS", "VMS", "NOTE", "MODE"}}
	for _, s := range states {
		good, last, note, mode := "never", "never", "", ""
		if s.LastSuccess != nil {
			good = ago(now.Sub(*s.LastSuccess))
		}
		if s.LastMode != nil {
			mode = *s.LastMode
		}
		if s.LastRun != nil {
			last = *s.LastStatus + ", " + ago(now.Sub(*s.LastRun))
		}
		if n := len(s.Excluded); n > 0 {
			note = fmt.Sprintf("classes left out: %d", n)
		}
		if !s.Configured {
			note = "not configured"
		}
		if s.RefusedUntil != nil {
			note = "left alone until " + s.RefusedUntil.Local().Format("15:04")
		}
		t = append(t, []any{s.Pool, good, last, s.Hosts, s.VMs, note, mode})
	}
	return t
}

// statusErrors stand below the table, which they would make too wide.
func statusErrors(states []poolState, width int) table {
	var t table
	for _, s := range states {
		if s.LastError != nil {
			t = append(t, []any{s.Pool + ":", *s.LastError})
		}
	}
	if t == nil {
		return nil
	}
	return append(table{{" "}}, t.fold(width)...)
}
