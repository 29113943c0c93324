package xensim

import (
	"fmt"
	"time"
)

// nics makes what belongs to the network interfaces: metrics of each, VLANs, a bond of each second host, a tunnel, an SR-IOV card.
func (g *generator) nics() {
	cards := map[string][]string{} // of a host
	pifs := g.refs("PIF")
	for i, pif := range pifs {
		host := g.value("PIF", pif, "host").(string)
		physical := g.value("PIF", pif, "physical") == true
		m := fields{"carrier": i%17 != 5, "speed": 25000, "duplex": true, "last_updated": g.now, "vendor_id": "", "device_id": "", "pci_bus_path": "N/A"}
		if physical {
			m["vendor_id"], m["vendor_name"], m["device_id"], m["device_name"] = "8086", "Intel Corporation", "1572", `Ethernet 10G X710 <"quad">`
			m["pci_bus_path"] = fmt.Sprintf("0000:3b:00.%d", len(cards[host]))
			cards[host] = append(cards[host], pif)
		}
		if m["carrier"] == false {
			m["speed"], m["duplex"] = 0, false
		}
		g.addAs("PIF_metrics", g.value("PIF", pif, "metrics").(string), m)
	}
	for _, pif := range pifs {
		if vlan := g.value("PIF", pif, "VLAN_master_of").(string); !isNull(vlan) {
			g.addAs("VLAN", vlan, fields{"tag": g.value("PIF", pif, "VLAN"), "untagged_PIF": pif,
				"tagged_PIF": cards[g.value("PIF", pif, "host").(string)][0]})
		}
	}
	for i, host := range g.hosts {
		if i%2 == 0 && len(cards[host]) > 1 {
			g.bond(host, cards[host])
		}
	}
	if host := g.hosts[len(g.hosts)-1]; len(cards[host]) > 0 {
		access := g.virtualPIF(host, "tunnel0", fields{"name_label": "Private network", "bridge": "xapi9"})
		g.add("tunnel", fields{"access_PIF": access, "transport_PIF": cards[host][0], "status": map[string]string{"active": "true", "key": "7"}, "protocol": "gre"})
		logical := g.virtualPIF(host, "sriov0", fields{"name_label": "SR-IOV", "bridge": "xapi10"})
		g.add("network_sriov", fields{"physical_PIF": cards[host][0], "logical_PIF": logical, "configuration_mode": "sysfs"})
	}
}

// bond joins the first two cards of a host, one of which has lost its link on every fourth host.
func (g *generator) bond(host string, cards []string) {
	pif := g.virtualPIF(host, "bond0", fields{"name_label": "Bond 0+1 of " + g.value("host", host, "name_label").(string), "bridge": "xapi8"})
	up := 0
	for _, card := range cards[:2] {
		if g.value("PIF_metrics", g.value("PIF", card, "metrics").(string), "carrier") == true {
			up++
		}
	}
	bond := g.add("Bond", fields{"master": pif, "primary_slave": cards[0], "mode": "lacp", "links_up": up, "auto_update_mac": true,
		"properties": map[string]string{"hashing_algorithm": "tcpudp_ports"}})
	for _, card := range cards[:2] {
		g.set("PIF", card, fields{"bond_slave_of": bond})
	}
}

// virtualPIF makes an interface that is no card, in a network of its own.
func (g *generator) virtualPIF(host, device string, network fields) string {
	network["MTU"], network["managed"], network["default_locking_mode"] = 1500, true, "unlocked"
	pif := g.add("PIF", fields{"device": device, "network": g.add("network", network), "host": host, "MAC": g.mac(), "MTU": 1500, "VLAN": -1,
		"currently_attached": true, "ip_configuration_mode": "None", "ipv6_configuration_mode": "None", "primary_address_type": "IPv4", "managed": true})
	metrics := g.add("PIF_metrics", fields{"carrier": true, "speed": 50000, "duplex": true, "last_updated": g.now, "pci_bus_path": "N/A"})
	g.set("PIF", pif, fields{"metrics": metrics})
	return pif
}

// refs are the references of all objects of a class, as they stand now.
func (g *generator) refs(class string) (refs []string) {
	for _, o := range g.inv.tables[class].rows {
		refs = append(refs, o.ref)
	}
	return refs
}

// certificate makes one that ends so many days from now.
func (g *generator) certificate(host, typ, name string, days int) {
	print := fmt.Sprintf("%X:%X:%X:%X", g.rng.IntN(256), g.rng.IntN(256), g.rng.IntN(256), g.rng.IntN(256))
	g.add("Certificate", fields{"name": name, "type": typ, "host": host, "not_before": g.now.AddDate(-1, 0, 0), "not_after": g.now.Add(time.Duration(days) * 24 * time.Hour),
		"fingerprint": print, "fingerprint_sha256": print, "fingerprint_sha1": print[:5]})
}
