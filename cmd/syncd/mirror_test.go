package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"syncd/internal/collector"
	"syncd/internal/model"
	"syncd/internal/pgtest"
	"syncd/internal/store"
	"syncd/internal/xenapi"
	"syncd/internal/xensim"
)

func TestEveryDumpOfARealPoolIsEqualInSQL(t *testing.T) {
	t.Parallel()
	dumps, _ := filepath.Glob("../../../shared/xapi-dumps/*.xml")
	if len(dumps) == 0 {
		t.Skip("SKIPPED: no database dumps of real pools in ../shared/xapi-dumps")
	}
	for _, path := range dumps {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			m := newMirror(t, xensim.Options{Dump: path})
			m.pass(t)
			m.equal(t)
			if r := m.pass(t); written(r) != 0 {
				t.Errorf("a second pass wrote %d rows", written(r))
			}
			m.sim.Change(20)
			m.pass(t)
			m.equal(t)
		})
	}
}

func TestGeneratedPoolsStayEqualWhileTheyLive(t *testing.T) {
	t.Parallel()
	for _, release := range []string{"4.1", ""} {
		for seed := range int64(3) {
			t.Run(fmt.Sprintf("release %q seed %d", release, seed), func(t *testing.T) {
				t.Parallel()
				m := newMirror(t, xensim.Options{Release: release, Seed: seed, Hosts: 3, VMs: 25})
				for range 4 {
					m.pass(t)
					m.equal(t)
					if r := m.pass(t); written(r) != 0 {
						t.Errorf("a pass of nothing new wrote %d rows", written(r))
					}
					m.sim.Change(30)
				}
			})
		}
	}
}

