package main

import "slices"

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
