package xensim

import (
	"fmt"
	"strings"
)

// devices makes the CPUs, cards and sticks of hosts, and what of them VMs have.
func (g *generator) devices() {
	group := g.add("GPU_group", fields{"name_label": "Group of NVIDIA Tesla M60 <GPUs>", "GPU_types": []string{"10de/13f2"}, "allocation_algorithm": "depth_first"})
	passthrough := g.add("VGPU_type", fields{"vendor_name": "", "model_name": "passthrough", "identifier": "0001:0000,0,0,0", "implementation": "passthrough"})
	grid := g.add("VGPU_type", fields{"vendor_name": "NVIDIA Corporation", "model_name": "GRID M60-1Q", "framebuffer_size": gib, "max_heads": 4,
		"max_resolution_x": 4096, "max_resolution_y": 2160, "identifier": "0004:nvidia,13f2,114e,,", "implementation": "nvidia"})
	g.set("VGPU_type", grid, fields{"compatible_types_in_vm": []string{grid}})
	both := []string{passthrough, grid}
	g.set("GPU_group", group, fields{"supported_VGPU_types": both, "enabled_VGPU_types": []string{grid}})
	for i, host := range g.hosts {
		for n := range 8 {
			g.add("host_cpu", fields{"host": host, "number": n, "vendor": "GenuineIntel", "speed": 2394, "modelname": "Intel(R) Xeon(R) Gold 6148 CPU @ 2.40GHz",
				"family": 6, "model": 85, "stepping": "4", "flags": "fpu de tsc msr", "utilisation": 0.0})
		}
		nic := g.pci(host, "0000:3b:00.0", "0200", "Ethernet controller", "8086", "Intel Corporation", "1572", "Ethernet 10G X710")
		for _, pif := range g.strings("host", host, "PIFs") {
			if g.value("PIF", pif, "physical") == true {
				g.set("PIF", pif, fields{"PCI": nic})
			}
		}
		if i%3 != 0 {
			continue
		}
		gpu := g.pci(host, "0000:84:00.0", "0300", "VGA compatible controller", "10de", "NVIDIA Corporation", "13f2", "GM204GL [Tesla M60]")
		audio := g.pci(host, "0000:84:00.1", "0403", "Audio device", "10de", "NVIDIA Corporation", "0fbb", "GM204 High Definition Audio")
		g.set("PCI", gpu, fields{"dependencies": []string{audio}})
		g.set("PCI", audio, fields{"dependencies": []string{gpu}})
		card := g.add("PGPU", fields{"PCI": gpu, "GPU_group": group, "host": host, "supported_VGPU_types": both, "enabled_VGPU_types": []string{grid},
			"supported_VGPU_max_capacities": pairs{{passthrough, int64(1)}, {grid, int64(8)}}, "dom0_access": "enabled"})
		g.consumers(i, host, card, group, grid, gpu)
		g.stick(i, host)
	}
}

func (g *generator) pci(host, id, class, className, vendor, vendorName, device, deviceName string) string {
	return g.add("PCI", fields{"host": host, "pci_id": id, "class_id": class, "class_name": className, "vendor_id": vendor, "vendor_name": vendorName,
		"device_id": device, "device_name": deviceName, "driver_name": map[bool]string{true: "i40e"}[vendor == "8086"]})
}

// consumers gives two VMs of the host a part of its graphics card, and a third one a device as a whole.
func (g *generator) consumers(i int, host, card, group, grid, gpu string) {
	var vms []string
	for _, vm := range g.strings("host", host, "resident_VMs") {
		if g.value("VM", vm, "is_control_domain") == false {
			vms = append(vms, vm)
		}
	}
	for n, vm := range vms[:min(2, len(vms))] {
		g.add("VGPU", fields{"VM": vm, "GPU_group": group, "device": "0", "currently_attached": true, "type": grid, "resident_on": card})
		if n == 0 {
			g.add("VTPM", fields{"VM": vm, "persistence_backend": "xapi", "is_unique": i%2 == 0})
		}
	}
	if len(vms) > 2 {
		g.set("VM", vms[2], fields{"attached_PCIs": []string{gpu}})
	}
}

// stick plugs a USB device into a host, which the first VM there may have.
func (g *generator) stick(i int, host string) {
	group := g.add("USB_group", fields{"name_label": fmt.Sprintf("Group of 0951 1666 USBs (%d)", i)})
	g.add("PUSB", fields{"host": host, "USB_group": group, "path": "1-2", "vendor_id": "0951", "vendor_desc": "Kingston Technology", "product_id": "1666",
		"product_desc": "DataTraveler <100> & G3", "serial": strings.ToUpper(g.uuid()[:8]), "version": "2.10", "speed": 480.0, "passthrough_enabled": i%2 == 0})
	if vm := g.anyVM(); vm != "" {
		g.add("VUSB", fields{"VM": vm, "USB_group": group, "currently_attached": false})
	}
}
