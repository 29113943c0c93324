package main

import (
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"

	"syncd/internal/xensim"
)

func poolRows(pool records) []row {
	x := pool.all["pool"][0]
	master, sr := pool.at("host", x, "master"), pool.at("SR", x, "default_SR")
	r := row{"pool_name": x.value("name_label"), "description": x.given("name_description"), "tags": joined(x.texts("tags")),
		"master_uuid": master.value("uuid"), "master_name": master.value("name_label"), "master_address": master.value("address"),
		"default_sr_uuid": sr.value("uuid"), "default_sr_name": sr.value("name_label"),
		"ha_enabled": x.flag("ha_enabled"), "ha_host_failures_to_tolerate": x.value("ha_host_failures_to_tolerate"),
		"ha_plan_exists_for": x.value("ha_plan_exists_for"), "ha_allow_overcommit": x.flag("ha_allow_overcommit"),
		"ha_overcommitted": x.flag("ha_overcommitted"), "tls_verification_enabled": x.flag("tls_verification_enabled"),
		"host_count": len(pool.all["host"]), "live_host_count": 0, "enabled_host_count": 0,
		"vm_count": 0, "running_vm_count": 0, "template_count": len(templates(pool)), "snapshot_count": len(snapshotRows(pool)),
		"cpu_count": nil, "memory_total_bytes": nil, "memory_free_bytes": nil}
	var versions []string
	for _, h := range pool.all["host"] {
		m := pool.at("host_metrics", h, "metrics")
		r.count("live_host_count", m.flag("live"))
		r.count("enabled_host_count", h.flag("enabled"))
		r.add("cpu_count", whole(h.entry("cpu_info", "cpu_count")))
		r.add("memory_total_bytes", m.value("memory_total"))
		r.add("memory_free_bytes", m.value("memory_free"))
		if v := productVersion(h); v != "" {
			versions = append(versions, v)
		}
	}
	r["product_versions"] = joined(distinct(versions))
	for _, vm := range pool.all["VM"] {
		r.count("vm_count", vm.real())
		r.count("running_vm_count", vm.real() && vm.text("power_state") == "Running")
	}
	return []row{r}
}

// count adds one to a column if something is so.
func (r row) count(column string, so bool) {
	if n, _ := r[column].(int); so {
		r[column] = n + 1
	}
}

// add adds a number to a column that is nil as long as there is none. One below 0 is none.
func (r row) add(column string, value any) {
	if n, ok := value.(int64); ok && n >= 0 {
		sum, _ := r[column].(int64)
		r[column] = sum + n
	}
}

// whole is the number that a text is; nil where it is none.
func whole(text string) any {
	if !regexp.MustCompile(`\A[0-9]{1,9}\z`).MatchString(text) {
		return nil
	}
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
}

func templates(pool records) []*object {
	return slices.DeleteFunc(slices.Clone(pool.all["VM"]), func(vm *object) bool {
		return vm.flag("is_a_snapshot") || !vm.flag("is_a_template") && !vm.flag("is_default_template")
	})
}

func templateRows(pool records) (rows []row) {
	for _, t := range templates(pool) {
		m := pool.at("VM_metrics", t, "metrics")
		r := row{"template_uuid": t.value("uuid"), "template_name": t.value("name_label"), "description": t.given("name_description"),
			"reference_label": t.given("reference_label"), "base_template_name": orNil(t.entry("other_config", "base_template_name")),
			"install_distro": orNil(t.entry("other_config", "install-distro")), "domain_type": t.value("domain_type"),
			"firmware": orNil(t.entry("HVM_boot_params", "firmware")), "vcpus": t.value("VCPUs_at_startup"), "memory_bytes": t.value("memory_dynamic_max"),
			"disk_bytes": int64(0), "used_bytes": int64(0), "nic_count": len(pool.holders("VIF", "VM", t)),
			"ha_restart_priority": t.given("ha_restart_priority"), "created_at": m.moment("install_time"), "tags": joined(t.texts("tags")),
			"is_default": t.flag("is_default_template")}
		if t.value("is_default_template") == nil {
			r["is_default"] = t.entry("other_config", "default_template") == "true"
		}
		disks := pool.disksOf(t)
		for _, i := range disks {
			r.add("disk_bytes", i.value("virtual_size"))
			r.add("used_bytes", i.value("physical_utilisation"))
		}
		r["disk_count"] = len(disks)
		rows = append(rows, r)
	}
	return rows
}

