package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"

	"syncd/internal/collector"
	"syncd/internal/store"
	"syncd/internal/xenapi"
)

// profile makes passes in this process, as `syncd sync` makes them: a first one, and then later ones with 1 % changed.
// Of both it writes profiles, and prints where CPU went and what was allocated.
func profile(ctx context.Context, args []string) (err error) {
	runtime.MemProfileRate = 16 << 10 // bytes: finer than usual, so that a pass that allocates little shows
	f := flag.NewFlagSet("bench profile", flag.ContinueOnError)
	vms := f.Int("vms", 10_000, "VMs of the pool")
	later := f.Int("later", 10, "passes with 1 % changed")
	out := f.String("out", "bin/profile", "folder for the profiles")
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return err
	}
	p, err := startPostgres(ctx, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	url, err := p.fresh(ctx, "syncd")
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, url)
	if err != nil {
		return err
	}
	if _, err := db.Migrate(ctx); err != nil {
		return err
	}
	return withPool(ctx, max(*vms/100, 2), *vms, func(pool *pool) error {
		if err := record(filepath.Join(*out, "first"), "", func() error { return pass(ctx, db, pool) }); err != nil {
			return err
		}
		return record(filepath.Join(*out, "later"), filepath.Join(*out, "first"), func() error {
			for range *later {
				if err := errors.Join(pool.change(changes(*vms)), pass(ctx, db, pool)); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// pass makes one pass.
func pass(ctx context.Context, db *store.DB, p *pool) error {
	pass, err := db.BeginPass(ctx, store.PassOptions{Pool: "lab", MaxRemovedRatio: 1})
	if err != nil {
		return err
	}
	if _, err = pass.Known(ctx); err == nil {
		_, err = collector.Collect(ctx, xenapi.Options{URLs: []string{p.http}, Username: user, Password: password}, collector.Plan{}, pass)
	}
	if err == nil {
		_, err = pass.Publish(ctx)
	}
	if err != nil {
		return errors.Join(err, pass.Fail(ctx, err))
	}
	return nil
}

// record profiles what is done, into PATH.cpu and PATH.allocs. What was allocated counts from the start of the process:
// the profile at path before, where there is one, is taken off in what is printed.
func record(path, before string, do func() error) error {
	cpu, err := os.Create(path + ".cpu")
	if err != nil {
		return err
	}
	defer cpu.Close()
	heap, err := os.Create(path + ".allocs")
	if err != nil {
		return err
	}
	defer heap.Close()
	if err := pprof.StartCPUProfile(cpu); err != nil {
		return err
	}
	err = do()
	pprof.StopCPUProfile()
	runtime.GC() // what was allocated since the last one is counted by the next
	if err := errors.Join(err, pprof.Lookup("allocs").WriteTo(heap, 0)); err != nil {
		return err
	}
	allocs := []string{"-sample_index=alloc_space", path + ".allocs"}
	if before != "" {
		allocs = append([]string{"-base=" + before + ".allocs"}, allocs...)
	}
	for _, args := range [][]string{{path + ".cpu"}, allocs} {
		fmt.Println()
		top := exec.Command("go", append([]string{"tool", "pprof", "-top", "-nodecount=15"}, args...)...)
		top.Stdout, top.Stderr = os.Stdout, os.Stderr
		if err := top.Run(); err != nil {
			return err
		}
	}
	return nil
}
