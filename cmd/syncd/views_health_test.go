package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"syncd/internal/xensim"
)

func complianceRows(pool records) (rows []row) {
	applied := map[*object]map[string]string{} // by host: names by what tells one update from another
	have := func(h *object, key, name string) {
		if h == nil {
			return
		}
		if applied[h] == nil {
			applied[h] = map[string]string{}
		}
		if was, ok := applied[h][key]; !ok || name < was {
			applied[h][key] = name
		}
	}
	for _, u := range pool.all["pool_update"] {
		for _, ref := range u.refs("hosts") {
			have(pool.byID["host "+ref], u.ref, u.text("name_label"))
		}
	}
	for _, h := range pool.all["host_patch"] {
		if !h.flag("applied") {
			continue
		}
		key, patch := h.text("name_label")+" "+h.text("version"), pool.at("pool_patch", h, "pool_patch")
		if patch != nil {
			key = patch.ref
		}
		if u := pool.at("pool_update", patch, "pool_update"); u != nil {
			key = u.ref
		}
		have(pool.at("host", h, "host"), key, h.text("name_label"))
	}
	somewhere, versions := map[string]string{}, []string{}
	for _, h := range pool.all["host"] {
		for key, name := range applied[h] {
			if was, ok := somewhere[key]; !ok || name < was {
				somewhere[key] = name
			}
		}
		if v := productVersion(h) + " " + h.entry("software_version", "build_number"); v != " " {
			versions = append(versions, v)
		}
	}
	versions = distinct(versions)
	for _, h := range pool.all["host"] {
		r := row{"host_uuid": h.value("uuid"), "host_name": h.value("name_label"), "product_version": orNil(productVersion(h)),
			"pool_version_count": len(versions), "mixed_pool": len(versions) > 1, "applied_update_count": len(applied[h]),
			"latest_updates_applied": h.value("latest_synced_updates_applied"), "last_update_at": h.moment("last_software_update"),
			"toolstack_restart_required": slices.Contains(h.texts("pending_guidances"), "restart_toolstack")}
		for column, key := range map[string]string{"product_brand": "product_brand", "build_number": "build_number", "platform_version": "platform_version",
			"xapi_version": "xapi", "xen_version": "xen", "linux_version": "linux"} {
			r[column] = orNil(h.entry("software_version", key))
		}
		for column, field := range map[string]string{"pending_guidances": "pending_guidances", "recommended_guidances": "pending_guidances_recommended",
			"full_guidances": "pending_guidances_full"} {
			r[column] = joined(h.texts(field))
		}
		var missing, waiting []string
		for key, name := range somewhere {
			if _, ok := applied[h][key]; !ok {
				missing = append(missing, name)
			}
		}
		for _, ref := range h.refs("updates_requiring_reboot") {
			if u := pool.byID["pool_update "+ref]; u != nil {
				waiting = append(waiting, u.text("name_label"))
			}
		}
		r["missing_update_count"], r["missing_update_names"], r["reboot_update_names"] = len(missing), joined(missing), joined(waiting)
		r["reboot_required"] = len(h.refs("updates_requiring_reboot")) > 0 || slices.ContainsFunc(h.texts("pending_guidances"),
			func(g string) bool { return strings.HasPrefix(g, "reboot_host") })
		guests := 0
		for _, vm := range pool.holders("VM", "resident_on", h) {
			if vm.running() && len(vm.texts("pending_guidances"))+len(vm.texts("pending_guidances_recommended"))+len(vm.texts("pending_guidances_full")) > 0 {
				guests++
			}
		}
		r["vm_guidance_count"] = guests
		rows = append(rows, r)
	}
	return rows
}

// productVersion is a host's, or that of its platform; "" where it tells neither.
func productVersion(h *object) string {
	return cmp.Or(h.entry("software_version", "product_version"), h.entry("software_version", "platform_version"))
}

