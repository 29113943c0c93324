package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	gosync "sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"syncd/internal/pgtest"
	"syncd/internal/store"
)

func TestASecondPassWaitsAndIsToldWhoHoldsThePool(t *testing.T) {
	t.Parallel()
	db := open(t)
	first := begin(t, db, "lab")
	holder := make(chan string, 1)
	var wg gosync.WaitGroup
	wg.Go(func() {
		p, err := db.BeginPass(t.Context(), store.PassOptions{Pool: "lab", MaxRemovedRatio: 1, Wait: func(h string) { holder <- h }})
		if err != nil {
			t.Error(err)
			return
		}
		p.Fail(t.Context(), fmt.Errorf("enough"))
	})
	if h := <-holder; !strings.Contains(h, "syncd") || !strings.Contains(h, "a local socket") {
		t.Errorf("told %q, want the program and where it connected from", h)
	}
	fill(t, first, small())
	if _, err := first.Publish(t.Context()); err != nil {
		t.Error(err)
	}
	wg.Wait()
}

func TestAPassThatDoesNotWaitIsSkippedAndSaysForWhom(t *testing.T) {
	t.Parallel()
	db := open(t)
	sync(t, db, "lab", small())
	first := begin(t, db, "lab")
	_, err := db.BeginPass(t.Context(), store.PassOptions{Pool: "lab", NoWait: true, Wait: func(string) { t.Error("it waits") }})
	busy, ok := errors.AsType[*store.Busy](err)
	if !ok || busy.Pool != "lab" || !strings.Contains(busy.Holder, "syncd") || !strings.Contains(busy.Holder, "a local socket") {
		t.Fatalf("error %#v, want who syncs lab", err)
	}
	got := query(t, db, "SELECT status, error, finished_at >= started_at FROM syncd.sync_run ORDER BY id")
	if want := []string{"ok|-|t", "running|-|-", "skipped|" + busy.Error() + "|t"}; !cmp.Equal(got, want) {
		t.Errorf("runs %q, want %q", got, want)
	}
	freshness := "SELECT last_success_at IS NOT NULL, last_run_status, last_error FROM inventory.freshness"
	if got := query(t, db, freshness); !cmp.Equal(got, []string{"t|running|-"}) {
		t.Errorf("freshness %v", got)
	}
	first.Fail(t.Context(), fmt.Errorf("enough"))
	if got := query(t, db, freshness); !cmp.Equal(got, []string{"t|failed|enough"}) {
		t.Errorf("freshness %v", got)
	}
	// The lock is free again, and what was skipped is no run to be closed.
	p, err := db.BeginPass(t.Context(), store.PassOptions{Pool: "lab", NoWait: true})
	if err != nil {
		t.Fatal(err)
	}
	p.Fail(t.Context(), fmt.Errorf("enough"))
	if got := query(t, db, "SELECT status, count(*) FROM syncd.sync_run GROUP BY 1 ORDER BY 1"); !cmp.Equal(got, []string{"failed|2", "ok|1", "skipped|1"}) {
		t.Errorf("runs %v", got)
	}
}

func TestOfSeveralPassesThatDoNotWaitAllButTheOneAtWorkAreSkipped(t *testing.T) {
	t.Parallel()
	db := open(t)
	first := begin(t, db, "lab")
	var wg gosync.WaitGroup
	for range 4 {
		wg.Go(func() {
			_, err := db.BeginPass(t.Context(), store.PassOptions{Pool: "lab", NoWait: true})
			if _, ok := errors.AsType[*store.Busy](err); !ok {
				t.Errorf("error %v, want that it is busy", err)
			}
		})
	}
	wg.Wait()
	first.Fail(t.Context(), fmt.Errorf("enough"))
}

func TestAPassThatWaitsCanBeCancelled(t *testing.T) {
	t.Parallel()
	db := open(t)
	first := begin(t, db, "lab")
	ctx, cancel := context.WithCancel(t.Context())
	_, err := db.BeginPass(ctx, store.PassOptions{Pool: "lab", Wait: func(string) { cancel() }})
	if err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("error %v", err)
	}
	first.Fail(t.Context(), fmt.Errorf("enough"))
}

func TestPassesOfTwoPoolsDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	db := open(t)
	a, b := begin(t, db, "a"), begin(t, db, "b")
	e := small()
	e["pool"][0].uuid = "uuid-b"
	fill(t, b, e)
	fill(t, a, small())
	for _, p := range []*store.Pass{b, a} {
		if _, err := p.Publish(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestFourPassesAtOnceAllEndWithTheSameState(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	var wg gosync.WaitGroup
	for range 4 {
		wg.Go(func() {
			p, err := db.BeginPass(t.Context(), store.PassOptions{Pool: "lab", MaxRemovedRatio: 1})
			if err != nil {
				t.Error(err)
				return
			}
			fill(t, p, e)
			if _, err := p.Publish(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := query(t, db, "SELECT status, count(*) FROM syncd.sync_run GROUP BY 1"); !cmp.Equal(got, []string{"ok|4"}) {
		t.Errorf("runs: %v", got)
	}
	if got := query(t, db, "SELECT count(*) FROM xen.object"); got[0] != "7" {
		t.Errorf("%s objects, want 7", got)
	}
}

func TestAPassWhoseConnectionDiesPublishesNothingAndTheNextOneClosesItsRun(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	sync(t, db, "lab", e)
	p := begin(t, db, "lab")
	e["VM"][0].fields["name_label"] = "changed"
	fill(t, p, e)
	query(t, db, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")
	if _, err := p.Publish(t.Context()); err == nil {
		t.Error("published over a connection that is gone")
	}
	// No Fail: as a process that was killed would leave it.
	if got := query(t, db, "SELECT name_label FROM xen.vm"); got[0] != "web" {
		t.Errorf("name %v", got)
	}
	if got := counts(sync(t, db, "lab", e), "VM"); got != [5]int64{0, 1, 0, 0, 0} {
		t.Errorf("the next pass: %v", got)
	}
	got := query(t, db, "SELECT status, error IS NOT NULL, finished_at IS NOT NULL FROM syncd.sync_run ORDER BY id")
	if want := []string{"ok|f|t", "failed|t|t", "ok|f|t"}; !cmp.Equal(got, want) {
		t.Errorf("runs %v, want %v", got, want)
	}
}

func TestACancelledPublishChangesNothingAndIsRecorded(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	sync(t, db, "lab", e)
	p := begin(t, db, "lab")
	e["VM"][0].fields["name_label"] = "changed"
	fill(t, p, e)
	// Somebody's lock keeps the publish from going on until it is cancelled.
	other, err := pgx.Connect(t.Context(), store.URL(db))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close(context.Background())
	if _, err := other.Exec(t.Context(), "BEGIN; LOCK xen.vm IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg gosync.WaitGroup
	wg.Go(func() {
		for len(query(t, db, "SELECT FROM pg_locks WHERE NOT granted AND relation = 'xen.vm'::regclass")) == 0 {
		}
		cancel()
	})
	_, err = p.Publish(ctx)
	wg.Wait()
	if err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("error %v", err)
	}
	if err := p.Fail(ctx, err); err != nil {
		t.Error(err)
	}
	if _, err := other.Exec(t.Context(), "ROLLBACK"); err != nil {
		t.Error(err)
	}
	if got := query(t, db, "SELECT name_label FROM xen.vm"); got[0] != "web" {
		t.Errorf("name %v", got)
	}
	if got := query(t, db, "SELECT status FROM syncd.sync_run ORDER BY id DESC LIMIT 1"); got[0] != "failed" {
		t.Errorf("run %v", got)
	}
}

func TestTheBrakeStopsAPassInWhichHalfThePoolVanishes(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	for i := range 20 {
		e.add("VM", fmt.Sprint("vm", i), "name_label", "x")
		e.add("VM", fmt.Sprint("template", i), "is_a_template", "true")
	}
	sync(t, db, "lab", e)
	e["VM"] = e["VM"][:1] // 20 of 21 VMs, and all templates
	o := store.PassOptions{Pool: "lab", MaxRemovedRatio: 0.5}
	publish := func(o store.PassOptions) error {
		p, err := db.BeginPass(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		fill(t, p, e)
		_, err = p.Publish(t.Context())
		if err != nil {
			p.Fail(t.Context(), err)
		}
		return err
	}
	err := publish(o)
	if err == nil || !strings.HasPrefix(err.Error(), "20 of 21 VMs of pool lab") || !strings.Contains(err.Error(), "--force") {
		t.Errorf("error %v", err)
	}
	if got := query(t, db, "SELECT count(*) FROM xen.vm"); got[0] != "41" {
		t.Errorf("%s VMs left", got)
	}
	o.Force = true
	if err := publish(o); err != nil {
		t.Error(err)
	}
	if got := query(t, db, "SELECT count(*) FROM xen.vm"); got[0] != "1" {
		t.Errorf("%s VMs left", got)
	}
}

func TestTheBrakeLetsTemplatesAndFewHostsGo(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	e.add("host", "h2")
	for i := range 40 {
		e.add("VM", fmt.Sprint("template", i), "is_a_template", "true")
	}
	sync(t, db, "lab", e)
	e["VM"], e["host"] = e["VM"][:1], nil
	p, err := db.BeginPass(t.Context(), store.PassOptions{Pool: "lab", MaxRemovedRatio: 0.1})
	if err != nil {
		t.Fatal(err)
	}
	fill(t, p, e)
	if _, err := p.Publish(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestErrorsOfTheDatabaseNameWhatWasDoneAndTheRemedy(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	for _, c := range []struct{ url, want string }{
		{"postgres://nobody:geheim@127.0.0.1:1/x", "database 127.0.0.1:1/x: connecting: connection refused: is PostgreSQL running there?"},
		{"postgres://nobody:geheim@no-such-host.invalid/x", "connecting: unknown host no-such-host.invalid: check the host in database.url"},
		{"postgres://nobody:ge heim@%zz", "it is no PostgreSQL URL"},
		{strings.Replace(url, "/test", "/not_", 1), "create the database, or correct its name"},
	} {
		_, err := store.Open(t.Context(), c.url)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.url, err, c.want)
		} else if strings.Contains(err.Error(), "geheim") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %q shows the password or has several lines", c.url, err)
		}
	}
	db, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.BeginPass(t.Context(), store.PassOptions{Pool: "lab"}); err == nil || !strings.Contains(err.Error(), "run syncd migrate up") {
		t.Errorf("without a schema: %v", err)
	}
	if _, err := db.Status(t.Context()); err == nil || !strings.Contains(err.Error(), "run syncd migrate up") {
		t.Errorf("without a schema: %v", err)
	}
}

func TestAPassThatEndedHasGivenBackTheLockHoweverLongItsConnectionTakesToEnd(t *testing.T) {
	t.Parallel()
	db := open(t)
	first := begin(t, db, "lab")
	fill(t, first, small())
	// A server that ends a connection drops its temporary tables first, for which it waits here.
	conn := connectTo(t, store.URL(db))
	var table string
	if err := conn.QueryRow(t.Context(), "SELECT oid::regclass::text FROM pg_class WHERE relpersistence = 't' AND relkind = 'r' LIMIT 1").Scan(&table); err != nil {
		t.Fatal(err)
	}
	execAll(t, conn, "BEGIN", "LOCK TABLE "+table+" IN ACCESS SHARE MODE")
	first.Fail(t.Context(), fmt.Errorf("enough"))
	second, err := db.BeginPass(t.Context(), store.PassOptions{Pool: "lab", NoWait: true})
	if err != nil {
		t.Fatal(err)
	}
	execAll(t, conn, "ROLLBACK")
	second.Fail(t.Context(), fmt.Errorf("enough"))
}
