package xensim

import (
	"fmt"
	"strings"
	"time"
)

// storageDrivers makes the SMs, the drivers of storage.
func (g *generator) storageDrivers() {
	for _, d := range []struct{ typ, name, help string }{
		{"ext", "Local EXT3 VHD", "device"}, {"lvm", "Local VHD on LVM", "device"}, {"nfs", "NFS VHD", "serverpath"}, {"iso", "ISO", "location"},
		{"lvmoiscsi", "VHD over iSCSI", "chappassword"}, {"lvmohba", "VHD over FibreChannel", "SCSIid"}, {"smb", "SMB VHD", "password"},
		{"udev", "udev", "location"}, {"file", "Filesystem", "location"}, {"gfs2", "GFS2 <clustered> & thin", "provider"},
	} {
		f := fields{
			"type": d.typ, "name_label": d.name, "name_description": "SR plugin which represents disks as files or volumes", "vendor": "Citrix Systems Inc",
			"copyright": "(C) 2008 Citrix Systems Inc", "version": "3.2", "required_api_version": "1.0", "driver_filename": "/opt/xensource/sm/" + strings.ToUpper(d.typ) + "SR",
			"configuration": map[string]string{d.help: d.help + " for the storage (required)"},
			"capabilities":  []string{"SR_PROBE", "SR_UPDATE", "VDI_CREATE", "VDI_DELETE", "VDI_SNAPSHOT"},
			"features":      map[string]any{"SR_PROBE": int64(1), "VDI_CREATE": int64(1), "VDI_SNAPSHOT": int64(2)},
		}
		if d.typ == "gfs2" {
			f["required_cluster_stack"] = []string{"corosync"}
		}
		g.add("SM", f)
	}
}

// software makes what the hosts run: patches of old releases, updates and repositories of newer ones. The last host has an
// older build, misses an update, and is to be restarted.
func (g *generator) software() {
	last := g.hosts[len(g.hosts)-1]
	if g.inv.has("pool_update") {
		g.updates(last)
	} else {
		g.patches(last)
	}
	var repositories []string
	for n, name := range []string{"Base", `Updates "testing" <weekly>`} {
		repositories = append(repositories, g.add("Repository", fields{
			"name_label": name, "binary_url": fmt.Sprintf("https://repo.example.test/%d", n), "source_url": fmt.Sprintf("https://repo.example.test/src/%d", n),
			"update": n == 1, "hash": g.uuid(), "up_to_date": n == 0, "origin": "remote",
		}))
	}
	if repositories[0] != null {
		g.set("pool", g.any("pool"), fields{"repositories": repositories, "last_update_sync": g.now.AddDate(0, 0, -3)})
	}
	for i, host := range g.hosts {
		g.licence(i, host)
		for n, name := range []string{"ixgbe", "mlx5_core"} {
			g.add("Host_driver", fields{
				"host": host, "name": name, "friendly_name": "Driver <" + name + ">", "type": "network", "description": "Network driver & firmware",
				"info": "https://example.test/" + name, "active_variant": g.driverVariants[2*n], "selected_variant": g.driverVariants[2*n+i%2],
				"variants": g.driverVariants[2*n : 2*n+2],
			})
		}
	}
	if len(g.hosts) == 1 {
		return
	}
	software, _ := g.value("host", last, "software_version").(pairs)
	old := append(pairs{}, software...)
	for i, p := range old {
		if text, ok := map[string]string{"product_version": "8.2.1", "product_version_text": "8.2", "build_number": "release/yangtze/master/58", "xapi": "1.20", "xen": "4.13.5-9.40"}[p.key]; ok {
			old[i].value = text
		}
	}
	g.set("host", last, fields{
		"software_version": old, "pending_guidances": []string{"reboot_host"}, "pending_guidances_recommended": []string{"restart_toolstack"},
		"pending_guidances_full": []string{"reboot_host"}, "latest_synced_updates_applied": "no", "last_software_update": g.now.AddDate(-1, 0, 0),
	})
	for _, vm := range g.vms("Running", 2) {
		g.set("VM", vm, fields{"pending_guidances": []string{"restart_vm"}, "requires_reboot": true})
	}
}

