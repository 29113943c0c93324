package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"syncd/internal/model"
	"syncd/internal/pgtest"
	"syncd/internal/store"
)

// dry makes a whole dry pass, under the brake's default.
func dry(t testing.TB, db *store.DB, pool string, e estate) *store.Result {
	t.Helper()
	p, err := db.BeginPass(t.Context(), store.PassOptions{Pool: pool, MaxRemovedRatio: 0.5, Dry: true})
	if err != nil {
		t.Fatal(err)
	}
	fill(t, p, e)
	r := publish(t, p)
	return r
}

// everything is each row of each table of syncd and xen with where and by whom it was written, and what the sequences
// gave last.
func everything(t testing.TB, db *store.DB) map[string][]string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), store.URL(db))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	all := map[string][]string{}
	for _, table := range query(t, db, `SELECT oid::regclass FROM pg_class
		WHERE relkind IN ('r', 'S') AND relnamespace IN ('syncd'::regnamespace, 'xen'::regnamespace)`) {
		row := "(ctid, xmin, t)"
		if strings.HasSuffix(table, "_seq") {
			row = "(last_value, is_called)"
		}
		rows, err := conn.Query(t.Context(), "SELECT "+row+"::text FROM "+table+" t ORDER BY 1")
		if err == nil {
			all[table], err = pgx.CollectRows(rows, pgx.RowTo[string])
		}
		if err != nil {
			t.Fatalf("%s: %v", table, err)
		}
	}
	return all
}

// nameless is a result without its names, its run and its times.
func nameless(r *store.Result) store.Result {
	plain := store.Result{ResidencyMismatches: r.ResidencyMismatches}
	for _, c := range r.Classes {
		c.Names = store.Names{}
		plain.Classes = append(plain.Classes, c)
	}
	return plain
}

func TestADryPassTellsWhatTheRealOneThenDoesAndWritesNothing(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			db := open(t)
			l := &life{estate: small(), rng: rand.New(rand.NewPCG(seed, 2)), removed: map[string][]*object{}}
			for pass := range 10 {
				for range l.rng.IntN(12) {
					l.step()
				}
				l.unique()
				before := everything(t, db)
				told := dry(t, db, "lab", l.estate)
				if diff := cmp.Diff(before, everything(t, db)); diff != "" {
					t.Fatalf("dry pass %d wrote:\n%s", pass, diff)
				}
				done := sync(t, db, "lab", l.estate)
				if diff := cmp.Diff(nameless(told), nameless(done)); diff != "" {
					t.Fatalf("pass %d (-told +done):\n%s", pass, diff)
				}
				if told.RunID != 0 || told.Refused != nil {
					t.Fatalf("dry pass %d: run %d, refused: %v", pass, told.RunID, told.Refused)
				}
				for _, c := range told.Classes {
					// A row whose references change in two ways counts twice.
					if int64(len(c.Names.New)) != min(c.New, 5) || int64(len(c.Names.Removed)) != min(c.Removed, 5) ||
						int64(len(c.Names.Changed)) > c.Changed || (len(c.Names.Changed) == 0) != (c.Changed == 0) {
						t.Fatalf("pass %d: %+v", pass, c)
					}
				}
			}
		})
	}
}

