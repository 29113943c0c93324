package store

import (
	"bytes"
	"hash/maphash"
)

// roster is what a pass knows of the objects of one class, found by their references: 100 bytes for each, in few
// pieces. A map would take twice as much, and the time of the garbage collector.
type roster struct {
	members []member // in the order in which they came
	refs    []byte   // their references, one behind the other
	slots   []int32  // a hash table with open addresses: places in members, from 1; 0 is free
	seed    maphash.Seed
}

type member struct {
	end  int // of its reference in refs; it begins where that of the member before ends
	id   int64
	hash [16]byte
	seen bool // in this pass
	same bool // with the bytes that are stored
}

func newRoster() *roster {
	return &roster{slots: make([]int32, 64), seed: maphash.MakeSeed()}
}

// find is the object with this reference; nil where there is none.
func (r *roster) find(ref []byte) *member {
	if i := r.slots[r.slot(ref)]; i > 0 {
		return &r.members[i-1]
	}
	return nil
}

// add is find that makes a new member. Members move when another one is added.
func (r *roster) add(ref []byte) *member {
	slot := r.slot(ref)
	if r.slots[slot] == 0 {
		if 4*len(r.members) >= 3*len(r.slots) {
			r.grow()
			slot = r.slot(ref)
		}
		r.refs = append(r.refs, ref...)
		r.members = append(r.members, member{end: len(r.refs)})
		r.slots[slot] = int32(len(r.members))
	}
	return &r.members[r.slots[slot]-1]
}

// slot is where a reference stands, or where it would.
func (r *roster) slot(ref []byte) int {
	last := len(r.slots) - 1
	slot := int(maphash.Bytes(r.seed, ref)) & last
	for r.slots[slot] > 0 && !bytes.Equal(r.ref(int(r.slots[slot])-1), ref) {
		slot = (slot + 1) & last
	}
	return slot
}

func (r *roster) ref(i int) []byte {
	from := 0
	if i > 0 {
		from = r.members[i-1].end
	}
	return r.refs[from:r.members[i].end]
}

func (r *roster) grow() {
	r.slots = make([]int32, 2*len(r.slots))
	for i := range r.members {
		r.slots[r.slot(r.ref(i))] = int32(i + 1)
	}
}
