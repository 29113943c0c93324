package xensim

import "fmt"

// nic is a port of a network card, as a host's PIFs and PCIs tell of it.
type nic struct {
	device, bus                      string
	vendor, vendorID, model, modelID string
	driver                           string
	speed                            int // Mbit/s
}

// nics are the ports of every host: two on the board, two on a card.
var nics = []nic{
	{"eth0", "0000:04:00.0", "Intel Corporation", "8086", "Ethernet Controller X550", "1563", "ixgbe", 10000},
	{"eth1", "0000:04:00.1", "Intel Corporation", "8086", "Ethernet Controller X550", "1563", "ixgbe", 10000},
	{"eth2", "0000:3b:00.0", "Mellanox Technologies", "15b3", `MT27710 Family [ConnectX-4 Lx] "dual"`, "1015", "mlx5_core", 25000},
	{"eth3", "0000:3b:00.1", "Mellanox Technologies", "15b3", `MT27710 Family [ConnectX-4 Lx] "dual"`, "1015", "mlx5_core", 25000},
}

// carrier makes the metrics of a PIF whose link is up. Only that of a port of a card knows the card.
func (g *generator) carrier(metrics string, n nic, physical bool) string {
	f := fields{"carrier": true, "speed": n.speed, "duplex": true, "last_updated": g.now, "io_read_kbs": 12.5, "io_write_kbs": 0.25}
	if physical {
		f["vendor_name"], f["vendor_id"], f["device_name"], f["device_id"], f["pci_bus_path"] = n.vendor, n.vendorID, n.model, n.modelID, n.bus
	} else {
		f["pci_bus_path"] = "N/A"
	}
	return g.addAs("PIF_metrics", metrics, f)
}

// vlan makes what binds the PIF of a VLAN to that of the port below it.
func (g *generator) vlan(ref, pif, host string, f fields) {
	below := g.port(host, f["device"].(string))
	if g.addAs("VLAN", ref, fields{"tag": f["VLAN"], "tagged_PIF": below, "untagged_PIF": pif}) == null {
		g.set("PIF", pif, fields{"VLAN_master_of": null})
	}
}

// port is the PIF of a host's port; "" where it has none.
func (g *generator) port(host, device string) string {
	for _, ref := range g.strings("host", host, "PIFs") {
		if g.value("PIF", ref, "device") == device && g.value("PIF", ref, "VLAN") == int64(-1) {
			return ref
		}
	}
	return ""
}

// bond makes the ports of a host's second card and a bond of the two. On the first host one of its links is down.
func (g *generator) bond(i int, host string) {
	if !g.inv.has("Bond") {
		return
	}
	if i == 0 {
		for n, label := range []string{"Bond 2+3 <storage>", "Pool-wide network associated with eth2", "Pool-wide network associated with eth3"} {
			g.bondNetworks = append(g.bondNetworks, g.add("network", fields{
				"name_label": label, "bridge": []string{"xapi3", "xenbr2", "xenbr3"}[n], "MTU": 9000, "managed": true, "default_locking_mode": "unlocked",
			}))
		}
	}
	address := fmt.Sprintf("127.2.%d.%d", i/200, i%200+11)
	master := fields{
		"device": "bond0", "network": g.bondNetworks[0], "host": host, "MAC": g.mac(), "MTU": 9000, "VLAN": -1, "currently_attached": true,
		"ip_configuration_mode": "Static", "IP": address, "netmask": "255.255.0.0", "ipv6_configuration_mode": "None", "managed": true,
		"primary_address_type": "IPv4", "properties": map[string]string{"gro": "on"}, "igmp_snooping_status": "unknown", "disallow_unplug": true,
		"other_config": map[string]string{"management_purpose": "Storage & backup"},
	}
	master["metrics"] = g.carrier(g.ref(), nic{speed: 50000}, false)
	mode := []string{"lacp", "balance-slb", "active-backup"}[i%3]
	bond := g.add("Bond", fields{
		"master": g.add("PIF", master), "mode": mode, "links_up": 2, "auto_update_mac": true, "properties": map[string]string{"hashing_algorithm": "tcpudp_ports"},
	})
	for port, n := range nics[2:] {
		slave := g.add("PIF", fields{
			"device": n.device, "network": g.bondNetworks[1+port], "host": host, "MAC": g.mac(), "MTU": 9000, "VLAN": -1, "physical": true,
			"currently_attached": true, "managed": true, "ip_configuration_mode": "None", "ipv6_configuration_mode": "None",
			"metrics": g.carrier(g.ref(), n, true), "bond_slave_of": bond, "PCI": g.card(host, n.bus), "primary_address_type": "IPv4",
			"igmp_snooping_status": "unknown", "capabilities": []string{"sriov"},
		})
		switch {
		case port == 0:
			g.set("Bond", bond, fields{"primary_slave": slave})
		case i == 0:
			g.link(slave, false)
			g.set("Bond", bond, fields{"links_up": 1})
		}
	}
}

// link lets the link of a port go down, or come up.
func (g *generator) link(pif string, up bool) {
	metrics, _ := g.value("PIF", pif, "metrics").(string)
	speed := 0
	for _, n := range nics {
		if up && g.value("PIF", pif, "device") == n.device {
			speed = n.speed
		}
	}
	g.set("PIF_metrics", metrics, fields{"carrier": up, "speed": speed, "duplex": up, "last_updated": g.now})
}

// overlays makes a tunnel and a network of virtual functions, on the first host alone, a port without a link on the last, and
// a network that no host has an interface to.
func (g *generator) overlays() {
	first, last := g.hosts[0], g.hosts[len(g.hosts)-1]
	overlay := func(label, bridge, device string) string {
		network := g.add("network", fields{"name_label": label, "bridge": bridge, "MTU": 1450, "managed": true, "default_locking_mode": "unlocked"})
		return g.add("PIF", fields{
			"device": device, "network": network, "host": first, "MAC": g.mac(), "MTU": 1450, "VLAN": -1, "currently_attached": true, "managed": true,
			"ip_configuration_mode": "None", "ipv6_configuration_mode": "None", "primary_address_type": "IPv4", "igmp_snooping_status": "unknown",
			"metrics": g.carrier(g.ref(), nic{speed: 10000}, false),
		})
	}
	if g.inv.has("tunnel") {
		g.add("tunnel", fields{
			"access_PIF": overlay("Tunnel to the <other> site", "xapi4", "tunnel0"), "transport_PIF": g.port(first, "eth0"),
			"status": map[string]string{"active": "true"}, "protocol": "gre",
		})
	}
	if g.inv.has("network_sriov") {
		g.add("network_sriov", fields{
			"logical_PIF": overlay("SR-IOV of eth1", "xapi5", "eth1"), "physical_PIF": g.port(first, "eth1"), "configuration_mode": "sysfs",
			"requires_reboot": true,
		})
	}
	g.add("network", fields{"name_label": "Internal, without a port", "bridge": "xapi6", "MTU": 1500, "managed": true, "default_locking_mode": "disabled"})
	if len(g.hosts) > 1 {
		g.link(g.port(last, "eth1"), false)
	}
}
