package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"syncd/internal/config"
	"syncd/internal/model"
	"syncd/internal/schedule"
	"syncd/internal/store"
)

// leaving is a pool that leaves classes out.
func leaving(pool config.Pool, names ...string) config.Pool {
	pool.Classes.Exclude = nil
	for _, name := range names {
		pool.Classes.Exclude = append(pool.Classes.Exclude, config.ClassName(name))
	}
	return pool
}

// fresh compares a mirror with one that a first pass makes.
func (s *school) fresh(t *testing.T, pool config.Pool) {
	t.Helper()
	other := newSchool(t)
	other.pass(t, pool, "ok", passOptions{})
	if d := diff.Diff(content(t, other.conn), content(t, s.conn)); d != "" {
		t.Errorf("%v are left out (-first pass +this mirror):\n%.4000s", pool.Classes.Exclude, d)
	}
}

// led are the references to classes that are in columns and link tables, and those that are known to lead nowhere.
func (s *school) led(t *testing.T, targets []config.ClassName) (n int64) {
	t.Helper()
	is := func(class *model.Class) bool {
		return class != nil && slices.Contains(targets, config.ClassName(class.Name))
	}
	counts := []string{"SELECT 0"}
	for _, c := range model.Classes {
		for _, f := range c.Columns {
			if is(f.Target()) {
				counts = append(counts, fmt.Sprintf("SELECT count(%s) FROM xen.%s", f.IDColumn, c.SQLTable()))
			}
		}
		for _, f := range c.Links {
			if is(model.Lookup(f.Type.Elem.Class)) {
				counts = append(counts, "SELECT count(*) FROM xen."+c.LinkTable(f))
			}
		}
	}
	for _, name := range targets {
		counts = append(counts, fmt.Sprintf("SELECT count(*) FROM xen.%s", strings.ToLower(string(name))),
			fmt.Sprintf("SELECT count(*) FROM syncd.dangling WHERE target = '%s' OR class = '%s'", name, name),
			fmt.Sprintf("SELECT count(*) FROM xen.object WHERE class = '%s' AND (removed_at IS NULL OR content_hash IS NOT NULL)", name))
	}
	rows, _ := s.conn.Query(t.Context(), "SELECT coalesce(sum(n), 0)::bigint FROM ("+strings.Join(counts, " UNION ALL ")+") c (n)")
	n, err := pgx.CollectOneRow(rows, pgx.RowTo[int64])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func yearly(t *testing.T, pool config.Pool) config.Pool {
	t.Helper()
	s, err := schedule.Parse("@yearly")
	if err != nil {
		t.Fatal(err)
	}
	pool.FullSchedule = s
	return pool
}

func TestAClassThatIsLeftOutGoesWithAllThatLeadsToItAndComesBack(t *testing.T) {
	t.Parallel()
	var all []string
	for _, c := range model.Classes {
		if c.Name != "pool" && c.Name != "host" && c.Name != "VM" {
			all = append(all, c.Name)
		}
	}
	for _, read := range []string{"auto", "full"} {
		for name, out := range map[string][]string{"disks": {"VDI", "VBD"}, "host_metrics": {"host_metrics"}, "sets": {"PCI", "pool_update"}, "message": {"message"}, "all": all} {
			if read == "full" && name != "all" {
				continue
			}
			t.Run(read+" "+name, func(t *testing.T) {
				t.Parallel()
				s := newSchool(t)
				sim, pool := furnished(t)
				pool.MaxRemovedRatio = 0 // the brake is for hosts and VMs
				pool.Read = read
				pool = yearly(t, pool)
				s.pass(t, pool, "ok", passOptions{})
				last := ask(t, s.conn, `SELECT max(id)::text FROM xen.object`)
				keys := `SELECT string_agg(concat_ws(' ', id, class, uuid), ',' ORDER BY id) FROM xen.object WHERE id <= ` + last
				first := ask(t, s.conn, keys)
				without := leaving(pool, out...)
				if s.led(t, without.Classes.Exclude) == 0 {
					t.Fatal("there is nothing to leave out")
				}

				before := content(t, s.conn)
				dry := s.pass(t, without, "ok", passOptions{dry: true})
				if d := diff.Diff(before, content(t, s.conn)); d != "" {
					t.Errorf("a dry run wrote:\n%s", d)
				}
				r := s.pass(t, without, "ok", passOptions{})
				if r.Mode != "full" || r.Removed == 0 || r.New > 0 || dry.Removed != r.Removed || dry.Changed != r.Changed || r.classesRead() != len(model.Classes)-len(out) {
					t.Errorf("%+v, dry %+v", r, dry)
				}
				for _, c := range r.Classes {
					if left := slices.Contains(out, c.Class); left != (c.Note == store.Excluded) || !left && c.Removed > 0 || left && c.Rows > 0 {
						t.Errorf("%+v", c)
					}
				}
				if got := ask(t, s.conn, fmt.Sprintf(`SELECT count(*)::text FROM syncd.sync_class WHERE run_id = %d AND note = 'excluded by the configuration'`, *r.Run)); got != fmt.Sprint(len(out)) {
					t.Errorf("%s classes are noted", got)
				}
				nothing := func(after string) {
					t.Helper()
					if n := s.led(t, without.Classes.Exclude); n > 0 {
						t.Errorf("after %s %d rows and references are left", after, n)
					}
					if n := ask(t, s.conn, `SELECT count(*)::text FROM xen.object WHERE removed_at IS NULL AND content_hash IS NULL`); n != "0" {
						t.Errorf("after %s %s records are to be taken again", after, n)
					}
				}
				nothing("the first pass")
				s.fresh(t, without)

				for _, o := range []passOptions{{}, {full: "full_schedule"}} {
					if r := s.pass(t, without, "ok", o); r.New+r.Changed+r.Removed > 0 || r.Mode == "full" && read == "auto" && o.full == "" {
						t.Errorf("a pass of nothing is %+v", r)
					}
				}
				if err := sim.Set("VM", sim.Objects("VM")[0].Ref, "name_label", "another"); err != nil {
					t.Fatal(err)
				}
				if r := s.pass(t, without, "ok", passOptions{}); r.Changed != 1 || (r.Mode == "incremental") != (read == "auto") {
					t.Errorf("after a change: %+v", r)
				}
				nothing("a change")
				sim.Change(40)
				s.pass(t, without, "ok", passOptions{})
				nothing("many changes")
				s.fresh(t, without)

				if r := s.pass(t, pool, "ok", passOptions{}); r.Mode != "full" || r.Missed != nil || r.New == 0 {
					t.Errorf("the class is back: %+v", r)
				}
				s.fresh(t, pool)
				if ask(t, s.conn, keys) != first {
					t.Error("objects that came back have other keys")
				}
			})
		}
	}
}

func TestWhatLeadsToAClassThatWasLeftOutIsFoundAgainThoughItCouldNotBeReadMeanwhile(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	sim, pool := furnished(t)
	pool = yearly(t, pool)
	if err := sim.Remove("VDI", sim.Objects("VDI")[0].Ref); err != nil { // a reference that leads nowhere anyway
		t.Fatal(err)
	}
	s.pass(t, pool, "ok", passOptions{})
	for _, out := range []string{"VDI", ""} {
		inject(t, sim, "error=MESSAGE_METHOD_UNKNOWN,VBD.get_all_records:VBD.get_all_records")
		s.pass(t, leaving(pool, strings.Fields(out)...), "ok", passOptions{})
		if n := ask(t, s.conn, `SELECT (count(vdi_id) + (SELECT count(*) FROM syncd.dangling WHERE target = 'VDI'))::text FROM xen.vbd`); n != "0" {
			t.Errorf("VDI is %s: %s references are left", cmp.Or(out, "back"), n)
		}
	}
	s.pass(t, pool, "ok", passOptions{full: "full_schedule"})
	s.fresh(t, pool)
}

func TestAPassThatFailsLeavesNoClassOut(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	sim, pool := furnished(t)
	pool = yearly(t, pool)
	s.pass(t, pool, "ok", passOptions{})
	before := content(t, s.conn)
	inject(t, sim, "truncate=50:PCI.get_all_records")
	s.pass(t, leaving(pool, "VDI", "SR"), "failed", passOptions{})
	if d := diff.Diff(before, content(t, s.conn)); d != "" {
		t.Errorf("-before +after:\n%s", d)
	}
	inject(t, sim, "error=INTERNAL_ERROR:VDI.get_all_records:-1") // nobody asks for it
	s.pass(t, leaving(pool, "VDI", "SR"), "ok", passOptions{})
	s.fresh(t, leaving(pool, "VDI", "SR"))
}

func TestABarHasNoPlaceForClassesThatAreLeftOut(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	_, pool := furnished(t)
	pool = leaving(yearly(t, pool), "host_metrics", "message")
	p := progressOf(pool)
	s.pass(t, pool, "ok", passOptions{progress: p})
	v := p.view(p.last.Load().ended)
	if want := len(model.Classes) - 2; v.classes != want || v.of != want || filled(v) != int64(want) || classesOf(v) != fmt.Sprintf("%d/%[1]d", want) {
		t.Errorf("%+v", v)
	}
	next := progressOf(pool)
	for range 2 {
		next.classDone()
	}
	if doing := next.view(p.last.Load().ended).doing; doing != "SR" {
		t.Errorf("behind class host it reads %s", doing)
	}
}
