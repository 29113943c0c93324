package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/model"
	"syncd/internal/store"
)

func TestASetOfReferencesLeadsToTheRowsThatExist(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	e.add("VM", "v2", "power_state", "Halted")
	e.add("VM_group", "g", "VMs", array("v1", "v2", "v3"))
	sync(t, db, "lab", e)
	if diff := cmp.Diff([]string{"uuid-g|uuid-v1", "uuid-g|uuid-v2"}, groups(t, db)); diff != "" {
		t.Errorf("after the first pass (-want +got):\n%s", diff)
	}
	if got := query(t, db, `SELECT count(*) FROM syncd.dangling`); got[0] != "0" {
		t.Errorf("%s references dangle; what a set names and is not there is none of them", got[0])
	}
	// The record of the group stays as it is while its VMs come, go and change their references.
	e["VM"][1].ref = ref("moved")
	e.remove("VM", e["VM"][0])
	e.add("VM", "v3", "power_state", "Halted")
	sync(t, db, "lab", e)
	if diff := cmp.Diff([]string{"uuid-g|uuid-v3"}, groups(t, db)); diff != "" {
		t.Errorf("after its VMs changed (-want +got):\n%s", diff)
	}
	e.remove("VM_group", e["VM_group"][0])
	sync(t, db, "lab", e)
	if got := groups(t, db); len(got) != 0 {
		t.Errorf("of a group that is gone: %v", got)
	}
}

func TestOnePoolsLinksAreNotAnothers(t *testing.T) {
	t.Parallel()
	db := open(t)
	for _, pool := range []string{"one", "two"} {
		e := small()
		e["pool"][0].uuid = "uuid-" + pool
		e.add("VM_group", "g", "VMs", array("v1"))
		sync(t, db, pool, e)
	}
	e := small()
	e["pool"][0].uuid = "uuid-one"
	sync(t, db, "one", e)
	got := query(t, db, `SELECT p.name FROM xen.vm_group_vms l JOIN syncd.pool p ON p.id = l.pool_id JOIN xen.vm v ON v.id = l.target_id AND v.pool_id = p.id`)
	if diff := cmp.Diff([]string{"two"}, got); diff != "" {
		t.Errorf("links of (-want +got):\n%s", diff)
	}
	if err := db.Forget(t.Context(), "two", nil); err != nil {
		t.Fatal(err)
	}
	if got := groups(t, db); len(got) != 0 {
		t.Errorf("of a pool that is forgotten: %v", got)
	}
}

// Whatever changes between passes, the tables are those of a first pass, and a pass without changes writes none of their rows.
func TestLinksFollowWhateverChanges(t *testing.T) {
	t.Parallel()
	db := open(t)
	rng := rand.New(rand.NewPCG(7, 7))
	e := small()
	name := 0
	for range 60 {
		for range 1 + rng.IntN(3) {
			switch vms, groups := e["VM"], e["VM_group"]; rng.IntN(6) {
			case 0:
				name++
				e.add("VM", fmt.Sprint("n", name), "power_state", "Halted")
			case 1:
				e.remove("VM", vms[rng.IntN(len(vms))])
				if len(e["VM"]) == 0 {
					e.add("VM", "last")
				}
			case 2:
				vms[rng.IntN(len(vms))].ref = ref(fmt.Sprint("r", rng.IntN(1000), "x", name))
			case 3:
				name++
				e.add("VM_group", fmt.Sprint("g", name), "VMs", "{}")
			case 4:
				if len(groups) > 0 {
					e.remove("VM_group", groups[rng.IntN(len(groups))])
				}
			case 5:
				var refs []string
				for _, vm := range vms {
					if rng.IntN(3) == 0 {
						refs = append(refs, strings.TrimPrefix(vm.ref, "OpaqueRef:"))
					}
				}
				if len(groups) > 0 {
					groups[rng.IntN(len(groups))].fields["VMs"] = array(append(refs, fmt.Sprint("n", name+1))...)
				}
			}
		}
		sync(t, db, "lab", e)
		want := []string{}
		for _, g := range e["VM_group"] {
			for _, vm := range e["VM"] {
				if strings.Contains(g.fields["VMs"], `"`+vm.ref+`"`) {
					want = append(want, g.uuid+"|"+vm.uuid)
				}
			}
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, groups(t, db)); diff != "" {
			t.Fatalf("(-estate +stored):\n%s", diff)
		}
		const rows = `SELECT ctid, xmin FROM xen.vm_group_vms ORDER BY 1`
		before := query(t, db, rows)
		sync(t, db, "lab", e)
		if diff := cmp.Diff(before, query(t, db, rows)); diff != "" {
			t.Fatalf("a pass without changes wrote rows:\n%s", diff)
		}
	}
}

// array is a set of references, made from short names.
func array(names ...string) string {
	var refs []string
	for _, name := range names {
		refs = append(refs, `"`+ref(name)+`"`)
	}
	return "{" + strings.Join(refs, ",") + "}"
}

// groups are the pairs of VM group and VM that are stored.
func groups(t testing.TB, db *store.DB) []string {
	t.Helper()
	return query(t, db, linked(model.Lookup("VM_group"), model.Lookup("VM_group").Field("VMs")))
}

// linked asks for the pairs of a link table, by uuid.
func linked(c *model.Class, f *model.Field) string {
	return fmt.Sprintf(`SELECT a.uuid, b.uuid FROM xen.%s l JOIN xen.%s a ON a.id = l.%s JOIN xen.%s b ON b.id = l.target_id ORDER BY 1, 2`,
		c.LinkTable(f), c.SQLTable(), c.LinkColumn(), model.Lookup(f.Type.Elem.Class).SQLTable())
}