func TestReferencesThatChangeOrSwapOverTheWireKeepEveryRowsKey(t *testing.T) {
	t.Parallel()
	m := newMirror(t, xensim.Options{Hosts: 3, VMs: 12})
	m.pass(t)
	conn, err := pgx.Connect(t.Context(), m.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	keys := func() []string {
		rows, _ := conn.Query(t.Context(), `SELECT class || ' ' || uuid || ' ' || id FROM xen.object WHERE removed_at IS NULL ORDER BY 1`)
		list, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	before := keys()
	hosts, disks, metrics := m.sim.Objects("host"), m.sim.Objects("VDI"), m.sim.Objects("VM_guest_metrics")
	for _, change := range []struct {
		name string
		make func() error
	}{
		{"two hosts swap", func() error { return m.sim.SwapRefs("host", hosts[0].Ref, hosts[1].Ref) }},
		{"a host joins another pool", func() error { return m.sim.SetRef("host", hosts[2].Ref, "OpaqueRef:joined") }},
		{"a disk changes alone", func() error { return m.sim.SetRefAlone("VDI", disks[0].Ref, "OpaqueRef:alone") }},
		{"a guest boots", func() error { return m.sim.SetRef("VM_guest_metrics", metrics[0].Ref, "OpaqueRef:booted") }},
	} {
		if err := change.make(); err != nil {
			t.Fatal(err)
		}
		m.pass(t)
		m.equal(t)
		if diff := cmp.Diff(before, keys()); diff != "" {
			t.Errorf("%s (-before +after):\n%s", change.name, diff)
		}
	}
}

// mirror is a simulated pool, a database, and what leads from one to the other.
type mirror struct {
	sim     *xensim.Sim
	db      *store.DB
	url     string // of the database
	name    string // of the pool
	options xenapi.Options
}

func newMirror(t testing.TB, o xensim.Options) *mirror {
	t.Helper()
	sim, err := xensim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	url := pgtest.New(t)
	db, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	return &mirror{sim: sim, db: db, url: url, name: "lab", options: xenapi.Options{
		URLs: []string{server.URL}, Username: "root", Password: "xensim", Version: "test", Log: slog.New(slog.DiscardHandler)}}
}

// pass makes one pass that succeeds, and counts the sessions after it.
func (m *mirror) pass(t testing.TB) *store.Result {
	t.Helper()
	p, err := m.db.BeginPass(t.Context(), store.PassOptions{Pool: m.name, MaxRemovedRatio: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := collector.Collect(t.Context(), m.options, collector.Plan{}, p); err != nil {
		p.Fail(t.Context(), err)
		t.Fatal(err)
	}
	r, err := p.Publish(t.Context())
	if err != nil {
		p.Fail(t.Context(), err)
		t.Fatal(err)
	}
	if open, _, _ := m.sim.Sessions(); open != 0 {
		t.Errorf("%d sessions left open", open)
	}
	return r
}

func written(r *store.Result) (n int64) {
	for _, c := range r.Classes {
		n += c.New + c.Changed + c.Removed
	}
	return n
}

// equal compares every value of every object with its row, and the relation with what VM.resident_on says.
func (m *mirror) equal(t *testing.T) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), m.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	uuids := map[string]string{} // class and reference → uuid
	for _, c := range model.Classes {
		for _, o := range m.sim.Objects(c.Name) {
			uuids[c.Name+o.Ref] = o.Fields["uuid"].(string)
		}
	}
	for _, c := range model.Classes {
		want := map[string]map[string]any{}
		for _, o := range m.sim.Objects(c.Name) {
			want[o.Fields["uuid"].(string)] = expected(c, o, uuids)
		}
		if diff := cmp.Diff(want, stored(t, conn, c)); diff != "" {
			t.Errorf("xen.%s (-pool +SQL):\n%s", c.SQLTable(), diff)
		}
	}
	resident := []string{}
	for _, o := range m.sim.Objects("VM") {
		host, ok := uuids["host"+fmt.Sprint(o.Fields["resident_on"])]
		if state := o.Fields["power_state"]; ok && (state == "Running" || state == "Paused") {
			resident = append(resident, host+" "+o.Fields["uuid"].(string))
		}
	}
	slices.Sort(resident)
	rows, _ := conn.Query(t.Context(), `SELECT host_uuid || ' ' || vm_uuid FROM inventory.resident_vm`)
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	if diff := cmp.Diff(resident, got); diff != "" {
		t.Errorf("inventory.resident_vm (-pool +SQL):\n%s", diff)
	}
}

var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&", "&quot;", `"`, "&apos;", "'")

// expected is what a row must hold for an object, by column; a column that is NULL is left out.
func expected(c *model.Class, o xensim.Object, uuids map[string]string) map[string]any {
	row := map[string]any{"ref": o.Ref, "extra": map[string]any{}}
	for _, f := range c.Columns {
		value, sent := o.Fields[f.Name]
		if !sent {
			continue
		}
		switch v := value.(type) {
		case string:
			if uuid, ok := uuids[f.Type.Class+v]; ok && f.Target() != nil {
				row[f.IDColumn] = uuid
			}
			switch {
			case f.Target() != nil && !f.Text:
			case f.Type.Kind == model.Ref && (v == "" || v == "OpaqueRef:NULL"):
			default:
				row[f.Column] = v
			}
		case time.Time:
			if v.Unix() != 0 {
				row[f.Column] = v.UTC().Format("2006-01-02T15:04:05.000000")
			}
		case []any:
			row[f.Column] = texts(v, true)
		case map[string]any:
			m := map[string]any{}
			for key, value := range v {
				key = entities.Replace(key) // xapi does not escape keys, so that what reads as an entity is one
				m[key] = wireText(value)
				if f.Secret && model.SecretKey([]byte(key)) && value != "" {
					m[key] = model.Masked
				}
			}
			row[f.Column] = m
		default:
			row[f.Column] = wireText(v)
		}
	}
	return row
}

// wireText is the text in which a value of a map or a set travels; maps keep it.
func wireText(value any) any {
	switch v := value.(type) {
	case float64:
		return strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%.16g", v), "+"))
	case []any:
		return texts(v, false)
	}
	return fmt.Sprint(value)
}

func texts(list []any, sorted bool) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = wireText(v)
	}
	if sorted {
		slices.SortFunc(out, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
	}
	return out
}

// stored reads a class's table by uuid, in the form of expected. References are the uuid of what they lead to.
func stored(t *testing.T, conn *pgx.Conn, c *model.Class) map[string]map[string]any {
	t.Helper()
	columns := []string{"'ref', t.ref", "'extra', t.extra"}
	for _, f := range c.Columns {
		value := "t." + f.Column
		if f.Target() != nil {
			columns = append(columns, fmt.Sprintf("'%s', (SELECT uuid FROM xen.%s WHERE id = t.%[1]s)", f.IDColumn, f.Target().SQLTable()))
		}
		switch {
		case f.Target() != nil && !f.Text:
			continue
		case f.Type.Kind == model.Time:
			value = fmt.Sprintf(`to_char(%s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')`, value)
		case f.Type.Kind == model.Set, f.Type.Kind == model.Map:
		default:
			value += "::text"
		}
		columns = append(columns, "'"+f.Column+"', "+value)
	}
	var parts []string // a function takes 100 arguments at most
	for chunk := range slices.Chunk(columns, 40) {
		parts = append(parts, "jsonb_strip_nulls(jsonb_build_object("+strings.Join(chunk, ", ")+"))")
	}
	rows, err := conn.Query(t.Context(), "SELECT t.uuid, "+strings.Join(parts, " || ")+" FROM xen."+c.SQLTable()+" t")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]any{}
	var uuid, text string
	_, err = pgx.ForEachRow(rows, []any{&uuid, &text}, func() error {
		var row map[string]any
		if err := json.Unmarshal([]byte(text), &row); err != nil {
			return err
		}
		for _, f := range c.Columns {
			if v, ok := row[f.Column].(string); ok && f.Type.Kind == model.Float {
				n, err := strconv.ParseFloat(v, 64) // NaN and Infinity as Postgres writes them
				if err != nil {
					return err
				}
				row[f.Column] = wireText(n)
			}
		}
		all[uuid] = row
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
