package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"syncd/internal/xensim"
)

func duplicateMACRows(pool records) (rows []row) {
	type place struct {
		mac     string
		network *object
	}
	count, near := map[string]int{}, map[place]int{}
	for _, class := range []string{"VIF", "PIF"} {
		for _, i := range pool.all[class] {
			vm := pool.at("VM", i, "VM")
			if class == "VIF" && !vm.real() || class == "PIF" && !i.flag("physical") || i.text("MAC") == "" {
				continue
			}
			mac, n, h := strings.ToLower(i.text("MAC")), pool.at("network", i, "network"), pool.at("host", i, "host")
			r := row{"mac_address": mac, "kind": "host", "nic_uuid": i.value("uuid"), "device": i.value("device"), "vm_uuid": vm.value("uuid"),
				"vm_name": vm.value("name_label"), "power_state": vm.value("power_state"), "network_uuid": n.value("uuid"), "network_name": n.value("name_label"),
				"attached": i.flag("currently_attached"), "pool_count": 1, "same_network": n}
			if class == "VIF" {
				r["kind"], h = "vm", pool.at("host", vm, "resident_on")
			}
			r["host_uuid"], r["host_name"] = h.value("uuid"), h.value("name_label")
			count[mac]++
			near[place{mac, n}]++
			rows = append(rows, r)
		}
	}
	var double []row
	for _, r := range rows {
		mac, n := r["mac_address"].(string), r["same_network"].(*object)
		r["nic_count"], r["same_network"] = count[mac], n != nil && near[place{mac, n}] > 1
		if count[mac] > 1 {
			double = append(double, r)
		}
	}
	return double
}

func duplicateNameRows(pool records) (rows []row) {
	named := map[[2]string][]*object{} // by kind and name
	for class, kind := range map[string]string{"VM": "vm", "host": "host", "SR": "sr", "network": "network"} {
		for _, o := range pool.all[class] {
			of := kind
			switch {
			case o.text("name_label") == "", class == "SR" && (!o.flag("shared") || o.flag("is_tools_sr") || o.entry("other_config", "xenserver_tools_sr") == "true"), o.flag("is_a_snapshot"), o.flag("is_control_domain"), o.flag("is_default_template"):
				continue
			case o.flag("is_a_template") && o.value("is_default_template") == nil && o.entry("other_config", "default_template") == "true":
				continue
			case o.flag("is_a_template"):
				of = "template"
			}
			key := [2]string{of, o.text("name_label")}
			named[key] = append(named[key], o)
		}
	}
	for key, objects := range named {
		for _, o := range objects {
			if n := len(objects); n > 1 {
				rows = append(rows, row{"kind": key[0], "object_uuid": o.value("uuid"), "object_name": key[1], "count_in_pool": n, "count_overall": n, "pool_count": 1})
			}
		}
	}
	return rows
}

// Two pools, of which the second has what it has from the first.
func TestDoublesAreFoundAcrossPools(t *testing.T) {
	t.Parallel()
	lab, other := newMirror(t, xensim.Options{Hosts: 1, VMs: 3, Seed: 1}), newMirror(t, xensim.Options{Hosts: 1, VMs: 3, Seed: 2})
	other.db, other.url, other.name = lab.db, lab.url, "other"
	one, two := realInterface(t, lab.sim), realInterface(t, other.sim)
	mac := "AA:BB:" + one.text("MAC")[6:]
	for _, change := range []error{
		lab.sim.Set("VIF", one.ref, "MAC", strings.ToLower(mac)),
		other.sim.Set("VIF", two.ref, "MAC", mac),
		lab.sim.Set("VM", one.text("VM"), "name_label", "twin"),
		other.sim.Set("VM", two.text("VM"), "name_label", "twin"),
	} {
		if change != nil {
			t.Fatal(change)
		}
	}
	lab.pass(t)
	other.pass(t)
	conn := connect(t, lab.url)
	// Old servers have no field for it.
	if _, err := conn.Exec(t.Context(), `UPDATE xen.sr SET is_tools_sr = NULL, other_config = '{"xenserver_tools_sr": "true"}'
		WHERE is_tools_sr AND pool_id = (SELECT id FROM syncd.pool WHERE name = 'lab')`); err != nil {
		t.Fatal(err)
	}
	for sql, want := range map[string][]string{
		`SELECT pool || ' ' || nic_count || ' ' || pool_count || ' ' || same_network FROM inventory.duplicate_mac WHERE mac_address = '` + strings.ToLower(mac) + `' ORDER BY 1`: {
			"lab 2 2 false", "other 2 2 false"},
		`SELECT pool || ' ' || kind || ' ' || count_in_pool || ' ' || count_overall || ' ' || pool_count FROM inventory.duplicate_name WHERE object_name = 'twin' ORDER BY 1`: {
			"lab vm 1 2 2", "other vm 1 2 2"},
		`SELECT DISTINCT kind FROM inventory.duplicate_name WHERE count_in_pool = 1 ORDER BY 1`:  {"host", "sr", "vm"},
		`SELECT count(*)::text FROM xen.sr WHERE name_label = 'XCP-ng Tools'`:                    {"2"},
		`SELECT count(*)::text FROM inventory.duplicate_name WHERE object_name = 'XCP-ng Tools'`: {"0"},
	} {
		rows, _ := conn.Query(t.Context(), sql)
		got, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", sql, err, diff)
		}
	}
}

// realInterface is one of a VM that people use.
func realInterface(t *testing.T, sim *xensim.Sim) *object {
	t.Helper()
	pool := recordsOf(sim)
	for _, f := range pool.all["VIF"] {
		if pool.at("VM", f, "VM").real() {
			return f
		}
	}
	t.Fatal("no VM has an interface")
	return nil
}
