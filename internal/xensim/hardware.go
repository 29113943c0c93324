package xensim

import (
	"fmt"
	"math"
)

var nan = math.NaN()

func (g *generator) network(label, bridge string) {
	g.networks = append(g.networks, g.add("network", fields{
		"name_label": label, "bridge": bridge, "MTU": 1500, "managed": true, "default_locking_mode": "unlocked",
		"other_config": map[string]string{"automatic": "true"},
	}))
}

// host makes a host with its metrics, its control domain, its network interfaces and its local storage.
func (g *generator) host(i int) {
	ref, metrics, dom0 := g.ref(), g.ref(), g.ref()
	name := fmt.Sprintf("xen%02d", i+1)
	// Of loopback, since syncd looks for a master that is gone at the addresses of its hosts.
	address := fmt.Sprintf("127.1.%d.%d", i/200, i%200+11)
	memory := int64(256) << (i % 3) * gib
	g.hosts = append(g.hosts, ref)
	g.addAs("host_metrics", metrics, fields{"live": true, "memory_total": memory, "memory_free": memory / 3, "last_updated": g.now})
	g.addAs("host", ref, fields{
		"name_label": name, "name_description": "Default install", "address": address, "hostname": name + ".example.test",
		"enabled": true, "metrics": metrics, "control_domain": dom0, "API_version_major": 2, "API_version_minor": 21,
		"API_version_vendor": "XenSource", "sched_policy": "credit", "edition": "xcp-ng", "display": "enabled",
		"allowed_operations": []string{"vm_migrate", "evacuate", "provision", "vm_resume", "vm_start"},
		"capabilities":       []string{"xen-3.0-x86_64", "hvm-3.0-x86_32", "hvm-3.0-x86_32p", "hvm-3.0-x86_64", ""},
		"software_version": map[string]string{"product_version": "8.3.0", "product_version_text": "8.3", "platform_name": "XCP", "platform_version": "3.4.0",
			"product_brand": "XCP-ng", "build_number": "cloud", "hostname": "localhost", "date": "20260224T12:54:12Z", "xapi": "24.19",
			"xen": "4.17.5-3", "linux": "4.19.0+1", "network_backend": "openvswitch", "db_schema": "5.783"},
		"other_config":          map[string]string{"agent_start_time": "1772300000.", "boot_time": "1772299900.", "iscsi_iqn": "iqn.2026-03.test.example:" + name},
		"supported_bootloaders": []string{"pygrub", "eliloader"},
		"cpu_info": map[string]string{"cpu_count": "32", "socket_count": "2", "threads_per_core": "2", "vendor": "GenuineIntel", "speed": "2394.371",
			"modelname": "Intel(R) Xeon(R) Gold 6148 CPU @ 2.40GHz", "family": "6", "model": "85", "stepping": "4",
			"flags": "fpu de tsc msr pae mce cx8 apic sep mca cmov pat clflush acpi mmx fxsr sse sse2 ht syscall nx lm constant_tsc"},
		"bios_strings": map[string]string{"bios-vendor": "Dell Inc.", "bios-version": "2.10.2", "system-manufacturer": "Dell Inc.",
			"system-product-name": "PowerEdge R640", "system-serial-number": fmt.Sprintf("ABC%04d", i), "hp-rombios": ""},
		"license_params":                     map[string]string{"expiry": "20360301T00:00:00Z", "sku_type": "free"},
		"license_server":                     map[string]string{"address": "localhost", "port": "27000"},
		"logging":                            map[string]string{"syslog_destination": "10.0.0.9"},
		"chipset_info":                       map[string]string{"iommu": "true"},
		"power_on_mode":                      "DRAC",
		"power_on_config":                    map[string]string{"power_on_ip": "10.9.0.1", "power_on_user": "root", "power_on_password_secret": g.uuid()},
		"tags":                               []string{"rack-" + fmt.Sprint(i/10+1)},
		"virtual_hardware_platform_versions": []any{int64(0), int64(1), int64(2)},
		"memory_overhead":                    1464 * mib, "multipathing": i%2 == 1, "iscsi_iqn": "iqn.2026-03.test.example:" + name,
		"tls_verification_enabled": true, "numa_affinity_policy": "default_policy", "latest_synced_updates_applied": "unknown",
		"ssh_enabled": true, "timezone": "Europe/Berlin", "ntp_mode": "custom", "ntp_custom_servers": []string{"10.0.0.2"},
	})
	g.controlDomain(dom0, ref, name)
	for n, net := range g.networks {
		g.pif(ref, net, n, address)
	}
	g.localSR[ref] = g.sr("Local storage", "ext", "user", false, 480*gib, ref, map[string]string{"device": "/dev/sda3"})
	g.sr("DVD drives", "udev", "iso", false, 1*gib, ref, map[string]string{"location": "/dev/xapi/cd"})
	g.sr("Removable storage", "udev", "disk", false, 0, ref, map[string]string{"location": "/dev/xapi/block"})
}

