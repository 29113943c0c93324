package xensim

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Change does n changes of a pool's life: VMs start, stop, migrate, suspend, appear, vanish, are renamed …
// What it does follows from the seed and what was done before.
func (s *Sim) Change(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range n {
		s.life.change()
	}
}

// Live does Options.Rate changes a second until the context ends. It returns at once where the rate is 0.
func (s *Sim) Live(ctx context.Context) {
	if s.o.Rate <= 0 {
		return
	}
	ticker := time.NewTicker(max(time.Duration(float64(time.Second)/s.o.Rate), time.Microsecond))
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			s.Change(1)
		}
	}
}

// change does one thing that its VM's state allows.
func (g *generator) change() {
	g.now = g.now.Add(time.Duration(1+g.rng.IntN(60)) * time.Second)
	vm := g.anyVM()
	if vm == "" || g.rng.IntN(12) == 0 {
		g.appear()
		return
	}
	switch n := g.rng.IntN(12); {
	case n == 0:
		g.set("VM", vm, fields{"name_label": g.name()})
	case n == 1:
		g.set("VM", vm, fields{"tags": g.some(tags, g.rng.IntN(4)), "name_description": g.pick(descriptions)})
	case n == 2:
		g.snapshot(vm)
		g.tell("VM_SNAPSHOTTED", vm)
	case n == 3:
		g.forget(vm)
	case n == 4:
		g.insert(vm)
	case n == 5:
		g.tick()
	default:
		g.power(vm)
	}
}

// power changes the power state of a VM, or its host.
func (g *generator) power(vm string) {
	switch g.value("VM", vm, "power_state") {
	case "Running":
		switch g.rng.IntN(6) {
		case 0, 1:
			g.halt(vm)
			g.tell("VM_SHUTDOWN", vm)
		case 2:
			g.suspend(vm)
			g.tell("VM_SUSPENDED", vm)
		case 3:
			g.pause(vm)
			g.tell("VM_PAUSED", vm)
		default:
			g.migrate(vm)
			g.tell("VM_MIGRATED", vm)
		}
	case "Halted":
		if g.rng.IntN(5) == 0 {
			g.vanish(vm)
			return
		}
		g.start(vm)
		g.tell("VM_STARTED", vm)
	default: // Paused, Suspended: it goes on
		g.resume(vm)
		g.tell("VM_RESUMED", vm)
	}
}

// anyVM draws a VM that is no template, snapshot or control domain; "" where there seems to be none.
func (g *generator) anyVM() string {
	t := g.inv.tables["VM"]
	template, dom0 := t.place["is_a_template"], t.place["is_control_domain"]
	for range 200 {
		if len(t.rows) == 0 {
			break
		}
		o := t.rows[g.rng.IntN(len(t.rows))]
		if o.values[template] == false && o.values[dom0] == false {
			return o.ref
		}
	}
	return ""
}

// start boots a halted VM on some host.
func (g *generator) start(vm string) {
	host := g.pick(g.hosts)
	if host == "" {
		return
	}
	g.run(vm, host)
	g.set("VM", vm, fields{
		"last_booted_record":  fmt.Sprintf("('struct' ('uuid' '%s') ('power_state' 'Halted'))", g.value("VM", vm, "uuid")),
		"last_boot_CPU_flags": bootFlags,
	})
	g.set("VM_metrics", g.metrics(vm), fields{"start_time": g.now, "install_time": g.now.AddDate(0, -6, 0)})
	if g.rng.IntN(6) == 0 {
		return // no tools in this guest
	}
	sys := systems[int(g.rng.Int32())%len(systems)]
	for _, s := range systems {
		for _, p := range g.value("VM", vm, "other_config").(pairs) {
			if p.key == "base_template_name" && p.value == s.template {
				sys = s
			}
		}
	}
	ip := fmt.Sprintf("10.1.%d.%d", g.rng.IntN(256), g.rng.IntN(256))
	g.set("VM", vm, fields{"guest_metrics": g.add("VM_guest_metrics", fields{
		"os_version": sys.version, "PV_drivers_version": drivers,
		"PV_drivers_up_to_date": true, "PV_drivers_detected": true, "live": true, "last_updated": g.now,
		"networks":            map[string]string{"0/ip": ip, "0/ipv4/0": ip, "0/ipv6/0": "fe80::216:3eff:fe00:1"},
		"other":               features,
		"can_use_hotplug_vbd": "yes", "can_use_hotplug_vif": "yes",
	})})
}

