package store_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	gosync "sync"
	"testing"

	"syncd/internal/model"
	"syncd/internal/store"
)

var (
	scanned = regexp.MustCompile(`(?:Seq Scan|Index Scan[^(]*|Index Only Scan[^(]*|Bitmap Heap Scan) on ((?:xen|syncd)\.\w+).*\(actual rows=([\d.]+) loops=(\d+)`)
	removed = regexp.MustCompile(`Rows Removed by (?:Filter|Index Recheck): ([\d.]+)`)
)

// reads tells how many rows of each table a statement read, by its plan as auto_explain writes it.
func reads(plan string) map[string]int {
	number := func(s string) int {
		n, _ := strconv.ParseFloat(s, 64)
		return int(n)
	}
	rows := map[string]int{}
	table, loops := "", 0
	for line := range strings.Lines(plan) {
		if m := scanned.FindStringSubmatch(line); m != nil {
			table, loops = m[1], number(m[3])
			rows[table] += number(m[2]) * loops
		} else if m := removed.FindStringSubmatch(line); m != nil && table != "" {
			rows[table] += number(m[1]) * loops
		} else if strings.Contains(line, "->") {
			table = ""
		}
	}
	return rows
}

// change lets about a hundredth of a large pool change: in name, host, size, reference; some come and some go.
func change(e estate, turn int) {
	for i := range 50 {
		e["VM"][i*7].fields["name_label"] = fmt.Sprint("renamed ", turn)
		e["VM"][i*11].fields["resident_on"] = e["host"][(i+turn)%len(e["host"])].ref
		e["VDI"][i*13].fields["virtual_size"] = fmt.Sprint(turn)
		e["VM_metrics"][i*5].fields["memory_actual"] = fmt.Sprint(turn)
	}
	for i := range 3 {
		e["VM"][100+i].ref = ref(fmt.Sprint("moved", turn, i))
		e.remove("VM", e["VM"][200+i])
		e.remove("VDI", e["VDI"][300+i])
		name := fmt.Sprint("came", turn, i)
		e.add("VM", name, "name_label", name, "affinity", e["host"][0].ref)
		e.add("VBD", "vbd"+name, "VM", ref(name), "VDI", e["VDI"][400+i].ref)
	}
}

// What is asked of a plan at 10,000 VMs is asked of it at 50,000: that it reads what changed and not what there is. It must
// not take statistics, which a young database does not have and an old one has of another day.
func TestNoStatementOfAPassReadsATableToFindWhatChanged(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: loads 80,000 rows")
	}
	t.Parallel()
	db := open(t)
	query(t, db, "ALTER TABLE xen.object SET (autovacuum_enabled = false)")
	for _, c := range model.Classes {
		query(t, db, "ALTER TABLE xen."+c.SQLTable()+" SET (autovacuum_enabled = false)")
	}
	e := large(10_000)
	sync(t, db, "lab", e)
	alter(t, store.URL(db), `DO $$ BEGIN
		LOAD 'auto_explain';
		EXECUTE format('ALTER DATABASE %I SET session_preload_libraries = auto_explain', current_database());
		EXECUTE format('ALTER DATABASE %I SET auto_explain.log_min_duration = 0', current_database());
		EXECUTE format('ALTER DATABASE %I SET auto_explain.log_level = warning', current_database());
		EXECUTE format('ALTER DATABASE %I SET auto_explain.log_analyze = on', current_database());
		EXECUTE format('ALTER DATABASE %I SET auto_explain.log_timing = off', current_database());
		EXECUTE format('ALTER DATABASE %I SET auto_explain.log_verbose = on', current_database());
		EXECUTE format('ALTER DATABASE %I SET auto_explain.log_nested_statements = on', current_database());
	END $$`)
	var mu gosync.Mutex
	var plans []string
	store.OnNotice(db, func(text string) {
		mu.Lock()
		defer mu.Unlock()
		plans = append(plans, text)
	})
	pass := func(statistics, pool string, e estate) {
		t.Helper()
		plans = nil
		sync(t, db, pool, e)
		if len(plans) < 20 {
			t.Fatalf("%s: only %d plans were told", statistics, len(plans))
		}
		for _, plan := range plans {
			_, text, _ := strings.Cut(plan, "Query Text: ")
			switch {
			case strings.HasPrefix(text, "SELECT ref, id, content_hash"), strings.Contains(text, "FROM unnest($2::text[], $3::text[]) r (host, vm)"):
				if pool == "lab" {
					continue // what is stored of every object, and where every VM is: asked of all, once in a pass
				}
			}
			for table, rows := range reads(plan) {
				if rows > 2_000 {
					t.Errorf("%s, pool %s: %d rows of %s are read by\n%s", statistics, pool, rows, table, plan)
				}
			}
		}
	}
	for turn, statistics := range []string{"with those of the first load", "with none", "with those of empty tables", "with all"} {
		switch statistics {
		case "with none":
			alter(t, store.URL(db), `DELETE FROM pg_statistic`, `UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE relnamespace = 'xen'::regnamespace`)
		case "with those of empty tables":
			alter(t, store.URL(db), `UPDATE pg_class SET reltuples = 0, relpages = 0 WHERE relnamespace = 'xen'::regnamespace`)
		case "with all":
			alter(t, store.URL(db), `ANALYZE`)
		}
		change(e, turn)
		pass(statistics, "lab", e)
		pass(statistics, "lab", e) // nothing changed
		beside := small()
		beside["pool"][0].uuid = fmt.Sprint("uuid-", turn)
		pass(statistics, fmt.Sprint("another ", turn), beside)
	}
}
