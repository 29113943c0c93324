package xensim

import (
	"cmp"
	"fmt"
	"strings"
)

// controlDomain makes a host's dom0.
func (g *generator) controlDomain(ref, host, name string) {
	metrics := g.add("VM_metrics", fields{"memory_actual": 4 * gib, "VCPUs_number": 16, "start_time": g.past(60), "last_updated": g.now, "current_domain_type": "pv"})
	g.addAs("VM", ref, fields{
		"name_label": "Control domain on host: " + name, "name_description": "The domain which manages physical devices and manages other domains",
		"power_state": "Running", "is_control_domain": true, "resident_on": host, "affinity": host, "metrics": metrics, "domid": 0, "domarch": "x64",
		"memory_static_max": 4 * gib, "memory_dynamic_max": 4 * gib, "memory_dynamic_min": 4 * gib, "memory_static_min": 4 * gib,
		"memory_target": 4 * gib, "VCPUs_max": 16, "VCPUs_at_startup": 16, "actions_after_shutdown": "destroy", "actions_after_reboot": "destroy",
		"actions_after_crash": "destroy", "actions_after_softreboot": "destroy", "domain_type": "pv", "HVM_shadow_multiplier": 1.0,
		"other_config": map[string]string{"storage_driver_domain": g.ref(), "is_system_domain": "true"}, "order": -1,
	})
}

// common are the fields that a VM and a template share.
func (g *generator) common(name string, sys system) fields {
	memory := sys.memory * gib
	policy, kind := "BIOS order", "hvm"
	if !sys.hvm {
		policy, kind = "", "pv"
	}
	return fields{
		"name_label": name, "power_state": "Halted", "user_version": 1, "domid": -1, "order": 0, "recommendations": recommendations,
		"memory_overhead": 11 * mib, "memory_static_max": memory, "memory_dynamic_max": memory, "memory_dynamic_min": memory / 2,
		"memory_static_min": memory / 4, "VCPUs_max": 4, "VCPUs_at_startup": 2, "VCPUs_params": cpuParams,
		"actions_after_shutdown": "destroy", "actions_after_reboot": "restart", "actions_after_crash": "restart",
		"actions_after_softreboot": "soft_reboot", "HVM_boot_policy": policy, "HVM_shadow_multiplier": 1.0, "domain_type": kind,
		"HVM_boot_params": bootParams, "bios_strings": bios,
		"platform": platform,
		"metrics":  g.add("VM_metrics", fields{"VCPUs_utilisation": map[string]any{"0": 0.0}, "current_domain_type": "unspecified"}),
	}
}

func (g *generator) template(name string) {
	f := g.common(name, systems[0])
	f["is_a_template"], f["is_default_template"], f["allowed_operations"] = true, true, operations["template"]
	f["name_description"] = "Clones of this template will automatically provision their storage when first booted"
	f["other_config"] = map[string]string{
		"mac_seed": g.uuid(), "default_template": "true", "install-methods": "cdrom,nfs,http,ftp", "linux_template": "true",
		"disks": `<provision><disk device="0" size="10737418240" sr="" bootable="true" type="system"/></provision>`,
	}
	g.add("VM", f)
}

