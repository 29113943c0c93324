package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"syncd/internal/model"
	"syncd/internal/xensim"
)

// viewFigures are the views, and what each must hold of a pool, computed from the records that the pool serves: rows by the
// value of the view's key, one column or more. Columns that go with the clock are left out.
var viewFigures = map[string]struct {
	key  string
	rows func(pool records) []row
}{
	"snapshot":    {"snapshot_uuid", snapshotRows},
	"disk":        {"disk_uuid", diskRows},
	"orphan_disk": {"disk_uuid", orphanRows},
	"vm_disk":     {"vbd_uuid", vmDiskRows},
	"storage":     {"sr_uuid", storageRows},
	"vm_nic":      {"nic_uuid", vmNICRows},
	"host_nic":    {"nic_uuid", hostNICRows},
	"network":     {"network_uuid", networkRows},
	"pool":        {"pool_uuid", poolRows},
	"host":        {"host_uuid", hostRows},
	"vm":          {"vm_uuid", vmRows},
	"template":    {"template_uuid", templateRows},

	"host_capacity": {"host_uuid", hostCapacityRows},
	"pool_capacity": {"pool_uuid", poolCapacityRows},
	"gpu":           {"gpu_uuid", gpuRows},

	"update_compliance": {"host_uuid", complianceRows},
	"expiry":            {"kind object_uuid", expiryRows},
	"duplicate_mac":     {"nic_uuid", duplicateMACRows},
	"duplicate_name":    {"kind object_uuid", duplicateNameRows},
	"ha_simulation":     {"host_uuid", haRows},
}

// clockColumns are those that go with the clock.
const clockColumns = "{age_seconds,expires_in_seconds,last_success_at}"

func TestTheFiguresOfViewsAreThoseOfTheRecords(t *testing.T) {
	t.Parallel()
	pools := map[string]xensim.Options{}
	for _, release := range []string{"4.1", "6.2", ""} {
		pools["release "+release] = xensim.Options{Release: release, Seed: 3, Hosts: 5, VMs: 60}
	}
	dumps, _ := filepath.Glob("../../../shared/xapi-dumps/*.xml")
	if len(dumps) == 0 {
		t.Log("SKIPPED in part: no database dumps of real pools in ../shared/xapi-dumps")
	}
	for _, path := range dumps {
		pools[filepath.Base(path)] = xensim.Options{Dump: path}
	}
	for name, options := range pools {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMirror(t, options)
			m.pass(t)
			m.viewsEqual(t)
			m.sim.Change(120)
			m.pass(t)
			m.viewsEqual(t)
		})
	}
}

// viewsEqual compares every view with the records of the pool.
func (m *mirror) viewsEqual(t *testing.T) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), m.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	pool := recordsOf(m.sim)
	for view, figures := range viewFigures {
		want := map[string]row{}
		for _, r := range figures.rows(pool) {
			r["pool"], r["pool_uuid"] = "lab", pool.all["pool"][0].text("uuid")
			want[r.key(figures.key)] = r.asJSON(t)
		}
		rows, err := conn.Query(t.Context(), `SELECT to_jsonb(v) - $1::text[] FROM inventory.`+view+` v`, clockColumns)
		if err != nil {
			t.Fatal(err)
		}
		list, err := pgx.CollectRows(rows, pgx.RowTo[map[string]any])
		if err != nil {
			t.Fatalf("inventory.%s: %v", view, err)
		}
		got := map[string]row{}
		for _, r := range list {
			got[row(r).key(figures.key)] = r
		}
		if diff := cmp.Diff(want, got); diff != "" || len(list) != len(got) {
			t.Errorf("inventory.%s, %d rows (-records +view):\n%s", view, len(list), diff)
		}
	}
}

// row is a row of a view by column; NULL is nil.
type row map[string]any

// key is what tells a row from others: the values of columns whose names have spaces between them.
func (r row) key(columns string) (key string) {
	for column := range strings.FieldsSeq(columns) {
		key += fmt.Sprint(r[column], " ")
	}
	return key
}

// asJSON gives every value the type that JSON has for it, and NULL to what is not there.
func (r row) asJSON(t *testing.T) (out row) {
	t.Helper()
	text, err := json.Marshal(r)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// records are those of a pool, by class, and by class and reference.
type records struct {
	all  map[string][]*object
	byID map[string]*object
}

// object is what a pool sends of one; its methods bear one that is not there.
type object struct {
	ref    string
	fields map[string]any
}

func recordsOf(sim *xensim.Sim) records {
	r := records{map[string][]*object{}, map[string]*object{}}
	for _, c := range model.Classes {
		for _, o := range sim.Objects(c.Name) {
			r.all[c.Name] = append(r.all[c.Name], &object{o.Ref, o.Fields})
			r.byID[c.Name+" "+o.Ref] = r.all[c.Name][len(r.all[c.Name])-1]
		}
	}
	return r
}

// at is the object that a reference field of o leads to; nil where it leads nowhere.
func (r records) at(class string, o *object, field string) *object {
	if o == nil {
		return nil
	}
	ref, _ := o.fields[field].(string)
	return r.byID[class+" "+ref]
}

// holders are the objects of a class whose reference field leads to o.
func (r records) holders(class, field string, o *object) (list []*object) {
	for _, h := range r.all[class] {
		if h.fields[field] == o.ref {
			list = append(list, h)
		}
	}
	return list
}

// value is a field as the wire has it; nil where the pool sent none.
func (o *object) value(field string) any {
	if o == nil {
		return nil
	}
	return o.fields[field]
}

func (o *object) text(field string) string {
	s, _ := o.value(field).(string)
	return s
}

// given is a text, and nil where it is empty.
func (o *object) given(field string) any {
	if s := o.text(field); s != "" {
		return s
	}
	return nil
}

func (o *object) flag(field string) bool { return o.value(field) == true }

func (o *object) number(field string) int64 {
	n, _ := o.value(field).(int64)
	return n
}

// disksOf are those of a VM, each once.
func (r records) disksOf(vm *object) (disks []*object) {
	for _, b := range r.holders("VBD", "VM", vm) {
		if i := r.at("VDI", b, "VDI"); i != nil && b.text("type") == "Disk" {
			disks = append(disks, i)
		}
	}
	return distinct(disks)
}

// real tells whether a VM is one that people use.
func (o *object) real() bool {
	return o != nil && !o.flag("is_a_template") && !o.flag("is_default_template") && !o.flag("is_a_snapshot") && !o.flag("is_control_domain")
}

// joined are texts in order, separated by commas; nil where there is none.
func joined(texts []string) any {
	if len(texts) == 0 {
		return nil
	}
	slices.Sort(texts)
	return strings.Join(texts, ",")
}

// distinct leaves one of each.
func distinct[T comparable](list []T) []T {
	seen := map[T]bool{}
	for _, v := range list {
		seen[v] = true
	}
	return slices.Collect(maps.Keys(seen))
}
