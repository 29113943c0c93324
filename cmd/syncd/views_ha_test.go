package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"syncd/internal/pgtest"
	"syncd/internal/store"
	"syncd/internal/xensim"
)

// haRows puts the VMs of every host onto the others, one by one.
func haRows(pool records) (rows []row) {
	for _, h := range pool.all["host"] {
		others, room := pool.takers(h)
		r := row{"host_uuid": h.value("uuid"), "host_name": h.value("name_label"), "host_live": pool.at("host_metrics", h, "metrics").flag("live"),
			"other_host_count": len(others), "free_elsewhere_bytes": int64(0), "memory_needed_bytes": int64(0),
			"first_unplaced_vm_uuid": nil, "first_unplaced_vm_name": nil}
		for _, o := range others {
			r["free_elsewhere_bytes"] = r["free_elsewhere_bytes"].(int64) + room[o]
		}
		guests := slices.DeleteFunc(pool.holders("VM", "resident_on", h), func(vm *object) bool { return !vm.running() })
		slices.SortFunc(guests, func(a, b *object) int {
			return cmp.Or(cmp.Compare(b.needed(), a.needed()), cmp.Compare(a.text("uuid"), b.text("uuid")))
		})
		outcomes := map[string]int{}
		for _, vm := range guests {
			outcome := pool.place(vm, others, room)
			outcomes[outcome]++
			r["memory_needed_bytes"] = r["memory_needed_bytes"].(int64) + vm.needed()
			if outcome != "placed" && r["first_unplaced_vm_uuid"] == nil {
				r["first_unplaced_vm_uuid"], r["first_unplaced_vm_name"] = vm.value("uuid"), vm.value("name_label")
			}
		}
		r["vm_count"], r["placed_vm_count"], r["unplaced_vm_count"] = len(guests), outcomes["placed"], len(guests)-outcomes["placed"]
		r["fits"] = len(guests) == outcomes["placed"]
		for _, reason := range []string{"memory", "storage", "network", "device"} {
			r["unplaced_for_"+reason+"_count"] = outcomes[reason]
		}
		rows = append(rows, r)
	}
	return rows
}

// takers are the hosts that take VMs when one fails, in the order in which they are tried, and the memory that each has free.
func (r records) takers(failed *object) (hosts []*object, room map[*object]int64) {
	room = map[*object]int64{}
	for _, h := range r.all["host"] {
		m := r.at("host_metrics", h, "metrics")
		if h == failed || !h.flag("enabled") || !m.flag("live") {
			continue
		}
		hosts, room[h] = append(hosts, h), m.number("memory_free")
		if m.value("memory_free") == nil || room[h] < 0 {
			room[h] = m.number("memory_total") - h.number("memory_overhead")
			for _, vm := range r.holders("VM", "resident_on", h) {
				if vm.running() || vm.flag("is_control_domain") && vm.text("power_state") == "Running" {
					room[h] -= vm.needed()
				}
			}
			room[h] = max(room[h], 0)
		}
	}
	slices.SortFunc(hosts, func(a, b *object) int {
		return cmp.Or(cmp.Compare(room[a], room[b]), cmp.Compare(a.text("uuid"), b.text("uuid")))
	})
	return hosts, room
}

// place takes room for a VM from the first host that can have it, and says "placed" or what it lacks.
func (r records) place(vm *object, hosts []*object, room map[*object]int64) string {
	if len(vm.texts("attached_PCIs"))+len(r.holders("VGPU", "VM", vm))+len(r.holders("VUSB", "VM", vm)) > 0 {
		return "device"
	}
	stored := slices.DeleteFunc(slices.Clone(hosts), func(h *object) bool { return !r.hasStorage(h, vm) })
	if len(hosts) > 0 && len(stored) == 0 {
		return "storage"
	}
	reached := slices.DeleteFunc(slices.Clone(stored), func(h *object) bool { return !r.hasNetworks(h, vm) })
	if len(stored) > 0 && len(reached) == 0 {
		return "network"
	}
	for _, h := range reached {
		if room[h] >= vm.needed() {
			room[h] -= vm.needed()
			return "placed"
		}
	}
	return "memory"
}

func (r records) hasStorage(h, vm *object) bool {
	for _, b := range r.holders("VBD", "VM", vm) {
		sr := r.at("SR", r.at("VDI", b, "VDI"), "SR")
		if sr != nil && !slices.ContainsFunc(r.holders("PBD", "SR", sr), func(p *object) bool {
			return p.flag("currently_attached") && r.at("host", p, "host") == h
		}) {
			return false
		}
	}
	return true
}

func (r records) hasNetworks(h, vm *object) bool {
	for _, f := range r.holders("VIF", "VM", vm) {
		n := r.at("network", f, "network")
		if n == nil {
			continue
		}
		carriers := map[*object]bool{} // whether the interface is up
		for _, i := range r.holders("PIF", "network", n) {
			if at := r.at("host", i, "host"); at != nil {
				carriers[at] = carriers[at] || i.flag("currently_attached")
			}
		}
		if len(carriers) > 0 && !carriers[h] {
			return false
		}
	}
	return true
}

