package store

import (
	"fmt"
	"testing"
)

func TestARosterFindsEveryReferenceAndNoOther(t *testing.T) {
	t.Parallel()
	const n = 5_000
	ref := func(i int) []byte { return fmt.Append(nil, "OpaqueRef:", i) }
	r := newRoster()
	for i := range n {
		r.add(ref(i)).id = int64(i)
		r.add(ref(i)).seen = true // the same member
	}
	r.add(nil).id = n
	for i := range n {
		if m := r.find(ref(i)); m == nil || m.id != int64(i) || !m.seen {
			t.Fatalf("%d: %+v", i, m)
		}
	}
	if m := r.find(nil); m == nil || m.id != n || m.seen {
		t.Errorf("the empty reference: %+v", m)
	}
	if m := r.find(ref(n)); m != nil || len(r.members) != n+1 {
		t.Errorf("%+v, %d members", m, len(r.members))
	}
}

func TestALookIntoTheRosterAllocatesNothing(t *testing.T) {
	r := newRoster()
	refs := [][]byte{[]byte("OpaqueRef:1"), []byte("OpaqueRef:2")}
	r.add(refs[0])
	if n := testing.AllocsPerRun(100, func() { _, _ = r.find(refs[0]), r.find(refs[1]) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
