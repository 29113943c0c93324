package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"syncd/internal/store"
)

// mainRelations are the foreign keys of xen that most questions follow. All of them would be a thicket.
var mainRelations = []string{
	"pool.master_id", "pool.default_sr_id", "host.metrics_id", "host.control_domain_id",
	"vm.resident_on_id", "vm.affinity_id", "vm.metrics_id", "vm.guest_metrics_id", "vm.snapshot_of_id", "vm.parent_id",
	"vbd.vm_id", "vbd.vdi_id", "vdi.sr_id", "vdi.snapshot_of_id", "pbd.sr_id", "pbd.host_id",
	"vif.vm_id", "vif.network_id", "pif.network_id", "pif.host_id", "pif.metrics_id",
}

// diagramOf draws the main relations in Mermaid's language; "" where the dictionary lacks the table at either end of each.
func diagramOf(d *store.Dictionary) string {
	tables := map[string]store.RelationEntry{}
	for _, s := range d.Schemas {
		for _, t := range s.Tables {
			tables[t.Name] = t
		}
	}
	keys := map[string][]string{} // what is drawn of each table
	relations := &strings.Builder{}
	for _, relation := range mainRelations {
		table, column, _ := strings.Cut(relation, ".")
		for _, c := range tables["xen."+table].Columns {
			target, there := tables[c.References]
			if c.Name != column || !there {
				continue
			}
			// Any number of these lead to one of those or to none.
			fmt.Fprintf(relations, "    %s }o--o| %s : %s\n", table, strings.TrimPrefix(target.Name, "xen."), column)
			keys["xen."+table] = append(keys["xen."+table], column)
			keys[target.Name] = append(keys[target.Name], "")
		}
	}
	if relations.Len() == 0 {
		return ""
	}
	b := &strings.Builder{}
	b.WriteString("erDiagram\n")
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		fmt.Fprintf(b, "    %s {\n", strings.TrimPrefix(name, "xen."))
		for _, c := range tables[name].Columns {
			switch {
			case c.PrimaryKey:
				fmt.Fprintf(b, "        %s %s PK\n", c.Type, c.Name)
			case slices.Contains(keys[name], c.Name):
				fmt.Fprintf(b, "        %s %s FK\n", c.Type, c.Name)
			case c.Name == "uuid" || c.Name == "name_label":
				fmt.Fprintf(b, "        %s %s\n", c.Type, c.Name)
			}
		}
		b.WriteString("    }\n")
	}
	return b.String() + relations.String()
}
