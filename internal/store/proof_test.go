package store_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"syncd/internal/model"
	"syncd/internal/store"
)

// left is what a pass left for the next one.
func left(t *testing.T, db *store.DB) []string {
	t.Helper()
	return query(t, db, `SELECT generation, event_token, event_source, full_at FROM syncd.pool`)
}

// all are the counts of a pool that has what an estate has.
func all(e estate) map[string]int64 {
	counts := map[string]int64{}
	for _, c := range model.Classes {
		counts[c.Name] = int64(len(e[c.Name]))
	}
	return counts
}

func proofs(t *testing.T, db *store.DB) []string {
	t.Helper()
	return query(t, db, `SELECT status, mode, reason, rounds, quiet, counts_agree, missed FROM syncd.sync_run ORDER BY id`)
}

func TestAPassSaysHowItWasRead(t *testing.T) {
	t.Parallel()
	db, e := open(t), small()
	sync(t, db, "lab", e) // that knows of nothing
	full(t, db, e, store.Proof{Reason: "at first", Rounds: 1, Quiet: true, Counts: all(e), Token: "1", Source: "s"})
	p := tells(t, db, e)
	p.begins()
	p.ends()
	p.good(all(e))
	counts := all(e)
	counts["VM"]++
	full(t, db, e, store.Proof{Reason: "full_schedule", Rounds: 5, Counts: counts, Since: true})
	want := []string{"ok|full|-|0|f|-|-", "ok|full|at first|1|t|t|-", "ok|incremental|-|1|t|t|-", "ok|full|full_schedule|5|f|f|0"}
	if diff := cmp.Diff(want, proofs(t, db)); diff != "" {
		t.Error(diff)
	}
}

func TestAPassKnowsWhatTheOneBeforeLeft(t *testing.T) {
	t.Parallel()
	db, e := open(t), small()
	known := func() store.Known {
		t.Helper()
		p := begin(t, db, "lab")
		k, err := p.Known(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		p.Fail(t.Context(), errors.New("it fails"))
		return k
	}
	if k := known(); k.Token != "" || k.Source != "" || k.Failed || k.Live != 0 || k.Unread == "" || k.FullAt.Year() != 1970 {
		t.Errorf("before the first pass: %+v", k)
	}
	if k := known(); !k.Failed {
		t.Errorf("after one that failed: %+v", k)
	}
	full(t, db, e, store.Proof{Token: "1", Source: "s"})
	k := known()
	if k.Token != "1" || k.Source != "s" || k.Failed || k.Live != 7 || k.Unread != "" || k.FullAt.Year() == 1970 {
		t.Errorf("after a good one: %+v", k)
	}
	if next := known(); next.Token != "1" || !next.Failed {
		t.Errorf("after one that failed: %+v", next)
	}
	p := tells(t, db, e)
	p.begins()
	p.gone("VDI", e["VDI"][0])
	p.ends()
	p.good(nil)
	if next := known(); next.Token != "2" || next.Live != 6 || !next.FullAt.Equal(k.FullAt) {
		t.Errorf("after one of what changed: %+v", next)
	}
	full(t, db, e, store.Proof{})
	if next := known(); next.Token != "" || next.Source != "" || !next.FullAt.After(k.FullAt) {
		t.Errorf("after one that has no token: %+v", next)
	}
}

func TestTheTokenIsStoredWithTheRowsOrNotAtAll(t *testing.T) {
	t.Parallel()
	db, e := open(t), small()
	full(t, db, e, store.Proof{Token: "1", Source: "s"})
	before, rows := left(t, db), mirror(t, db)
	p := tells(t, db, e)
	p.begins()
	p.is("VM", variant(e["VM"][0], "name_label", "renamed"))
	p.ends()
	// It dies in the midst of publishing: somebody holds the table, and then ends the connection.
	admin, err := pgx.Connect(t.Context(), store.URL(db))
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close(t.Context())
	execAll(t, admin, `BEGIN`, `LOCK TABLE xen.vm IN SHARE MODE`)
	done := make(chan error)
	go func() {
		_, err := p.published(nil)
		done <- err
	}()
	const waits = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
	for query(t, db, waits)[0] == "0" {
	}
	query(t, db, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)
	if err := <-done; err == nil {
		t.Error("it was published")
	}
	execAll(t, admin, `ROLLBACK`)
	if diff := cmp.Diff(before, left(t, db)) + cmp.Diff(rows, mirror(t, db)); diff != "" {
		t.Error(diff)
	}
}

func TestADryPassLeavesTheTokenAlone(t *testing.T) {
	t.Parallel()
	db, e := open(t), small()
	full(t, db, e, store.Proof{Token: "1", Source: "s"})
	before := append(left(t, db), query(t, db, `SELECT * FROM syncd.object_count`)...)
	for _, mode := range []string{"full", "incremental"} {
		p, err := db.BeginPass(t.Context(), store.PassOptions{Pool: "lab", MaxRemovedRatio: 1, Dry: true})
		if err != nil {
			t.Fatal(err)
		}
		if mode == "full" {
			fill(t, p, e)
		} else {
			told(t, p, e, map[string][]*object{"VM": {variant(e["VM"][0], "name_label", "renamed")}}, map[string][]*object{"VDI": e["VDI"]})
		}
		p.Prove(store.Proof{Mode: mode, Token: "2", Source: "another"})
		publish(t, p)
		if diff := cmp.Diff(before, append(left(t, db), query(t, db, `SELECT * FROM syncd.object_count`)...)); diff != "" {
			t.Errorf("%s: %s", mode, diff)
		}
	}
}

func TestAPassThatCannotBeRightChangesNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tell  func(p *teller, e estate)
		count func(counts map[string]int64)
	}{
		"the pool has one more":  {func(*teller, estate) {}, func(counts map[string]int64) { counts["VDI"]++ }},
		"the pool has one less":  {func(*teller, estate) {}, func(counts map[string]int64) { counts["VM"]-- }},
		"one that came too much": {func(p *teller, e estate) { p.is("VDI", e.add("VDI", "d2")) }, func(map[string]int64) {}},
		"a reference to what nobody told of": {func(p *teller, e estate) {
			p.is("VM", variant(e["VM"][0], "affinity", ref("h2")))
		}, func(map[string]int64) {}},
		"one made anew with its uuid, whose end was forgotten": {func(p *teller, e estate) {
			p.is("VDI", &object{ref: ref("anew"), uuid: e["VDI"][0].uuid})
		}, func(map[string]int64) {}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, e := open(t), small()
			full(t, db, e, store.Proof{Counts: all(e), Token: "1", Source: "s"})
			before, rows, counts := left(t, db), mirror(t, db), all(e)
			p := tells(t, db, e)
			p.begins()
			p.is("host", variant(e["host"][0], "name_label", "renamed"))
			c.tell(p, e)
			p.ends()
			c.count(counts)
			_, err := p.published(counts)
			if _, ok := errors.AsType[*store.Stale](err); !ok {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(before, left(t, db)) + cmp.Diff(rows, mirror(t, db)); diff != "" {
				t.Error(diff)
			}
			// The same pass reads everything.
			if err := p.ForgetChanges(t.Context()); err != nil {
				t.Fatal(err)
			}
			fill(t, p.Pass, e)
			p.Prove(store.Proof{Mode: "full"})
			publish(t, p.Pass)
			fresh(t, db, e)
		})
	}
}

