package xensim

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"syncd/internal/model"
)

// releases are the product versions and the names under which model.txt knows them, in order. A field of a release that
// is not among them came after the last.
var releases = []struct{ version, names string }{
	{"4.0", "rio"}, {"4.1", "miami"}, {"5.0", "orlando"}, {"5.5", "george"}, {"5.6", "midnight-ride"},
	{"5.6.1", "cowley"}, {"6.0", "boston"}, {"6.1", "tampa"}, {"6.2", "clearwater"},
	{"6.2.1", "vgpu-tech-preview vgpu-productisation clearwater-whetstone"}, {"6.5", "creedence"}, {"6.5.1", "cream"},
	{"7.0", "dundee"}, {"7.1", "ely"}, {"7.2", "falcon"}, {"7.3", "inverness"}, {"7.4", "jura"}, {"7.5", "kolkata"},
	{"7.6", "lima"}, {"8.0", "naples"}, {"8.1", "quebec"}, {"8.2", "stockholm"},
}

// today is the version of whatever came after the last of releases.
const today = "today"

// arrivals are the versions that brought the classes; one that is not here was there from the first. The fields of a class
// say it badly: many are called older than their class, and a VTPM before 22.26 was a stub that nothing served.
var arrivals = map[string]string{
	"Bond": "4.1", "VLAN": "4.1", "pool_patch": "4.1", "message": "5.0", "subject": "5.5", "tunnel": "5.6.1",
	"PCI": "6.0", "PGPU": "6.0", "GPU_group": "6.0", "VGPU": "6.0", "VM_appliance": "6.0", "VGPU_type": "6.2.1",
	"pool_update": "7.1", "PVS_site": "7.1", "PVS_server": "7.1", "PVS_proxy": "7.1", "PVS_cache_storage": "7.1",
	"VMSS": "7.2", "Feature": "7.2", "SDN_controller": "7.2", "PUSB": "7.3", "USB_group": "7.3", "VUSB": "7.3",
	"Cluster": "7.5", "Cluster_host": "7.5", "network_sriov": "7.5", "Certificate": "8.2",
	"Repository": today, "VTPM": today, "VM_group": today, "Host_driver": today, "Observer": today,
}

// age is the place of a version in releases, and that of today behind the last.
func age(version string) int {
	for i, r := range releases {
		if r.version == version {
			return i
		}
	}
	return len(releases)
}

// brought is the place in releases of the version that brought a field, by the name that model.txt has for it.
var brought = func() func(name string) int {
	ages := map[string]int{}
	for i, r := range releases {
		for name := range strings.FieldsSeq(r.names) {
			ages[name] = i
		}
	}
	return func(name string) int {
		if i, ok := ages[name]; ok {
			return i
		}
		return len(releases)
	}
}()

// arrived tells whether a version of this age has a class of XenAPI.
func arrived(class string, of int) bool {
	version, later := arrivals[class]
	return !later || age(version) <= of
}

//go:embed order.txt
var orderTable string

// wireOrder is the order in which xapi sends a class's fields.
var wireOrder = func() map[string][]string {
	order, class := map[string][]string{}, ""
	for line := range strings.Lines(orderTable) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "#":
		case words[0] == "class":
			class = words[1]
		default:
			order[class] = append(order[class], words...)
		}
	}
	return order
}()

// inWireOrder sorts the fields of a class as xapi sends them.
func inWireOrder(class *model.Class, fields []*model.Field) []*model.Field {
	place := func(f *model.Field) int {
		if i := slices.Index(wireOrder[class.Name], f.Name); i >= 0 {
			return i
		}
		return len(wireOrder[class.Name])
	}
	fields = slices.Clone(fields)
	slices.SortStableFunc(fields, func(a, b *model.Field) int { return place(a) - place(b) })
	return fields
}

// servedFields is what a release sends of a class: nothing of one that it lacks, and no reference to one. "" is today's,
// which has every field.
func servedFields(version string) (func(*model.Class) []*model.Field, error) {
	of, versions := age(cmp.Or(version, today)), []string{}
	for _, r := range releases {
		versions = append(versions, r.version)
	}
	if version != "" && of == len(releases) {
		return nil, fmt.Errorf("there is no release %q here: give one of %s, or none for today's", version, strings.Join(versions, ", "))
	}
	return func(c *model.Class) []*model.Field {
		if !arrived(c.Name, of) {
			return nil
		}
		return inWireOrder(c, slices.DeleteFunc(slices.Clone(c.Fields), func(f *model.Field) bool {
			return brought(f.Since) > of || !arrived(leadsTo(f.Type), of)
		}))
	}, nil
}

// leadsTo is the class to which a reference, or each of a set of them, leads; "" of other types.
func leadsTo(t model.Type) string {
	if t.Kind == model.Set {
		return t.Elem.Class
	}
	return t.Class
}