// run makes a VM run on a host: after a boot and after a resume alike.
func (g *generator) run(vm, host string) {
	memory, cpus := g.value("VM", vm, "memory_dynamic_max"), g.value("VM", vm, "VCPUs_at_startup")
	g.state(vm, "Running", host)
	g.set("VM", vm, fields{"domid": 1 + g.rng.IntN(1000), "domarch": "x64", "memory_target": memory, "suspend_VDI": null})
	g.set("VM_metrics", g.metrics(vm), fields{
		"memory_actual": memory, "VCPUs_number": cpus, "last_updated": g.now, "hvm": true, "current_domain_type": "hvm",
		"VCPUs_utilisation": map[string]any{"0": g.rng.Float64(), "1": nan}, "VCPUs_CPU": map[string]any{"0": int64(3), "1": int64(7)},
		"VCPUs_flags": map[string]any{"0": []string{"online", "running"}, "1": []any{}}, "state": []string{"running"},
	})
	g.attach(vm, true)
}

// state gives a VM a power state, a host (null without one) and what is allowed with it then.
func (g *generator) state(vm, state, host string) {
	g.set("VM", vm, fields{"power_state": state, "resident_on": host, "allowed_operations": operations[state], "scheduled_to_be_resident_on": null})
	g.seat(vm)
}

func (g *generator) attach(vm string, attached bool) {
	for _, ref := range g.strings("VM", vm, "VBDs") {
		g.set("VBD", ref, fields{"currently_attached": attached})
	}
	for _, ref := range g.strings("VM", vm, "VIFs") {
		g.set("VIF", ref, fields{"currently_attached": attached})
	}
	for _, ref := range g.strings("VM", vm, "VUSBs") {
		g.set("VUSB", ref, fields{"currently_attached": attached})
	}
}

func (g *generator) pause(vm string) {
	g.state(vm, "Paused", g.value("VM", vm, "resident_on").(string))
}

func (g *generator) resume(vm string) {
	host := g.value("VM", vm, "resident_on").(string)
	if vdi := g.value("VM", vm, "suspend_VDI").(string); isNull(host) {
		g.remove("VDI", vdi)
		if host = g.pick(g.hosts); host == "" {
			return
		}
	}
	g.run(vm, host)
}

// halt is a shutdown. The guest's metrics go; the next boot makes others.
func (g *generator) halt(vm string) {
	g.stop(vm)
	g.state(vm, "Halted", null)
	g.remove("VM_guest_metrics", g.value("VM", vm, "guest_metrics").(string))
	g.set("VM", vm, fields{"guest_metrics": null})
}

// suspend keeps the guest's memory in a disk of its own.
func (g *generator) suspend(vm string) {
	g.stop(vm)
	g.state(vm, "Suspended", null)
	image := fields{"name_label": "Suspend image", "virtual_size": g.value("VM", vm, "memory_static_max"), "type": "suspend", "location": g.uuid(), "managed": true, "on_boot": "persist"}
	if len(g.sharedSRs) > 0 {
		image["SR"] = g.sharedSRs[0]
	}
	g.set("VM", vm, fields{"suspend_VDI": g.add("VDI", image)})
}

func (g *generator) stop(vm string) {
	g.set("VM", vm, fields{"domid": -1, "domarch": "", "memory_target": 0})
	g.set("VM_metrics", g.metrics(vm), fields{"VCPUs_number": 0, "VCPUs_CPU": pairs{}, "VCPUs_flags": pairs{}, "state": []string{"halted"}, "last_updated": g.now})
	g.attach(vm, false)
}

func (g *generator) migrate(vm string) {
	g.set("VM", vm, fields{"resident_on": g.pick(g.hosts), "domid": 1 + g.rng.IntN(1000)})
	g.seat(vm)
}

// vanish destroys a VM with everything that is its own.
func (g *generator) vanish(vm string) {
	for _, vdi := range g.disksOf(vm) {
		g.remove("VDI", vdi)
	}
	for _, ref := range g.strings("VM", vm, "VBDs") {
		g.remove("VBD", ref)
	}
	for _, class := range []string{"VIF", "VGPU", "VUSB", "VTPM"} {
		for _, ref := range g.strings("VM", vm, class+"s") {
			g.remove(class, ref)
		}
	}
	g.leave(vm)
	for _, child := range g.strings("VM", vm, "children") { // as VM.destroy does
		g.set("VM", child, fields{"parent": g.value("VM", vm, "parent")})
	}
	g.remove("VM_metrics", g.metrics(vm))
	g.remove("VM_guest_metrics", g.value("VM", vm, "guest_metrics").(string))
	g.remove("VM", vm)
}

