package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
)

// decoderFigures are what the Go benchmarks of package xenapi print: of each, by its name without "Benchmark", of each
// unit, such as MB/s and allocs/op, one figure a run.
type decoderFigures map[string]map[string][]float64

// benchDecoder runs them, all in turn, several times.
func benchDecoder(ctx context.Context, root string, times int) (decoderFigures, error) {
	figures := decoderFigures{}
	for range times {
		cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", "^Benchmark(DecodeToRows|Unchanged|Baseline.*)$", "-benchmem", "./internal/xenapi")
		cmd.Dir, cmd.Stderr = root, os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("the benchmarks of the decoder: %w\n%s", err, out)
		}
		figures.add(out)
	}
	return figures, nil
}

// add reads lines such as `BenchmarkUnchanged-2   100   11838 ns/op   2000 MB/s   0 B/op   0 allocs/op`.
func (d decoderFigures) add(out []byte) {
	for line := range bytes.Lines(out) {
		words := strings.Fields(string(line))
		name, ok := strings.CutPrefix(strings.Join(words[:min(1, len(words))], ""), "Benchmark")
		if !ok || len(words) < 4 {
			continue
		}
		if i := strings.LastIndex(name, "-"); i > 0 {
			name = name[:i] // the number of processors
		}
		if d[name] == nil {
			d[name] = map[string][]float64{}
		}
		for pair := range slices.Chunk(words[2:], 2) {
			if v, err := strconv.ParseFloat(pair[0], 64); err == nil && len(pair) == 2 {
				d[name][pair[1]] = append(d[name][pair[1]], v)
			}
		}
	}
}
