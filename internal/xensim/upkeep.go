package xensim

import "slices"

// upkeep does one thing to what stands around hosts and VMs, where this pool has it.
func (g *generator) upkeep() {
	switch g.rng.IntN(7) {
	case 0:
		g.flap(g.any("Bond"))
	case 1:
		g.renew(g.any("Certificate"))
	case 2:
		if appliance := g.any("VM_appliance"); appliance != "" {
			g.set("VM", g.anyVM(), fields{"appliance": g.pick([]string{appliance, null})})
		}
	case 3:
		g.apply(g.any("pool_update"), g.pick(g.hosts))
	case 4:
		if group, vm := g.any("VM_group"), g.anyVM(); group != "" && vm != "" && !slices.Contains(g.strings("VM", vm, "groups"), group) {
			g.leave(vm)
			g.set("VM_group", group, fields{"VMs": append(g.strings("VM_group", group, "VMs"), vm)})
		}
	case 5:
		g.set("host_cpu", g.any("host_cpu"), fields{"utilisation": g.rng.Float64()})
		g.set("PIF_metrics", g.any("PIF_metrics"), fields{"last_updated": g.now})
	case 6:
		vusb := g.any("VUSB")
		g.set("VUSB", vusb, fields{"currently_attached": g.value("VUSB", vusb, "currently_attached") == false})
	}
}

// flap lets a link of a bond go down, or come up again.
func (g *generator) flap(bond string) {
	slaves := g.strings("Bond", bond, "slaves")
	if len(slaves) == 0 {
		return
	}
	slave := g.pick(slaves)
	metrics, _ := g.value("PIF", slave, "metrics").(string)
	g.link(slave, g.value("PIF_metrics", metrics, "carrier") == false)
	up := 0
	for _, slave := range slaves {
		metrics, _ := g.value("PIF", slave, "metrics").(string)
		if g.value("PIF_metrics", metrics, "carrier") == true {
			up++
		}
	}
	g.set("Bond", bond, fields{"links_up": up})
}

// renew makes another certificate in place of one: for its host, or of its authority.
func (g *generator) renew(certificate string) {
	if certificate == "" {
		return
	}
	f := fields{"not_after": g.now.AddDate(10, 0, 0)}
	for _, name := range []string{"type", "name", "host"} {
		f[name] = g.value("Certificate", certificate, name)
	}
	g.remove("Certificate", certificate)
	g.certificate(f)
}

// apply installs an update on a host, which wants a restart then, or notes that it was restarted.
func (g *generator) apply(update, host string) {
	if update == "" {
		return
	}
	if hosts := g.strings("pool_update", update, "hosts"); !slices.Contains(hosts, host) {
		g.set("pool_update", update, fields{"hosts": append(hosts, host)})
		g.set("host", host, fields{"updates_requiring_reboot": append(g.strings("host", host, "updates_requiring_reboot"), update)})
		return
	}
	g.set("host", host, fields{"updates_requiring_reboot": []string{}})
}
