package main

import (
	"fmt"
	"strings"
	"time"

	"syncd/internal/xensim"
)

// life is what happens in the pool between two passes.
type life struct {
	sim   *xensim.Sim
	ticks int

	edited []edited // see edit
	hosts  []string
}

// legible takes out the keys of maps that xapi sends as nobody may: `R&D <key>` ends a script whose XML-RPC is its
// language's own, and here each shall come to its end.
func (l *life) legible() error {
	for _, vm := range l.sim.Objects("VM") {
		config, _ := vm.Fields["other_config"].(map[string]any)
		kept := map[string]any{}
		for key, value := range config {
			if !strings.ContainsAny(key, "<&") {
				kept[key] = value
			}
		}
		if len(kept) == len(config) {
			continue
		}
		if err := l.sim.Set("VM", vm.Ref, "other_config", kept); err != nil {
			return err
		}
	}
	return nil
}

// change lets n things happen: VMs are edited, start, stop, move (which changes the resident_VMs of two hosts), come and
// go, each with its disks and interfaces. Beside that tick the metrics of every host, of n VMs and of n guests, and n
// VMs have other allowed_operations for a while, as where a task is under way.
func (l *life) change(n int) error {
	l.sim.Change(n)
	l.ticks++
	now := time.Date(2026, 1, 1, 0, 5*l.ticks, 0, 0, time.UTC)
	for _, host := range l.sim.Objects("host_metrics") {
		if err := l.set("host_metrics", host, map[string]any{"last_updated": now, "memory_free": int64(l.ticks) << 30}); err != nil {
			return err
		}
	}
	for class, fields := range map[string]map[string]any{
		"VM_metrics":       {"last_updated": now, "memory_actual": int64(l.ticks) << 20},
		"VM_guest_metrics": {"last_updated": now, "memory": map[string]any{"free": fmt.Sprint(l.ticks), "total": "4194304"}},
		"VM":               {"allowed_operations": []any{"changing_VCPUs_live", fmt.Sprint("snapshot_", l.ticks)}},
	} {
		objects := l.sim.Objects(class)
		for i := range min(n, len(objects)) {
			// Steps of a prime through the class reach every part of it, others each time.
			if err := l.set(class, objects[(l.ticks*n+i)*7919%len(objects)], fields); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *life) set(class string, o xensim.Object, fields map[string]any) error {
	for field, value := range fields {
		if err := l.sim.Set(class, o.Ref, field, value); err != nil {
			return err
		}
	}
	return nil
}

// edited is a VM that is edited, with the references of what is its own.
type edited struct {
	vm, metrics, guest, disk string

	host     int // its place among those that are edited
	detached bool
}

// The same number of each in a pool of any size, so that an edit changes as much in all.
const (
	editedVMs   = 250
	editedHosts = 10
)

// edit changes n objects: names and hosts of VMs, metrics of VMs, those of guests, and disks' attachments, by turns. Beside
// them the hosts change, ten at most, whose VMs come or go. It makes and destroys nothing: the record of an SR names
// every disk on it, and that of a network every interface, so that one disk more costs what the SR holds.
func (l *life) edit(n int) error {
	if l.edited == nil {
		l.choose()
	}
	l.ticks++
	now := time.Date(2027, 1, 1, 0, 0, l.ticks, 0, time.UTC)
	for i := range n {
		e := &l.edited[i/4%len(l.edited)]
		var err error
		switch i % 4 {
		case 0:
			if i%8 == 0 {
				err = l.sim.Set("VM", e.vm, "name_label", fmt.Sprintf("edited %d", l.ticks))
			} else {
				e.host = (e.host + 1) % len(l.hosts)
				err = l.sim.Set("VM", e.vm, "resident_on", l.hosts[e.host])
			}
		case 1:
			err = l.sim.Set("VM_metrics", e.metrics, "last_updated", now)
		case 2:
			err = l.sim.Set("VM_guest_metrics", e.guest, "last_updated", now)
		case 3:
			e.detached = !e.detached
			err = l.sim.Set("VBD", e.disk, "currently_attached", !e.detached)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// choose finds running VMs to edit.
func (l *life) choose() {
	hosts := l.sim.Objects("host")
	for _, host := range hosts[:min(editedHosts, len(hosts))] {
		l.hosts = append(l.hosts, host.Ref)
	}
	for _, vm := range l.sim.Objects("VM") {
		text := func(field string) string { s, _ := vm.Fields[field].(string); return s }
		disks, _ := vm.Fields["VBDs"].([]any)
		if text("power_state") != "Running" || len(disks) == 0 || text("guest_metrics") == "OpaqueRef:NULL" || len(l.edited) == editedVMs {
			continue
		}
		l.edited = append(l.edited, edited{vm: vm.Ref, metrics: text("metrics"), guest: text("guest_metrics"), disk: disks[0].(string),
			host: len(l.edited) % len(l.hosts)})
	}
}
