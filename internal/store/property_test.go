package store_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// life changes an estate at random: in ways that pools do change, and in some that only a database restore brings.
type life struct {
	estate
	rng     *rand.Rand
	n       int
	removed map[string][]*object
}

func (l *life) name(prefix string) string {
	l.n++
	return fmt.Sprintf("%s%d", prefix, l.n)
}

// any picks an object of a class; nil where there is none.
func (l *life) any(class string) *object {
	if len(l.estate[class]) == 0 {
		return nil
	}
	return l.estate[class][l.rng.IntN(len(l.estate[class]))]
}

// target picks a reference for a field: mostly one that exists, sometimes none, sometimes one that leads nowhere yet or
// any more.
func (l *life) target(class string) string {
	if o := l.any(class); o != nil && l.rng.IntN(5) > 0 {
		return o.ref
	}
	if gone := l.removed[class]; len(gone) > 0 && l.rng.IntN(2) == 0 {
		return gone[l.rng.IntN(len(gone))].ref
	}
	return ref(fmt.Sprintf("%s%d", class, l.n+l.rng.IntN(4)))
}

var fieldsOf = map[string]map[string]string{ // class → reference field → target
	"host":             {"metrics": "host_metrics", "control_domain": "VM"},
	"VM":               {"resident_on": "host", "affinity": "host", "guest_metrics": "VM_guest_metrics", "snapshot_of": "VM", "parent": "VM"},
	"VBD":              {"VM": "VM", "VDI": "VDI"},
	"VDI":              {"snapshot_of": "VDI"},
	"VM_guest_metrics": {},
	"host_metrics":     {},
}

func (l *life) step() {
	classes := []string{"host", "VM", "VM", "VM", "VBD", "VBD", "VDI", "VM_guest_metrics", "host_metrics"}
	class := classes[l.rng.IntN(len(classes))]
	o := l.any(class)
	switch l.rng.IntN(10) {
	case 0, 1: // appears
		l.add(class, l.name(class))
	case 2: // vanishes
		if o != nil {
			l.remove(class, o)
			l.removed[class] = append(l.removed[class], o)
		}
	case 3: // returns
		if gone := l.removed[class]; len(gone) > 0 {
			back := gone[len(gone)-1]
			l.removed[class] = gone[:len(gone)-1]
			l.estate[class] = append(l.estate[class], back)
		}
	case 4: // its reference changes
		if o != nil {
			o.ref = ref(l.name(class))
		}
	case 5: // two swap theirs
		if p := l.any(class); p != nil {
			o.ref, p.ref = p.ref, o.ref
		}
	case 6: // is made anew under the same reference
		if o != nil {
			o.uuid = "uuid-" + l.name("anew")
		}
	case 7: // something that is not stored
		if o != nil && (class == "VM" || class == "host") {
			o.fields[map[string]string{"VM": "VBDs", "host": "PBDs"}[class]] = l.name("{x") + "}"
		}
	default:
		if o == nil {
			return
		}
		for field, target := range fieldsOf[class] {
			if l.rng.IntN(2) == 0 {
				o.fields[field] = l.target(target)
			}
		}
	}
}

// unique drops objects whose reference another live one of the class has: no pool answers so.
func (l *life) unique() {
	for class, list := range l.estate {
		seen := map[string]bool{}
		var kept []*object
		for _, o := range list {
			if !seen[o.ref] && !seen[o.uuid] {
				kept = append(kept, o)
			}
			seen[o.ref], seen[o.uuid] = true, true
		}
		l.estate[class] = kept
	}
}

func TestPassesByAndByLeaveWhatAFirstPassWouldLeave(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			db := open(t)
			l := &life{estate: small(), rng: rand.New(rand.NewPCG(seed, 1)), removed: map[string][]*object{}}
			for pass := range 25 {
				for range l.rng.IntN(12) {
					l.step()
				}
				l.unique()
				r := sync(t, db, "lab", l.estate)
				if pass%5 != 4 {
					continue
				}
				fresh := open(t)
				sync(t, fresh, "lab", l.estate)
				if diff := cmp.Diff(mirror(t, fresh), mirror(t, db)); diff != "" {
					t.Fatalf("after pass %d (-first load +this database):\n%s", pass, diff)
				}
				if again := sync(t, db, "lab", l.estate); total(again) != 0 {
					t.Fatalf("after pass %d an equal pass wrote %+v (before it %+v)", pass, again.Classes, r.Classes)
				}
			}
		})
	}
}
