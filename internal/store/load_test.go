package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/model"
	"syncd/internal/store"
)

// large is a pool of n VMs, each with its metrics, two disks and a network card, on a host for each 100.
func large(n int) estate {
	e := estate{}
	e.add("pool", "p", "master", ref("h0"))
	e.add("network", "n0", "name_label", "Pool-wide network")
	for i := range max(n/100, 1) {
		e.add("host", fmt.Sprint("h", i), "name_label", fmt.Sprint("xen", i))
	}
	for i := range n {
		vm, host := fmt.Sprint("v", i), ref(fmt.Sprint("h", i%len(e["host"])))
		e.add("VM", vm, "name_label", vm, "power_state", "Running", "resident_on", host, "affinity", host,
			"metrics", ref("m"+vm), "guest_metrics", ref("g"+vm), "VCPUs_at_startup", "4", "memory_dynamic_max", "8589934592",
			"platform", `{"nx": "true", "acpi": "1", "apic": "true", "pae": "true", "viridian": "true"}`, "recommendations", "<restrictions/>")
		e.add("VM_metrics", "m"+vm, "memory_actual", "8589934592")
		e.add("VM_guest_metrics", "g"+vm, "os_version", `{"name": "Debian GNU/Linux 12"}`)
		e.add("VIF", "i"+vm, "VM", ref(vm), "network", ref("n0"), "MAC", "aa:bb:cc:dd:ee:ff")
		for d := range 2 {
			disk := fmt.Sprint(vm, "d", d)
			e.add("VDI", "vdi"+disk, "virtual_size", "10737418240")
			e.add("VBD", "vbd"+disk, "VM", ref(vm), "VDI", ref("vdi"+disk), "type", "Disk")
		}
	}
	return e
}

// The trap: without statistics the planner joins the references of a first load one by one, which took most of a
// minute where it should take a second. The deadline is far from either.
func TestAFirstLoadOfTenThousandVMsNeedsNoAutovacuum(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: loads 80,000 rows")
	}
	t.Parallel()
	db := open(t)
	query(t, db, `SELECT FROM syncd.pool`)
	for _, c := range model.Classes {
		query(t, db, "ALTER TABLE xen."+c.SQLTable()+" SET (autovacuum_enabled = false)")
	}
	query(t, db, "ALTER TABLE xen.object SET (autovacuum_enabled = false)")
	e := large(10_000)
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	p, err := db.BeginPass(ctx, store.PassOptions{Pool: "lab", MaxRemovedRatio: 1})
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	fill(t, p, e)
	staged := time.Since(start)
	r, err := p.Publish(ctx)
	if err != nil {
		p.Fail(t.Context(), err)
		t.Fatal(err)
	}
	t.Logf("%d rows: staged in %v, published in %v", total(r), staged.Round(time.Millisecond), (time.Since(start) - staged).Round(time.Millisecond))
	if got := query(t, db, "SELECT count(resident_on_id), count(affinity_id), count(metrics_id), count(guest_metrics_id) FROM xen.vm"); got[0] != "10000|10000|10000|10000" {
		t.Errorf("references resolved: %v", got)
	}
	if r := sync(t, db, "lab", e); total(r) != 0 {
		t.Errorf("an equal pass wrote %d rows", total(r))
	}
}

func TestAFirstLoadCountsItsRowsForWhoeverAsksNext(t *testing.T) {
	t.Parallel()
	db := open(t)
	const counted = `SELECT relname, reltuples FROM pg_class WHERE relnamespace = 'xen'::regnamespace AND relkind = 'r' AND reltuples > 0 ORDER BY 1`
	p := begin(t, db, "lab")
	fill(t, p, small())
	if got := query(t, db, counted); len(got) > 0 {
		t.Errorf("before it is published: %v", got)
	}
	publish(t, p)
	want := []string{"host|1", "host_metrics|1", "object|7", "pool|1", "vbd|1", "vdi|1", "vm|1", "vm_guest_metrics|1"}
	if diff := cmp.Diff(want, query(t, db, counted)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Passes over 10,000 VMs, 80,000 rows: the first one, and those that find a share of the VMs renamed. It tells how many of the
// pool's rows a second has gone through, and how much of it was publishing.
func BenchmarkPass(b *testing.B) {
	e := large(10_000)
	rows := 0
	for _, list := range e {
		rows += len(list)
	}
	measure := func(b *testing.B, prepare func() *store.DB) {
		var publishing time.Duration
		for b.Loop() {
			b.StopTimer()
			db := prepare()
			b.StartTimer()
			p := begin(b, db, "lab")
			fill(b, p, e)
			start := time.Now()
			publish(b, p)
			publishing += time.Since(start)
		}
		b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
		b.ReportMetric(float64(publishing.Milliseconds())/float64(b.N), "publish-ms/op")
	}
	b.Run("first", func(b *testing.B) {
		measure(b, func() *store.DB { return open(b) })
	})
	for _, share := range []int{100, 1, 0} {
		b.Run(fmt.Sprintf("%d%%ofVMsChanged", share), func(b *testing.B) {
			db := open(b)
			sync(b, db, "lab", e)
			n := 0
			measure(b, func() *store.DB {
				n++
				for i := range len(e["VM"]) * share / 100 {
					e["VM"][i].fields["name_label"] = fmt.Sprint("renamed ", n)
				}
				return db
			})
		})
	}
}
