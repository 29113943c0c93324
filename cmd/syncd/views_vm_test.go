package main

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

func vmRows(pool records) (rows []row) {
	for _, vm := range pool.all["VM"] {
		if !vm.real() {
			continue
		}
		h, m, g := pool.at("host", vm, "resident_on"), pool.at("VM_metrics", vm, "metrics"), pool.at("VM_guest_metrics", vm, "guest_metrics")
		affinity, appliance := pool.at("host", vm, "affinity"), pool.at("VM_appliance", vm, "appliance")
		system, _, _ := strings.Cut(g.entry("os_version", "name"), "|")
		r := row{"vm_uuid": vm.value("uuid"), "vm_name": vm.value("name_label"), "power_state": vm.value("power_state"),
			"host_uuid": h.value("uuid"), "host_name": h.value("name_label"), "vcpus": vm.value("VCPUs_at_startup"),
			"memory_bytes": vm.value("memory_dynamic_max"), "disk_bytes": int64(0), "disk_used_bytes": int64(0), "snapshot_count": 0,
			"os_name": orNil(strings.Trim(system, " ")), "ip_address": firstAddress(g), "tags": joined(vm.texts("tags")),
			"description": vm.given("name_description"), "started_at": m.moment("start_time"), "installed_at": m.moment("install_time"),
			"nic_count": len(pool.holders("VIF", "VM", vm)), "affinity_host_uuid": affinity.value("uuid"), "affinity_host_name": affinity.value("name_label"),
			"ha_restart_priority": vm.given("ha_restart_priority"), "appliance_name": appliance.value("name_label"),
			"firmware": orNil(vm.entry("HVM_boot_params", "firmware")), "tools_version": toolsVersion(g)}
		disks := pool.disksOf(vm)
		for _, i := range disks {
			r.add("disk_bytes", i.value("virtual_size"))
			r.add("disk_used_bytes", i.value("physical_utilisation"))
		}
		r["disk_count"] = len(disks)
		for _, s := range pool.holders("VM", "snapshot_of", vm) {
			r.count("snapshot_count", s.flag("is_a_snapshot"))
		}
		rows = append(rows, r)
	}
	return rows
}

// toolsVersion is that of the tools inside a VM, as 8.2.1-105.
func toolsVersion(g *object) any {
	var told []string
	for _, part := range []string{"major", "minor", "micro"} {
		if v := g.entry("PV_drivers_version", part); v != "" {
			told = append(told, v)
		}
	}
	version, build := strings.Join(told, "."), g.entry("PV_drivers_version", "build")
	if version != "" && build != "" {
		version += "-"
	}
	return orNil(version + build)
}

var addressKey = regexp.MustCompile(`^([0-9]{1,9})/ip(?:.*?([0-9]{1,9}))?$`)

// firstAddress is the first IPv4 address of the lowest interface, else IPv6; nil where none is told.
func firstAddress(g *object) any {
	type address struct {
		six, device, number int
		text                string
	}
	var told []address
	networks, _ := g.value("networks").(map[string]any)
	for key := range networks {
		m, words := addressKey.FindStringSubmatch(key), strings.Fields(g.entry("networks", key))
		if m == nil || len(words) == 0 || !strings.ContainsAny(words[0], ".:") {
			continue
		}
		a := address{number: -1, text: words[0]}
		a.device, _ = strconv.Atoi(m[1])
		if m[2] != "" {
			a.number, _ = strconv.Atoi(m[2])
		}
		if strings.Contains(a.text, ":") {
			a.six = 1
		}
		told = append(told, a)
	}
	if len(told) == 0 {
		return nil
	}
	return slices.MinFunc(told, func(a, b address) int {
		return cmp.Or(cmp.Compare(a.six, b.six), cmp.Compare(a.device, b.device), cmp.Compare(a.number, b.number))
	}).text
}

func hostRows(pool records) (rows []row) {
	for _, h := range pool.all["host"] {
		m := pool.at("host_metrics", h, "metrics")
		r := row{"host_uuid": h.value("uuid"), "host_name": h.value("name_label"), "address": h.value("address"), "enabled": h.flag("enabled"),
			"live": m.flag("live"), "product_version": orNil(productVersion(h)), "cpu_count": whole(h.entry("cpu_info", "cpu_count")),
			"memory_total_bytes": m.value("memory_total"), "memory_free_bytes": m.value("memory_free"), "resident_vm_count": 0,
			"description": h.given("name_description"), "hostname": h.given("hostname"), "is_master": pool.all["pool"][0].value("master") == h.ref,
			"edition": h.given("edition"), "manufacturer": orNil(h.entry("bios_strings", "system-manufacturer")),
			"model": orNil(h.entry("bios_strings", "system-product-name")), "serial_number": orNil(h.entry("bios_strings", "system-serial-number")),
			"bios_version": orNil(h.entry("bios_strings", "bios-version")), "booted_at": nil, "iscsi_iqn": h.given("iscsi_iqn"), "tags": joined(h.texts("tags"))}
		if r["iscsi_iqn"] == nil {
			r["iscsi_iqn"] = orNil(h.entry("other_config", "iscsi_iqn"))
		}
		if seconds, err := strconv.ParseFloat(h.entry("other_config", "boot_time"), 64); err == nil {
			r["booted_at"] = time.Unix(int64(seconds), 0).UTC().Format(sqlMoment)
		}
		for _, vm := range pool.holders("VM", "resident_on", h) {
			r.count("resident_vm_count", vm.running() && !vm.flag("is_control_domain"))
		}
		rows = append(rows, r)
	}
	return rows
}
