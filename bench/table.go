package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// row is a line of the report: what was measured, what it should be and what it is.
type row struct {
	Name   string  `json:"name"`
	Goal   string  `json:"goal"` // as a person reads it; empty where there is none
	Figure float64 `json:"figure"`
	Unit   string  `json:"unit"` // ×, %, MB …
	Low    float64 `json:"low"`  // of the single runs
	High   float64 `json:"high"`
	Met    bool    `json:"met"` // true as well where there is no goal
	Detail string  `json:"detail"`
	Reason string  `json:"reason,omitempty"` // of a goal that was missed
}

// goal is a bound of a figure. Its zero value is met by all.
type goal struct {
	atLeast, atMost float64
	bounded         bool // atMost counts, where it is 0 too
}

func atLeast(x float64) goal { return goal{atLeast: x} }
func atMost(x float64) goal  { return goal{atMost: x, bounded: true} }

func (g goal) met(x float64) bool {
	return (g.atLeast == 0 || x >= g.atLeast) && (!g.bounded || x <= g.atMost)
}

func (g goal) text(unit string) string {
	switch {
	case g.bounded:
		return "≤ " + show(g.atMost, unit)
	case g.atLeast > 0:
		return "≥ " + show(g.atLeast, unit)
	}
	return ""
}

// show writes a figure with three digits that count, at most.
func show(x float64, unit string) string {
	text := strconv.FormatFloat(math.Round(x), 'f', -1, 64)
	if math.Abs(x) < 100 {
		x, _ = strconv.ParseFloat(fmt.Sprintf("%.2e", x), 64)
		text = strconv.FormatFloat(x, 'f', -1, 64)
	}
	switch unit {
	case "":
		return text
	case "×":
		return text + unit
	}
	return text + " " + unit
}

// rows are the report's, in its order. One whose parts were not measured is left out.
func (b *bench) rows() []row {
	return collect(b.decoderRows, b.passRows, b.writeRows, b.growthRows)
}

// collect gathers the rows that these add.
func collect(parts ...func(adder)) (rows []row) {
	add := func(name string, g goal, unit string, figures []float64, detail string) {
		if len(figures) == 0 {
			return
		}
		figure := median(figures)
		r := row{Name: name, Goal: g.text(unit), Figure: figure, Unit: unit, Low: slices.Min(figures), High: slices.Max(figures), Met: g.met(figure), Detail: detail}
		if !r.Met {
			r.Reason = cmp.Or(reasons[name], "not known yet")
		}
		rows = append(rows, r)
	}
	for _, part := range parts {
		part(add)
	}
	return rows
}

// adder adds a row, unless there are no figures for it.
type adder = func(name string, g goal, unit string, figures []float64, detail string)

// decoderRows are of the Go benchmarks, whose names say what they do.
func (b *bench) decoderRows(add adder) {
	speed := func(name string) []float64 { return b.decoder[name]["MB/s"] }
	detail := func(of, against string) string {
		return fmt.Sprintf("%.0f against %.0f MB/s", median(speed(of)), median(speed(against)))
	}
	const rows, same, tokens, floor, kolo = "DecodeToRows", "Unchanged", "BaselineEncodingXML", "BaselineIndexByte", "BaselineKolo"
	add("decode to rows against encoding/xml, streaming", atLeast(10), "×", ratios(speed(rows), speed(tokens)), detail(rows, tokens))
	add("decode to rows against kolo/xmlrpc", goal{}, "×", ratios(speed(rows), speed(kolo)), detail(rows, kolo))
	add("decode to rows against a pass of IndexByte('<')", atMost(4), "× its time", ratios(speed(floor), speed(rows)), detail(rows, floor))
	add("unchanged record against decode to rows", atLeast(1.8), "×", ratios(speed(same), speed(rows)), detail(same, rows))
	for _, of := range []struct {
		name, benchmark string
		most            float64
	}{{"allocations of an unchanged VM", same, 0}, {"allocations of a decoded VM", rows, 5}} {
		allocs, records := b.decoder[of.benchmark]["allocs/op"], b.decoder[of.benchmark]["records/op"]
		// Whole ones, as `go test` has them: an answer needs some, however many records it holds.
		add(of.name, atMost(of.most), "", each(ratios(allocs, records), math.Floor),
			fmt.Sprintf("%.0f for an answer of %.0f VMs", median(allocs), median(records)))
	}
}

