package main

import (
	"regexp"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"

	"syncd/internal/xensim"
)

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

// whole is the number that a text is; nil where it is none.
func whole(text string) any {
	if !regexp.MustCompile(`\A[0-9]{1,9}\z`).MatchString(text) {
		return nil
	}
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
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
