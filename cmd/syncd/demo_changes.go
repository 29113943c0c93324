package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// vmState is what the demo tells about when it changes.
type vmState struct{ Name, State, Host string }

// look reads the state of all VMs, by uuid.
func (d *demo) look(ctx context.Context) (map[string]vmState, error) {
	conn, err := pgx.Connect(ctx, d.reader)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	rows, err := conn.Query(ctx, `SELECT vm_uuid, coalesce(vm_name, ''), coalesce(power_state, ''), coalesce(host_name, '') FROM inventory.vm`)
	if err != nil {
		return nil, err
	}
	vms := map[string]vmState{}
	var uuid string
	var vm vmState
	_, err = pgx.ForEachRow(rows, []any{&uuid, &vm.Name, &vm.State, &vm.Host}, func() error {
		vms[uuid] = vmState{oneLine(vm.Name), vm.State, oneLine(vm.Host)}
		return nil
	})
	return vms, err
}

// tell is the line of a pass: when, how many rows it wrote, and what became of which VM.
func (d *demo) tell(ctx context.Context, r passResult) string {
	line := r.Finished.Local().Format(time.TimeOnly)
	switch {
	case ctx.Err() != nil:
		return ""
	case r.Result != "ok":
		return d.sheet.cut(line+"  "+r.Result+": "+r.Error, d.sheet.width)
	}
	rows := r.New + r.Changed + r.Removed
	line += fmt.Sprintf("  %3d rows  %4.0f ms", rows, r.Seconds*1000)
	now, err := d.look(ctx)
	if err != nil {
		return line
	}
	told := changes(d.seen, now)
	d.seen = now
	switch {
	case rows == 0:
		return line + "  nothing changed"
	case len(told) == 0:
		return line
	}
	return line + "  " + d.sheet.some(told, d.sheet.width-len(line)-2)
}

// changes says what became of VMs, in the order of their names.
func changes(before, after map[string]vmState) (told []string) {
	for uuid, is := range after {
		was, known := before[uuid]
		switch {
		case !known:
			told = append(told, is.Name+" appeared")
			continue
		case was.Name != is.Name:
			told = append(told, was.Name+" is now "+is.Name)
		}
		switch {
		case was.State != is.State:
			told = append(told, is.Name+" "+became(was, is))
		case was.Host != is.Host:
			told = append(told, is.Name+" moved from "+was.Host+" to "+is.Host)
		}
	}
	for uuid, was := range before {
		if _, ok := after[uuid]; !ok {
			told = append(told, was.Name+" is gone")
		}
	}
	slices.Sort(told)
	return told
}

func became(was, is vmState) string {
	switch is.State {
	case "Running":
		if was.State == "Halted" {
			return "started on " + is.Host
		}
		return "resumed on " + is.Host
	case "Halted":
		return "stopped"
	}
	return strings.ToLower(is.State) // paused, suspended
}
