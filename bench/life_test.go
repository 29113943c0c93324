package main

import (
	"reflect"
	"strings"
	"testing"

	"syncd/internal/xensim"
)

func newLife(t *testing.T) *life {
	t.Helper()
	sim, err := xensim.New(xensim.Options{Hosts: 4, VMs: 100, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return &life{sim: sim}
}

// values are those of one field, by reference.
func (l *life) values(class, field string) map[string]any {
	all := map[string]any{}
	for _, o := range l.sim.Objects(class) {
		all[o.Ref] = o.Fields[field]
	}
	return all
}

// differing counts objects that were there before and have another value now.
func differing(before, after map[string]any) (n int) {
	for ref, value := range before {
		if now, ok := after[ref]; ok && !reflect.DeepEqual(now, value) {
			n++
		}
	}
	return n
}

func TestWhatHappensBetweenTwoPassesIsOfEveryKind(t *testing.T) {
	t.Parallel()
	l := newLife(t)
	for _, c := range []struct {
		class, field string
		least        int
	}{
		{"host_metrics", "last_updated", 4}, {"host_metrics", "memory_free", 4}, {"VM_metrics", "last_updated", 15},
		{"VM_guest_metrics", "last_updated", 15}, {"VM", "allowed_operations", 15}, {"VM", "resident_on", 1}, {"host", "resident_VMs", 2},
		{"VM", "power_state", 1}, {"VM", "name_label", 1},
	} {
		before := l.values(c.class, c.field)
		if err := l.change(20); err != nil {
			t.Fatal(err)
		}
		if got := differing(before, l.values(c.class, c.field)); got < c.least {
			t.Errorf("%s.%s of %d objects changed, want %d at least", c.class, c.field, got, c.least)
		}
	}
}

func TestAnEditChangesAsMuchInAPoolOfAnySize(t *testing.T) {
	t.Parallel()
	changed := map[int]int{}
	for _, vms := range []int{600, 1200} {
		sim, err := xensim.New(xensim.Options{Hosts: vms / 60, VMs: vms, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		l := &life{sim: sim}
		if err := l.edit(1000); err != nil { // from anywhere to the hosts that are edited
			t.Fatal(err)
		}
		for class, fields := range map[string][]string{"VM": {"name_label", "resident_on"}, "VM_metrics": {"last_updated"},
			"VM_guest_metrics": {"last_updated"}, "VBD": {"currently_attached"}, "host": {"resident_VMs"}, "SR": {"VDIs"}, "network": {"VIFs"}} {
			for _, field := range fields {
				before := l.values(class, field)
				if err := l.edit(1000); err != nil {
					t.Fatal(err)
				}
				n := differing(before, l.values(class, field))
				if class == "SR" || class == "network" {
					n += 1000 // must be none
				}
				changed[vms] += n
			}
		}
	}
	if changed[600] != changed[1200] || changed[600] != 125+125+3*250+editedHosts+2000 {
		t.Errorf("objects that changed by the size of the pool: %v", changed)
	}
}

func TestNoKeyOfAMapEndsAParser(t *testing.T) {
	t.Parallel()
	l := newLife(t)
	unfit := func() (n int) {
		for _, config := range l.values("VM", "other_config") {
			for key := range config.(map[string]any) {
				if strings.ContainsAny(key, "<&") {
					n++
				}
			}
		}
		return n
	}
	if unfit() == 0 {
		t.Fatal("the pool has no such key: legible is not needed any more")
	}
	if err := l.legible(); err != nil || unfit() > 0 {
		t.Errorf("%d keys are left, %v", unfit(), err)
	}
	if err := l.change(200); err != nil || unfit() > 0 {
		t.Errorf("%d keys came back, %v", unfit(), err)
	}
}

func TestARunCostsWhatTheProgramCosts(t *testing.T) {
	t.Parallel()
	out, r, err := execute(t.Context(), []string{"WORD=hello"}, "sh", "-c", `i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo $WORD`)
	if err != nil || string(out) != "hello\n" {
		t.Fatalf("%q, %v", out, err)
	}
	if r.CPU <= 0 || r.Wall < r.CPU/2 || r.RSS < 1<<19 {
		t.Errorf("%+v", r)
	}
	if _, _, err := execute(t.Context(), nil, "sh", "-c", "echo why >&2; exit 3"); err == nil || !strings.Contains(err.Error(), "why") {
		t.Errorf("a program that fails: %v", err)
	}
}
