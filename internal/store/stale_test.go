package store_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/model"
	"syncd/internal/store"
)

// told makes p a pass that was told of these changes, and of those that are gone.
func told(t *testing.T, p *store.Pass, e estate, changed, gone map[string][]*object) {
	t.Helper()
	ctx := t.Context()
	if _, err := p.Known(ctx); err != nil {
		t.Fatal(err)
	}
	if err := p.Identify(ctx, e["pool"][0].uuid); err != nil {
		t.Fatal(err)
	}
	err := errors.Join(stage(ctx, p, e, model.Lookup("pool")), p.BeginChanges(ctx))
	generation := int64(0)
	for i, list := range []map[string][]*object{changed, gone} {
		for class, objects := range list {
			for _, o := range objects {
				generation++
				err = errors.Join(err, p.Change(ctx, record(model.Lookup(class), o), i == 1, generation))
			}
		}
	}
	if err := errors.Join(err, p.EndChanges(ctx)); err != nil {
		t.Fatal(err)
	}
}

func TestAPassThatReadsEverythingAfterAllRemovesNothingThatIsThere(t *testing.T) {
	t.Parallel()
	db, e := open(t), small()
	sync(t, db, "lab", e)
	want := mirror(t, db)
	p := begin(t, db, "lab")
	told(t, p, e, map[string][]*object{"VM": e["VM"], "host": e["host"]}, nil)
	p.Prove(store.Proof{Mode: "incremental", Counts: map[string]int64{"VM": 2}})
	if _, err := p.Publish(t.Context()); err == nil {
		t.Fatal("the pool has a VM more, and the pass is published")
	} else if _, ok := errors.AsType[*store.Stale](err); !ok {
		t.Fatal(err)
	}
	if err := p.ForgetChanges(t.Context()); err != nil {
		t.Fatal(err)
	}
	fill(t, p, e)
	// Something changed meanwhile, so that changes are settled once more.
	if err := p.BeginChanges(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, class := range []string{"VM", "host"} {
		if err := p.Change(t.Context(), record(model.Lookup(class), e[class][0]), false, 9); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.EndChanges(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.Prove(store.Proof{Mode: "full"})
	if r := publish(t, p); total(r) != 0 {
		t.Errorf("%d rows were written: %+v", total(r), r.Classes)
	}
	if diff := cmp.Diff(want, mirror(t, db)); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

func TestAReferenceToWhatIsKnownToBeGoneNeedsNoFullPass(t *testing.T) {
	t.Parallel()
	db, e := open(t), small()
	vm := e["VM"][0]
	snapshot := e.add("VM", "s1", "is_a_snapshot", "true", "snapshot_of", vm.ref)
	vm.fields["parent"] = snapshot.ref
	sync(t, db, "lab", e)
	pass := func(changed, gone []*object) error {
		p := begin(t, db, "lab")
		told(t, p, e, map[string][]*object{"VM": changed}, map[string][]*object{"VM": gone})
		p.Prove(store.Proof{Mode: "incremental"})
		_, err := p.Publish(t.Context())
		if err != nil {
			err = errors.Join(err, p.Fail(t.Context(), err))
		}
		return err
	}
	// In the pass in which it went, and later from another VM.
	vm.fields["name_label"] = "renamed"
	e.remove("VM", snapshot)
	if err := pass([]*object{vm}, []*object{snapshot}); err != nil {
		t.Error(err)
	}
	if err := pass([]*object{e.add("VM", "s2", "parent", snapshot.ref)}, nil); err != nil {
		t.Error(err)
	}
	if got := query(t, db, `SELECT class, field, ref FROM syncd.dangling ORDER BY id`); len(got) != 2 {
		t.Errorf("references that lead nowhere: %v", got)
	}
	stranger := e.add("VM", "s3", "parent", ref("nobody"))
	if _, ok := errors.AsType[*store.Stale](pass([]*object{stranger}, nil)); !ok {
		t.Error("a VM refers to one that nobody told of, and the pass is published")
	}
	e.remove("VM", stranger)
	if r := sync(t, db, "lab", e); total(r) != 0 {
		t.Errorf("a full pass wrote %d rows more", total(r))
	}
}
