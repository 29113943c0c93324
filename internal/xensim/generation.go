package xensim

import "slices"

// What a database knows of its changes, for event.from. Every change has a number, the generation; an object knows that
// of its creation and that of its latest change, and so does a set that only mirrors a reference: it changes its object.
// Each table has its objects in a list by their latest change, so that what is new since a generation is found without a
// look at the rest.

// defaultDeletions is at how many deletions of a class xapi keeps the newer half of them only (the lists of
// db_cache_types.ml in xen-api). Nobody is told of what is forgotten: EVENTS_LOST is an error of event.next alone.
const defaultDeletions = 512

// deletion is an object that is gone.
type deletion struct {
	ref              string
	created, deleted int64
}

// advance begins a change: whatever it touches has the next generation.
func (inv *inventory) advance() { inv.generation++ }

// touch says that an object is another now.
func (inv *inventory) touch(t *table, o *object) {
	o.xml, o.modified = nil, inv.generation
	if t.newest != o {
		t.unlist(o)
		t.list(o)
	}
	inv.announce()
}

// touchMirror says so of the object to which a mirrored reference leads.
func (inv *inventory) touchMirror(l *link, ref string) {
	if o := l.target.byRef[ref]; o != nil {
		inv.touch(l.target, o)
	}
}

// bury takes an object out of sight, and remembers that it is gone.
func (inv *inventory) bury(t *table, o *object) {
	delete(t.byRef, o.ref) // now: one that refers to itself is touched no more
	t.unlist(o)
	if n := len(t.deleted); n+1 >= inv.deletions {
		t.deleted = slices.Delete(t.deleted, 0, n-min(n, inv.deletions/2))
	}
	t.deleted = append(t.deleted, deletion{o.ref, o.created, inv.generation})
	inv.announce()
}

// list makes an object the newest of its table.
func (t *table) list(o *object) {
	o.older, o.newer = t.newest, nil
	if t.newest != nil {
		t.newest.newer = o
	}
	t.newest = o
}

func (t *table) unlist(o *object) {
	if o.older != nil {
		o.older.newer = o.newer
	}
	switch {
	case o.newer != nil:
		o.newer.older = o.older
	case t.newest == o:
		t.newest = o.older
	}
	o.older, o.newer = nil, nil
}

// forget drops the memory of every deletion.
func (inv *inventory) forget() {
	for _, t := range inv.tables {
		t.deleted = nil
	}
}

// restart lets the generations start low again: what is there was there at the first.
func (inv *inventory) restart() {
	inv.generation = 1
	inv.forget()
	for _, t := range inv.tables {
		for _, o := range t.rows {
			o.created, o.modified = min(o.created, 1), 1
		}
	}
}

// news is closed when something changes.
func (inv *inventory) news() <-chan struct{} {
	if inv.changed == nil {
		inv.changed = make(chan struct{})
	}
	return inv.changed
}

// announce wakes those that wait for news.
func (inv *inventory) announce() {
	if inv.changed != nil {
		close(inv.changed)
		inv.changed = nil
	}
}
