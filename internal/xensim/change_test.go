package xensim

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// object is the one object of a class for which the test holds.
func objectWhere(t *testing.T, s *Sim, class string, test func(map[string]any) bool) Object {
	t.Helper()
	for _, o := range s.Objects(class) {
		if test(o.Fields) {
			return o
		}
	}
	t.Fatalf("no such %s", class)
	return Object{}
}

func running(f map[string]any) bool {
	return f["power_state"] == "Running" && f["is_control_domain"] == false && !isNull(f["guest_metrics"])
}

func fieldOf(t *testing.T, s *Sim, class, ref, field string) any {
	t.Helper()
	for _, o := range s.Objects(class) {
		if o.Ref == ref {
			return o.Fields[field]
		}
	}
	t.Fatalf("no %s is %s", class, ref)
	return nil
}

func TestSetChangesOneFieldAndItsMirrors(t *testing.T) {
	t.Parallel()
	s := newSim(t, Options{})
	vm := objectWhere(t, s, "VM", running)
	from := vm.Fields["resident_on"].(string)
	to := objectWhere(t, s, "host", func(f map[string]any) bool { return f["uuid"] != fieldOf(t, s, "host", from, "uuid") }).Ref
	for _, change := range []struct {
		field string
		value any
	}{{"resident_on", to}, {"name_label", "a & b"}, {"VCPUs_max", 64}, {"tags", []string{"x"}}, {"other_config", map[string]string{"k": "v"}}} {
		if err := s.Set("VM", vm.Ref, change.field, change.value); err != nil {
			t.Error(err)
		}
	}
	consistent(t, s)
	got := fmt.Sprintln(fieldOf(t, s, "VM", vm.Ref, "name_label"), fieldOf(t, s, "VM", vm.Ref, "VCPUs_max"), fieldOf(t, s, "VM", vm.Ref, "tags"), fieldOf(t, s, "VM", vm.Ref, "other_config"))
	if got != "a & b 64 [x] map[k:v]\n" {
		t.Error(got)
	}
	if body := call(t, s, "VM.get_record", login(t, s), vm.Ref); !strings.Contains(body, "<value>a &amp; b</value>") || !strings.Contains(body, "<value>64</value>") {
		t.Errorf("%.500s", body)
	}
	if !slices.Contains(fieldOf(t, s, "host", to, "resident_VMs").([]any), any(vm.Ref)) {
		t.Error("the host lacks the VM that moved to it")
	}
}

func TestAMirrorCanBeMadeToLie(t *testing.T) {
	t.Parallel()
	s := newSim(t, Options{})
	host := s.Objects("host")[0]
	if err := s.Set("host", host.Ref, "resident_VMs", []string{"OpaqueRef:lie"}); err != nil {
		t.Fatal(err)
	}
	s.Change(50)
	if diff := cmp.Diff([]any{"OpaqueRef:lie"}, fieldOf(t, s, "host", host.Ref, "resident_VMs")); diff != "" {
		t.Error(diff)
	}
	if err := s.Set("host", host.Ref, "resident_VMs", nil); err != nil {
		t.Fatal(err)
	}
	consistent(t, s)
}

func TestAnObjectComesAndGoes(t *testing.T) {
	t.Parallel()
	s := newSim(t, Options{})
	host := s.Objects("host")[0].Ref
	vm := map[string]any{"uuid": "u", "name_label": "new", "power_state": "Running", "resident_on": host}
	if err := s.Add("VM", "OpaqueRef:new", vm); err != nil {
		t.Fatal(err)
	}
	if err := s.Add("VBD", "OpaqueRef:vbd", map[string]any{"uuid": "v", "VM": "OpaqueRef:new"}); err != nil {
		t.Fatal(err)
	}
	consistent(t, s)
	if got := fieldOf(t, s, "VM", "OpaqueRef:new", "VBDs"); !cmp.Equal(got, []any{"OpaqueRef:vbd"}) {
		t.Errorf("VBDs %v", got)
	}
	if err := s.Remove("VM", "OpaqueRef:new"); err != nil {
		t.Fatal(err)
	}
	consistent(t, s)
	if got := fieldOf(t, s, "VBD", "OpaqueRef:vbd", "VM"); got != "OpaqueRef:new" {
		t.Errorf("the VBD refers to %v, and not to what is gone", got)
	}
	if err := s.Add("VM", "OpaqueRef:new", vm); err != nil {
		t.Fatal(err)
	}
	if got := fieldOf(t, s, "VM", "OpaqueRef:new", "VBDs"); !cmp.Equal(got, []any{"OpaqueRef:vbd"}) {
		t.Errorf("back again, its VBDs are %v", got)
	}
}

