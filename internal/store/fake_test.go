package store_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"syncd/internal/model"
	"syncd/internal/pgtest"
	"syncd/internal/store"
)

// object is a record as a decoder would hand it over: field name → the value's text. A field that is not there is NULL.
type object struct {
	ref, uuid string
	fields    map[string]string
}

// estate is what a pool answers: the objects of each class in the order of the answer.
type estate map[string][]*object

// add appends an object whose reference and uuid are made from a short name.
func (e estate) add(class, name string, fields ...string) *object {
	o := &object{ref: ref(name), uuid: "uuid-" + name, fields: map[string]string{}}
	for i := 0; i < len(fields); i += 2 {
		o.fields[fields[i]] = fields[i+1]
	}
	e[class] = append(e[class], o)
	return o
}

func (e estate) remove(class string, o *object) {
	e[class] = slices.DeleteFunc(e[class], func(x *object) bool { return x == o })
}

func ref(name string) string { return "OpaqueRef:" + name }

// small is a pool of one host with one VM, its disk and its guest metrics.
func small() estate {
	e := estate{}
	e.add("pool", "p", "name_label", "Lab", "master", ref("h1"))
	e.add("host", "h1", "name_label", "xen1", "enabled", "true", "metrics", ref("hm1"))
	e.add("host_metrics", "hm1", "live", "true", "memory_total", "1024")
	e.add("VM", "v1", "name_label", "web", "power_state", "Running", "resident_on", ref("h1"), "guest_metrics", ref("g1"),
		"tags", `{"a","b"}`, "platform", `{"nx": "true"}`, "HVM_shadow_multiplier", "NaN", "snapshot_time", "2026-01-02T03:04:05Z")
	e.add("VM_guest_metrics", "g1", "live", "true")
	e.add("VDI", "d1", "virtual_size", "4096")
	e.add("VBD", "b1", "VM", ref("v1"), "VDI", ref("d1"), "type", "Disk")
	return e
}

// record makes the record of an object; its bytes are its values.
func record(class *model.Class, o *object) *model.Record {
	rec := &model.Record{Class: class, Ref: []byte(o.ref)}
	var raw strings.Builder
	fmt.Fprintf(&raw, "%s\x00%s", o.uuid, o.ref)
	for _, name := range slices.Sorted(maps.Keys(o.fields)) {
		fmt.Fprintf(&raw, "\x00%s=%s", name, o.fields[name])
	}
	rec.Raw = []byte(raw.String())
	sum := sha256.Sum256(rec.Raw)
	copy(rec.Hash[:], sum[:])
	rec.Reset()
	set := func(i int, text string) {
		from := len(rec.Buf)
		rec.Buf = append(rec.Buf, text...)
		rec.Mark(i, from)
	}
	if o.uuid != "" {
		set(0, o.uuid)
	}
	for name, text := range o.fields {
		switch f := class.Field(name); {
		case name == "extra":
			set(class.Extra(), text)
		case f == nil:
			panic("no field " + class.Name + "." + name)
		case f.Index >= 0:
			set(f.Index, text)
		}
	}
	return rec
}

// open opens a migrated database of the test's own.
func open(t testing.TB) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), pgtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// begin opens a pass that no brake stops, and fails the test where that cannot be.
func begin(t testing.TB, db *store.DB, pool string) *store.Pass {
	t.Helper()
	p, err := db.BeginPass(t.Context(), store.PassOptions{Pool: pool, MaxRemovedRatio: 1})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// stage reads one class of an estate into a pass.
func stage(ctx context.Context, p *store.Pass, e estate, class *model.Class) error {
	if err := p.Begin(ctx, class); err != nil {
		return err
	}
	for _, o := range e[class.Name] {
		rec := record(class, o)
		if p.Unchanged(rec) {
			continue
		}
		if err := p.Stage(ctx, rec); err != nil {
			return err
		}
	}
	return p.End(ctx)
}

// fill reads a whole estate into a pass.
func fill(t testing.TB, p *store.Pass, e estate) {
	t.Helper()
	if err := p.Identify(t.Context(), e["pool"][0].uuid); err != nil {
		t.Fatal(err)
	}
	for _, class := range model.Classes {
		if err := stage(t.Context(), p, e, class); err != nil {
			t.Fatal(err)
		}
	}
}

// publish publishes a pass, and fails the test where that cannot be.
func publish(t testing.TB, p *store.Pass) *store.Result {
	t.Helper()
	r, err := p.Publish(t.Context())
	if err != nil {
		p.Fail(t.Context(), err)
		t.Fatal(err)
	}
	return r
}

// sync makes a whole pass.
func sync(t testing.TB, db *store.DB, pool string, e estate) *store.Result {
	t.Helper()
	p := begin(t, db, pool)
	fill(t, p, e)
	return publish(t, p)
}

// counts are those of one class of a result: new, changed, removed, dangling, faults.
func counts(r *store.Result, class string) [5]int64 {
	for _, c := range r.Classes {
		if c.Class == class {
			return [5]int64{c.New, c.Changed, c.Removed, c.Dangling, c.Faults}
		}
	}
	return [5]int64{}
}

// total adds up new, changed and removed rows.
func total(r *store.Result) (n int64) {
	for _, c := range r.Classes {
		n += c.New + c.Changed + c.Removed
	}
	return n
}

// query reads rows as text, columns joined by |, NULL as -.
func query(t testing.TB, db *store.DB, sql string, args ...any) []string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), store.URL(db))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	rows, err := conn.Query(t.Context(), sql, append([]any{pgx.QueryExecModeSimpleProtocol}, args...)...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	list := []string{}
	for rows.Next() {
		var cells []string
		for _, v := range rows.RawValues() {
			if v == nil {
				cells = append(cells, "-")
			} else {
				cells = append(cells, string(v))
			}
		}
		list = append(list, strings.Join(cells, "|"))
	}
	if rows.Err() != nil {
		t.Fatalf("%s: %v", sql, rows.Err())
	}
	return list
}

// mirror is everything that the tables of xen and syncd.dangling say, with uuids in place of ids: what a database says
// does not depend on the passes by which it came to say so.
func mirror(t testing.TB, db *store.DB) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, c := range model.Classes {
		var columns strings.Builder
		columns.WriteString("t.uuid, t.ref, t.extra, (SELECT name FROM syncd.pool WHERE id = t.pool_id)")
		for _, f := range c.Columns[1:] {
			if f.Target() != nil {
				columns.WriteString(fmt.Sprintf(", (SELECT uuid FROM xen.%s WHERE id = t.%s) AS %s", f.Target().SQLTable(), f.IDColumn, f.IDColumn))
			}
			if f.Target() == nil || f.Text {
				columns.WriteString(", t." + f.Column)
			}
		}
		all[c.Name] = query(t, db, "SELECT "+columns.String()+" FROM xen."+c.SQLTable()+" t ORDER BY t.pool_id, t.uuid")
		for _, f := range c.Links {
			all[c.LinkTable(f)] = query(t, db, linked(c, f))
		}
	}
	all["dangling"] = query(t, db, `SELECT o.class, o.uuid, d.field, d.ref, d.target FROM syncd.dangling d JOIN xen.object o USING (id) ORDER BY 1, 2, 3`)
	all["live"] = query(t, db, `SELECT class, uuid, ref FROM xen.object WHERE removed_at IS NULL ORDER BY pool_id, 1, 2`)
	return all
}
