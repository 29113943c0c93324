package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	gosync "sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/store"
)

// other is another pool with the same objects as small.
func other() estate {
	e := small()
	e["pool"][0].uuid = "uuid-other"
	return e
}

// rowsByPool counts the rows of every table that says whose they are, and of sync_class, as POOL_ID|TABLE|ROWS. The
// tables are those of the catalogue, so that one which a later migration makes is counted too.
func rowsByPool(t *testing.T, db *store.DB) []string {
	t.Helper()
	tables := query(t, db, `SELECT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE a.attname = 'pool_id' AND c.relkind = 'r' AND c.relpersistence = 'p' ORDER BY 1`)
	tables = append(tables, "(SELECT pool_id FROM syncd.sync_class JOIN syncd.sync_run r ON r.id = run_id) runs",
		"(SELECT id AS pool_id FROM syncd.pool) pools")
	var all []string
	for _, table := range tables {
		all = append(all, query(t, db, `SELECT pool_id, '`+table+`', count(*) FROM `+table+` GROUP BY 1 ORDER BY 1`)...)
	}
	return all
}

func TestForgettingAPoolLeavesNothingOfItAndEverythingOfOthers(t *testing.T) {
	t.Parallel()
	db := open(t)
	sync(t, db, "other", other())
	alone := rowsByPool(t, db)
	ids := query(t, db, `SELECT id, class, uuid, ref FROM xen.object ORDER BY id`)
	rows := mirror(t, db)

	// With a removed object, a dangling reference, a failed pass and a running one.
	e := small()
	gone := e.add("VM", "v2", "resident_on", ref("nowhere"))
	sync(t, db, "lab", e)
	e.remove("VM", gone)
	e["VM"][0].fields["affinity"] = ref("nowhere")
	sync(t, db, "lab", e)
	begin(t, db, "lab").Fail(t.Context(), errors.New("enough"))
	if both := rowsByPool(t, db); len(both) <= len(alone) {
		t.Fatalf("%d counts with both pools, %d with one", len(both), len(alone))
	}

	if err := db.Forget(t.Context(), "lab", nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(alone, rowsByPool(t, db)); diff != "" {
		t.Errorf("rows by pool (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(ids, query(t, db, `SELECT id, class, uuid, ref FROM xen.object ORDER BY id`)); diff != "" {
		t.Errorf("objects of the other pool (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(rows, mirror(t, db)); diff != "" {
		t.Errorf("rows of the other pool (-before +after):\n%s", diff)
	}

	// It may come back, as a new pool, and the other one goes on.
	if r := sync(t, db, "lab", e); total(r) != 7 {
		t.Errorf("a first pass after it wrote %d rows, want 7", total(r))
	}
	if r := sync(t, db, "other", other()); total(r) != 0 {
		t.Errorf("a pass of the other pool wrote %d rows", total(r))
	}
}

func TestForgettingAPoolThatIsNotStoredNamesThoseThatAre(t *testing.T) {
	t.Parallel()
	db := open(t)
	for _, known := range [][]string{nil, {"east", "lab"}} {
		for i, name := range known {
			e := small()
			e["pool"][0].uuid = fmt.Sprint("uuid-", i)
			sync(t, db, name, e)
		}
		_, counting := db.Holdings(t.Context(), "west")
		for _, err := range []error{counting, db.Forget(t.Context(), "west", nil)} {
			if e, ok := errors.AsType[*store.UnknownPool](err); !ok || e.Name != "west" || !slices.Equal(e.Known, known) {
				t.Errorf("error %v, want one that knows %v", err, known)
			}
		}
	}
}

func TestForgettingWaitsForARunningPassAndAPassThatWaitedBeginsFromNothing(t *testing.T) {
	t.Parallel()
	db := open(t)
	sync(t, db, "lab", small())
	running := begin(t, db, "lab")
	told, forgotten := make(chan string, 1), make(chan error, 1)
	var wg gosync.WaitGroup
	wg.Go(func() {
		forgotten <- db.Forget(t.Context(), "lab", func(holder string) { told <- holder })
	})
	if holder := <-told; holder == "" {
		t.Error("it is not said who holds the pool")
	}
	select {
	case err := <-forgotten:
		t.Errorf("it did not wait: %v", err)
	default:
	}
	fill(t, running, small())
	// The second pass stands behind Forget in the queue for the lock.
	for queued := ""; queued != "1"; {
		queued = query(t, db, `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)[0]
	}
	waits := make(chan struct{})
	wg.Go(func() {
		p, err := db.BeginPass(t.Context(), store.PassOptions{Pool: "lab", MaxRemovedRatio: 1, Wait: func(string) { close(waits) }})
		if err != nil {
			t.Error(err)
			return
		}
		fill(t, p, small())
		if _, err := p.Publish(t.Context()); err != nil {
			t.Error(err)
		}
	})
	<-waits
	if _, err := running.Publish(t.Context()); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if err := <-forgotten; err != nil {
		t.Error(err)
	}
	if got := query(t, db, `SELECT name, generation, (SELECT count(*) FROM syncd.sync_run) FROM syncd.pool`); !slices.Equal(got, []string{"lab|1|1"}) {
		t.Errorf("name, generation, passes: %v", got)
	}
	if h, err := db.Holdings(t.Context(), "lab"); err != nil || h.Live != 7 {
		t.Errorf("%+v, %v", h, err)
	}
}

func TestHoldingsCountWhatForgettingTakes(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	gone := e.add("VM", "v2")
	sync(t, db, "lab", e)
	e.remove("VM", gone)
	sync(t, db, "lab", e)
	h, err := db.Holdings(t.Context(), "lab")
	if err != nil {
		t.Fatal(err)
	}
	if h.LastSuccess == nil || time.Since(*h.LastSuccess) > time.Hour {
		t.Errorf("last good pass at %v", h.LastSuccess)
	}
	h.LastSuccess = nil
	if want := (&store.Holdings{Pool: "lab", Live: 7, Removed: 1, Passes: 2, Hosts: 1, VMs: 1}); !cmp.Equal(h, want) {
		t.Errorf("%+v, want %+v", h, want)
	}
}

// The trap: a foreign key without an index makes each row that goes read a whole table, which takes hundreds of times as
// long as a first load. Two to four times are what it takes; a busy machine slows down both.
func TestAPoolOfTenThousandVMsIsForgottenInSeconds(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: loads 80,000 rows")
	}
	t.Parallel()
	db := open(t)
	start := time.Now()
	sync(t, db, "lab", large(10_000))
	loaded := time.Since(start)
	ctx, cancel := context.WithTimeout(t.Context(), 20*loaded)
	defer cancel()
	start = time.Now()
	if err := db.Forget(ctx, "lab", nil); err != nil {
		t.Fatal(err)
	}
	t.Logf("loaded in %v, forgotten in %v", loaded.Round(time.Millisecond), time.Since(start).Round(time.Millisecond))
	if got := rowsByPool(t, db); len(got) != 0 {
		t.Errorf("left: %v", got)
	}
}
