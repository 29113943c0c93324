package xensim

import (
	"slices"

	"syncd/internal/model"
)

// mirrors names, for each set that mirrors a reference or a set of them, the authority: xapi derives the one from the other.
var mirrors = map[string]string{
	"host.resident_VMs": "VM.resident_on",
	"host.PBDs":         "PBD.host",
	"host.PIFs":         "PIF.host",
	"host.PCIs":         "PCI.host",
	"host.PGPUs":        "PGPU.host",
	"host.PUSBs":        "PUSB.host",
	"host.host_CPUs":    "host_cpu.host",
	"host.patches":      "host_patch.host",
	"host.updates":      "pool_update.hosts",
	"host.features":     "Feature.host",
	"host.certificates": "Certificate.host",

	"SR.PBDs":            "PBD.SR",
	"SR.VDIs":            "VDI.SR",
	"VDI.VBDs":           "VBD.VDI",
	"VDI.snapshots":      "VDI.snapshot_of",
	"pool.metadata_VDIs": "VDI.metadata_of_pool",

	"network.PIFs":                "PIF.network",
	"network.VIFs":                "VIF.network",
	"PIF.bond_master_of":          "Bond.master",
	"PIF.VLAN_slave_of":           "VLAN.tagged_PIF",
	"PIF.tunnel_access_PIF_of":    "tunnel.access_PIF",
	"PIF.tunnel_transport_PIF_of": "tunnel.transport_PIF",
	"PIF.sriov_logical_PIF_of":    "network_sriov.logical_PIF",
	"PIF.sriov_physical_PIF_of":   "network_sriov.physical_PIF",
	"Bond.slaves":                 "PIF.bond_slave_of",

	"VM.VBDs":      "VBD.VM",
	"VM.VIFs":      "VIF.VM",
	"VM.VGPUs":     "VGPU.VM",
	"VM.VUSBs":     "VUSB.VM",
	"VM.VTPMs":     "VTPM.VM",
	"VM.groups":    "VM_group.VMs",
	"VM.snapshots": "VM.snapshot_of",
	"VM.children":  "VM.parent",

	"VM_appliance.VMs":        "VM.appliance",
	"VMSS.VMs":                "VM.snapshot_schedule",
	"pool_patch.host_patches": "host_patch.pool_patch",
	"Cluster.cluster_hosts":   "Cluster_host.cluster",
	"PVS_site.cache_storage":  "PVS_cache_storage.site",
	"PVS_site.proxies":        "PVS_proxy.site",
	"PVS_site.servers":        "PVS_server.site",

	"GPU_group.PGPUs":                   "PGPU.GPU_group",
	"GPU_group.VGPUs":                   "VGPU.GPU_group",
	"PGPU.resident_VGPUs":               "VGPU.resident_on",
	"VGPU_type.VGPUs":                   "VGPU.type",
	"VGPU_type.enabled_on_GPU_groups":   "GPU_group.enabled_VGPU_types",
	"VGPU_type.enabled_on_PGPUs":        "PGPU.enabled_VGPU_types",
	"VGPU_type.supported_on_GPU_groups": "GPU_group.supported_VGPU_types",
	"VGPU_type.supported_on_PGPUs":      "PGPU.supported_VGPU_types",
	"USB_group.PUSBs":                   "PUSB.USB_group",
	"USB_group.VUSBs":                   "VUSB.USB_group",
}

// link is a mirrored reference: who holds it, by whom it leads to.
type link struct {
	place   int    // of the reference in its holder
	target  *table // of the mirror
	holders map[string][]string
}

func (inv *inventory) link(f *model.Field, o *object) {
	l := inv.links[f]
	if l == nil {
		return
	}
	l.each(o, func(to string) {
		l.holders[to] = append(l.holders[to], o.ref)
		inv.touchMirror(l, to)
	})
}

func (inv *inventory) unlink(f *model.Field, o *object) {
	l := inv.links[f]
	if l == nil {
		return
	}
	l.each(o, func(to string) {
		if i := slices.Index(l.holders[to], o.ref); i >= 0 {
			l.holders[to] = slices.Delete(l.holders[to], i, i+1)
		}
		if len(l.holders[to]) == 0 {
			delete(l.holders, to)
		}
		inv.touchMirror(l, to)
	})
}

// each does something with every object to which the holder's reference, or set of them, leads.
func (l *link) each(holder *object, do func(to string)) {
	switch v := holder.values[l.place].(type) {
	case string:
		if !isNull(v) {
			do(v)
		}
	case []any:
		for _, to := range v {
			if !isNull(to) {
				do(to.(string))
			}
		}
	}
}
