package main

import "slices"

func snapshotRows(pool records) (rows []row) {
	for _, s := range pool.all["VM"] {
		if !s.flag("is_a_snapshot") {
			continue
		}
		depth := 1
		for at := pool.at("VM", s, "parent"); at != nil && at.flag("is_a_snapshot") && depth < 100; at = pool.at("VM", at, "parent") {
			depth++
		}
		r := row{"snapshot_uuid": s.value("uuid"), "snapshot_name": s.value("name_label"), "created_at": s.moment("snapshot_time"), "chain_depth": depth,
			"disk_count": 0, "virtual_bytes": int64(0), "used_bytes": int64(0), "is_scheduled": s.flag("is_vmss_snapshot"),
			"vm_uuid": pool.at("VM", s, "snapshot_of").value("uuid"), "vm_name": pool.at("VM", s, "snapshot_of").value("name_label"),
			"with_memory": pool.at("VDI", s, "suspend_VDI") != nil}
		for _, i := range pool.disksOf(s) {
			r["disk_count"] = r["disk_count"].(int) + 1
			r.add("virtual_bytes", i.value("virtual_size"))
			r.add("used_bytes", i.value("physical_utilisation"))
		}
		rows = append(rows, r)
	}
	return rows
}

// listed are the disks that inventory.disk is about.
func listed(pool records) (disks []*object) {
	for _, i := range pool.all["VDI"] {
		if i.value("managed") != false && pool.at("SR", i, "SR").text("content_type") != "iso" {
			disks = append(disks, i)
		}
	}
	return disks
}

// diskRow has the columns that inventory.disk and inventory.orphan_disk share.
func diskRow(pool records, i *object) row {
	sr := pool.at("SR", i, "SR")
	return row{"disk_uuid": i.value("uuid"), "disk_name": i.value("name_label"), "sr_uuid": sr.value("uuid"), "sr_name": sr.value("name_label"),
		"type": i.value("type"), "virtual_bytes": i.value("virtual_size"), "used_bytes": i.value("physical_utilisation"),
		"is_snapshot": i.flag("is_a_snapshot"), "missing": i.flag("missing")}
}

func diskRows(pool records) (rows []row) {
	users := map[*object][]*object{}
	for _, b := range pool.all["VBD"] {
		if i, vm := pool.at("VDI", b, "VDI"), pool.at("VM", b, "VM"); i != nil && vm != nil {
			users[i] = append(users[i], vm)
		}
	}
	for _, i := range listed(pool) {
		r, of := diskRow(pool, i), pool.at("VDI", i, "snapshot_of")
		r["snapshot_of_uuid"], r["snapshot_of_name"] = of.value("uuid"), of.value("name_label")
		for column, field := range map[string]string{"read_only": "read_only", "sharable": "sharable", "cbt_enabled": "cbt_enabled"} {
			r[column] = i.flag(field)
		}
		var names []string
		for _, vm := range distinct(users[i]) {
			names = append(names, vm.text("name_label"))
		}
		r["vm_count"], r["vm_names"] = len(names), joined(names)
		rows = append(rows, r)
	}
	return rows
}

func orphanRows(pool records) (rows []row) {
	used := map[*object]bool{}
	for class, field := range map[string]string{"VBD": "VDI", "VM": "suspend_VDI", "VDI": "parent", "pool": "redo_log_vdi", "pool_update": "vdi", "PVS_cache_storage": "VDI"} {
		for _, o := range pool.all[class] {
			used[pool.at("VDI", o, field)] = true
		}
	}
	base := map[string]bool{}
	for _, i := range pool.all["VDI"] {
		config, _ := i.value("sm_config").(map[string]any)
		parent, _ := config["vhd-parent"].(string)
		base[parent] = true
	}
	own := []string{"suspend", "ha_statefile", "metadata", "redo_log", "rrd", "pvs_cache", "cbt_metadata"}
	for _, i := range listed(pool) {
		if !used[i] && !base[i.text("uuid")] && !slices.Contains(own, i.text("type")) && pool.at("pool", i, "metadata_of_pool") == nil {
			rows = append(rows, diskRow(pool, i))
		}
	}
	return rows
}

func vmDiskRows(pool records) (rows []row) {
	for _, b := range pool.all["VBD"] {
		vm, i := pool.at("VM", b, "VM"), pool.at("VDI", b, "VDI")
		if b.text("type") != "Disk" || !vm.real() {
			continue
		}
		sr := pool.at("SR", i, "SR")
		rows = append(rows, row{"vm_uuid": vm.value("uuid"), "vm_name": vm.value("name_label"), "power_state": vm.value("power_state"),
			"vbd_uuid": b.value("uuid"), "position": b.value("userdevice"), "device": b.given("device"), "attached": b.flag("currently_attached"),
			"bootable": b.flag("bootable"), "read_only": b.text("mode") == "RO", "disk_uuid": i.value("uuid"), "disk_name": i.value("name_label"),
			"virtual_bytes": i.value("virtual_size"), "used_bytes": i.value("physical_utilisation"), "sr_uuid": sr.value("uuid"), "sr_name": sr.value("name_label")})
	}
	return rows
}

func storageRows(pool records) (rows []row) {
	disks, vms := map[*object]int{}, map[*object][]*object{}
	for _, i := range pool.all["VDI"] {
		if i.value("managed") != false {
			disks[pool.at("SR", i, "SR")]++
		}
	}
	for _, b := range pool.all["VBD"] {
		if vm, sr := pool.at("VM", b, "VM"), pool.at("SR", pool.at("VDI", b, "VDI"), "SR"); vm.real() && sr != nil && b.text("type") == "Disk" {
			vms[sr] = append(vms[sr], vm)
		}
	}
	for _, s := range pool.all["SR"] {
		r := row{"sr_uuid": s.value("uuid"), "sr_name": s.value("name_label"), "type": s.value("type"), "content_type": s.value("content_type"),
			"shared": s.flag("shared"), "used_bytes": nil, "virtual_bytes": nil,
			"size_bytes": nil, "free_bytes": nil, "used_ratio": nil, "overcommit_ratio": nil,
			"disk_count": disks[s], "vm_count": len(distinct(vms[s]))}
		r.add("used_bytes", s.value("physical_utilisation"))
		r.add("virtual_bytes", s.value("virtual_allocation"))
		if size := s.number("physical_size"); size > 0 {
			r["size_bytes"] = size
			if used, ok := r["used_bytes"].(int64); ok {
				r["free_bytes"], r["used_ratio"] = max(size-used, 0), float64(used)/float64(size)
			}
			if virtual, ok := r["virtual_bytes"].(int64); ok {
				r["overcommit_ratio"] = float64(virtual) / float64(size)
			}
		}
		attached, unplugged := 0, []string{}
		pbds := pool.holders("PBD", "SR", s)
		for _, b := range pbds {
			if b.flag("currently_attached") {
				attached++
			} else if h := pool.at("host", b, "host"); h != nil {
				unplugged = append(unplugged, h.text("name_label"))
			}
		}
		r["host_count"], r["attached_host_count"], r["unplugged_pbd_count"] = len(pbds), attached, len(pbds)-attached
		r["unplugged_host_names"] = joined(unplugged)
		rows = append(rows, r)
	}
	return rows
}
