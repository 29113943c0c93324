package xensim

import "maps"

// sticks makes USB devices of the hosts, two on every other one, and passes some on to VMs.
func (g *generator) sticks() {
	kinds := []fields{
		{"vendor_id": "0529", "vendor_desc": "Aladdin Knowledge Systems", "product_id": "0001", "product_desc": "HASP copy protection <dongle>", "path": "1-2", "version": "1.10", "speed": 12.0},
		{"vendor_id": "0781", "vendor_desc": "SanDisk Corp.", "product_id": "5581", "product_desc": "Ultra & \"fast\"", "path": "2-1.4", "version": "3.00", "speed": 5000.0},
	}
	for _, kind := range kinds {
		group := g.add("USB_group", fields{
			"name_label": "Group of " + kind["vendor_id"].(string) + " " + kind["product_id"].(string) + " USBs",
		})
		for i, host := range g.hosts {
			if i%2 == 0 {
				f := fields{"host": host, "USB_group": group, "serial": g.uuid()[:8], "description": kind["vendor_desc"].(string) + "_" + kind["product_desc"].(string), "passthrough_enabled": i == 0}
				maps.Copy(f, kind)
				g.add("PUSB", f)
			}
		}
		for _, vm := range append(g.vms("Running", 1), g.vms("Halted", 1)...) {
			g.add("VUSB", fields{
				"VM": vm, "USB_group": group, "currently_attached": g.value("VM", vm, "power_state") == "Running", "allowed_operations": []string{"unplug"},
			})
		}
	}
}
