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
