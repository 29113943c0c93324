package store_test

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"syncd/internal/store"
)

// readRows is how many rows of each table statements looked at so far, by the server's own count, once that stands still.
func readRows(t *testing.T, db *store.DB) map[string]int64 {
	t.Helper()
	count := func() map[string]int64 {
		all := map[string]int64{}
		for _, row := range query(t, db, `SELECT schemaname || '.' || relname, seq_tup_read + coalesce(idx_tup_fetch, 0)
			FROM pg_stat_user_tables WHERE schemaname IN ('xen', 'syncd')`) {
			table, n, _ := strings.Cut(row, "|")
			all[table], _ = strconv.ParseInt(n, 10, 64)
		}
		return all
	}
	for last := count(); ; {
		time.Sleep(100 * time.Millisecond) // a connection that ended says so behind its end
		now := count()
		if maps.Equal(now, last) {
			return now
		}
		last = now
	}
}

// The trap: a plan that walks through a table to find a few of its rows. It is quick where the pool is small.
func TestAPassOfWhatChangedReadsNoMoreOfALargePoolThanOfASmallOne(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: loads 50,000 rows")
	}
	t.Parallel()
	const few, many, most = 400, 6000, 200
	read := map[int]map[int]map[string]int64{}
	for _, vms := range []int{few, many} {
		db, e := open(t), large(vms)
		sync(t, db, "lab", e)
		query(t, db, "ANALYZE")
		read[vms] = map[int]map[string]int64{}
		for _, n := range []int{0, 10, most} {
			changed, gone := map[string][]*object{}, map[string][]*object{}
			for i := range n {
				vm, disk := e["VM"][i], e["VBD"][2*i]
				vm.fields["name_label"], vm.fields["resident_on"] = fmt.Sprint("changed ", n, i), e["host"][i%2].ref
				changed["VM"] = append(changed["VM"], vm)
				switch i % 50 {
				case 1:
					gone["VBD"] = append(gone["VBD"], disk)
				case 2:
					changed["VDI"] = append(changed["VDI"], &object{ref: ref(fmt.Sprint("new", n, i)), uuid: fmt.Sprint("new", n, i), fields: map[string]string{}})
				}
			}
			for _, disk := range gone["VBD"] {
				e.remove("VBD", disk)
			}
			before := readRows(t, db)
			p := begin(t, db, "lab")
			told(t, p, e, changed, gone)
			p.Prove(store.Proof{Mode: "incremental", Quiet: true})
			if r := publish(t, p); total(r) < int64(n) {
				t.Fatalf("%d changes wrote %d rows", n, total(r))
			}
			after := readRows(t, db)
			for table := range after {
				after[table] -= before[table]
			}
			read[vms][n] = after
		}
	}
	for n, tables := range read[many] {
		for table, rows := range tables {
			// The addresses of the hosts are read in every pass, and a host is there for each hundred VMs.
			if often := read[few][n][table]; rows > 2*often+100 {
				t.Errorf("%s: with %d changes %d rows were read in a pool of %d VMs, and %d in one of %d", table, n, rows, many, often, few)
			}
		}
	}
}
