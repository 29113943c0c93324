package main

import (
	"slices"
	"testing"
	"time"

	"syncd/internal/xensim"
)

// BenchmarkViews reads every view of the inventory to its end, on a pool of 10,000 VMs and 100 hosts. One that takes more than
// a second fails: that is what people wait for.
func BenchmarkViews(b *testing.B) {
	m := newMirror(b, xensim.Options{Hosts: 100, VMs: 10_000})
	m.pass(b)
	conn := connect(b, m.url)
	// As PostgreSQL comes. The embedded one leaves it off, and so hides what an estimate that is too high costs elsewhere.
	if _, err := conn.Exec(b.Context(), `SET jit = on`); err != nil {
		b.Fatal(err)
	}
	for _, view := range viewNames(b, conn) {
		b.Run(view, func(b *testing.B) {
			var took []time.Duration
			count := 0
			for b.Loop() {
				start := time.Now()
				rows, err := conn.Query(b.Context(), `SELECT * FROM inventory.`+view)
				if err != nil {
					b.Fatal(err)
				}
				for count = 0; rows.Next(); count++ {
				}
				if err := rows.Err(); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			median := took[len(took)/2]
			b.ReportMetric(float64(median.Milliseconds()), "ms/view")
			b.ReportMetric(float64(count), "rows")
			if median > time.Second {
				b.Errorf("inventory.%s takes %v", view, median)
			}
		})
	}
}
