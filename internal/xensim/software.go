package xensim

import "fmt"

// software makes drivers, updates, certificates and what else hosts have installed.
func (g *generator) software() {
	for _, typ := range []string{"ext", "nfs", "lvmoiscsi", "iso", "udev"} {
		g.add("SM", fields{"name_label": typ + " driver", "type": typ, "vendor": "Citrix Systems Inc", "version": "3.2", "required_api_version": "1.0",
			"driver_filename": "/opt/xensource/sm/" + typ + "SR", "capabilities": []string{"SR_PROBE", "VDI_CREATE"}, "features": pairs{{"SR_PROBE", int64(1)}, {"VDI_CREATE", int64(2)}},
			"configuration": map[string]string{"server": "hostname or IP address of the server (required)", "password": "password for it (optional)"}})
	}
	update := g.add("pool_update", fields{"name_label": "XS82ECU1001", "name_description": "Fixes & <more>", "version": "1.0", "installation_size": 12 * mib,
		"key": "update-key", "hosts": g.hosts, "after_apply_guidance": []string{"restartHost"}})
	patch := g.add("pool_patch", fields{"name_label": "XS82ECU1001", "version": "1.0", "pool_applied": true, "pool_update": update, "after_apply_guidance": []string{"restartHost"}})
	repository := g.add("Repository", fields{"name_label": "base", "binary_url": "https://repo.example/base", "source_url": "https://repo.example/src", "origin": "remote"})
	g.set("pool", g.refs("pool")[0], fields{"repositories": []string{repository}})
	cluster := g.add("Cluster", fields{"cluster_stack": "corosync", "cluster_stack_version": 3, "cluster_token": "token-is-a-secret", "token_timeout": 20.0,
		"token_timeout_coefficient": 1.0, "pool_auto_join": true, "is_quorate": true, "quorum": len(g.hosts)/2 + 1, "live_hosts": len(g.hosts), "expected_hosts": len(g.hosts)})
	g.certificate(null, "ca", "ca-<trusted>.pem", 3000)
	for i, host := range g.hosts {
		g.add("host_patch", fields{"host": host, "pool_patch": patch, "name_label": "XS82ECU1001", "version": "1.0", "applied": true, "timestamp_applied": g.past(90)})
		g.certificate(host, "host", "", 20+700*(i%3)-40*(i%5))
		g.certificate(host, "host_internal", "", 3650)
		g.add("Feature", fields{"host": host, "name_label": "vgpu_migration", "name_description": "", "enabled": true, "version": "1.0"})
		g.add("Host_driver", fields{"host": host, "name": "i40e", "friendly_name": "Intel i40e", "type": "network", "info": "", "active_variant": g.ref(), "selected_variant": null})
		pif := null
		if pifs := g.strings("host", host, "PIFs"); len(pifs) > 0 {
			pif = pifs[0]
		}
		g.add("Cluster_host", fields{"cluster": cluster, "host": host, "enabled": true, "PIF": pif, "joined": true, "live": i%7 != 6, "last_update_live": g.now})
		if i%4 == 1 {
			g.set("host", host, fields{"updates_requiring_reboot": []string{update}, "pending_guidances": []string{"reboot_host"}})
		}
	}
	for i := range 3 {
		g.add("subject", fields{"subject_identifier": fmt.Sprintf("S-1-5-21-%d", 1000+i), "roles": []string{g.ref()},
			"other_config": map[string]string{"subject-name": fmt.Sprintf("LAB\\user%d", i), "subject-account-locked": "false"}})
	}
	g.add("SDN_controller", fields{"protocol": "ssl", "address": "10.0.0.80", "port": 6632})
	site := g.add("PVS_site", fields{"name_label": "PVS <site>", "PVS_uuid": g.uuid()})
	g.add("PVS_server", fields{"site": site, "addresses": []string{"10.0.0.91", "10.0.0.90"}, "first_port": 6910, "last_port": 6930})
	g.add("PVS_cache_storage", fields{"site": site, "host": g.hosts[0], "SR": g.localSR[g.hosts[0]], "size": gib})
	if vifs := g.refs("VIF"); len(vifs) > 0 {
		g.add("PVS_proxy", fields{"site": site, "VIF": vifs[0], "status": "caching", "currently_attached": true})
	}
}

// groups puts VMs into vApps, groups and snapshot schedules.
func (g *generator) groups() {
	apps := []string{g.add("VM_appliance", fields{"name_label": `Shop "front"`, "name_description": "web & db"}), g.add("VM_appliance", fields{"name_label": "Empty"})}
	schedule := g.add("VMSS", fields{"name_label": "nightly", "enabled": true, "type": "snapshot", "frequency": "daily", "retained_snapshots": 7,
		"schedule": map[string]string{"hour": "2", "min": "30"}, "last_run_time": g.past(1)})
	var members []string
	for n := range 12 {
		vm := g.anyVM()
		if vm == "" {
			break
		}
		switch n % 3 {
		case 0:
			g.set("VM", vm, fields{"appliance": apps[0]})
		case 1:
			g.set("VM", vm, fields{"snapshot_schedule": schedule})
		default:
			members = append(members, vm)
		}
	}
	g.add("VM_group", fields{"name_label": "apart", "placement": "anti_affinity", "VMs": members})
}