func TestWhatIsLeftOutIsCountedAndStaysSo(t *testing.T) {
	t.Parallel()
	db, e := open(t), small()
	e["VDI"] = append(e["VDI"], &object{ref: ref("nameless")}, &object{ref: ref("twin"), uuid: e["VDI"][0].uuid})
	full(t, db, e, store.Proof{Quiet: true, Counts: all(e), Token: "1", Source: "s"})
	if got := query(t, db, `SELECT live, left_out FROM syncd.object_count WHERE class = 'VDI'`); !slices.Equal(got, []string{"1|2"}) {
		t.Errorf("%v", got)
	}
	p := tells(t, db, e)
	p.begins()
	p.is("VDI", e.add("VDI", "d2"))
	p.ends()
	p.good(all(e))
	if got := query(t, db, `SELECT live, left_out FROM syncd.object_count WHERE class = 'VDI'`); !slices.Equal(got, []string{"2|2"}) {
		t.Errorf("%v", got)
	}
	if got := proofs(t, db); !slices.Equal(got, []string{"ok|full|-|0|t|t|-", "ok|incremental|-|1|t|t|-"}) {
		t.Errorf("%v", got)
	}
}

// A full pass may store too much too: where something went behind the reading of its class, and the pool forgot it.
func TestWhatAFullPassStoredTooMuchTheNextOneFinds(t *testing.T) {
	t.Parallel()
	db, e := open(t), small()
	counts := all(e)
	counts["VDI"]--
	full(t, db, e, store.Proof{Quiet: true, Counts: counts, Token: "1", Source: "s"})
	if got := proofs(t, db); !slices.Equal(got, []string{"ok|full|-|0|t|f|-"}) {
		t.Errorf("%v", got)
	}
	p := tells(t, db, e)
	p.begins()
	p.ends()
	if _, err := p.published(counts); err == nil {
		t.Error("the pool has one less, and the pass is published")
	} else if _, ok := errors.AsType[*store.Stale](err); !ok {
		t.Error(err)
	}
	p.Fail(t.Context(), errors.New("enough"))
}

func TestAFullPassCountsWhatPassesBeforeWereNotToldOf(t *testing.T) {
	t.Parallel()
	for _, since := range []bool{true, false} {
		db, e := open(t), small()
		e.add("VDI", "d2")
		e.add("VM", "v2")
		full(t, db, e, store.Proof{Token: "1", Source: "s"})
		e.remove("VDI", e["VDI"][1])                   // missed
		e.add("VDI", "d3")                             // missed
		e["VM"][0].fields["name_label"] = "missed"     // missed
		e["VM"][1].fields["name_label"] = "told"       // told
		e["host"][0].fields["name_label"] = "told"     // told
		e.add("VDI", "d4")                             // told
		guest := e["VM_guest_metrics"][0]              // told
		e["VM"][0].fields["guest_metrics"] = ref("g2") // missed, of the same VM
		e.add("VM_guest_metrics", "g2")                // told
		e.remove("VM_guest_metrics", guest)
		p := tells(t, db, e)
		fill(t, p.Pass, e)
		p.begins()
		p.is("VM", e["VM"][1])
		p.is("host", e["host"][0])
		p.is("VDI", e["VDI"][len(e["VDI"])-1])
		p.is("VM_guest_metrics", e["VM_guest_metrics"][0])
		p.gone("VM_guest_metrics", guest)
		p.ends()
		p.Prove(store.Proof{Mode: "full", Since: since})
		r := publish(t, p.Pass)
		switch {
		case !since && r.Missed != nil:
			t.Errorf("%d are missed, and nobody can know", *r.Missed)
		case since && (r.Missed == nil || *r.Missed != 3):
			t.Errorf("missed: %v, want 3", r.Missed)
		}
		fresh(t, db, e)
	}
}