// needed is the memory that a VM needs wherever it runs.
func (o *object) needed() int64 {
	return max(cmp.Or(o.number("memory_dynamic_max"), o.number("memory_static_max")), 0) + max(o.number("memory_overhead"), 0)
}

// A VM runs on the host one, with a disk and an interface that the host two reaches as well. Each case changes one thing.
func TestWhetherTheVMsOfAHostFitElsewhere(t *testing.T) {
	t.Parallel()
	m := newMirror(t, xensim.Options{Hosts: 2, VMs: 1})
	pool := recordsOf(m.sim)
	one := pool.all["host"][0]
	for _, vm := range pool.all["VM"] {
		if vm.real() {
			must(t, m.sim.Remove("VM", vm.ref))
		}
	}
	shared := pool.all["SR"][slices.IndexFunc(pool.all["SR"], func(sr *object) bool { return sr.flag("shared") })]
	must(t, m.sim.Set("host", one.ref, "name_label", "one"))
	must(t, m.sim.Set("host", pool.all["host"][1].ref, "name_label", "two"))
	for class, fields := range map[string]map[string]any{
		"VM":  {"name_label": "o'guest <1>", "power_state": "Running", "resident_on": one.ref, "memory_dynamic_max": 4 << 30},
		"VDI": {"SR": shared.ref},
		"VBD": {"VM": "VM", "VDI": "VDI", "type": "Disk"},
		"VIF": {"VM": "VM", "network": pool.holders("PIF", "host", one)[0].text("network")},
	} {
		fields["uuid"] = class
		must(t, m.sim.Add(class, class, fields))
	}
	m.pass(t)
	conn := connect(t, m.url)
	const two = `(SELECT id FROM xen.host WHERE name_label = 'two')`
	for _, c := range []struct{ name, change, want string }{
		{"as it is", ``, "placed"},
		{"it needs more than there is", `UPDATE xen.vm SET memory_dynamic_max = 1::bigint << 50 WHERE uuid = 'VM'`, "memory"},
		{"its overhead is what does not fit", `UPDATE xen.vm SET memory_overhead = 1::bigint << 50 WHERE uuid = 'VM'`, "memory"},
		{"only its static maximum is told", `UPDATE xen.vm SET memory_dynamic_max = NULL, memory_static_max = 1::bigint << 50 WHERE uuid = 'VM'`, "memory"},
		{"nothing is told of its memory", `UPDATE xen.vm SET memory_dynamic_max = NULL, memory_static_max = NULL, memory_overhead = NULL WHERE uuid = 'VM'`, "placed"},
		{"numbers that no machine has", `UPDATE xen.vm SET memory_dynamic_max = 9223372036854775807, memory_overhead = 9223372036854775807;
			UPDATE xen.host SET memory_overhead = -9223372036854775808; UPDATE xen.host_metrics SET memory_free = NULL, memory_total = 9223372036854775807`, "placed"},
		{"numbers below nothing", `UPDATE xen.vm SET memory_dynamic_max = -9223372036854775808, memory_overhead = -9223372036854775808;
			UPDATE xen.host_metrics SET memory_free = -9223372036854775808`, "placed"},
		{"-1 is told for free memory", `UPDATE xen.host_metrics SET memory_free = -1`, "placed"},
		{"no free memory is told, and it is enough", `UPDATE xen.host_metrics SET memory_free = NULL`, "placed"},
		{"no free memory is told, and a control domain has it", `UPDATE xen.host_metrics SET memory_free = NULL;
			UPDATE xen.vm SET memory_dynamic_max = 1::bigint << 50 WHERE is_control_domain AND resident_on_id = ` + two, "memory"},
		{"the other host is disabled", `UPDATE xen.host SET enabled = false WHERE id = ` + two, "memory"},
		{"the other host does not say whether it is enabled", `UPDATE xen.host SET enabled = NULL WHERE id = ` + two, "memory"},
		{"the other host is dead", `UPDATE xen.host_metrics SET live = false WHERE id = (SELECT metrics_id FROM xen.host WHERE name_label = 'two')`, "memory"},
		{"its own host is dead", `UPDATE xen.host_metrics SET live = false WHERE id = (SELECT metrics_id FROM xen.host WHERE name_label = 'one')`, "placed"},
		{"the other host is not attached to its SR", `UPDATE xen.pbd SET currently_attached = false WHERE host_id = ` + two, "storage"},
		{"nobody is attached to its SR", `DELETE FROM xen.pbd`, "storage"},
		{"its disk is gone", `DELETE FROM xen.pbd; UPDATE xen.vbd SET vdi_id = NULL WHERE uuid = 'VBD'`, "placed"},
		{"a CD from its host alone is in its drive", `UPDATE xen.vbd SET type = 'CD' WHERE uuid = 'VBD';
			UPDATE xen.vdi SET sr_id = (SELECT sr_id FROM xen.pbd JOIN xen.sr ON sr.id = sr_id WHERE NOT shared AND host_id <> ` + two + ` LIMIT 1) WHERE uuid = 'VDI'`, "storage"},
		{"the other host's interfaces are down", `UPDATE xen.pif SET currently_attached = false WHERE host_id = ` + two, "network"},
		{"neither SR nor network is there", `UPDATE xen.pif SET currently_attached = NULL; UPDATE xen.pbd SET currently_attached = NULL`, "storage"},
		{"its network is inside each host", `DELETE FROM xen.pif`, "placed"},
		{"its network is gone", `UPDATE xen.vif SET network_id = NULL WHERE uuid = 'VIF'`, "placed"},
		{"a card is passed through", `UPDATE xen.vm SET attached_pcis_ref = '{OpaqueRef:card}' WHERE uuid = 'VM'`, "device"},
		{"a virtual GPU", `INSERT INTO xen.vgpu (id, pool_id, uuid, ref, vm_id) SELECT -1, pool_id, '', '', id FROM xen.vm WHERE uuid = 'VM'`, "device"},
		{"a USB device", `INSERT INTO xen.vusb (id, pool_id, uuid, ref, vm_id) SELECT -1, pool_id, '', '', id FROM xen.vm WHERE uuid = 'VM'`, "device"},
		{"it is paused", `UPDATE xen.vm SET power_state = 'Paused' WHERE uuid = 'VM'`, "placed"},
		{"it does not run", `UPDATE xen.vm SET power_state = 'Suspended' WHERE uuid = 'VM'`, ""},
		{"it is the domain of a driver", `UPDATE xen.vm SET is_control_domain = true WHERE uuid = 'VM'`, ""},
	} {
		tx, err := conn.Begin(t.Context())
		must(t, err)
		_, err = tx.Exec(t.Context(), c.change)
		must(t, err)
		var got string
		err = tx.QueryRow(t.Context(), `SELECT CASE WHEN fits <> (unplaced_vm_count = 0) OR (first_unplaced_vm_name IS NULL) <> fits THEN 'in two minds'
				WHEN vm_count <> 1 THEN '' WHEN placed_vm_count = 1 THEN 'placed' WHEN unplaced_for_memory_count = 1 THEN 'memory'
				WHEN unplaced_for_storage_count = 1 THEN 'storage' WHEN unplaced_for_network_count = 1 THEN 'network' WHEN unplaced_for_device_count = 1 THEN 'device' END
			FROM inventory.ha_simulation WHERE host_name = 'one'`).Scan(&got)
		if err != nil || got != c.want {
			t.Errorf("%s: %q, not %q: %v", c.name, got, c.want, err)
		}
		must(t, tx.Rollback(t.Context()))
	}
}

