package xensim

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"syncd/internal/model"
)

// releases are the product versions and the names under which model.txt knows them, in order. A field of a release that
// is not among them came after the last.
var releases = []struct{ version, name string }{
	{"4.0", "rio"}, {"4.1", "miami"}, {"5.0", "orlando"}, {"5.5", "george"}, {"5.6", "midnight-ride"},
	{"5.6.1", "cowley"}, {"6.0", "boston"}, {"6.1", "tampa"}, {"6.2", "clearwater"},
	{"6.2.1", "vgpu-productisation"}, {"6.5", "creedence"}, {"6.5.1", "cream"}, {"7.0", "dundee"}, {"7.1", "ely"},
	{"7.2", "falcon"}, {"7.3", "inverness"}, {"7.4", "jura"}, {"7.5", "kolkata"}, {"7.6", "lima"}, {"8.0", "naples"},
	{"8.1", "quebec"}, {"8.2", "stockholm"},
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

// arrivals are the releases that brought the classes which the first one lacks; "" came after the last of releases. What
// model.txt says of their fields, uuid above all, is often too early.
var arrivals = map[string]string{
	"Bond": "miami", "VLAN": "miami", "SM": "miami", "pool_patch": "miami", "subject": "george", "tunnel": "cowley",
	"PCI": "boston", "PGPU": "boston", "GPU_group": "boston", "VGPU": "boston", "VM_appliance": "boston", "VGPU_type": "vgpu-productisation",
	"pool_update": "ely", "PVS_site": "ely", "PVS_server": "ely", "PVS_proxy": "ely", "PVS_cache_storage": "ely",
	"VMSS": "falcon", "Feature": "falcon", "SDN_controller": "falcon", "PUSB": "inverness", "USB_group": "inverness", "VUSB": "inverness",
	"network_sriov": "kolkata", "Cluster": "kolkata", "Cluster_host": "kolkata", "Certificate": "stockholm",
	"Repository": "", "VM_group": "", "VTPM": "", "Host_driver": "",
}

// servedFields is what a release sends of a class, nothing of one that it lacks; "" is today's, which has every field.
func servedFields(version string) (func(*model.Class) []*model.Field, error) {
	if version == "" {
		return func(c *model.Class) []*model.Field { return inWireOrder(c, c.Fields) }, nil
	}
	known, versions := map[string]bool{}, []string{}
	for _, r := range releases {
		known[r.name] = true
		versions = append(versions, r.version)
		if r.version == version {
			return func(c *model.Class) []*model.Field {
				if release, later := arrivals[c.Name]; later && !known[release] {
					return nil
				}
				fields := slices.DeleteFunc(slices.Clone(c.Fields), func(f *model.Field) bool { return !known[f.Since] })
				return inWireOrder(c, fields)
			}, nil
		}
	}
	return nil, fmt.Errorf("there is no release %q here: give one of %s, or none for today's", version, strings.Join(versions, ", "))
}