func (b *bench) passRows(add adder) {
	compare := func(name, mine, pass string, g goal, other, unit string) {
		a, o := b.of(mine, pass, b.vms), b.of(other, pass, b.vms)
		figures, cpu := ratios(o.wall(), a.wall()), ratios(o.cpu(), a.cpu())
		if other == bare {
			figures, cpu = ratios(a.wall(), o.wall()), ratios(a.cpu(), o.cpu())
		}
		if len(figures) > 0 {
			add(name, g, unit, figures, fmt.Sprintf("%.2f against %.2f s; CPU with Postgres's %s (%.2f against %.2f s)",
				median(a.wall()), median(o.wall()), show(median(cpu), "×"), median(a.cpu()), median(o.cpu())))
		}
	}
	against := func(name, pass string, g goal, other, unit string) { compare(name, ours, pass, g, other, unit) }
	against(firstAgainstScript, first, atLeast(3), script, "×")
	against("first pass against the script with all classes", first, goal{}, scriptAll, "×")
	against(someAgainstScript, some, atLeast(30), script, "×")
	against(someAgainstAll, some, atLeast(30), scriptAll, "×")
	against(someAgainstHash, some, atLeast(20), hash, "×")
	against(someAgainstHashAll, some, atLeast(20), hashAll, "×")
	compare(usualAgainstScript, usual, some, atLeast(30), script, "×")
	compare(usualAgainstHash, usual, some, atLeast(20), hash, "×")
	against(someAgainstGet, some, atMost(5), bare, "× its time")
	against("1 % changed against a bare GET, both over TLS", someTLS, goal{}, bare, "× its time")
	against("nothing changed against a bare GET", none, goal{}, bare, "× its time")
}

func (b *bench) writeRows(add adder) {
	for _, images := range []bool{false, true} {
		how := "without page images"
		if images {
			how = "right after a checkpoint"
		}
		all := pick(b.writes.Rewrite, images, func(w written) float64 { return float64(w.WAL) })
		for _, of := range []struct {
			what   string
			passes []written
			most   float64
		}{{"1 % changed", b.writes.Some, 5}, {"nothing changed", b.writes.None, 0.5}} {
			wal := pick(of.passes, images, func(w written) float64 { return float64(w.WAL) })
			add("WAL with "+of.what+" against rewriting all rows, "+how, atMost(of.most), "%", scale(ratios(wal, all), 100),
				fmt.Sprintf("%.2f against %.1f MB", median(wal)/1e6, median(all)/1e6))
		}
	}
	sum := func(passes []written, of func(written) int64) float64 {
		return median(each(passes, func(w written) float64 { return float64(of(w)) }))
	}
	for _, of := range []struct {
		name   string
		g      goal
		passes []written
		figure func(written) float64
		unit   string
	}{
		{"dead rows for each that changed, at 1 %", atMost(2), b.writes.Some, func(w written) float64 { return float64(w.Dead) / float64(max(w.Rows, 1)) }, ""},
		{"dead rows where nothing changed", atMost(0), b.writes.None, func(w written) float64 { return float64(w.Dead) }, ""},
	} {
		add(of.name, of.g, of.unit, each(of.passes, of.figure), fmt.Sprintf("%.0f of %.0f that changed; beside them %.0f of the pass's own notes and %.0f of Postgres's catalog",
			sum(of.passes, func(w written) int64 { return w.Dead }), sum(of.passes, func(w written) int64 { return w.Rows }),
			sum(of.passes, func(w written) int64 { return w.Own }), sum(of.passes, func(w written) int64 { return w.Catalog })))
	}
}

func (b *bench) growthRows(add adder) {
	for _, vms := range b.growth {
		for _, pass := range []string{first, some} {
			s := b.of(ours, pass, vms)
			add(fmt.Sprintf("peak memory with %s VMs, %s", thousands(vms), pass), atMost(32+float64(vms)/1000), "MB",
				scale(s.rss(), 1e-6), "")
		}
	}
	small, large := b.growth[0], b.growth[len(b.growth)-1]
	if small == large {
		return
	}
	for _, pass := range []string{first, some} {
		a, z := b.of(ours, pass, small), b.of(ours, pass, large)
		exponents := each(ratios(z.cpu(), a.cpu()), func(x float64) float64 { return math.Log(x) / math.Log(float64(large)/float64(small)) })
		add(fmt.Sprintf("growth of CPU from %s to %s VMs, %s", thousands(small), thousands(large), pass), atMost(1.05), "as exponent", exponents,
			fmt.Sprintf("%.2f and %.2f s, Postgres's among it; of syncd alone %.2f and %.2f s", median(a.cpu()), median(z.cpu()),
				median(a.own()), median(z.own())))
	}
}
