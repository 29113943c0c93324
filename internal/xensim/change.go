package xensim

import (
	"fmt"

	"syncd/internal/model"
)

// Object is an object as a faithful copy of the pool must have it. Values are string (references too), int64, float64,
// bool, time.Time, []any and map[string]any; only the fields that this pool sends.
type Object struct {
	Ref    string
	Fields map[string]any
}

// Objects is a snapshot of a class, in no order that means anything; nil where the class is not mirrored.
func (s *Sim) Objects(class string) []Object {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.inv.tables[class]
	if t == nil {
		return nil
	}
	var objects []Object
	for _, o := range t.rows {
		f := make(map[string]any, len(t.served))
		for _, field := range t.served {
			f[field.Name] = export(t.get(o, field))
		}
		objects = append(objects, Object{o.ref, f})
	}
	return objects
}

// Set gives a field a value of its type; an int, a []string and a map[string]string will do too. That of a mirror, such as
// host.resident_VMs, is from then on what was set and no longer what the references say; nil takes that back.
func (s *Sim) Set(class, ref, field string, value any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, o, err := s.inv.find(class, ref)
	if err != nil {
		return err
	}
	s.inv.advance()
	return s.inv.set(t, o, field, value)
}

// Add makes an object. A field that is not given has its type's zero: "", 0, false, 1970, OpaqueRef:NULL, an empty set.
func (s *Sim) Add(class, ref string, fields map[string]any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inv.tables[class] != nil && !s.inv.has(class) {
		return fmt.Errorf("this release has no class %s", class)
	}
	return s.inv.add(class, ref, fields)
}

// Remove takes an object away. What refers to it dangles.
func (s *Sim) Remove(class, ref string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, o, err := s.inv.find(class, ref)
	if err != nil {
		return err
	}
	s.inv.remove(t, o)
	return nil
}

// SetRef gives an object another reference, as when a host joins a pool: what referred to it refers to the new one.
func (s *Sim) SetRef(class, old, new string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.rename(class, old, new); err != nil {
		return err
	}
	s.inv.redirect(class, old, new)
	return nil
}

// SetRefAlone gives an object another reference. What referred to it still names the old one, and dangles.
func (s *Sim) SetRefAlone(class, old, new string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rename(class, old, new)
}

// SwapRefs makes two objects exchange their references; what referred to the one refers to it under its new reference.
func (s *Sim) SwapRefs(class, a, b string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, _, err := s.inv.find(class, b); err != nil {
		return err // before the first step
	}
	free := randomRef()
	for _, step := range [][2]string{{a, free}, {b, a}, {free, b}} {
		if err := s.rename(class, step[0], step[1]); err != nil {
			return err
		}
		s.inv.redirect(class, step[0], step[1])
	}
	return nil
}

func (s *Sim) rename(class, old, new string) error {
	t, o, err := s.inv.find(class, old)
	if err != nil {
		return err
	}
	if t.byRef[new] != nil {
		return fmt.Errorf("%s %s is there already", class, new)
	}
	s.inv.rename(t, o, new)
	return nil
}

// redirect turns every reference to a class's object into another.
func (inv *inventory) redirect(class, old, new string) {
	for _, c := range model.Classes {
		t := inv.tables[c.Name]
		for i, f := range t.class.Fields {
			if !refersTo(f.Type, class) {
				continue
			}
			for _, o := range t.rows {
				if v, changed := redirected(o.values[i], old, new); changed {
					inv.replace(t, i, o, v)
				}
			}
		}
	}
}

func refersTo(t model.Type, class string) bool {
	return t.Class == class || t.Key != nil && refersTo(*t.Key, class) || t.Elem != nil && refersTo(*t.Elem, class)
}

// redirected is the value with the one reference in place of the other, wherever it stands in it.
func redirected(value any, old, new string) (any, bool) {
	switch v := value.(type) {
	case string:
		return new, v == old
	case []any:
		set, changed := make([]any, len(v)), false
		for i, elem := range v {
			set[i] = elem
			if elem == old {
				set[i], changed = new, true
			}
		}
		return set, changed
	case pairs:
		m, changed := make(pairs, len(v)), false
		for i, p := range v {
			m[i] = p
			if p.key == old {
				m[i].key, changed = new, true
			}
			if p.value == old {
				m[i].value, changed = new, true
			}
		}
		return m, changed
	}
	return value, false
}