func expiryRows(pool records) (rows []row) {
	add := func(kind string, o, host *object, detail, told, at any) {
		r := row{"kind": kind, "object_uuid": o.value("uuid"), "object_name": o.given("name_label"), "detail": detail, "host_uuid": host.value("uuid"),
			"host_name": host.value("name_label"), "as_told": told, "expires_at": at, "expired": false}
		if kind == "certificate" {
			r["object_name"] = o.given("name")
		}
		if text, ok := at.(string); ok {
			moment, _ := time.Parse(time.RFC3339, text)
			r["expired"] = moment.Before(time.Now())
		}
		rows = append(rows, r)
	}
	for _, h := range pool.all["host"] {
		if told := h.entry("license_params", "expiry"); told != "" {
			var at any
			if moment, err := time.Parse("20060102T15:04:05Z", told); err == nil && moment.Year() > 1970 {
				at = moment.Format(sqlMoment)
			}
			add("licence", h, h, h.given("edition"), told, at)
		}
		if at := h.moment("ssh_expiry"); at != nil && h.flag("ssh_enabled") {
			add("ssh", h, h, nil, nil, at)
		}
	}
	for _, c := range pool.all["Certificate"] {
		add("certificate", c, pool.at("host", c, "host"), c.value("type"), nil, c.moment("not_after"))
	}
	return rows
}

// What pools seldom have, and the views of health tell apart.
func TestTheFiguresOfViewsAreThoseOfTheRecordsWhereThatIsRare(t *testing.T) {
	t.Parallel()
	m := newMirror(t, xensim.Options{Hosts: 3, VMs: 12, Seed: 7})
	pool := recordsOf(m.sim)
	hosts, updates := pool.all["host"], pool.all["pool_update"]
	set := func(class string, o *object, field string, value any) { must(t, m.sim.Set(class, o.ref, field, value)) }
	add := func(class, uuid string, fields map[string]any) {
		fields["uuid"] = uuid
		must(t, m.sim.Add(class, "OpaqueRef:"+uuid, fields))
	}
	set("host", hosts[0], "pending_guidances", []string{"reboot_host_on_livepatch_failure"})
	set("host", hosts[0], "updates_requiring_reboot", []string{})
	set("host", hosts[1], "pending_guidances", []string{})
	set("host", hosts[1], "updates_requiring_reboot", []string{updates[0].ref, updates[1].ref})
	set("host", hosts[2], "pending_guidances", []string{"reboot_host", "restart_toolstack"})
	set("host", hosts[2], "software_version", map[string]string{})
	for _, h := range hosts {
		set("host", h, "ssh_expiry", time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC))
		set("host", h, "ssh_enabled", h == hosts[0])
	}
	// The same update as a patch, a patch of that name which is another, and one whose file is gone.
	add("pool_patch", "p1", map[string]any{"name_label": "XS80", "pool_update": updates[0].ref})
	add("pool_patch", "p2", map[string]any{"name_label": "XS80"})
	for n, patch := range []string{"OpaqueRef:p1", "OpaqueRef:p2", "OpaqueRef:gone"} {
		add("host_patch", fmt.Sprint("h", n), map[string]any{"name_label": "XS80", "version": "1", "host": hosts[n].ref, "pool_patch": patch, "applied": true})
	}
	var vms []*object
	for _, vm := range pool.all["VM"] {
		if vm.real() && vm.running() {
			vms = append(vms, vm)
		}
	}
	for _, vm := range vms {
		set("VM", vm, "pending_guidances", []string{})
	}
	set("VM", vms[0], "power_state", "Paused")
	set("VM", vms[0], "pending_guidances", []string{"restart_vm"})
	set("VM", vms[1], "pending_guidances_recommended", []string{"restart_vm"})
	set("VM", vms[2], "pending_guidances_full", []string{"restart_device_model"})
	set("VIF", realInterface(t, m.sim), "MAC", pool.all["PIF"][0].text("MAC"))
	for n, name := range []string{"twin", "twin", "", ""} {
		add("network", fmt.Sprint("n", n), map[string]any{"name_label": name})
		add("VM", fmt.Sprint("t", n), map[string]any{"name_label": name, "is_a_template": true})
		add("VM", fmt.Sprint("d", n), map[string]any{"name_label": "supplied", "is_a_template": true, "is_default_template": n%2 == 0,
			"other_config": map[string]string{"default_template": fmt.Sprint(n%2 == 1)}})
	}
	m.pass(t)
	m.viewsEqual(t)
}