func hostCapacityRows(pool records) (rows []row) {
	for _, h := range pool.all["host"] {
		m := pool.at("host_metrics", h, "metrics")
		r := row{"host_uuid": h.value("uuid"), "host_name": h.value("name_label"), "live": m.flag("live"), "enabled": h.flag("enabled"),
			"memory_total_bytes": m.value("memory_total"), "memory_free_bytes": m.value("memory_free"), "memory_xen_bytes": nil,
			"cpu_model": orNil(h.entry("cpu_info", "modelname")), "cpu_mhz": nil, "core_count": nil,
			"cpu_count": told(h, "cpu_count"), "socket_count": told(h, "socket_count"), "vcpu_per_core_ratio": nil, "vcpu_per_cpu_ratio": nil,
			"resident_vm_count": 0, "vcpu_count": int64(0), "memory_committed_bytes": int64(0), "memory_control_domain_bytes": int64(0),
			"memory_usable_bytes": nil, "memory_committed_ratio": nil}
		if mhz, err := strconv.ParseFloat(h.entry("cpu_info", "speed"), 64); err == nil {
			r["cpu_mhz"] = mhz
		}
		for n, c := range pool.holders("host_cpu", "host", h) {
			if told(h, "cpu_count") == nil {
				r["cpu_count"] = int64(n + 1)
			}
			if speed := float64(c.number("speed")); h.entry("cpu_info", "speed") == "" && (n == 0 || speed < r["cpu_mhz"].(float64)) {
				r["cpu_mhz"] = speed
			}
			if name := c.text("modelname"); h.entry("cpu_info", "modelname") == "" && (n == 0 || name < r["cpu_model"].(string)) {
				r["cpu_model"] = name
			}
		}
		for _, vm := range pool.holders("VM", "resident_on", h) {
			switch {
			case vm.running():
				r.count("resident_vm_count", true)
				r.add("vcpu_count", vm.value("VCPUs_at_startup"))
				r.add("memory_committed_bytes", vm.value("memory_dynamic_max"))
			case vm.flag("is_control_domain") && vm.text("power_state") == "Running":
				r.add("memory_control_domain_bytes", vm.value("memory_dynamic_max"))
			}
		}
		if total := m.number("memory_total"); total > 0 {
			r["memory_usable_bytes"] = max(total-r["memory_control_domain_bytes"].(int64)-h.number("memory_overhead"), 0)
			r["memory_committed_ratio"] = float64(r["memory_committed_bytes"].(int64)) / float64(total)
		}
		if n := h.number("memory_overhead"); n > 0 {
			r["memory_xen_bytes"] = n
		}
		if threads := told(h, "threads_per_core"); threads != nil && r["cpu_count"] != nil {
			r["core_count"] = r["cpu_count"].(int64) / threads.(int64)
		}
		r.ratio("vcpu_per_core_ratio", "vcpu_count", "core_count")
		r.ratio("vcpu_per_cpu_ratio", "vcpu_count", "cpu_count")
		rows = append(rows, r)
	}
	return rows
}

// told is a number above 0 of a host's CPUs; nil where there is none.
func told(h *object, key string) any {
	if n := whole(h.entry("cpu_info", key)); n != int64(0) {
		return n
	}
	return nil
}

// ratio sets a column to one column of another; nil where that is not known or 0.
func (r row) ratio(column, part, of string) {
	r[column] = nil
	p, _ := r[part].(int64)
	if n, _ := r[of].(int64); n != 0 {
		r[column] = float64(p) / float64(n)
	}
}

func poolCapacityRows(pool records) []row {
	r := row{"host_count": len(pool.all["host"]), "usable_host_count": 0, "resident_vm_count": 0, "vcpu_count": int64(0),
		"socket_count": nil, "core_count": nil, "cpu_count": nil, "memory_free_bytes": nil,
		"memory_total_bytes": int64(0), "memory_usable_bytes": int64(0), "memory_committed_bytes": int64(0),
		"shared_sr_count": 0, "shared_size_bytes": int64(0), "shared_used_bytes": int64(0)}
	largest, untold := int64(0), map[string]bool{}
	for _, h := range hostCapacityRows(pool) {
		r["resident_vm_count"] = r["resident_vm_count"].(int) + h["resident_vm_count"].(int)
		r.add("vcpu_count", h["vcpu_count"])
		r.add("memory_committed_bytes", h["memory_committed_bytes"])
		if h["live"] != true || h["enabled"] != true {
			continue
		}
		r.count("usable_host_count", true)
		r.add("memory_total_bytes", h["memory_total_bytes"])
		r.add("memory_usable_bytes", h["memory_usable_bytes"])
		if usable, ok := h["memory_usable_bytes"].(int64); ok {
			largest = max(largest, usable)
		}
		for _, column := range []string{"socket_count", "core_count", "cpu_count", "memory_free_bytes"} {
			r.add(column, h[column])
			untold[column] = untold[column] || h[column] == nil
		}
	}
	for column, so := range untold {
		if so {
			r[column] = nil
		}
	}
	left := r["memory_usable_bytes"].(int64) - largest
	r["memory_without_largest_host_bytes"], r["fits_without_largest_host"] = left, r["memory_committed_bytes"].(int64) <= left
	for _, s := range pool.all["SR"] {
		if s.flag("shared") && s.number("physical_size") > 0 && s.text("content_type") != "iso" {
			r.count("shared_sr_count", true)
			r.add("shared_size_bytes", s.value("physical_size"))
			r.add("shared_used_bytes", s.value("physical_utilisation"))
		}
	}
	r["shared_free_bytes"] = max(r["shared_size_bytes"].(int64)-r["shared_used_bytes"].(int64), 0)
	r.ratio("vcpu_per_core_ratio", "vcpu_count", "core_count")
	r.ratio("vcpu_per_cpu_ratio", "vcpu_count", "cpu_count")
	r.ratio("memory_committed_ratio", "memory_committed_bytes", "memory_total_bytes")
	r.ratio("shared_used_ratio", "shared_used_bytes", "shared_size_bytes")
	return []row{r}
}