func TestADryPassNamesTheFirstObjectsOfEachKind(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	e.add("VM", "old1", "name_label", "old")
	e.add("VM", "old2")
	for i := range 7 {
		e.add("VM", fmt.Sprint("k", i), "name_label", fmt.Sprint("keeps ", i))
	}
	sync(t, db, "lab", e)
	e["VM"] = append(e["VM"][:1], e["VM"][3:]...)
	e["VM"][0].fields["name_label"] = "web, renamed"
	for i := range 7 {
		e.add("VM", fmt.Sprint("n", i), "name_label", fmt.Sprint("new ", 7-i))
	}
	e.remove("host", e["host"][0]) // changes the VM that is resident on it, which changes anyway
	e["VBD"][0].fields["type"] = "CD"

	got := map[string]store.Names{}
	for _, c := range dry(t, db, "lab", e).Classes {
		if !cmp.Equal(c.Names, store.Names{}) {
			got[c.Class] = c.Names
		}
	}
	want := map[string]store.Names{
		"pool": {Changed: []string{"Lab"}}, // its master is gone
		"host": {Removed: []string{"xen1"}},
		"VM": {New: []string{"new 1", "new 2", "new 3", "new 4", "new 5"}, Changed: []string{"web, renamed"},
			Removed: []string{"old", "uuid-old2"}},
		"VBD": {Changed: []string{"uuid-b1"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestADryPassTellsThatTheBrakeWouldActAndWhatWouldGo(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	for i := range 20 {
		e.add("VM", fmt.Sprint("vm", i))
	}
	sync(t, db, "lab", e)
	e["VM"] = e["VM"][:1]
	r := dry(t, db, "lab", e)
	if r.Refused == nil || !strings.Contains(r.Refused.Error(), "20 of 21 VMs of pool lab") {
		t.Errorf("refused: %v", r.Refused)
	}
	if got := counts(r, "VM"); got != [5]int64{0, 0, 20, 0, 0} {
		t.Errorf("counts %v", got)
	}
}

func TestADryPassThatFailsLeavesNoTrace(t *testing.T) {
	t.Parallel()
	db := open(t)
	sync(t, db, "lab", small())
	before := everything(t, db)
	p, err := db.BeginPass(t.Context(), store.PassOptions{Pool: "lab", Dry: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := stage(t.Context(), p, small(), model.Lookup("VM")); err != nil {
		t.Fatal(err)
	}
	if err := p.Identify(t.Context(), "another"); err == nil {
		t.Error("the answer of another pool was accepted")
	}
	if err := p.Fail(t.Context(), fmt.Errorf("enough")); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(before, everything(t, db)); diff != "" {
		t.Error(diff)
	}
}

func TestADryPassWaitsForARealOneAndTellsOfWhatThatLeft(t *testing.T) {
	t.Parallel()
	db := open(t)
	sync(t, db, "lab", small())
	e := small()
	e.add("VM", "v2", "name_label", "second")
	first := begin(t, db, "lab")
	p, err := db.BeginPass(t.Context(), store.PassOptions{Pool: "lab", Dry: true, Wait: func(string) {
		fill(t, first, e)
		if _, err := first.Publish(t.Context()); err != nil {
			t.Error(err)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	fill(t, p, e)
	r := publish(t, p)
	if total(r) != 0 {
		t.Errorf("changes that were made already: %+v", r.Classes)
	}
}

func TestASchemaThatIsNotCurrentIsToldWithTheRemedy(t *testing.T) {
	t.Parallel()
	db, err := store.Open(t.Context(), pgtest.Empty(t))
	if err != nil {
		t.Fatal(err)
	}
	err = db.RequireCurrent(t.Context())
	if err == nil || !strings.Contains(err.Error(), "migrations are pending: run syncd migrate up") {
		t.Errorf("without a schema: %v", err)
	}
	if got := query(t, db, "SELECT count(*) FROM pg_namespace WHERE nspname IN ('syncd', 'xen')"); got[0] != "0" {
		t.Error("asking made a schema")
	}
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := db.RequireCurrent(t.Context()); err != nil {
		t.Errorf("of a current schema: %v", err)
	}
	if _, err := db.MigrateDown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := db.RequireCurrent(t.Context()); err == nil || !strings.Contains(err.Error(), ": 1 of ") {
		t.Errorf("one behind: %v", err)
	}
	query(t, db, "INSERT INTO syncd.schema_migration (version_id, is_applied) VALUES (99999, true)")
	if err := db.RequireCurrent(t.Context()); err == nil || !strings.Contains(err.Error(), "newer syncd") {
		t.Errorf("of a newer syncd: %v", err)
	}
}