// snapshot takes one. Its parent is the snapshot before, which it takes over from its VM.
func (g *generator) snapshot(vm string) {
	t, o, err := g.inv.find("VM", vm)
	if err != nil {
		return
	}
	f := fields{}
	for _, field := range t.class.Fields {
		if !field.Mirror {
			f[field.Name] = t.get(o, field)
		}
	}
	name := fmt.Sprintf("%s_%s", f["name_label"], g.now.Format("2006-01-02T15:04:05"))
	f["name_label"], f["is_a_template"], f["is_a_snapshot"], f["snapshot_of"] = name, true, true, vm
	f["snapshot_time"], f["resident_on"], f["guest_metrics"], f["domid"] = g.now, null, null, -1
	f["appliance"], f["snapshot_schedule"], f["attached_PCIs"] = null, null, []string{}
	f["snapshot_info"] = map[string]string{"power-state-at-snapshot": f["power_state"].(string), "disk-snapshot-type": "crash_consistent"}
	f["snapshot_metadata"] = fmt.Sprintf("(('uuid' '%s')('name_label' '%s'))", f["uuid"], "<v>&amp;0")
	f["power_state"], f["suspend_VDI"], f["allowed_operations"] = "Halted", null, []string{"revert", "clone", "export", "destroy"}
	f["metrics"] = g.add("VM_metrics", fields{"current_domain_type": "unspecified"})
	snapshot := g.add("VM", f)
	g.set("VM", vm, fields{"parent": snapshot})
	for _, vdi := range g.disksOf(vm) {
		g.snapshotDisk(snapshot, vdi)
	}
}

// disksOf are the VDIs that are a VM's disks.
func (g *generator) disksOf(vm string) (vdis []string) {
	for _, ref := range g.strings("VM", vm, "VBDs") {
		if vdi, _ := g.value("VBD", ref, "VDI").(string); g.value("VBD", ref, "type") == "Disk" {
			vdis = append(vdis, vdi)
		}
	}
	return vdis
}

func (g *generator) snapshotDisk(snapshot, vdi string) {
	size := g.value("VDI", vdi, "virtual_size")
	if size == nil {
		return
	}
	n := len(g.strings("VM", snapshot, "VBDs"))
	copied := g.add("VDI", fields{
		"name_label": g.value("VDI", vdi, "name_label"), "SR": g.value("VDI", vdi, "SR"), "virtual_size": size, "type": "user", "is_a_snapshot": true,
		"snapshot_of": vdi, "snapshot_time": g.now, "location": g.uuid(), "managed": true, "read_only": true, "on_boot": "persist",
	})
	g.add("VBD", vbd(snapshot, copied, n, "Disk"))
}

// forget destroys the VM's oldest snapshot.
func (g *generator) forget(vm string) {
	if snapshots := g.strings("VM", vm, "snapshots"); len(snapshots) > 0 {
		g.vanish(snapshots[0])
	}
}

// insert puts a disc into the drive, or takes it out.
func (g *generator) insert(vm string) {
	for _, ref := range g.strings("VM", vm, "VBDs") {
		if g.value("VBD", ref, "type") != "CD" || len(g.isos) == 0 {
			continue
		}
		disc := null
		if g.value("VBD", ref, "empty") == true {
			disc = g.pick(g.isos)
		}
		g.set("VBD", ref, fields{"VDI": disc, "empty": isNull(disc)})
	}
}

// tick moves what moves by itself: the measures of a few objects.
func (g *generator) tick() {
	g.measure()
	for range 5 {
		g.set("VM_metrics", g.metrics(g.anyVM()), fields{"last_updated": g.now})
	}
	for _, sr := range g.sharedSRs {
		g.set("SR", sr, fields{"physical_utilisation": g.rng.Int64N(4<<10) * gib})
	}
	g.apart(g.upkeep)
}

// measure moves the measures of all hosts.
func (g *generator) measure() {
	for _, host := range g.hosts {
		m, _ := g.value("host", host, "metrics").(string)
		g.set("host_metrics", m, fields{"last_updated": g.now, "memory_free": g.rng.Int64N(64) * gib})
	}
}

// restartAgent notes when the master's toolstack started.
func (g *generator) restartAgent() {
	g.now = g.now.Add(time.Minute)
	for _, pool := range g.inv.tables["pool"].rows {
		master, _ := g.value("pool", pool.ref, "master").(string)
		config, _ := g.value("host", master, "other_config").(pairs)
		config = slices.DeleteFunc(slices.Clone(config), func(p pair) bool { return p.key == "agent_start_time" })
		g.set("host", master, fields{"other_config": append(config, pair{"agent_start_time", fmt.Sprintf("%d.", g.now.Unix())})})
	}
}

// metrics is the reference to a VM's metrics.
func (g *generator) metrics(vm string) string {
	ref, _ := g.value("VM", vm, "metrics").(string)
	return ref
}
