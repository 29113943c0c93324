package main

import (
	"context"
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
		if s.LastSuccess != nil {
			state.Age = new(now.Sub(*s.LastSuccess).Seconds())
		}
		states = append(states, state)
	}
	for _, pool := range cfg.Pools {
		i := slices.IndexFunc(states, func(s poolState) bool { return s.Pool == pool.Name })
		if i < 0 {
			i = len(states)
			states = append(states, poolState{PoolStatus: store.PoolStatus{Pool: pool.Name}})
		}
		states[i].Configured = true
	}
	slices.SortFunc(states, func(a, b poolState) int { return strings.Compare(a.Pool, b.Pool) })
	return p.print(c.Output, states, statusTable(states))
}

func statusTable(states []poolState) table {
	t := table{{"POOL", "LAST GOOD PASS", "AGE", "LAST RUN", "HOSTS", "VMS", "ERROR"}}
	for _, s := range states {
		good, age, last, fault := "never", "", "", ""
		if s.LastSuccess != nil {
			good = local(*s.LastSuccess)
			age = time.Duration(*s.Age * float64(time.Second)).Round(time.Second).String()
		}
		if s.LastStatus != nil {
			last = *s.LastStatus
		}
		if s.LastError != nil {
			fault = *s.LastError
		} else if !s.Configured {
			fault = "not in the configuration"
		}
		t = append(t, []any{s.Pool, good, age, last, s.Hosts, s.VMs, fault})
	}
	return t
}
