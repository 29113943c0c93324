package xensim

// Object is an object as a faithful copy of the pool must have it. Values are string (references too), int64, float64,
// bool, time.Time, []any and map[string]any; only the fields that this pool sends.
type Object struct {
	Ref    string
	Fields map[string]any
}

// Objects is a snapshot of a class, in no order that means anything; nil where the class is not served.
func (s *Sim) Objects(class string) []Object {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.inv.tables[class]
	var objects []Object
	for _, o := range t.all() {
		f := make(map[string]any, len(t.served))
		for _, field := range t.served {
			f[field.Name] = export(s.inv.get(t, o, field))
		}
		objects = append(objects, Object{o.ref, f})
	}
	return objects
}