func TestAReferenceChangesEverywhereOrAlone(t *testing.T) {
	t.Parallel()
	s := newSim(t, Options{})
	vm := objectWhere(t, s, "VM", running)
	metrics := vm.Fields["guest_metrics"].(string)
	vbds := fieldOf(t, s, "VM", vm.Ref, "VBDs")
	if err := s.SetRef("VM", vm.Ref, "OpaqueRef:moved"); err != nil {
		t.Fatal(err)
	}
	if got := fieldOf(t, s, "VM", "OpaqueRef:moved", "VBDs"); !cmp.Equal(vbds, got) {
		t.Errorf("VBDs were %v, are %v", vbds, got)
	}
	if err := s.SetRefAlone("VM_guest_metrics", metrics, "OpaqueRef:elsewhere"); err != nil {
		t.Fatal(err)
	}
	if got := fieldOf(t, s, "VM", "OpaqueRef:moved", "guest_metrics"); got != metrics {
		t.Errorf("guest_metrics is %v and dangles no more", got)
	}
	consistent(t, s)
	if body := call(t, s, "host.get_all_records", login(t, s)); strings.Contains(body, vm.Ref) || !strings.Contains(body, "OpaqueRef:moved") {
		t.Error("hosts still send the old reference")
	}
}

func TestReferencesAreSwapped(t *testing.T) {
	t.Parallel()
	s := newSim(t, Options{})
	hosts := s.Objects("host")
	a, b := hosts[0], hosts[1]
	if err := s.SwapRefs("host", a.Ref, b.Ref); err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"uuid", "name_label", "resident_VMs", "PIFs"} {
		before, after := a.Fields[field], fieldOf(t, s, "host", b.Ref, field)
		if list, ok := before.([]any); ok {
			if !cmp.Equal(len(list), len(after.([]any))) {
				t.Errorf("%s was %v, is %v", field, before, after)
			}
		} else if before != after {
			t.Errorf("%s was %v, is %v", field, before, after)
		}
	}
	consistent(t, s)
}

func TestWhatCannotBeChangedSaysWhy(t *testing.T) {
	t.Parallel()
	s := newSim(t, Options{})
	host := s.Objects("host")[0].Ref
	other := s.Objects("host")[1].Ref
	for _, test := range []struct {
		got  error
		want string
	}{
		{s.Set("nope", host, "uuid", ""), "xensim has no class nope"},
		{s.Set("host", "OpaqueRef:x", "uuid", ""), "no host is OpaqueRef:x"},
		{s.Set("host", host, "nope", ""), "host has no field nope"},
		{s.Set("host", host, "enabled", "yes"), `host.enabled: string "yes" is no bool`},
		{s.Set("host", host, "tags", []any{1}), `host.tags: []interface {} "[1]" is no set(string)`},
		{s.Set("host", host, "other_config", map[string]string{"</name>": ""}), `host.other_config: map[string]string "map[</name>:]" is no map(string,string)`},
		{s.Set("host", host, "uuid", nil), `host.uuid: <nil> "<nil>" is no string`},
		{s.Add("nope", host, nil), "xensim has no class nope"},
		{s.Add("host", host, nil), "host " + host + " is there already"},
		{s.Add("host", "OpaqueRef:x", map[string]any{"nope": 1}), "host has no field nope"},
		{s.Remove("host", "OpaqueRef:x"), "no host is OpaqueRef:x"},
		{s.SetRef("host", host, other), "host " + other + " is there already"},
		{s.SetRefAlone("host", "OpaqueRef:x", "OpaqueRef:y"), "no host is OpaqueRef:x"},
		{s.SwapRefs("host", host, "OpaqueRef:x"), "no host is OpaqueRef:x"},
	} {
		if test.got == nil || test.got.Error() != test.want {
			t.Errorf("got %v\nwant %s", test.got, test.want)
		}
	}
	if len(s.Objects("host")) != 3 || s.Objects("host")[0].Ref != host {
		t.Error("what failed left something behind")
	}
	consistent(t, s)
}
