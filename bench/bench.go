package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Kinds of a pass.
const (
	first   = "first pass"
	some    = "1 % changed"
	none    = "nothing changed"
	someTLS = "1 % changed, TLS"
)

// series are the runs of one program in one kind of pass over a pool of so many VMs.
type series struct {
	Program string `json:"program"`
	Pass    string `json:"pass"`
	VMs     int    `json:"vms"`
	Runs    []run  `json:"runs"`
}

// bench is a measurement under way.
type bench struct {
	options
	root     string // of the module
	syncd    string
	postgres *postgres
	all      map[string]program
	series   []*series
	cold     map[int]served // by the number of VMs: what everything costs a pool that has nothing ready
	writes   writes
	decoder  decoderFigures
	began    time.Time
	load     string
}

// newBench builds syncd as `make build` does, and starts Postgres.
func newBench(ctx context.Context, o options) (b *bench, err error) {
	b = &bench{options: o, cold: map[int]served{}, began: time.Now(), load: load()}
	if b.root, err = moduleRoot(); err != nil {
		return nil, err
	}
	if b.postgres, err = startPostgres(ctx, o.noSync); err != nil {
		return nil, err
	}
	b.syncd = filepath.Join(b.postgres.dir, "bin", "syncd")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", b.syncd, "./cmd/syncd")
	build.Dir, build.Stderr = b.root, os.Stderr
	if err := build.Run(); err != nil {
		return nil, errors.Join(fmt.Errorf("building syncd: %w", err), b.close())
	}
	b.all = b.programs()
	return b, nil
}

func (b *bench) close() error { return b.postgres.stop() }

// of finds a series; one without runs where it was not measured.
func (b *bench) of(program, pass string, vms int) *series {
	for _, s := range b.series {
		if s.Program == program && s.Pass == pass && s.VMs == vms {
			return s
		}
	}
	return &series{Program: program, Pass: pass, VMs: vms}
}

// add runs a program once more. A program that this machine lacks is left out.
func (b *bench) add(ctx context.Context, p *pool, name, pass string) error {
	program, ok := b.all[name]
	if !ok {
		return nil
	}
	url := p.http
	if pass == someTLS {
		url = p.tls
	}
	r, err := b.exec(ctx, program, url)
	if err != nil {
		return err
	}
	s := b.of(name, pass, p.vms)
	if s.Runs = append(s.Runs, r); len(s.Runs) == 1 {
		b.series = append(b.series, s)
	}
	fmt.Fprintf(os.Stderr, "%7.1fs  %6d VMs  %-15s  %-26s  %7.3f s  cpu %7.3f s  postgres %6.2f s  %6.1f MB  wal %.2f MB  %d rows\n",
		time.Since(b.began).Seconds(), p.vms, pass, name, r.Wall.Seconds(), r.CPU.Seconds(), r.Server.Seconds(), float64(r.RSS)/1e6, float64(r.WAL)/1e6, r.Counts.written())
	return nil
}

// measureAll compares the programs on one pool, then looks how syncd does on smaller and larger ones.
func (b *bench) measureAll(ctx context.Context) error {
	if b.benchDecoder {
		var err error
		if b.decoder, err = benchDecoder(ctx, b.root, b.repeats); err != nil {
			return err
		}
	}
	if err := b.compareOn(ctx, b.hosts, b.vms); err != nil {
		return err
	}
	for _, vms := range b.growth {
		if vms == b.vms {
			continue
		}
		if err := b.growTo(ctx, vms); err != nil {
			return err
		}
	}
	return nil
}

// compareOn runs every program on one pool.
func (b *bench) compareOn(ctx context.Context, hosts, vms int) error {
	return withPool(ctx, hosts, vms, func(p *pool) error {
		// What sets these apart is only what they do later.
		for _, name := range []string{hash, hashAll, usual} {
			if err := b.first(ctx, p, name); err != nil {
				return err
			}
		}
		if err := b.firstPasses(ctx, p, ours, script, scriptAll); err != nil {
			return err
		}
		if err := b.laterPasses(ctx, p, bare, ours, usual, script, hash, scriptAll, hashAll); err != nil {
			return err
		}
		if err := b.measureWrites(ctx, p); err != nil {
			return err
		}
		return b.changePasses(ctx, p)
	})
}

// growTo looks how syncd alone does on a smaller or larger pool.
func (b *bench) growTo(ctx context.Context, vms int) error {
	return withPool(ctx, max(vms/100, 2), vms, func(p *pool) error {
		if err := b.firstPasses(ctx, p, ours); err != nil {
			return err
		}
		if err := b.laterPasses(ctx, p, bare, ours); err != nil {
			return err
		}
		return b.changePasses(ctx, p)
	})
}

func withPool(ctx context.Context, hosts, vms int, do func(*pool) error) error {
	p, err := startPool(ctx, hosts, vms)
	if err != nil {
		return err
	}
	return errors.Join(do(p), p.stop())
}

func (b *bench) firstPasses(ctx context.Context, p *pool, names ...string) error {
	for range b.turns(p.vms) {
		for _, name := range names {
			if err := b.first(ctx, p, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// first makes a program fill a fresh database.
func (b *bench) first(ctx context.Context, p *pool, name string) error {
	program, ok := b.all[name]
	if !ok {
		return nil
	}
	if err := b.empty(ctx, program); err != nil {
		return err
	}
	return b.add(ctx, p, name, first)
}

// laterPasses lets the pool live between them. The last two have nothing that changed, and the way of TLS.
func (b *bench) laterPasses(ctx context.Context, p *pool, names ...string) error {
	for range b.turns(p.vms) {
		if err := p.change(changes(p.vms)); err != nil {
			return err
		}
		for _, name := range names {
			if err := b.add(ctx, p, name, some); err != nil {
				return err
			}
		}
		for _, name := range []string{bare, ours} {
			if err := b.add(ctx, p, name, none); err != nil {
				return err
			}
		}
		if p.vms != b.vms {
			continue
		}
		if err := p.change(changes(p.vms)); err != nil {
			return err
		}
		for _, name := range []string{bare, ours} {
			if err := b.add(ctx, p, name, someTLS); err != nil {
				return err
			}
		}
	}
	return nil
}

// changes is how many make 1 %.
func changes(vms int) int { return max(vms/100, 1) }
