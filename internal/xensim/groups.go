package xensim

// together makes what binds VMs: appliances, snapshot schedules and groups.
func (g *generator) together() {
	vms := append(g.vms("Running", 12), g.vms("Halted", 3)...)
	share := func(n int) []string { // of the VMs, every third
		var out []string
		for i, vm := range vms {
			if i%3 == n {
				out = append(out, vm)
			}
		}
		return out
	}
	for n, name := range []string{"three-tier <shop>", "backup & restore", "empty"} {
		appliance := g.add("VM_appliance", fields{"name_label": name, "allowed_operations": []string{"start", "clean_shutdown", "hard_shutdown"}})
		if n < 2 {
			for order, vm := range share(n) {
				g.set("VM", vm, fields{"appliance": appliance, "order": order, "start_delay": int64(30 * order)})
			}
		}
	}
	for n, name := range []string{"nightly", "weekly \"frozen\""} {
		schedule := g.add("VMSS", fields{
			"name_label": name, "enabled": n == 0, "type": []string{"snapshot", "checkpoint"}[n], "retained_snapshots": 7 - n, "frequency": []string{"daily", "weekly"}[n],
			"schedule": []map[string]string{{"hour": "2", "min": "30"}, {"hour": "4", "min": "0", "days": "Sunday"}}[n], "last_run_time": g.now.AddDate(0, 0, -n),
		})
		for _, vm := range share(2 - n) {
			g.set("VM", vm, fields{"snapshot_schedule": schedule})
		}
	}
	g.add("VM_group", fields{"name_label": "apart <ha>", "placement": "anti_affinity", "VMs": share(0)})
	g.add("VM_group", fields{"name_label": "normal", "placement": "normal", "VMs": share(1)})
}

// leave takes a VM out of its groups.
func (g *generator) leave(vm string) {
	for _, group := range g.strings("VM", vm, "groups") {
		var others []string
		for _, member := range g.strings("VM_group", group, "VMs") {
			if member != vm {
				others = append(others, member)
			}
		}
		g.set("VM_group", group, fields{"VMs": others})
	}
}

// directory makes who may log in beside root.
func (g *generator) directory() {
	for _, name := range []string{`EXAMPLE\jürgen`, `EXAMPLE\"ops" <team>`} {
		g.add("subject", fields{
			"subject_identifier": "S-1-5-21-" + g.uuid()[:8], "roles": []string{g.ref()}, // the class role is not mirrored
			"other_config": map[string]string{"subject-name": name, "subject-is-group": "false", "subject-account-disabled": "false", "subject-password-expired": "false"},
		})
	}
}

// features makes what is switched on in a host.
func (g *generator) features(i int, host string) {
	for n, name := range []string{"corosync", "usb_passthrough"} {
		g.add("Feature", fields{"name_label": name, "name_description": "<preview> & more", "enabled": (i+n)%2 == 0, "experimental": n == 0, "version": "1.0", "host": host})
	}
}

// cluster makes that of the hosts for shared GFS2 storage. The token is nobody's. A host has not joined.
func (g *generator) cluster() {
	cluster := g.add("Cluster", fields{
		"cluster_token": "cluster-token-is-a-secret", "cluster_stack": "corosync", "cluster_stack_version": 3, "pool_auto_join": true, "token_timeout": 20.0,
		"token_timeout_coefficient": 1.0, "is_quorate": true, "quorum": len(g.hosts)/2 + 1, "live_hosts": len(g.hosts), "expected_hosts": len(g.hosts),
		"cluster_config": map[string]string{"name": "lab & <lab>", "token": "config-token-is-a-secret"}, "allowed_operations": []string{"add", "remove"},
	})
	for i, host := range g.hosts {
		g.add("Cluster_host", fields{
			"cluster": cluster, "host": host, "PIF": g.port(host, "bond0"), "enabled": i != 1, "joined": i != 1, "live": i != 1, "last_update_live": g.now,
		})
	}
}

// provisioning makes what streams disks to VMs (PVS), what steers their networks, and the TPMs of those that start by UEFI.
func (g *generator) provisioning() {
	site := g.add("PVS_site", fields{"name_label": "Farm <1>", "PVS_uuid": g.uuid()})
	for n := range 2 {
		g.add("PVS_server", fields{"addresses": []string{"10.4.0.1", "10.4.1.1"}[n:], "first_port": 6910, "last_port": 6930, "site": site})
	}
	for _, host := range g.hosts[:min(len(g.hosts), 3)] {
		g.add("PVS_cache_storage", fields{"host": host, "site": site, "SR": g.localSR[host], "size": 10 * gib})
	}
	for n, vm := range g.vms("Running", 2) {
		for _, vif := range g.strings("VM", vm, "VIFs")[:1] {
			g.add("PVS_proxy", fields{"site": site, "VIF": vif, "currently_attached": n == 0, "status": []string{"caching", "stopped"}[n]})
		}
	}
	g.add("SDN_controller", fields{"protocol": "ssl", "address": "10.0.0.90", "port": 6640})
	for n, vm := range append(g.vms("Running", 3), g.vms("Halted", 1)...) {
		g.add("VTPM", fields{"VM": vm, "backend": null, "is_protected": n == 0, "is_unique": n == 1, "persistence_backend": "xapi"})
	}
}
