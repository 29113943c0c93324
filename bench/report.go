package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// report is what bench.json holds.
type report struct {
	Date    time.Time      `json:"date"`
	Machine machine        `json:"machine"`
	VMs     int            `json:"vms"`
	Hosts   int            `json:"hosts"`
	Repeats int            `json:"repeats"`
	Rows    []row          `json:"rows"`
	Changes []row          `json:"changes"` // of passes that ask what changed
	Series  []*series      `json:"series"`
	Cold    map[int]served `json:"cold_pools"` // by the number of VMs: everything, where the pool has nothing ready
	Writes  writes         `json:"writes"`
	Decoder decoderFigures `json:"decoder"`
}

// report prints the table, and writes it and what it is made of to the folder for it.
func (b *bench) report(ctx context.Context) error {
	r := report{Date: b.began.UTC().Truncate(time.Second), Machine: b.theMachine(ctx), VMs: b.vms, Hosts: b.hosts, Repeats: b.repeats,
		Rows: b.rows(), Changes: collect(b.changeRows), Series: b.series, Cold: b.cold, Writes: b.writes, Decoder: b.decoder}
	text, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	table := slices.Concat(r.markdown(), []byte("\n## A pass that asks what changed, beside one that reads everything\n\n"), b.costs(), []byte{'\n'}, goals(r.Changes))
	os.Stdout.Write(table)
	chart, err := b.chart(r)
	return errors.Join(err, os.MkdirAll(b.out, 0o755),
		os.WriteFile(filepath.Join(b.out, "bench.json"), append(text, '\n'), 0o644),
		os.WriteFile(filepath.Join(b.out, "bench.md"), table, 0o644),
		os.WriteFile(filepath.Join(b.out, "bench.svg"), chart, 0o644))
}

// markdown is the table for people, under where and when it was measured.
func (r report) markdown() []byte {
	var b bytes.Buffer
	commit := r.Machine.Commit
	if r.Machine.Modified {
		commit += " and changes"
	}
	fmt.Fprintf(&b, "%s, %s VMs on %d hosts, medians of %d runs (and the lowest and highest), commit %s.\n", r.Date.Format(time.DateOnly),
		thousands(r.VMs), r.Hosts, r.Repeats, commit)
	fmt.Fprintf(&b, "%s, %d cores, %d GB, %s; %s, PostgreSQL %s%s; load when it began %s.\n\n", r.Machine.CPU, r.Machine.Cores, r.Machine.MemoryGB,
		r.Machine.OS, r.Machine.Go, r.Machine.Postgres, before(", Python ", r.Machine.Python), r.Machine.Load)
	b.Write(goals(r.Rows))
	return b.Bytes()
}

// goals is a table of figures and what they should be.
func goals(rows []row) []byte {
	var b bytes.Buffer
	b.WriteString("| what | goal | figure | | how |\n|---|---|---|---|---|\n")
	for _, row := range rows {
		verdict := ""
		if row.Goal != "" {
			verdict = "met"
		}
		if !row.Met {
			verdict = "**missed**"
		}
		detail := row.Detail
		if row.Reason != "" {
			detail = strings.TrimPrefix(detail+". Missed: "+row.Reason, ". ")
		}
		unit, _, _ := strings.Cut(row.Unit, " ")
		if unit == "as" {
			unit = ""
		}
		fmt.Fprintf(&b, "| %s | %s | %s (%s–%s) | %s | %s |\n", row.Name, row.Goal, show(row.Figure, unit), show(row.Low, ""), show(row.High, ""), verdict, detail)
	}
	return b.Bytes()
}

// before puts a text before one that is not empty.
func before(head, text string) string {
	if text == "" {
		return ""
	}
	return head + text
}
