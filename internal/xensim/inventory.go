package xensim

import (
	"fmt"
	"slices"
	"strings"

	"syncd/internal/model"
)

// mirrors names, for each set that mirrors a reference or a set of them, what it mirrors: xapi derives the one from the other.
var mirrors = map[string]string{
	"host.certificates": "Certificate.host",
	"host.features":     "Feature.host",
	"host.host_CPUs":    "host_cpu.host",
	"host.patches":      "host_patch.host",
	"host.PCIs":         "PCI.host",
	"host.PGPUs":        "PGPU.host",
	"host.PUSBs":        "PUSB.host",
	"host.updates":      "pool_update.hosts",

	"PIF.bond_master_of":          "Bond.master",
	"PIF.sriov_logical_PIF_of":    "network_sriov.logical_PIF",
	"PIF.sriov_physical_PIF_of":   "network_sriov.physical_PIF",
	"PIF.tunnel_access_PIF_of":    "tunnel.access_PIF",
	"PIF.tunnel_transport_PIF_of": "tunnel.transport_PIF",
	"PIF.VLAN_slave_of":           "VLAN.tagged_PIF",
	"Bond.slaves":                 "PIF.bond_slave_of",

	"VM.groups":        "VM_group.VMs",
	"VM.VGPUs":         "VGPU.VM",
	"VM.VTPMs":         "VTPM.VM",
	"VM.VUSBs":         "VUSB.VM",
	"VM_appliance.VMs": "VM.appliance",
	"VMSS.VMs":         "VM.snapshot_schedule",

	"GPU_group.PGPUs":                   "PGPU.GPU_group",
	"GPU_group.VGPUs":                   "VGPU.GPU_group",
	"PGPU.resident_VGPUs":               "VGPU.resident_on",
	"VGPU_type.enabled_on_GPU_groups":   "GPU_group.enabled_VGPU_types",
	"VGPU_type.enabled_on_PGPUs":        "PGPU.enabled_VGPU_types",
	"VGPU_type.supported_on_GPU_groups": "GPU_group.supported_VGPU_types",
	"VGPU_type.supported_on_PGPUs":      "PGPU.supported_VGPU_types",
	"VGPU_type.VGPUs":                   "VGPU.type",
	"USB_group.PUSBs":                   "PUSB.USB_group",
	"USB_group.VUSBs":                   "VUSB.USB_group",

	"pool_patch.host_patches": "host_patch.pool_patch",
	"Cluster.cluster_hosts":   "Cluster_host.cluster",
	"PVS_site.cache_storage":  "PVS_cache_storage.site",
	"PVS_site.proxies":        "PVS_proxy.site",
	"PVS_site.servers":        "PVS_server.site",

	"host.resident_VMs":  "VM.resident_on",
	"host.PBDs":          "PBD.host",
	"host.PIFs":          "PIF.host",
	"SR.PBDs":            "PBD.SR",
	"SR.VDIs":            "VDI.SR",
	"network.PIFs":       "PIF.network",
	"network.VIFs":       "VIF.network",
	"VM.VBDs":            "VBD.VM",
	"VM.VIFs":            "VIF.VM",
	"VM.snapshots":       "VM.snapshot_of",
	"VM.children":        "VM.parent",
	"VDI.VBDs":           "VBD.VDI",
	"VDI.snapshots":      "VDI.snapshot_of",
	"pool.metadata_VDIs": "VDI.metadata_of_pool",
}

// inventory is the pool's database: a table a class, and for each reference that some set mirrors, who refers to whom.
type inventory struct {
	tables map[string]*table
	links  map[*model.Field]*link

	generation int64         // of the latest change
	deletions  int           // how many are remembered of a class
	changed    chan struct{} // see news; nil while nobody waits
}

// table holds the objects of a class in the order of their creation.
type table struct {
	class  *model.Class
	served []*model.Field // in the order of the wire
	place  map[string]int // of a field in class.Fields and object.values
	mirror []*link        // what a mirror mirrors, by the place of its field; nil for every other
	rows   []*object
	byRef  map[string]*object

	newest  *object    // by its latest change; those that changed before it follow as older
	deleted []deletion // the latest of them, in order
}

// object holds its values in the order of its class's fields: string, int64, float64, bool, time.Time, []any or pairs.
// A value is replaced and never changed. That of a mirror is nil, unless a test set it.
type object struct {
	ref    string
	values []any
	xml    []byte // as get_all_records sends it; nil until somebody asks, and when something changed

	created, modified int64   // generations
	older, newer      *object // its neighbours among its table's objects by their latest change
}

// pairs is a map in the order of the wire, where a key can be repeated.
type pairs []pair

type pair struct {
	key   string
	value any
}

// link is a mirrored reference: who holds it, by whom it leads to.
type link struct {
	place   int    // of the reference in its holder
	target  *table // of the mirror
	holders map[string][]string
}

