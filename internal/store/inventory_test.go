package store_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lab is a pool whose objects have what the views of inventory have to make a choice about.
func lab() estate {
	e := estate{}
	e.add("pool", "p")
	e.add("host", "h1", "name_label", "xen1", "address", "10.0.0.1", "enabled", "true", "metrics", ref("hm1"),
		"software_version", `{"product_version": "8.3.0", "platform_version": "3.4.0"}`, "cpu_info", `{"cpu_count": "16"}`)
	e.add("host_metrics", "hm1", "live", "true", "memory_total", "2048", "memory_free", "1024")
	e.add("host", "h2", "name_label", "dead", "metrics", ref("hm2"),
		"software_version", `{"product_version": "", "platform_version": "1.6.10"}`, "cpu_info", `{"cpu_count": "many"}`)
	e.add("host_metrics", "hm2", "live", "false")
	e.add("host", "h3", "name_label", "bare") // of a server that sends next to nothing

	e.add("VM", "web", "name_label", "web", "power_state", "Running", "resident_on", ref("h1"), "VCPUs_at_startup", "2",
		"memory_dynamic_max", "4096", "tags", `{"prod","web"}`, "guest_metrics", ref("g-web"))
	e.add("VM_guest_metrics", "g-web", "os_version", `{"name": "Debian GNU/Linux 12"}`,
		"networks", `{"1/ip": "10.0.1.9", "0/ipv6/0": "fe80::1", "0/ipv4/1": "10.0.0.8", "0/ipv4/0": "10.0.0.7"}`)
	e.add("VM", "win", "name_label", "win", "power_state", "Paused", "resident_on", ref("h2"), "guest_metrics", ref("g-win"))
	e.add("VM_guest_metrics", "g-win", "os_version", `{"name": "Microsoft Windows 10|C:\\Windows|\\Device\\Harddisk0"}`,
		"networks", `{"0/ipv6/0": "fe80::2", "0/ip": "", "2/ip": "\n10.0.2.3 10.0.2.4"}`)
	e.add("VM", "off", "name_label", "off", "power_state", "Halted", "tags", `{}`, "guest_metrics", ref("g-off"))
	e.add("VM_guest_metrics", "g-off", "os_version", `{"name": " "}`, "networks", `{"0/ipv6/0": "fe80::3", "comment": "1.2.3.4"}`)
	e.add("VM", "bare", "name_label", "bare", "resident_on", ref("h3"))

	e.add("VM", "dom0", "name_label", "dom0", "power_state", "Running", "resident_on", ref("h1"), "is_control_domain", "true")
	e.add("VM", "template", "name_label", "template", "power_state", "Halted", "is_a_template", "true")
	e.add("VM", "default", "name_label", "default", "power_state", "Halted", "is_default_template", "true")
	e.add("VM", "snapshot", "name_label", "snapshot", "power_state", "Halted", "is_a_template", "true", "is_a_snapshot", "true")

	e.add("VDI", "d1", "virtual_size", "100")
	e.add("VDI", "d2", "virtual_size", "20")
	e.add("VDI", "iso", "virtual_size", "7")
	e.add("VDI", "vast", "virtual_size", "9223372036854775807")
	e.add("VBD", "b1", "VM", ref("web"), "VDI", ref("d1"), "type", "Disk")
	e.add("VBD", "b2", "VM", ref("web"), "VDI", ref("d1"), "type", "Disk") // the same disk once more
	e.add("VBD", "b3", "VM", ref("web"), "VDI", ref("d2"), "type", "Disk")
	e.add("VBD", "b4", "VM", ref("web"), "VDI", ref("iso"), "type", "CD")
	e.add("VBD", "b5", "VM", ref("web"), "type", "CD")
	e.add("VBD", "b6", "VM", ref("win"), "VDI", ref("vast"), "type", "Disk")
	e.add("VBD", "b7", "VM", ref("win"), "VDI", ref("d1"), "type", "Disk")
	return e
}

func TestInventoryViewsChooseOneValueWhereXenAPIHasSeveralOrNone(t *testing.T) {
	t.Parallel()
	db := open(t)
	sync(t, db, "lab", lab())
	for name, c := range map[string]struct {
		sql  string
		want []string
	}{
		"host": {`SELECT pool, pool_uuid, host_uuid, host_name, address, enabled, live, product_version, cpu_count, memory_total_bytes, memory_free_bytes,
			resident_vm_count FROM inventory.host ORDER BY host_uuid`, []string{
			"lab|uuid-p|uuid-h1|xen1|10.0.0.1|t|t|8.3.0|16|2048|1024|1",
			"lab|uuid-p|uuid-h2|dead|-|f|f|1.6.10|-|-|-|1",
			"lab|uuid-p|uuid-h3|bare|-|f|f|-|-|-|-|0",
		}},
		"vm": {`SELECT vm_name, power_state, host_name, vcpus, memory_bytes, disk_bytes, os_name, ip_address, tags
			FROM inventory.vm ORDER BY vm_name`, []string{
			"bare|-|bare|-|-|0|-|-|-",
			"off|Halted|-|-|-|0|-|fe80::3|-",
			"web|Running|xen1|2|4096|120|Debian GNU/Linux 12|10.0.0.7|prod,web",
			"win|Paused|dead|-|-|9223372036854775807|Microsoft Windows 10|10.0.2.3|-",
		}},
		"resident_vm": {`SELECT * FROM inventory.resident_vm ORDER BY vm_name`, []string{
			"lab|uuid-p|uuid-h1|xen1|t|uuid-dom0|dom0|Running|t",
			"lab|uuid-p|uuid-h1|xen1|t|uuid-web|web|Running|f",
			"lab|uuid-p|uuid-h2|dead|f|uuid-win|win|Paused|f",
		}},
	} {
		if diff := cmp.Diff(c.want, query(t, db, c.sql)); diff != "" {
			t.Errorf("inventory.%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestFreshnessTellsOfTheLastPassThatWasNotSkipped(t *testing.T) {
	t.Parallel()
	db := open(t)
	is := func(when, want string) {
		t.Helper()
		got := query(t, db, `SELECT last_success_at IS NOT NULL, age_seconds BETWEEN 0 AND 3600, last_run_status, last_error
			FROM inventory.freshness WHERE pool = 'lab'`)
		if diff := cmp.Diff([]string{want}, got); diff != "" {
			t.Errorf("%s (-want +got): %s", when, diff)
		}
	}
	first := begin(t, db, "lab")
	is("while the first pass runs", "f|-|running|-")
	if err := first.Fail(t.Context(), errors.New("the pool is down")); err != nil {
		t.Fatal(err)
	}
	is("after it failed", "f|-|failed|the pool is down")
	sync(t, db, "lab", small())
	is("after a good pass", "t|t|ok|-")
	second := begin(t, db, "lab")
	is("while another runs", "t|t|running|-")
	if err := second.Fail(t.Context(), errors.New("the pool is down")); err != nil {
		t.Fatal(err)
	}
	query(t, db, `INSERT INTO syncd.sync_run (pool_id, status, finished_at, error)
		SELECT id, 'skipped', now(), 'another syncd is at work' FROM syncd.pool RETURNING 1`)
	is("after one that was skipped", "t|t|failed|the pool is down")
	begin(t, db, "lab")
	is("while a third runs", "t|t|running|the pool is down")
}
