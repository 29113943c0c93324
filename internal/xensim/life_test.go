package xensim

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"syncd/internal/model"
)

// consistent holds every mirror of a pool against the references that it mirrors.
func consistent(t *testing.T, s *Sim) {
	t.Helper()
	for mirror, authority := range mirrors {
		class, field, _ := strings.Cut(mirror, ".")
		holderClass, reference, _ := strings.Cut(authority, ".")
		want := map[string][]string{}
		for _, o := range s.Objects(holderClass) {
			for _, to := range leads(o.Fields[reference]) {
				want[to] = append(want[to], o.Ref)
			}
		}
		for _, o := range s.Objects(class) {
			set, served := o.Fields[field].([]any)
			if !served {
				continue
			}
			var got []string
			for _, ref := range set {
				got = append(got, ref.(string))
			}
			slices.Sort(got)
			slices.Sort(want[o.Ref])
			if diff := cmp.Diff(want[o.Ref], got); diff != "" {
				t.Errorf("%s of %s (-by %s +sent):\n%s", mirror, o.Ref, authority, diff)
			}
		}
	}
}

// leads is where a reference leads, or a set of them.
func leads(value any) (refs []string) {
	switch v := value.(type) {
	case string:
		refs = append(refs, v)
	case []any:
		for _, ref := range v {
			refs = append(refs, ref.(string))
		}
	}
	return refs
}

// snapshotOf is a whole pool.
func snapshotOf(s *Sim) map[string][]Object {
	pool := map[string][]Object{}
	for _, class := range model.Classes {
		pool[class.Name] = s.Objects(class.Name)
	}
	return pool
}

func TestEveryMirrorOfAMirroredClassIsDerived(t *testing.T) {
	t.Parallel()
	for _, class := range model.Classes {
		for _, f := range class.Fields {
			path := class.Name + "." + f.Name
			mirrored := f.Mirror && model.Lookup(f.Type.Elem.Class) != nil
			if derived := mirrors[path] != ""; derived != mirrored {
				t.Errorf("%s: derived %v, a mirror of a mirrored class %v", path, derived, mirrored)
			}
		}
	}
}

func TestTheSameSeedMakesTheSamePoolAndTheSameLife(t *testing.T) {
	t.Parallel()
	a, b := newSim(t, Options{Seed: 7}), newSim(t, Options{Seed: 7})
	a.Change(300)
	b.Change(300)
	if diff := cmp.Diff(snapshotOf(a), snapshotOf(b), cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("%s", diff)
	}
	if cmp.Equal(snapshotOf(a), snapshotOf(newSim(t, Options{Seed: 8})), cmpopts.EquateNaNs()) {
		t.Error("another seed makes the same pool")
	}
}

func TestAGeneratedPoolHasWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	s := newSim(t, Options{Hosts: 4, VMs: 200, Seed: 1})
	kinds := map[string]int{}
	for _, o := range s.Objects("VM") {
		switch f := o.Fields; {
		case f["is_control_domain"] == true:
			kinds["control domain"]++
		case f["is_a_snapshot"] == true:
			kinds["snapshot"]++
		case f["is_a_template"] == true:
			kinds["template"]++
		default:
			kinds["VM "+f["power_state"].(string)]++
		}
	}
	vms := kinds["VM Running"] + kinds["VM Halted"] + kinds["VM Paused"] + kinds["VM Suspended"]
	if vms != 200 || len(s.Objects("host")) != 4 || kinds["control domain"] != 4 || kinds["template"] < 20 {
		t.Errorf("%d hosts, VMs by kind %v", len(s.Objects("host")), kinds)
	}
	for _, kind := range []string{"VM Running", "VM Halted", "VM Paused", "VM Suspended", "snapshot"} {
		if kinds[kind] == 0 {
			t.Errorf("no %s", kind)
		}
	}
	consistent(t, s)
	body := call(t, s, "VM.get_all_records", login(t, s))
	for _, odd := range []string{`<name>R&D <key> "q"</name>`, "<name>a &lt; b</name>", "<name></name>", "<double>nan</double>", "19700101T00:00:00Z", "東京", "carriage\r\n"} {
		if !strings.Contains(body, odd) {
			t.Errorf("nowhere in the pool stands %q", odd)
		}
	}
	if n := utf8.RuneCountInString(longName); n != 300 {
		t.Errorf("the longest name has %d characters", n)
	}
}

func TestOnlyVMsThatRunAreResident(t *testing.T) {
	t.Parallel()
	s := newSim(t, Options{Seed: 3})
	s.Change(500)
	for _, o := range s.Objects("VM") {
		runs := o.Fields["power_state"] == "Running" || o.Fields["power_state"] == "Paused"
		if resident := !isNull(o.Fields["resident_on"]); resident != runs {
			t.Errorf("%q is %s, resident %v", o.Fields["name_label"], o.Fields["power_state"], resident)
		}
	}
}

