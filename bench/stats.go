package main

import (
	"slices"
	"strconv"
)

// median is 0 of no figures.
func median(figures []float64) float64 {
	s := slices.Sorted(slices.Values(figures))
	switch n := len(s); {
	case n == 0:
		return 0
	case n%2 == 0:
		return (s[n/2-1] + s[n/2]) / 2
	default:
		return s[n/2]
	}
}

// ratios divides what was measured in the same turn.
func ratios(a, b []float64) (r []float64) {
	for i := range min(len(a), len(b)) {
		if b[i] > 0 {
			r = append(r, a[i]/b[i])
		}
	}
	return r
}

func scale(figures []float64, by float64) []float64 {
	return each(figures, func(x float64) float64 { return x * by })
}

func each[T any](list []T, figure func(T) float64) (figures []float64) {
	for _, x := range list {
		figures = append(figures, figure(x))
	}
	return figures
}

// wall is in seconds, as cpu and own are.
func (s *series) wall() []float64 {
	return each(s.Runs, func(r run) float64 { return r.Wall.Seconds() })
}

// cpu is that of the program and of Postgres for it.
func (s *series) cpu() []float64 {
	return each(s.Runs, func(r run) float64 { return (r.CPU + r.Server).Seconds() })
}

func (s *series) own() []float64 {
	return each(s.Runs, func(r run) float64 { return r.CPU.Seconds() })
}

// rss is in bytes.
func (s *series) rss() []float64 { return each(s.Runs, func(r run) float64 { return float64(r.RSS) }) }

// thousands writes 50000 as 50,000.
func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