// appear makes a halted VM with its disks, its drive and its network interfaces.
func (g *generator) appear() string {
	sys := systems[g.rng.IntN(len(systems))]
	f := g.common(g.name(), sys)
	cpus := 1 << g.rng.IntN(4)
	f["name_description"] = g.pick(descriptions)
	f["VCPUs_max"], f["VCPUs_at_startup"] = cpus, cpus
	f["allowed_operations"] = operations["Halted"]
	f["reference_label"] = strings.ToLower(strings.ReplaceAll(sys.template, " ", "-"))
	f["generation_id"] = fmt.Sprintf("%d:%d", g.rng.Int64(), g.rng.Int64())
	f["has_vendor_device"] = strings.HasPrefix(sys.template, "Windows")
	f["other_config"] = map[string]string{
		"mac_seed": g.uuid(), "base_template_name": sys.template, "install-methods": "cdrom,nfs,http,ftp", "folder": "/" + g.pick(environments),
		"import_task": g.ref(), "XenCenter.CustomFields.owner": g.pick([]string{"ops", "a&b <c>", "Jürgen"}), "auto_poweron": "true",
	}
	f["xenstore_data"] = map[string]string{"vm-data": "", "vm-data/mmio-hole-size": "268435456"}
	f["tags"] = g.some(tags, g.rng.IntN(3))
	if host := g.pick(g.hosts); g.rng.IntN(5) == 0 && host != "" {
		f["affinity"] = host
	}
	if sys.hvm && g.rng.IntN(10) == 0 {
		f["NVRAM"] = efi
	}
	vm := g.add("VM", f)
	for n := range 1 + g.rng.IntN(3)/2 {
		g.disk(vm, f["name_label"].(string), n, sys.disk<<n*gib)
	}
	g.add("VBD", vbd(vm, null, 3, "CD"))
	for n := range 1 + g.rng.IntN(5)/4 {
		g.vif(vm, n)
	}
	return vm
}

// populate brings a new VM into one of the states in which a pool has VMs, some with snapshots.
func (g *generator) populate(vm string) {
	switch n := g.rng.IntN(100); {
	case n < 75:
		g.start(vm)
	case n < 77:
		g.start(vm)
		g.pause(vm)
	case n < 80:
		g.start(vm)
		g.suspend(vm)
	}
	if g.rng.IntN(15) == 0 {
		g.snapshot(vm)
	}
	if g.rng.IntN(8) == 0 {
		g.insert(vm)
	}
}

func (g *generator) name() string {
	g.number++
	if g.number%11 == 5 {
		return oddNames[g.number/11%len(oddNames)]
	}
	return fmt.Sprintf("%s-%s-%03d", g.pick(environments), g.pick(roles), g.number)
}

func (g *generator) disk(vm, name string, n int, size int64) {
	sr := cmp.Or(g.pick(g.sharedSRs), null)
	if host := g.pick(g.hosts); g.rng.IntN(4) == 0 && g.localSR[host] != "" {
		sr = g.localSR[host]
	}
	vdi := g.add("VDI", fields{
		"name_label": fmt.Sprintf("%s disk %d", name, n), "name_description": "Created by template provisioner", "SR": sr, "virtual_size": size,
		"physical_utilisation": size / 3, "type": map[bool]string{true: "system", false: "user"}[n == 0], "location": g.uuid(), "managed": true,
		"allow_caching": false, "on_boot": "persist", "sm_config": map[string]string{"vhd-parent": g.uuid(), "vdi_type": "vhd"},
		"allowed_operations": []string{"generate_config", "clone", "snapshot"}, "other_config": map[string]string{"content_id": g.uuid()},
	})
	g.add("VBD", vbd(vm, vdi, n, "Disk"))
}

func vbd(vm, vdi string, n int, typ string) fields {
	return fields{
		"VM": vm, "VDI": vdi, "userdevice": fmt.Sprint(n), "device": "xvd" + string(rune('a'+n)), "bootable": n == 0, "type": typ,
		"mode": map[bool]string{true: "RO", false: "RW"}[typ == "CD"], "empty": isNull(vdi), "unpluggable": typ != "CD", "metrics": null,
		"allowed_operations": []string{"attach", "unpause", "insert"}, "qos_supported_algorithms": []string{}, "other_config": map[string]string{"owner": ""},
	}
}

func (g *generator) vif(vm string, n int) {
	net := cmp.Or(g.pick(g.networks), null)
	g.add("VIF", fields{
		"VM": vm, "network": net, "device": fmt.Sprint(n), "MAC": g.mac(), "MTU": 1500, "MAC_autogenerated": true, "metrics": null,
		"locking_mode": "network_default", "ipv4_configuration_mode": "None", "ipv6_configuration_mode": "None",
		"allowed_operations": []string{"attach", "unplug"},
	})
}