func TestLifeKeepsEveryMirrorRight(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{Seed: 2}, {Seed: 2, Release: "4.1"}} {
		s := newSim(t, o)
		before := snapshotOf(s)
		s.Change(400)
		consistent(t, s)
		after := snapshotOf(s)
		for _, class := range []string{"VM", "VM_metrics", "VBD", "VDI", "host"} {
			if cmp.Equal(before[class], after[class], cmpopts.EquateNaNs()) {
				t.Errorf("after 400 changes every %s is as before", class)
			}
		}
	}
}

func TestAVMThatIsDestroyedLeavesItsChildrenToItsParent(t *testing.T) {
	t.Parallel()
	s := newSim(t, Options{Seed: 2})
	before := map[string]string{}
	for _, o := range s.Objects("VM") {
		before[o.Ref] = o.Fields["parent"].(string)
	}
	s.Change(2000)
	there := map[string]bool{null: true}
	for _, o := range s.Objects("VM") {
		there[o.Ref] = true
	}
	rebased := 0
	for _, o := range s.Objects("VM") {
		if !there[o.Fields["parent"].(string)] {
			t.Errorf("%q goes on from a VM that is gone", o.Fields["name_label"])
		}
		if parent := before[o.Ref]; parent != "" && !there[parent] {
			rebased++
		}
	}
	if rebased == 0 {
		t.Error("no VM went on from one that is gone now")
	}
}

func TestWhatIsSentIsWhatObjectsSays(t *testing.T) {
	t.Parallel()
	s := newSim(t, Options{Seed: 4})
	session := login(t, s)
	for range 3 { // also after changes: nothing stale is sent
		for _, class := range model.Classes {
			refs, values := records(t, call(t, s, class.Name+".get_all_records", session))
			objects := s.Objects(class.Name)
			if len(refs) != len(objects) {
				t.Fatalf("%s: %d records of %d objects", class.Name, len(refs), len(objects))
			}
			for i, o := range objects {
				fields, sent := values[i].members()
				if refs[i] != o.Ref || len(fields) != len(o.Fields) {
					t.Fatalf("%s %s with %d fields is sent as %s with %d", class.Name, o.Ref, len(o.Fields), refs[i], len(fields))
				}
				for j, name := range fields {
					compareSent(t, class.Name+"."+name, o.Fields[name], sent[j])
				}
			}
		}
		s.Change(100)
	}
}

// compareSent compares texts and sets of texts, of which everything that refers is made.
func compareSent(t *testing.T, path string, value any, sent element) {
	t.Helper()
	switch v := value.(type) {
	case string:
		if want := strings.ReplaceAll(strings.ReplaceAll(v, "\r\n", "\n"), "\r", "\n"); sent.Text != want { // as every XML parser reads
			t.Errorf("%s: %q is sent as %q", path, v, sent.Text)
		}
	case []any:
		if len(sent.elems()) != len(v) {
			t.Errorf("%s: %d elements are sent as %d", path, len(v), len(sent.elems()))
		}
		for i, elem := range sent.elems() {
			compareSent(t, path, v[i], elem)
		}
	}
}

func TestAReleaseHasItsFieldsOnly(t *testing.T) {
	t.Parallel()
	old := newSim(t, Options{Release: "4.1"}).Objects("host")[0].Fields
	today := newSim(t, Options{}).Objects("host")[0].Fields
	if _, ok := old["tags"]; ok || old["address"] == nil {
		t.Errorf("a host of 4.1 has %d fields: %v", len(old), old)
	}
	if len(today) != len(model.Lookup("host").Fields) {
		t.Errorf("a host of today has %d fields of %d", len(today), len(model.Lookup("host").Fields))
	}
	if _, err := New(Options{Release: "9.9"}); err == nil || !strings.Contains(err.Error(), `no release "9.9" here: give one of 4.0, 4.1,`) {
		t.Errorf("an unknown release: %v", err)
	}
}

func TestADumpLives(t *testing.T) {
	t.Parallel()
	eachDump(t, func(t *testing.T, path string) {
		s := newSim(t, Options{Dump: path})
		s.Change(200)
		consistent(t, s)
	})
}

func TestLiveDoesSoManyChangesASecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{Seed: 5, Rate: 10})
		ctx, cancel := context.WithTimeout(t.Context(), 3050*time.Millisecond)
		defer cancel()
		s.Live(ctx)
		other := newSim(t, Options{Seed: 5})
		other.Change(30)
		if diff := cmp.Diff(snapshotOf(other), snapshotOf(s), cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("(-30 changes +3 s at 10 a second)\n%s", diff)
		}
		newSim(t, Options{}).Live(t.Context()) // without a rate it returns
	})
}

func BenchmarkChangesOfALargePool(b *testing.B) {
	s, err := New(Options{Hosts: 30, VMs: 10000})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s.Change(100)
	}
}
