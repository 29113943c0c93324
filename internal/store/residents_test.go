package store_test

import (
	"strings"
	"testing"

	"syncd/internal/model"
)

func TestPairsOfHostAndVMThatOneSideAloneTellsOfAreCounted(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	e.add("VM", "v2", "power_state", "Running", "resident_on", ref("h1"))
	for _, c := range []struct {
		name string
		says []string // host.resident_VMs of h1
		want int64
	}{
		{"both sides agree", []string{"v1", "v2"}, 0},
		{"the host says nothing", nil, 2},
		{"the host says another one", []string{"v1", "v3"}, 2},
		{"the same bytes as before", []string{"v1", "v3"}, 2},
		{"both sides agree again", []string{"v2", "v1"}, 0},
	} {
		e["host"][0].fields["name_description"] = strings.Join(c.says, " ") // its bytes differ, as on the wire
		p := begin(t, db, "lab")
		if err := p.Identify(t.Context(), "uuid-p"); err != nil {
			t.Fatal(err)
		}
		for _, class := range model.Classes {
			if class.Name == "SR" { // the hosts were read; they are read once more, which begins their count anew
				p.Resident(ref("h1"), ref("left over"))
				if err := stage(t.Context(), p, e, model.Lookup("host")); err != nil {
					t.Fatal(err)
				}
				for _, vm := range c.says {
					p.Resident(ref("h1"), ref(vm))
				}
			}
			if err := stage(t.Context(), p, e, class); err != nil {
				t.Fatal(err)
			}
		}
		r, err := p.Publish(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if *r.ResidencyMismatches != c.want {
			t.Errorf("%s: %d mismatches, want %d", c.name, r.ResidencyMismatches, c.want)
		}
	}
}
