package xensim

import "fmt"

// cards makes what is in the slots of a host: its network cards, a display, and on every other host two GPUs. The ports of a
// card depend on each other, and so do a GPU and its sound.
func (g *generator) cards(i int, host string) {
	var ports []string
	for _, n := range nics {
		ports = append(ports, g.pci(host, n.bus, fields{
			"class_id": "0200", "class_name": "Ethernet controller", "vendor_id": n.vendorID, "vendor_name": n.vendor, "device_id": n.modelID,
			"device_name": n.model, "driver_name": n.driver,
		}))
	}
	for n, port := range ports {
		g.set("PCI", port, fields{"dependencies": []string{ports[n^1]}})
		g.set("PIF", g.port(host, nics[n].device), fields{"PCI": port})
	}
	g.pci(host, "0000:03:00.0", fields{
		"class_id": "0300", "class_name": "VGA compatible controller", "vendor_id": "102b", "vendor_name": "Matrox Electronics Systems Ltd.",
		"device_id": "0536", "device_name": "Integrated Matrox G200eW3 Graphics Controller",
	})
	if i%2 != 0 {
		return
	}
	for slot := range 2 {
		gpu := g.pci(host, fmt.Sprintf("0000:a%d:00.0", slot), fields{
			"class_id": "0302", "class_name": "3D controller", "vendor_id": "10de", "vendor_name": "NVIDIA Corporation", "device_id": "1eb8",
			"device_name": "TU104GL [Tesla T4]", "driver_name": "nvidia", "subsystem_vendor_id": "10de", "subsystem_vendor_name": "NVIDIA Corporation",
			"subsystem_device_id": "12a2", "subsystem_device_name": "TU104GL [Tesla T4] & friends",
		})
		sound := g.pci(host, fmt.Sprintf("0000:a%d:00.1", slot), fields{
			"class_id": "0403", "class_name": "Audio device", "vendor_id": "10de", "vendor_name": "NVIDIA Corporation", "device_id": "10f8",
			"device_name": "TU104 HD Audio Controller", "dependencies": []string{gpu},
		})
		g.set("PCI", gpu, fields{"dependencies": []string{sound}})
	}
}

func (g *generator) pci(host, bus string, f fields) string {
	f["host"], f["pci_id"] = host, bus
	return g.add("PCI", f)
}

// card is what is in a slot of a host; null where nothing is.
func (g *generator) card(host, bus string) string {
	for _, ref := range g.strings("host", host, "PCIs") {
		if g.value("PCI", ref, "pci_id") == bus {
			return ref
		}
	}
	return null
}

// chips makes the logical CPUs of a host, as many as its cpu_info says.
func (g *generator) chips(host string) {
	for n := range 32 {
		g.add("host_cpu", fields{
			"host": host, "number": n, "vendor": "GenuineIntel", "speed": 2394 + g.rng.IntN(3), "modelname": "Intel(R) Xeon(R) Gold 6148 CPU @ 2.40GHz",
			"family": 6, "model": 85, "stepping": "4", "utilisation": g.rng.Float64(), "features": "7ffefbff-bfebfbff-00000121-2c100800",
			"flags": "fpu de tsc msr pae mce cx8 apic sep mca cmov pat clflush acpi mmx fxsr sse sse2 ht syscall nx lm constant_tsc",
		})
	}
}

