package xensim

// moreOddities plants what is wrong in many a pool and hard to see: doubles, what nobody uses, what fits nowhere.
func (g *generator) moreOddities() {
	vms := append(g.vms("Running", 8), g.vms("Halted", 2)...)
	if len(vms) < 3 {
		return
	}
	a, b, c := vms[1], vms[2], vms[len(vms)-1]
	g.set("VIF", g.interfaceOf(b), fields{"MAC": g.value("VIF", g.interfaceOf(a), "MAC")})
	g.set("VM", c, fields{"name_label": g.value("VM", b, "name_label")})
	// One VM on a network that is inside each host, one on a network that one host has, one on that of the bonds.
	for n, label := range []string{"Internal, without a port", "SR-IOV of eth1", "Bond 2+3 <storage>"} {
		for _, network := range g.refs("network", func(ref string) bool { return g.value("network", ref, "name_label") == label }) {
			g.set("VIF", g.interfaceOf(vms[n%len(vms)]), fields{"network": network})
		}
	}
	g.giant(b)
	for _, days := range []int{40, 10, 1} { // each is the parent of the next
		now := g.now
		g.now = now.AddDate(0, 0, -days)
		g.snapshot(a)
		g.now = now
	}
	for _, sr := range append(g.sharedSRs[:1:1], g.localSR[g.hosts[0]]) {
		g.add("VDI", fields{
			"name_label": "Left behind <old server>", "SR": sr, "virtual_size": 50 * gib, "physical_utilisation": 20 * gib, "type": "user", "location": g.uuid(),
			"managed": true, "on_boot": "persist", "sm_config": map[string]string{"vdi_type": "vhd"},
		})
	}
	// Old drivers show the base that clones go on from as a disk like any other.
	base := g.add("VDI", fields{
		"name_label": "base copy", "SR": g.sharedSRs[0], "virtual_size": 8 * gib, "physical_utilisation": 2 * gib, "type": "user", "location": g.uuid(),
		"managed": true, "read_only": true, "on_boot": "persist", "sm_config": map[string]string{"vdi_type": "vhd"},
	})
	for _, vdi := range g.disksOf(a) {
		g.set("VDI", vdi, fields{"sm_config": map[string]string{"vhd-parent": g.value("VDI", base, "uuid").(string), "vdi_type": "vhd"}})
	}
	last := g.hosts[len(g.hosts)-1]
	for _, pbd := range g.strings("host", last, "PBDs") {
		if len(g.hosts) > 1 && g.value("PBD", pbd, "SR") == g.sharedSRs[1] {
			g.set("PBD", pbd, fields{"currently_attached": false})
		}
	}
}

// interfaceOf is a VM's first.
func (g *generator) interfaceOf(vm string) string {
	if vifs := g.strings("VM", vm, "VIFs"); len(vifs) > 0 {
		return vifs[0]
	}
	return ""
}

// giant lets a VM have nearly all memory of its host, which is moved to the largest: it fits nowhere else.
func (g *generator) giant(vm string) {
	host, memory := "", int64(0)
	for _, h := range g.hosts {
		metrics, _ := g.value("host", h, "metrics").(string)
		if total, _ := g.value("host_metrics", metrics, "memory_total").(int64); total > memory {
			host, memory = h, total
		}
	}
	memory = memory / 16 * 15
	g.set("VM", vm, fields{
		"memory_static_max": memory, "memory_dynamic_max": memory, "memory_dynamic_min": memory, "memory_static_min": memory / 2,
	})
	if g.value("VM", vm, "power_state") == "Running" {
		g.set("VM", vm, fields{"resident_on": host, "memory_target": memory})
		g.set("VM_metrics", g.metrics(vm), fields{"memory_actual": memory})
		g.seat(vm)
	}
}
