package main

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"time"
)

// What a pass costs that asks what changed, beside one that reads everything: see edit for what a change is.
var (
	changeCounts = []int{0, 10, 1000}
	fewestTurns  = 5
)

// manyVMs is from where a pool is so large that passes which read all of it are made twice, no more: they take most of
// the time, and only what does not depend on the size needs more of them.
const manyVMs = 20_000

// turns is how often passes that read everything are made of a pool.
func (b *bench) turns(vms int) int {
	if vms >= manyVMs {
		return min(b.repeats, 2)
	}
	return b.repeats
}

// changed is the kind of pass in which so many objects changed.
func changed(n int) string { return fmt.Sprintf("%s changes", thousands(n)) }

// changePasses measures both ways to read a pool. The pass before them leaves what the first can go on from.
func (b *bench) changePasses(ctx context.Context, p *pool) error {
	b.cold[p.vms] = p.cold
	if err := p.edit(changeCounts[len(changeCounts)-1]); err != nil {
		return err
	}
	if _, err := b.exec(ctx, b.all[onlyWhat], p.http); err != nil {
		return err
	}
	turns := fewestTurns
	if b.noSync {
		turns = b.repeats
	}
	for turn := range max(turns, b.repeats) {
		for _, n := range changeCounts {
			for _, name := range []string{onlyWhat, whole} {
				if name == whole && turn >= b.turns(p.vms) {
					continue
				}
				if err := p.edit(n); err != nil {
					return err
				}
				if err := b.addChanges(ctx, p, name, n); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// addChanges makes one more pass, with what it cost the pool.
func (b *bench) addChanges(ctx context.Context, p *pool, name string, n int) error {
	before, err := p.served()
	if err != nil {
		return err
	}
	r, err := b.exec(ctx, b.all[name], p.http)
	if err != nil {
		return err
	}
	after, err := p.served()
	if err != nil {
		return err
	}
	r.Served = after.since(before)
	if name == onlyWhat && r.Counts.Mode != "incremental" {
		return fmt.Errorf("a pass over %d VMs with %d changes read everything: %s", p.vms, n, r.Counts.Reason)
	}
	s := b.of(name, changed(n), p.vms)
	if s.Runs = append(s.Runs, r); len(s.Runs) == 1 {
		b.series = append(b.series, s)
	}
	fmt.Fprintf(os.Stderr, "%7.1fs  %6d VMs  %-15s  %-26s  %7.3f s  cpu %7.3f s  postgres %6.2f s  pool %7.4f s  %.3f MB  %d rows\n",
		time.Since(b.began).Seconds(), p.vms, s.Pass, name, r.Counts.Seconds, r.CPU.Seconds(), r.Server.Seconds(),
		r.Served.Time.Seconds(), float64(r.Served.Bytes)/1e6, r.Counts.written())
	return nil
}

// pass is what syncd says that its passes took, in seconds: without the start of the process.
func (s *series) pass() []float64 {
	return each(s.Runs, func(r run) float64 { return r.Counts.Seconds })
}

// received is what passes received, in bytes.
func (s *series) received() []float64 {
	return each(s.Runs, func(r run) float64 { return float64(r.Served.Bytes) })
}

// busy is what the pool worked for them, in seconds.
func (s *series) busy() []float64 {
	return each(s.Runs, func(r run) float64 { return r.Served.Time.Seconds() })
}

// changeRows are what passes of changes are held to.
func (b *bench) changeRows(add adder) {
	for _, n := range changeCounts {
		a, z := b.of(onlyWhat, changed(n), b.vms), b.of(whole, changed(n), b.vms)
		less, faster := goal{}, goal{}
		if n == 0 {
			less, faster = atLeast(500), atLeast(20)
		}
		of := fmt.Sprintf("%s VMs, %s: everything against what changed, ", thousands(b.vms), changed(n))
		add(of+"bytes", less, "×", ratios(z.received(), a.received()), fmt.Sprintf("%s against %s MB", megabytes(z.received()), megabytes(a.received())))
		add(of+"wall", faster, "×", ratios(z.pass(), a.pass()), fmt.Sprintf("%s against %s ms", milliseconds(z.pass()), milliseconds(a.pass())))
	}
	small, large := b.growth[0], b.growth[len(b.growth)-1]
	if small == large {
		return
	}
	for _, n := range changeCounts {
		a, z := b.of(onlyWhat, changed(n), small), b.of(onlyWhat, changed(n), large)
		exponents := func(figures func(*series) []float64) []float64 {
			return each(ratios(figures(z), figures(a)), func(x float64) float64 { return math.Log(x) / math.Log(float64(large)/float64(small)) })
		}
		of := fmt.Sprintf("growth from %s to %s VMs, %s, ", thousands(small), thousands(large), changed(n))
		add(of+"bytes", atMost(0.2), "as exponent", exponents((*series).received), fmt.Sprintf("%s and %s MB", megabytes(a.received()), megabytes(z.received())))
		add(of+"wall", atMost(0.2), "as exponent", exponents((*series).pass), fmt.Sprintf("%s and %s ms", milliseconds(a.pass()), milliseconds(z.pass())))
		add(of+"CPU", atMost(0.2), "as exponent", exponents((*series).cpu), fmt.Sprintf("%s and %s ms, Postgres's and the start of the process among it", milliseconds(a.cpu()), milliseconds(z.cpu())))
	}
}

func megabytes(figures []float64) string    { return show(median(figures)/1e6, "") }
func milliseconds(figures []float64) string { return show(median(figures)*1e3, "") }

// costs is the table of what both ways cost, for people.
func (b *bench) costs() []byte {
	var out bytes.Buffer
	out.WriteString("| VMs | changes | what changed: MB | pool, ms | wall, ms | everything: MB | pool, ms | wall, ms | times the bytes | times the wall |\n|---|---|---|---|---|---|---|---|---|---|\n")
	for _, vms := range b.growth {
		for _, n := range changeCounts {
			a, z := b.of(onlyWhat, changed(n), vms), b.of(whole, changed(n), vms)
			if len(a.Runs) == 0 || len(z.Runs) == 0 {
				continue
			}
			fmt.Fprintf(&out, "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", thousands(vms), thousands(n),
				megabytes(a.received()), milliseconds(a.busy()), milliseconds(a.pass()), megabytes(z.received()), show(b.cold[vms].Time.Seconds()*1e3, ""), milliseconds(z.pass()),
				show(median(ratios(z.received(), a.received())), "×"), show(median(ratios(z.pass(), a.pass())), "×"))
		}
	}
	return out.Bytes()
}