func newInventory(served func(*model.Class) []*model.Field) *inventory {
	inv := &inventory{tables: map[string]*table{}, links: map[*model.Field]*link{}, deletions: defaultDeletions}
	for _, class := range model.Classes {
		t := &table{class: class, served: served(class), place: map[string]int{}, mirror: make([]*link, len(class.Fields)), byRef: map[string]*object{}}
		for i, f := range class.Fields {
			t.place[f.Name] = i
		}
		inv.tables[class.Name] = t
	}
	for mirror, authority := range mirrors {
		target, m := inv.field(mirror)
		holder, f := inv.field(authority)
		l := &link{place: holder.place[f.Name], target: target, holders: map[string][]string{}}
		inv.links[f], target.mirror[target.place[m.Name]] = l, l
	}
	return inv
}

// field finds CLASS.FIELD, of which this package knows that it exists.
func (inv *inventory) field(path string) (*table, *model.Field) {
	class, name, _ := strings.Cut(path, ".")
	t := inv.tables[class]
	return t, t.class.Field(name)
}

// find is the object, or an error that names it.
func (inv *inventory) find(class, ref string) (*table, *object, error) {
	t := inv.tables[class]
	if t == nil {
		return nil, nil, fmt.Errorf("xensim has no class %s", class)
	}
	o := t.byRef[ref]
	if o == nil {
		return nil, nil, fmt.Errorf("no %s is %s", class, ref)
	}
	return t, o, nil
}

// add makes an object, in one change; a field that is not given has its type's zero.
func (inv *inventory) add(class, ref string, fields map[string]any) error {
	t := inv.tables[class]
	switch {
	case t == nil:
		return fmt.Errorf("xensim has no class %s", class)
	case t.byRef[ref] != nil:
		return fmt.Errorf("%s %s is there already", class, ref)
	}
	inv.advance()
	o := &object{ref: ref, values: make([]any, len(t.class.Fields)), created: inv.generation}
	for i, f := range t.class.Fields {
		if t.mirror[i] == nil {
			o.values[i] = zero(f.Type)
		}
	}
	t.rows = append(t.rows, o)
	t.byRef[ref] = o
	inv.touch(t, o)
	for name, value := range fields {
		if err := inv.set(t, o, name, value); err != nil {
			inv.remove(t, o)
			return err
		}
	}
	return nil
}

// set gives a field a value of its type, within the change that its caller began. nil takes back what was set by hand of a
// mirror. As in xapi, the value that is there already is no change.
func (inv *inventory) set(t *table, o *object, name string, value any) error {
	i, ok := t.place[name]
	if !ok {
		return fmt.Errorf("%s has no field %s", t.class.Name, name)
	}
	f := t.class.Fields[i]
	if value != nil || t.mirror[i] == nil {
		v, err := coerce(f.Type, value)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", t.class.Name, name, err)
		}
		value = v
	}
	if !same(o.values[i], value) {
		inv.replace(t, i, o, value)
	}
	return nil
}

// replace puts a value in its place, and keeps the mirror of a reference right.
func (inv *inventory) replace(t *table, i int, o *object, value any) {
	f := t.class.Fields[i]
	inv.unlink(f, o)
	o.values[i] = value
	inv.touch(t, o)
	inv.link(f, o)
}

// get is the value of a field. That of a mirror is what its holders say.
func (t *table) get(o *object, f *model.Field) any {
	i := t.place[f.Name]
	if o.values[i] != nil {
		return o.values[i]
	}
	return widenSet(t.mirror[i].holders[o.ref])
}

func (inv *inventory) remove(t *table, o *object) {
	inv.advance()
	inv.bury(t, o)
	for _, f := range t.class.Fields {
		inv.unlink(f, o)
	}
	t.rows = slices.DeleteFunc(t.rows, func(x *object) bool { return x == o })
}

// rename gives an object another reference: to those that follow the changes, one object goes and another comes. Those that
// refer to it still mean the old one.
func (inv *inventory) rename(t *table, o *object, ref string) {
	inv.advance()
	inv.bury(t, o)
	for _, f := range t.class.Fields {
		inv.unlink(f, o)
	}
	o.ref, o.created = ref, inv.generation
	t.byRef[ref] = o
	inv.touch(t, o)
	for _, f := range t.class.Fields {
		inv.link(f, o)
	}
}

func (inv *inventory) link(f *model.Field, o *object) {
	l := inv.links[f]
	if l == nil {
		return
	}
	for _, to := range refsOf(o.values[l.place]) {
		l.holders[to] = append(l.holders[to], o.ref)
		inv.touchMirror(l, to)
	}
}

func (inv *inventory) unlink(f *model.Field, o *object) {
	l := inv.links[f]
	if l == nil {
		return
	}
	for _, to := range refsOf(o.values[l.place]) {
		if i := slices.Index(l.holders[to], o.ref); i >= 0 {
			l.holders[to] = slices.Delete(l.holders[to], i, i+1)
		}
		if len(l.holders[to]) == 0 {
			delete(l.holders, to)
		}
		inv.touchMirror(l, to)
	}
}

// refsOf are the references that a field holds: a single one, or a set.
func refsOf(value any) []string {
	var refs []string
	set, isSet := value.([]any)
	if !isSet {
		set = []any{value}
	}
	for _, v := range set {
		if ref, ok := v.(string); ok && !isNull(ref) {
			refs = append(refs, ref)
		}
	}
	return refs
}