// graphics makes the groups and the types of GPUs, and gives some VMs one: slices to those that run where a GPU is and to one
// that is halted, a whole one to the last.
func (g *generator) graphics() {
	slices := []string{
		g.add("VGPU_type", fields{"vendor_name": "NVIDIA Corporation", "model_name": "GRID T4-2Q", "framebuffer_size": 2 * gib, "max_heads": 4,
			"max_resolution_x": 7680, "max_resolution_y": 4320, "implementation": "nvidia", "identifier": "0001:nvidia,1EB8,1317,,"}),
		g.add("VGPU_type", fields{"vendor_name": "NVIDIA Corporation", "model_name": "GRID T4-4Q", "framebuffer_size": 4 * gib, "max_heads": 4,
			"max_resolution_x": 7680, "max_resolution_y": 4320, "implementation": "nvidia", "identifier": "0001:nvidia,1EB8,1318,,", "experimental": true}),
	}
	whole := g.add("VGPU_type", fields{"model_name": "passthrough", "implementation": "passthrough", "identifier": "0001:passthrough"})
	g.set("VGPU_type", slices[0], fields{"compatible_types_in_vm": slices[:1]})
	types, capacities := append(slices[:2:2], whole), map[string]any{slices[0]: int64(8), slices[1]: int64(4), whole: int64(1)}
	if whole == null { // before there were types
		types, capacities = nil, nil
	}
	group := g.add("GPU_group", fields{
		"name_label": "Group of NVIDIA Corporation TU104GL [Tesla T4] GPUs", "GPU_types": []string{"10de/1eb8"}, "allocation_algorithm": "depth_first",
		"supported_VGPU_types": types, "enabled_VGPU_types": types,
	})
	display := g.add("GPU_group", fields{
		"name_label": "Group of Matrox Electronics Systems Ltd. Integrated <G200eW3> GPUs", "GPU_types": []string{"102b/0536"}, "allocation_algorithm": "breadth_first",
	})
	for _, host := range g.hosts {
		for _, bus := range []string{"0000:a0:00.0", "0000:a1:00.0"} {
			if card := g.card(host, bus); card != null {
				g.add("PGPU", fields{
					"PCI": card, "GPU_group": group, "host": host, "supported_VGPU_types": types, "enabled_VGPU_types": types,
					"supported_VGPU_max_capacities": capacities, "dom0_access": "enabled",
				})
			}
		}
		if card := g.card(host, "0000:03:00.0"); card != null {
			g.add("PGPU", fields{"PCI": card, "GPU_group": display, "host": host, "dom0_access": "enabled", "is_system_display_device": true})
		}
	}
	if group == null {
		return
	}
	users := g.vms("Halted", 1)
	for _, vm := range g.vms("Running", 50) {
		if host, _ := g.value("VM", vm, "resident_on").(string); len(users) < 7 && g.card(host, "0000:a0:00.0") != null {
			users = append(users, vm)
		}
	}
	for n, vm := range users {
		of := slices[0]
		if n == len(users)-1 {
			of = whole
		}
		g.add("VGPU", fields{"VM": vm, "GPU_group": group, "device": "0", "type": of, "extra_args": "enable_debug=0"})
		g.seat(vm)
	}
}

// vms are the first n real VMs in a power state.
func (g *generator) vms(state string, n int) (out []string) {
	for _, o := range g.inv.tables["VM"].rows {
		if len(out) == n {
			break
		}
		if g.value("VM", o.ref, "power_state") == state && g.value("VM", o.ref, "is_a_template") == false && g.value("VM", o.ref, "is_control_domain") == false {
			out = append(out, o.ref)
		}
	}
	return out
}

// seat puts the virtual GPUs of a VM onto those of the host where it runs: slices onto the first, a whole one is the last. A
// VM runs where it runs, GPU or not: nothing here schedules.
func (g *generator) seat(vm string) {
	for _, vgpu := range g.strings("VM", vm, "VGPUs") {
		host, _ := g.value("VM", vm, "resident_on").(string)
		typ, _ := g.value("VGPU", vgpu, "type").(string)
		whole, to := g.value("VGPU_type", typ, "implementation") == "passthrough", null
		for _, pgpu := range g.strings("host", host, "PGPUs") {
			if (to == null || whole) && g.value("PGPU", pgpu, "GPU_group") == g.value("VGPU", vgpu, "GPU_group") {
				to = pgpu
			}
		}
		f, pcis := fields{"resident_on": to, "currently_attached": to != null, "PCI": null}, []string{}
		if whole && to != null {
			f["PCI"] = g.value("PGPU", to, "PCI")
			pcis = append(pcis, f["PCI"].(string))
		}
		g.set("VGPU", vgpu, f)
		g.set("VM", vm, fields{"attached_PCIs": pcis})
	}
}
