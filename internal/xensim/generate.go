package xensim

import (
	"fmt"
	"math/rand/v2"
	"time"
)

const (
	mib = int64(1) << 20
	gib = int64(1) << 30
)

// fields of an object to make or to change.
type fields = map[string]any

// generator makes a pool and its life. It draws everything from one seeded source, its time too, so that two with the same
// seed do the same.
type generator struct {
	inv    *inventory
	rng    *rand.Rand
	second *rand.Rand // see apart
	now    time.Time
	number int // of VMs made so far

	hosts, sharedSRs, networks, isos []string
	localSR                          map[string]string // by host
	bondNetworks                     []string          // of the bonds, and of each port below them
	driverVariants                   []string          // two of each driver; nothing serves them
}

func newGenerator(inv *inventory, seed int64) *generator {
	return &generator{
		inv:     inv,
		rng:     rand.New(rand.NewPCG(uint64(seed), 0x78656e73696d)),
		second:  rand.New(rand.NewPCG(uint64(seed), 0x6d6973657878)),
		now:     time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC),
		localSR: map[string]string{},
	}
}

// pool makes a whole one.
func (g *generator) pool(hosts, vms int) {
	g.network("Pool-wide network associated with eth0", "xenbr0")
	g.network("Pool-wide network associated with eth1", "xenbr1")
	g.network(`VLAN 120 <dmz>`, "xapi1")
	g.network(`VLAN 130 R&D "lab"`, "xapi2")
	for i := range hosts {
		g.host(i)
	}
	g.storage()
	g.add("pool", fields{
		"name_label": `Lab pool <A> & "B"`, "name_description": "Simulated pool, 東京",
		"master": g.hosts[0], "default_SR": g.sharedSRs[0],
		"other_config": map[string]string{"cpuid_feature_mask": "ffffff7f-ffffffff-ffffffff-ffffffff", "memory-ratio-hvm": "0.25", "memory-ratio-pv": "0.25"},
		"tags":         []string{"lab", "büro"}, "gui_config": map[string]string{"XenCenter.CustomFields.owner": "<a>1</a>"},
		"restrictions": licence, "ha_cluster_stack": "xhad", "coordinator_bias": true, "local_auth_max_threads": 8,
		"ext_auth_max_threads": 1, "telemetry_frequency": "weekly", "update_sync_frequency": "weekly",
		"cpu_info": map[string]string{"vendor": "GenuineIntel", "socket_count": fmt.Sprint(2 * hosts), "cpu_count": fmt.Sprint(32 * hosts)},
	})
	for _, sys := range systems {
		g.template(sys.template)
	}
	for _, name := range moreTemplates {
		g.template(name)
	}
	for range vms {
		g.populate(g.appear())
	}
	g.oddities()
	g.measure()
}

// more is what stands around hosts and VMs.
func (g *generator) more() {
	g.driverVariants = []string{g.ref(), g.ref(), g.ref(), g.ref()}
	for i, host := range g.hosts {
		g.cards(i, host)
		g.chips(host)
		g.bond(i, host)
		g.features(i, host)
	}
	g.overlays()
	g.graphics()
	g.sticks()
	g.storageDrivers()
	g.software()
	g.certificates()
	g.together()
	g.cluster()
	g.directory()
	g.provisioning()
	g.messages()
	g.moreOddities()
}

// apart draws from a second source what is done: hosts, VMs and their life stay as they are, however much stands around them.
func (g *generator) apart(do func()) {
	first := g.rng
	g.rng = g.second
	do()
	g.rng = first
}

// adopt takes what a dump holds for what the life of its VMs needs.
func (g *generator) adopt() {
	g.hosts = g.refs("host", func(ref string) bool { return g.value("host", ref, "enabled") == true })
	g.networks = g.refs("network", func(string) bool { return true })
	g.sharedSRs = g.refs("SR", func(ref string) bool {
		return g.value("SR", ref, "shared") == true && g.value("SR", ref, "content_type") != "iso"
	})
	g.isos = g.refs("VDI", func(ref string) bool { return g.value("VDI", ref, "read_only") == true })
}

