package xensim

import (
	"fmt"
	"slices"
	"strings"

	"syncd/internal/model"
)

// inventory is the pool's database: a table a class, and for each reference that some set mirrors, who refers to whom.
type inventory struct {
	tables map[string]*table
	links  map[*model.Field]*link

	age        int           // of this pool's release: see arrived
	generation int64         // of the latest change
	deletions  int           // how many are remembered of a class
	changed    chan struct{} // see news; nil while nobody waits
}

// table holds the objects of a class in the order of their creation.
type table struct {
	class  *model.Class
	served []*model.Field // in the order of the wire; none where the release lacks the class
	place  map[string]int // of a field in class.Fields and object.values
	mirror []*link        // what a mirror mirrors, by the place of its field; nil for every other
	rows   []*object
	byRef  map[string]*object

	newest  *object    // by its latest change; those that changed before it follow as older
	deleted []deletion // the latest of them, in order
}

// object holds its values in the order of its class's fields: string, int64, float64, bool, time.Time, []any or pairs.
// A value is replaced and never changed. That of a mirror is nil, unless a test set it.
type object struct {
	ref    string
	values []any
	xml    []byte // as get_all_records sends it; nil until somebody asks, and when something changed

	created, modified int64   // generations
	older, newer      *object // its neighbours among its table's objects by their latest change
}

// pairs is a map in the order of the wire, where a key can be repeated.
type pairs []pair

type pair struct {
	key   string
	value any
}

func newInventory(age int, served func(*model.Class) []*model.Field) *inventory {
	inv := &inventory{age: age, tables: map[string]*table{}, links: map[*model.Field]*link{}, deletions: defaultDeletions}
	for _, class := range model.Classes {
		t := &table{class: class, served: served(class), place: map[string]int{}, mirror: make([]*link, len(class.Fields)), byRef: map[string]*object{}}
		for i, f := range class.Fields {
			t.place[f.Name] = i
		}
		inv.tables[class.Name] = t
	}
	for mirror, authority := range mirrors {
		target, m := inv.field(mirror)
		holder, f := inv.field(authority)
		l := &link{place: holder.place[f.Name], target: target, holders: map[string][]string{}}
		inv.links[f], target.mirror[target.place[m.Name]] = l, l
	}
	return inv
}

// has tells whether this pool's release has a class: of one that it lacks, no field is served.
func (inv *inventory) has(class string) bool {
	if t := inv.tables[class]; t != nil {
		return len(t.served) > 0
	}
	return slices.Contains(removedClasses, class) || slices.Contains(otherClasses, class) && arrived(class, inv.age)
}

// field finds CLASS.FIELD, of which this package knows that it exists.
func (inv *inventory) field(path string) (*table, *model.Field) {
	class, name, _ := strings.Cut(path, ".")
	t := inv.tables[class]
	return t, t.class.Field(name)
}

// find is the object, or an error that names it.
func (inv *inventory) find(class, ref string) (*table, *object, error) {
	t := inv.tables[class]
	if t == nil {
		return nil, nil, fmt.Errorf("xensim has no class %s", class)
	}
	o := t.byRef[ref]
	if o == nil {
		return nil, nil, fmt.Errorf("no %s is %s", class, ref)
	}
	return t, o, nil
}

// add makes an object, in one change; a field that is not given has its type's zero.
func (inv *inventory) add(class, ref string, fields map[string]any) error {
	t := inv.tables[class]
	switch {
	case t == nil:
		return fmt.Errorf("xensim has no class %s", class)
	case t.byRef[ref] != nil:
		return fmt.Errorf("%s %s is there already", class, ref)
	}
	inv.advance()
	o := &object{ref: ref, values: make([]any, len(t.class.Fields)), created: inv.generation}
	for i, f := range t.class.Fields {
		if t.mirror[i] == nil {
			o.values[i] = zero(f.Type)
		}
	}
	t.rows = append(t.rows, o)
	t.byRef[ref] = o
	inv.touch(t, o)
	for name, value := range fields {
		if err := inv.set(t, o, name, value); err != nil {
			inv.remove(t, o)
			return err
		}
	}
	return nil
}

// set gives a field a value of its type, within the change that its caller began. nil takes back what was set by hand of a
// mirror. As in xapi, the value that is there already is no change.
func (inv *inventory) set(t *table, o *object, name string, value any) error {
	i, ok := t.place[name]
	if !ok {
		return fmt.Errorf("%s has no field %s", t.class.Name, name)
	}
	f := t.class.Fields[i]
	if value != nil || t.mirror[i] == nil {
		v, err := coerce(f.Type, value)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", t.class.Name, name, err)
		}
		value = v
	}
	if !same(o.values[i], value) {
		inv.replace(t, i, o, value)
	}
	return nil
}

// replace puts a value in its place, and keeps the mirror of a reference right.
func (inv *inventory) replace(t *table, i int, o *object, value any) {
	f := t.class.Fields[i]
	inv.unlink(f, o)
	o.values[i] = value
	inv.touch(t, o)
	inv.link(f, o)
}

// get is the value of a field. That of a mirror is what its holders say.
func (t *table) get(o *object, f *model.Field) any {
	i := t.place[f.Name]
	if o.values[i] != nil {
		return o.values[i]
	}
	return widenSet(t.mirror[i].holders[o.ref])
}

func (inv *inventory) remove(t *table, o *object) {
	inv.advance()
	inv.bury(t, o)
	for _, f := range t.class.Fields {
		inv.unlink(f, o)
	}
	t.rows = slices.DeleteFunc(t.rows, func(x *object) bool { return x == o })
}

// rename gives an object another reference: to those that follow the changes, one object goes and another comes. Those that
// refer to it still mean the old one.
func (inv *inventory) rename(t *table, o *object, ref string) {
	inv.advance()
	inv.bury(t, o)
	for _, f := range t.class.Fields {
		inv.unlink(f, o)
	}
	o.ref, o.created = ref, inv.generation
	t.byRef[ref] = o
	inv.touch(t, o)
	for _, f := range t.class.Fields {
		inv.link(f, o)
	}
}
