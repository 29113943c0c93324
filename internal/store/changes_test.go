package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/model"
	"syncd/internal/store"
)

// teller is a pass that is told of changes.
type teller struct {
	*store.Pass
	t          *testing.T
	generation int64
}

// tells opens a pass that goes on from the one before: it has read class pool.
func tells(t *testing.T, db *store.DB, e estate) *teller {
	t.Helper()
	p := begin(t, db, "lab")
	if _, err := p.Known(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(p.Identify(t.Context(), e["pool"][0].uuid), stage(t.Context(), p, e, model.Lookup("pool"))); err != nil {
		t.Fatal(err)
	}
	return &teller{Pass: p, t: t}
}

func (p *teller) begins() {
	p.t.Helper()
	if err := p.BeginChanges(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
}

func (p *teller) ends() {
	p.t.Helper()
	if err := p.EndChanges(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
}

// at tells of an object at a generation.
func (p *teller) at(generation int64, class string, o *object, deleted bool) {
	p.t.Helper()
	if err := p.Change(p.t.Context(), record(model.Lookup(class), o), deleted, generation); err != nil {
		p.t.Fatal(err)
	}
}

// is and gone tell of it later than all before.
func (p *teller) is(class string, o *object) {
	p.t.Helper()
	p.generation++
	p.at(p.generation, class, o, false)
}

func (p *teller) gone(class string, o *object) {
	p.t.Helper()
	p.generation++
	p.at(p.generation, class, o, true)
}

// published ends the pass, as one that read only what changed and has these counts.
func (p *teller) published(counts map[string]int64) (*store.Result, error) {
	p.Prove(store.Proof{Mode: "incremental", Rounds: 1, Quiet: true, Counts: counts, Token: "2", Source: "s"})
	return p.Publish(p.t.Context())
}

// good is published that must be.
func (p *teller) good(counts map[string]int64) *store.Result {
	p.t.Helper()
	r, err := p.published(counts)
	if err != nil {
		p.Fail(p.t.Context(), err)
		p.t.Fatal(err)
	}
	return r
}

// full makes a whole pass with a proof.
func full(t *testing.T, db *store.DB, e estate, proof store.Proof) *store.Result {
	t.Helper()
	p := begin(t, db, "lab")
	fill(t, p, e)
	proof.Mode = "full"
	p.Prove(proof)
	return publish(t, p)
}

// variant is an object with another value of a field.
func variant(o *object, field, value string) *object {
	v := &object{ref: o.ref, uuid: o.uuid, fields: map[string]string{field: value}}
	for name, text := range o.fields {
		if name != field {
			v.fields[name] = text
		}
	}
	return v
}

// fresh compares a database with one that reads an estate for the first time.
func fresh(t *testing.T, db *store.DB, e estate) {
	t.Helper()
	other := open(t)
	sync(t, other, "lab", e)
	if diff := cmp.Diff(mirror(t, other), mirror(t, db)); diff != "" {
		t.Errorf("(-first load +this database):\n%s", diff)
	}
}

func TestWhatChangedBecomesWhatAFirstPassWouldStore(t *testing.T) {
	t.Parallel()
	db, e := open(t), small()
	e.add("VDI", "d2")
	full(t, db, e, store.Proof{})
	p := tells(t, db, e)
	p.begins()
	e["VM"][0].fields["name_label"] = "renamed"
	delete(e["VM"][0].fields, "guest_metrics")
	p.is("VM", e["VM"][0])
	p.is("VBD", e.add("VBD", "b2", "VM", ref("v1"), "VDI", ref("d2")))
	p.gone("VM_guest_metrics", e["VM_guest_metrics"][0])
	e.remove("VM_guest_metrics", e["VM_guest_metrics"][0])
	p.ends()
	r := p.good(nil)
	for class, want := range map[string][5]int64{"VM": {0, 1, 0, 0, 0}, "VBD": {1, 0, 0, 0, 0}, "VM_guest_metrics": {0, 0, 1, 0, 0}, "VDI": {}} {
		if got := counts(r, class); got != want {
			t.Errorf("%s: %v, want %v", class, got, want)
		}
	}
	fresh(t, db, e)
}

func TestOfSeveralChangesOfAnObjectTheLatestCounts(t *testing.T) {
	t.Parallel()
	db, e := open(t), small()
	full(t, db, e, store.Proof{})
	v, d := e["VM"][0], e["VDI"][0]
	p := tells(t, db, e)
	p.begins()
	p.at(5, "VM", variant(v, "name_label", "five"), false)
	p.at(7, "VM", variant(v, "name_label", "seven"), false)
	p.at(6, "VM", v, true) // deletions stand last, and this one came before the object was made anew
	p.at(8, "VDI", d, false)
	p.at(9, "VDI", d, true)
	p.ends()
	p.begins()
	p.at(10, "VM", variant(v, "name_label", "ten"), false)
	p.ends()
	p.good(nil)
	if got := query(t, db, `SELECT name_label, (SELECT count(*) FROM xen.vdi) FROM xen.vm`); !slices.Equal(got, []string{"ten|0"}) {
		t.Errorf("%v", got)
	}
}

func TestWhatABrokenAnswerToldIsForgotten(t *testing.T) {
	t.Parallel()
	db, e := open(t), small()
	full(t, db, e, store.Proof{})
	before := mirror(t, db)
	v, d := e["VM"][0], e["VDI"][0]
	p := tells(t, db, e)
	p.begins()
	p.is("VM", variant(v, "name_label", "of a whole answer"))
	p.ends()
	p.begins()
	p.is("VM", variant(v, "name_label", "of a broken one"))
	p.is("VM", variant(v, "name_label", "of the same one"))
	p.is("VM", &object{ref: ref("v2"), uuid: "uuid-v2"})
	p.gone("VDI", d)
	p.is("VDI", &object{ref: ref("d2"), uuid: "uuid-d2"})
	p.begins() // it broke off, and is begun again
	p.is("VBD", variant(e["VBD"][0], "type", "CD"))
	p.ends()
	r := p.good(nil)
	if got := query(t, db, `SELECT v.name_label, b.type FROM xen.vm v, xen.vbd b, xen.vdi`); !slices.Equal(got, []string{"of a whole answer|CD"}) {
		t.Errorf("%v", got)
	}
	if total(r) != 2 {
		t.Errorf("%+v", r.Classes)
	}
	full(t, db, e, store.Proof{})
	if diff := cmp.Diff(before, mirror(t, db)); diff != "" {
		t.Errorf("a full pass (-before +after):\n%s", diff)
	}
}

func TestChangesThatAreForgottenLeaveWhatWasReadAlone(t *testing.T) {
	t.Parallel()
	for _, ended := range []bool{true, false} {
		db, e := open(t), small()
		full(t, db, e, store.Proof{})
		p := tells(t, db, e)
		p.begins()
		p.is("VM", variant(e["VM"][0], "name_label", "forgotten"))
		p.gone("VDI", e["VDI"][0])
		p.is("pool", variant(e["pool"][0], "name_label", "forgotten"))
		if ended {
			p.ends()
		}
		if err := p.ForgetChanges(t.Context()); err != nil {
			t.Fatal(err)
		}
		e["host"][0].fields["name_label"] = "renamed"
		fill(t, p.Pass, e)
		if r := publish(t, p.Pass); total(r) != 1 {
			t.Errorf("%+v", r.Classes)
		}
		fresh(t, db, e)
	}
}

func TestWhatChangedWhileEverythingWasReadCountsMore(t *testing.T) {
	t.Parallel()
	db, e := open(t), small()
	full(t, db, e, store.Proof{})
	e["VM"][0].fields["name_label"] = "read"
	d := e.add("VDI", "d2")
	p := tells(t, db, e)
	fill(t, p.Pass, e)
	p.begins()
	e["VM"][0].fields["name_label"] = "told"
	e["host"][0].fields["name_label"] = "told, and read as it was"
	p.is("VM", e["VM"][0])
	p.is("host", e["host"][0])
	p.gone("VDI", d)
	e.remove("VDI", d)
	p.ends()
	p.Prove(store.Proof{Mode: "full"})
	publish(t, p.Pass)
	fresh(t, db, e)
}

func TestAChangeThatCannotBeStoredIsAFaultAndChangesNothing(t *testing.T) {
	t.Parallel()
	db, e := open(t), small()
	full(t, db, e, store.Proof{})
	before := mirror(t, db)
	p := tells(t, db, e)
	p.begins()
	p.is("VM", &object{ref: e["VM"][0].ref})
	p.is("VM", &object{ref: "OpaqueRef:" + strings.Repeat("x", model.LongestKey), uuid: "long"})
	p.ends()
	if got := counts(p.good(nil), "VM"); got != [5]int64{0, 0, 0, 0, 2} {
		t.Errorf("%v", got)
	}
	if diff := cmp.Diff(before, mirror(t, db)); diff != "" {
		t.Error(diff)
	}
}

func TestChangesOfAClassThatWasLeftOutAreLeftOut(t *testing.T) {
	t.Parallel()
	db, e := open(t), small()
	p := begin(t, db, "lab")
	fill(t, p, e)
	p.Missing(model.Lookup("VM_guest_metrics"), "MESSAGE_METHOD_UNKNOWN")
	p.Prove(store.Proof{Mode: "full"})
	publish(t, p)
	next := tells(t, db, e)
	next.begins()
	next.is("VM_guest_metrics", e["VM_guest_metrics"][0])
	next.ends()
	if r := next.good(map[string]int64{"VM_guest_metrics": 1}); total(r) != 0 {
		t.Errorf("%+v", r.Classes)
	}
	if got := query(t, db, `SELECT count(*) FROM xen.vm_guest_metrics`); got[0] != "0" {
		t.Errorf("%v rows", got)
	}
}