func TestTheCapacityOfAPoolIsThatOfHostsThatCanRunVMs(t *testing.T) {
	t.Parallel()
	m := newMirror(t, xensim.Options{Hosts: 3, VMs: 1})
	m.pass(t)
	conn := connect(t, m.url)
	const gib = 1 << 30
	// One VM on the first host, of as much memory as both others have for VMs: 16 GiB each, of which 2 are not theirs.
	_, err := conn.Exec(t.Context(), `
		UPDATE xen.host_metrics SET memory_total = 16::bigint << 30;
		UPDATE xen.host SET memory_overhead = 1::bigint << 30;
		UPDATE xen.vm SET memory_dynamic_max = 1::bigint << 30 WHERE is_control_domain;
		UPDATE xen.vm SET power_state = 'Halted' WHERE NOT is_control_domain;
		UPDATE xen.vm SET is_a_template = false, is_default_template = false, power_state = 'Running', vcpus_at_startup = 24, memory_dynamic_max = 28::bigint << 30,
			resident_on_id = (SELECT id FROM xen.host WHERE name_label = 'xen01')
		WHERE id = (SELECT min(id) FROM xen.vm WHERE is_a_template)`)
	if err != nil {
		t.Fatal(err)
	}
	type capacity struct {
		Usable, CPUs, Cores, VCPUs, Memory, Committed, Left int64
		PerCore, Ratio                                      float64
		Fits                                                bool
	}
	for _, step := range []struct {
		name, change string
		want         capacity
	}{
		{"all hosts", `SELECT`, capacity{3, 96, 48, 24, 42 * gib, 28 * gib, 28 * gib, 0.5, 28.0 / 48, true}},
		{"a byte more", `UPDATE xen.vm SET memory_dynamic_max = memory_dynamic_max + 1 WHERE vcpus_at_startup = 24`,
			capacity{3, 96, 48, 24, 42 * gib, 28*gib + 1, 28 * gib, 0.5, (28*gib + 1.0) / (48 * gib), false}},
		{"VMs of a host in maintenance need room all the same", `UPDATE xen.host SET enabled = false WHERE name_label = 'xen01'`,
			capacity{2, 64, 32, 24, 28 * gib, 28*gib + 1, 14 * gib, 0.75, (28*gib + 1.0) / (32 * gib), false}},
		{"a host that is down", `UPDATE xen.host_metrics SET live = NULL WHERE id = (SELECT metrics_id FROM xen.host WHERE name_label = 'xen02')`,
			capacity{1, 32, 16, 24, 14 * gib, 28*gib + 1, 0, 1.5, (28*gib + 1.0) / (16 * gib), false}},
		{"nothing runs, and no host can", `UPDATE xen.vm SET power_state = 'Halted'; UPDATE xen.host SET enabled = NULL`, capacity{Fits: true}},
	} {
		if _, err := conn.Exec(t.Context(), step.change); err != nil {
			t.Fatal(err)
		}
		rows, err := conn.Query(t.Context(), `
			SELECT usable_host_count, coalesce(cpu_count, 0), coalesce(core_count, 0), vcpu_count, memory_usable_bytes, memory_committed_bytes,
			       memory_without_largest_host_bytes, coalesce(vcpu_per_core_ratio, 0), coalesce(memory_committed_ratio, 0), fits_without_largest_host
			FROM inventory.pool_capacity`)
		if err != nil {
			t.Fatal(err)
		}
		got, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[capacity])
		if err != nil || got != step.want {
			t.Errorf("%s: %+v, want %+v: %v", step.name, got, step.want, err)
		}
	}
}