func TestTheEndOfALicenceIsReadFromWhateverTextThereIs(t *testing.T) {
	t.Parallel()
	m := newMirror(t, xensim.Options{Hosts: 1, VMs: 1})
	m.pass(t)
	conn := connect(t, m.url)
	for told, want := range map[string]string{
		"20360301T00:00:00Z":             "2036-03-01 00:00:00",
		"2036-03-01T23:59:59Z":           "2036-03-01 23:59:59",
		" 20360301T01:02:03.250Z\n":      "2036-03-01 01:02:03",
		"2036-03-01 01:02:03":            "2036-03-01 01:02:03",
		"20360301T010203Z":               "2036-03-01 01:02:03",
		"20360301":                       "2036-03-01 00:00:00",
		"20240229T00:00:00Z":             "2024-02-29 00:00:00",
		"20000229T00:00:00Z":             "2000-02-29 00:00:00",
		"99991231T23:59:59Z":             "9999-12-31 23:59:59",
		"never":                          "none",
		"19700101T00:00:00Z":             "none",
		"00000101T00:00:00Z":             "none",
		"20240231T00:00:00Z":             "none",
		"20230229T00:00:00Z":             "none",
		"21000229T00:00:00Z":             "none",
		"20240431T00:00:00Z":             "none",
		"20240001T00:00:00Z":             "none",
		"20241301T00:00:00Z":             "none",
		"20240100T00:00:00Z":             "none",
		"20240101T24:00:00Z":             "none",
		"20240101T00:60:00Z":             "none",
		"20240101T00:00:60Z":             "none",
		"20240101T00:00:00+01:00":        "none",
		"٢٠٢٤0101T00:00:00Z":             "none",
		"120240101T00:00:00Z":            "none",
		"20240101T00:00:00Z'; DROP":      "none",
		"20240101T00:00:00Z\n20250101":   "none",
		"infinity":                       "none",
		"{\"20240101T00:00:00Z\": \"\"}": "none",
		"":                               "no row",
	} {
		if _, err := conn.Exec(t.Context(), `UPDATE xen.host SET license_params = jsonb_build_object('expiry', $1::text)`, told); err != nil {
			t.Fatal(err)
		}
		got := "no row"
		const sql = `SELECT coalesce(to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), 'none') FROM inventory.expiry WHERE kind = 'licence' AND as_told = $1`
		rows, _ := conn.Query(t.Context(), sql, told)
		for rows.Next() {
			if err := rows.Scan(&got); err != nil {
				t.Fatal(err)
			}
		}
		if err := rows.Err(); err != nil || got != want {
			t.Errorf("%q ends at %s, not at %s: %v", told, got, want, err)
		}
	}
}

// sqlMoment is how JSON from SQL has a time.
const sqlMoment = "2006-01-02T15:04:05+00:00"

// moment is a time as JSON from SQL has it; nil for none and for XenAPI's 1970.
func (o *object) moment(field string) any {
	if at, ok := o.value(field).(time.Time); ok && at.Unix() != 0 {
		return at.UTC().Format(sqlMoment)
	}
	return nil
}

// entry is that of a key in a map; "" where there is none.
func (o *object) entry(field, key string) string {
	m, _ := o.value(field).(map[string]any)
	if m[key] == nil {
		return ""
	}
	return fmt.Sprint(m[key])
}

// texts are those of a set.
func (o *object) texts(field string) (list []string) {
	set, _ := o.value(field).([]any)
	for _, v := range set {
		list = append(list, v.(string))
	}
	return list
}

// refs are those of a set that are not the null reference.
func (o *object) refs(field string) []string {
	return slices.DeleteFunc(o.texts(field), func(ref string) bool { return ref == "" || ref == "OpaqueRef:NULL" })
}

// running tells whether a VM is one that a host runs, and no control domain.
func (o *object) running() bool {
	return !o.flag("is_control_domain") && (o.text("power_state") == "Running" || o.text("power_state") == "Paused")
}

// orNil is a text, and nil where it is empty.
func orNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}
