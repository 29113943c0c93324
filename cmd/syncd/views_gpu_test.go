package main

import "slices"

func gpuRows(pool records) (rows []row) {
	for _, g := range pool.all["PGPU"] {
		h, c, group := pool.at("host", g, "host"), pool.at("PCI", g, "PCI"), pool.at("GPU_group", g, "GPU_group")
		r := row{"host_uuid": h.value("uuid"), "host_name": h.value("name_label"), "gpu_uuid": g.value("uuid"), "pci_address": c.value("pci_id"),
			"vendor_name": c.given("vendor_name"), "device_name": c.given("device_name"), "gpu_group_uuid": group.value("uuid"),
			"gpu_group_name": group.value("name_label"), "is_system_display": g.flag("is_system_display_device"), "dom0_access": g.value("dom0_access"),
			"max_vgpu_count": nil}
		for column, field := range map[string]string{"supported_vgpu_types": "supported_VGPU_types", "enabled_vgpu_types": "enabled_VGPU_types"} {
			var names []string
			for _, ref := range g.refs(field) {
				t := pool.byID["VGPU_type "+ref]
				names = append(names, t.text("model_name"))
				fit, told := whole(g.entry("supported_VGPU_max_capacities", ref)).(int64)
				if most, _ := r["max_vgpu_count"].(int64); told && column == "enabled_vgpu_types" && fit >= most {
					r["max_vgpu_count"] = fit
				}
			}
			r[column] = joined(names)
		}
		vgpus, with := pool.holders("VGPU", "resident_on", g), []*object{}
		for _, v := range vgpus {
			with = append(with, pool.at("VM", v, "VM"))
		}
		var parts, wholes []string
		for _, vm := range distinct(with) {
			parts = append(parts, vm.text("name_label"))
		}
		for _, vm := range pool.all["VM"] {
			if slices.Contains(vm.refs("attached_PCIs"), g.text("PCI")) {
				wholes = append(wholes, vm.text("name_label"))
			}
		}
		r["vgpu_count"], r["vgpu_vm_names"], r["passthrough_vm_names"] = len(vgpus), joined(parts), joined(wholes)
		rows = append(rows, r)
	}
	return rows
}