// licence has a key twice, as XCP-ng 8.3 sends it.
var licence = pairs{
	{"restrict_vlan", "false"}, {"restrict_pooling", "false"}, {"restrict_email_alerting", "false"}, {"restrict_rbac", "false"},
	{"restrict_vtpm", "false"}, {"enable_xha", "true"}, {"platform_filter", "false"}, {"restrict_vtpm", "false"},
}

// oddities plants what real pools have and nobody expects.
func (g *generator) oddities() {
	gone := g.ref() // a host that was ejected
	for range 3 {
		g.set("VM", g.anyVM(), fields{"affinity": gone, "HVM_shadow_multiplier": nan})
	}
	g.set("VM", g.anyVM(), fields{"suspend_SR": g.ref()})
	for range 2 {
		vm := g.anyVM()
		m, _ := g.value("VM", vm, "other_config").(pairs)
		g.set("VM", vm, fields{"other_config": append(pairs{{`R&D <key> "q"`, "v & <v>"}, {"a &lt; b", "an entity in a key"}, {"", "no key"}}, m...)})
	}
}

func (g *generator) uuid() string {
	var b [16]byte
	for i := range b {
		b[i] = byte(g.rng.Uint32())
	}
	return formatUUID(b)
}

func (g *generator) ref() string { return "OpaqueRef:" + g.uuid() }

func (g *generator) mac() string {
	n := g.rng.Uint32()
	return fmt.Sprintf("%02x:%02x:%02x:%02x:%02x:%02x", 0x02|n>>24&0xf0, 0x16, 0x3e, byte(n>>16), byte(n>>8), byte(n))
}

// past is a time in the last days before now.
func (g *generator) past(days int) time.Time {
	return g.now.Add(-time.Duration(g.rng.IntN(days*24*3600)) * time.Second)
}

// add makes an object with a uuid of its own and returns its reference; null where the release lacks its class.
func (g *generator) add(class string, f fields) string { return g.addAs(class, g.ref(), f) }

func (g *generator) addAs(class, ref string, f fields) string {
	f["uuid"] = g.uuid()
	if !g.inv.has(class) {
		return null
	}
	if err := g.inv.add(class, ref, f); err != nil {
		panic(err) // the model and this file disagree
	}
	return ref
}

func (g *generator) set(class, ref string, f fields) {
	t, o, err := g.inv.find(class, ref)
	if err != nil {
		return // a dump may refer to what it has not
	}
	g.inv.advance()
	for name, value := range f {
		if err := g.inv.set(t, o, name, value); err != nil {
			panic(err)
		}
	}
}

func (g *generator) remove(class, ref string) {
	if t, o, err := g.inv.find(class, ref); err == nil {
		g.inv.remove(t, o)
	}
}

// value is a field of an object; nil where there is no such object.
func (g *generator) value(class, ref, field string) any {
	t, o, err := g.inv.find(class, ref)
	if err != nil {
		return nil
	}
	return t.get(o, t.class.Field(field))
}

// strings is a set of strings or references.
func (g *generator) strings(class, ref, field string) []string {
	var out []string
	set, _ := g.value(class, ref, field).([]any)
	for _, v := range set {
		out = append(out, v.(string))
	}
	return out
}

// pick draws one; "" of none.
func (g *generator) pick(from []string) string {
	if len(from) == 0 {
		return ""
	}
	return from[g.rng.IntN(len(from))]
}

// refs are the objects of a class that fit.
func (g *generator) refs(class string, fits func(ref string) bool) (out []string) {
	for _, o := range g.inv.tables[class].rows {
		if fits(o.ref) {
			out = append(out, o.ref)
		}
	}
	return out
}

// any draws an object of a class; "" where there is none.
func (g *generator) any(class string) string {
	rows := g.inv.tables[class].rows
	if len(rows) == 0 {
		return ""
	}
	return rows[g.rng.IntN(len(rows))].ref
}

// some draws at most n different ones.
func (g *generator) some(from []string, n int) []string {
	var out []string
	for _, i := range g.rng.Perm(len(from)) {
		if len(out) < n {
			out = append(out, from[i])
		}
	}
	return out
}
