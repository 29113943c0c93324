package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// demoHosts are the hosts, each followed by the VMs that run there.
const demoHosts = `
	WITH row (host_name, host_uuid, vm, name, state, cpus, memory, system, address) AS (
		SELECT host_name, host_uuid, NULL, host_name, CASE WHEN live THEN 'live' ELSE 'down' END,
			cpu_count, memory_total_bytes, product_version, address
		FROM inventory.host
		UNION ALL
		SELECT r.host_name, r.host_uuid, v.vm_uuid, v.vm_name, v.power_state, v.vcpus, v.memory_bytes, v.os_name, v.ip_address
		FROM inventory.resident_vm r JOIN inventory.vm v USING (pool_uuid, vm_uuid))
	SELECT * FROM row ORDER BY host_name, host_uuid, vm IS NOT NULL, name, vm`

// demoRow is a host or a VM.
type demoRow struct {
	HostName, HostUUID *string
	VM, Name, State    *string // VM is the uuid, nil of a host
	CPUs, Memory       *int64  // memory in bytes
	System, Address    *string
}

// demoGroup is a host with the VMs that run there.
type demoGroup struct {
	host demoRow
	vms  []demoRow
}

func (d *demo) groups(ctx context.Context, conn *pgx.Conn) (groups []demoGroup, err error) {
	rows, err := conn.Query(ctx, demoHosts)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[demoRow])
	for _, row := range list {
		if row.VM == nil {
			groups = append(groups, demoGroup{host: row})
			continue
		}
		last := &groups[len(groups)-1]
		last.vms = append(last.vms, row)
	}
	return groups, err
}

var demoColumns = []column{
	{title: "HOST, AND VMS THAT RUN THERE", limit: 30}, {title: "STATE"}, {title: "CPUS", right: true}, {title: "MEMORY", right: true},
	{title: "SYSTEM", limit: 36}, {title: "ADDRESS"},
}

// table prints the hosts with their VMs, as many as the terminal has room for.
func (d *demo) table(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, d.reader)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	groups, err := d.groups(ctx, conn)
	if err != nil {
		return err
	}
	hosts, vms := d.sheet.room(len(groups))
	var rows [][]string
	isHost := map[int]bool{}
	for _, g := range groups[:min(hosts, len(groups))] {
		isHost[len(rows)] = true
		rows = append(rows, g.line())
		shown := g.vms
		if len(shown) > vms+1 { // a line that says "1 more" is no shorter
			shown = shown[:vms]
		}
		for _, vm := range shown {
			rows = append(rows, vm.line("  ", gib(vm.Memory)))
		}
		if more := len(g.vms) - len(shown); more > 0 {
			rows = append(rows, []string{fmt.Sprintf("  and %d more", more), "", "", "", "", ""})
		}
	}
	fmt.Fprintln(d.stdout)
	d.sheet.grid(demoColumns, rows, func(row int) bool { return isHost[row] })
	if more := len(groups) - hosts; more > 0 {
		fmt.Fprintf(d.stdout, "and %d more hosts\n", more)
	}
	var elsewhere string
	err = conn.QueryRow(ctx, `SELECT coalesce(string_agg(n || ' ' || lower(power_state), ', ' ORDER BY power_state), 'none') FROM (
		SELECT power_state, count(*) AS n FROM inventory.vm WHERE host_uuid IS NULL GROUP BY 1) v`).Scan(&elsewhere)
	fmt.Fprintf(d.stdout, "VMs that run nowhere: %s\n", elsewhere)
	return err
}

// room is how many hosts a screen shows, and how many VMs of each.
func (s *sheet) room(hosts int) (shown, vms int) {
	if s.height == 0 {
		return hosts, 1 << 30
	}
	lines := max(s.height-8, 12) // without what stands around them
	shown = min(hosts, max(3, lines/4))
	return shown, max(2, lines/max(shown, 1)-2)
}

// line is a host with the memory of its VMs in its own.
func (g demoGroup) line() []string {
	var used int64
	for _, vm := range g.vms {
		if vm.Memory != nil {
			used += *vm.Memory
		}
	}
	return g.host.line("", fmt.Sprintf("%d of %s", used>>30, gib(g.host.Memory)))
}

func (r demoRow) line(indent, memory string) []string {
	text := func(s *string) string {
		if s == nil {
			return ""
		}
		return oneLine(*s)
	}
	cpus := ""
	if r.CPUs != nil {
		cpus = fmt.Sprint(*r.CPUs)
	}
	return []string{indent + text(r.Name), text(r.State), cpus, memory, strings.TrimPrefix(text(r.System), "Microsoft "), text(r.Address)}
}

func gib(bytes *int64) string {
	if bytes == nil {
		return "?"
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(*bytes)/(1<<30)), ".0") + " GiB"
}