// Whoever may read the view may have it computed, also where the owner lets nobody call what is made.
func TestAReaderMaySimulateAFailure(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	conn := connect(t, url)
	_, err := conn.Exec(t.Context(), `ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC`)
	must(t, err)
	db, err := store.Open(t.Context(), url)
	must(t, err)
	_, err = db.Migrate(t.Context())
	must(t, err)
	role := pgx.Identifier{"simulator " + rand.Text()}.Sanitize()
	t.Cleanup(func() {
		_, err := conn.Exec(context.Background(), `RESET ROLE; DROP OWNED BY `+role+`; DROP ROLE `+role)
		must(t, err)
	})
	_, err = conn.Exec(t.Context(), `CREATE ROLE `+role+`; GRANT USAGE ON SCHEMA inventory TO `+role+`; GRANT SELECT ON inventory.ha_simulation TO `+role+`;
		WITH pool AS (INSERT INTO syncd.pool (name) VALUES ('lab') RETURNING id),
		object AS (INSERT INTO xen.object (pool_id, class, uuid, ref) SELECT id, c, 'u', 'r' FROM pool, unnest(ARRAY['host', 'VM']) c RETURNING id, pool_id, class),
		host AS (INSERT INTO xen.host (id, pool_id, uuid, ref) SELECT id, pool_id, 'u', 'r' FROM object WHERE class = 'host' RETURNING id)
		INSERT INTO xen.vm (id, pool_id, uuid, ref, power_state, resident_on_id) SELECT o.id, pool_id, 'u', 'r', 'Running', host.id FROM object o, host WHERE class = 'VM';
		SET ROLE `+role)
	must(t, err)
	if got := ask(t, conn, `SELECT unplaced_vm_count::text FROM inventory.ha_simulation`); got != "1" {
		t.Errorf("%s VMs are without a place", got)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