// updates makes pool_updates: applied everywhere; missing on the last host; applied there, but waiting for a restart; nowhere.
func (g *generator) updates(last string) {
	but := g.hosts[:len(g.hosts)-1]
	for n, hosts := range [][]string{g.hosts, but, g.hosts, nil} {
		update := g.add("pool_update", fields{
			"name_label": fmt.Sprintf("XS8%d", n), "name_description": "Security & <stability>", "version": fmt.Sprintf("1.%d", n), "key": "oem",
			"installation_size": int64(n+1) * 100 * mib, "after_apply_guidance": [][]string{{"restartHost"}, {"restartXAPI"}, {"restartHost"}, {"restartHVM"}}[n],
			"hosts": hosts, "enforce_homogeneity": n == 1,
		})
		if n == 2 {
			g.set("host", last, fields{"updates_requiring_reboot": []string{update}})
		}
	}
}

// patches makes the pool_patches of before 7.1: applied everywhere; missing on the last host; uploaded, and applied nowhere.
func (g *generator) patches(last string) {
	but := g.hosts[:len(g.hosts)-1]
	for n, hosts := range [][]string{g.hosts, but, nil} {
		name := fmt.Sprintf("XS62E%03d", n+1)
		patch := g.add("pool_patch", fields{
			"name_label": name, "name_description": "Public <hotfix>", "version": "1.0", "size": int64(n+1) * mib, "pool_applied": n == 0,
			"after_apply_guidance": []string{"restartHost"},
		})
		for _, host := range hosts {
			g.add("host_patch", fields{
				"name_label": name, "version": "1.0", "host": host, "pool_patch": patch, "applied": true, "size": int64(n+1) * mib, "timestamp_applied": g.past(300),
			})
		}
	}
	if g.inv.has("pool_patch") {
		g.add("host_patch", fields{"name_label": "half applied", "version": "1.1", "host": last, "pool_patch": null})
	}
}

// licence gives a host its own: long valid, soon at its end, at its end, for ever, and one that is no date.
func (g *generator) licence(i int, host string) {
	const layout = "20060102T15:04:05Z"
	expiry := []string{
		"20360301T00:00:00Z", g.now.AddDate(0, 0, 20).Format(layout), g.now.AddDate(0, 0, -5).Format(layout), "never", "20250231T00:00:00Z <soon>",
	}[i%5]
	g.set("host", host, fields{"license_params": map[string]string{"expiry": expiry, "sku_type": "free", "grace": "no"}})
	if i == 1 {
		g.set("host", host, fields{"ssh_enabled_timeout": 3600, "ssh_expiry": g.now.Add(3600e9), "ssh_auto_mode": true})
	}
}

// certificates makes those of the hosts, and two of authorities, of which one has expired.
func (g *generator) certificates() {
	for i, host := range g.hosts {
		until := g.now.AddDate(9, 0, 0)
		switch i {
		case 1:
			until = g.now.AddDate(0, 0, 12)
		case 2:
			until = g.now.AddDate(0, 0, -2)
		}
		g.certificate(fields{"type": "host", "host": host, "not_after": until})
		g.certificate(fields{"type": "host_internal", "host": host, "not_after": g.now.AddDate(9, 0, 0)})
	}
	g.certificate(fields{"type": "ca", "name": `corp <root> & "sub".pem`, "not_after": g.now.AddDate(3, 0, 0)})
	g.certificate(fields{"type": "ca", "name": "old-ca.pem", "not_after": g.now.AddDate(-1, 0, 0)})
}

func (g *generator) certificate(f fields) {
	digest := strings.ToUpper(strings.ReplaceAll(g.uuid(), "-", ":"))
	f["not_before"] = f["not_after"].(time.Time).AddDate(-10, 0, 0)
	f["fingerprint"], f["fingerprint_sha256"], f["fingerprint_sha1"] = digest, digest, digest[:23]
	f["purpose"] = []string{}
	g.add("Certificate", f)
}