// pif makes a host's interface to one of the first networks: eth0, eth1, and a VLAN on each.
func (g *generator) pif(host, network string, n int, address string) {
	f := fields{
		"device": fmt.Sprintf("eth%d", n%2), "network": network, "host": host, "MAC": g.mac(), "MTU": 1500, "VLAN": -1, "metrics": g.ref(),
		"physical": true, "currently_attached": true, "ip_configuration_mode": "None", "ipv6_configuration_mode": "None",
		"primary_address_type": "IPv4", "managed": true, "properties": map[string]string{"gro": "on"}, "igmp_snooping_status": "unknown",
		"IPv6": []string{"fe80::1/64"}, "capabilities": []string{"sriov"},
	}
	switch {
	case n == 0:
		f["management"], f["ip_configuration_mode"], f["IP"], f["netmask"] = true, "Static", address, "255.255.0.0"
		f["gateway"], f["DNS"] = "10.0.0.1", "10.0.0.2,10.0.0.3"
	case n > 1:
		f["VLAN"], f["physical"], f["VLAN_master_of"] = 100+10*n, false, g.ref()
	}
	vlan, metrics := f["VLAN_master_of"], f["metrics"].(string)
	pif := g.add("PIF", f)
	g.apart(func() {
		g.carrier(metrics, nics[n%2], f["physical"] == true)
		if vlan != nil {
			g.vlan(vlan.(string), pif, host, f)
		}
	})
}

// sr makes a storage repository, with a connection to each of its hosts: the one given, or all.
func (g *generator) sr(label, typ, content string, shared bool, size int64, host string, config map[string]string) string {
	ref := g.add("SR", fields{
		"name_label": label, "type": typ, "content_type": content, "shared": shared, "physical_size": size,
		"physical_utilisation": size / 4, "virtual_allocation": size / 2,
		"allowed_operations": []string{"vdi_create", "vdi_clone", "scan", "vdi_destroy", "plug", "unplug"},
		"other_config":       map[string]string{"i18n-key": "local-storage", "auto-scan": "true"},
		"sm_config":          map[string]string{"devserial": "scsi-" + g.uuid()[:8]}, "is_tools_sr": label == "XCP-ng Tools",
	})
	hosts := []string{host}
	if shared {
		hosts = g.hosts
	}
	for _, h := range hosts {
		g.add("PBD", fields{"host": h, "SR": ref, "device_config": config, "currently_attached": true})
	}
	return ref
}

// storage makes what the hosts share. The credentials are nobody's.
func (g *generator) storage() {
	g.sharedSRs = append(g.sharedSRs,
		g.sr("NFS virtual disk storage", "nfs", "user", true, 16<<10*gib, "",
			map[string]string{"server": "10.0.0.50", "serverpath": "/export/xen", "options": ""}),
		g.sr(`iSCSI <tier 1> & "fast"`, "lvmoiscsi", "user", true, 8<<10*gib, "",
			map[string]string{"target": "10.0.0.60", "targetIQN": "iqn.2001-05.test:tank", "SCSIid": "36001405f1", "port": "3260",
				"chapuser": "syncd", "chappassword": "chap-is-a-secret", "incoming_chapuser": "array", "incoming_chappassword": "array-is-a-secret"}))
	library := g.sr("ISO library", "iso", "iso", true, 512*gib, "",
		map[string]string{"location": "//10.0.0.70/iso", "type": "cifs", "username": "iso", "cifspassword": "cifs-is-a-secret"})
	tools := g.sr("XCP-ng Tools", "iso", "iso", true, 1*gib, "", map[string]string{"location": "/opt/xensource/packages/iso", "legacy_mode": "true"})
	for _, name := range []string{"debian-12.8.0-amd64-netinst.iso", "SERVER_EVAL_x64FRE_en-us.iso", "Rocky-9.5-x86_64-dvd.iso"} {
		g.isos = append(g.isos, g.iso(library, name, false))
	}
	g.isos = append(g.isos, g.iso(tools, "guest-tools.iso", true))
}

func (g *generator) iso(sr, name string, tools bool) string {
	return g.add("VDI", fields{
		"name_label": name, "SR": sr, "virtual_size": 700 * mib, "physical_utilisation": 700 * mib, "type": "user", "read_only": true,
		"location": name, "managed": true, "is_tools_iso": tools, "on_boot": "persist",
	})
}
