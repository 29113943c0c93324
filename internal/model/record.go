package model

// Record is one object of a class. The decoder cuts it out of an answer (Ref, Raw, Hash) and, only where somebody
// needs them, decodes its values; both are valid until the next record is cut, since the buffers are used again.
type Record struct {
	Class *Class
	Ref   []byte   // its reference, OpaqueRef:…
	Raw   []byte   // the bytes of its value on the wire, from <struct> to </struct>
	Hash  [16]byte // of the session's key, the model's and the decoder's version and Raw

	// Buf holds the texts of the values one behind the other: append a value's text, then Mark it.
	Buf []byte

	// Faults counts values that the model's type could not read. Such a value is NULL, and its text is kept in extra.
	Faults int

	// Replaced counts characters that no Postgres text can hold, NUL and invalid UTF-8: U+FFFD stands for each.
	Replaced int

	spans []span
}

type span struct {
	from, to int
	plain    bool // as [Record.MarkPlain] says
}

// Reset forgets the values: every one is NULL until it is marked.
func (r *Record) Reset() {
	r.Buf, r.Faults, r.Replaced = r.Buf[:0], 0, 0
	n := r.Class.Extra() + 1
	if cap(r.spans) < n {
		r.spans = make([]span, n)
	}
	r.spans = r.spans[:n]
	for i := range r.spans {
		r.Null(i)
	}
}

// Mark says that Buf from there to its end is the value of Class.Columns[i], or of extra for i == Class.Extra().
func (r *Record) Mark(i, from int) { r.spans[i] = span{from: from, to: len(r.Buf)} }

// MarkPlain is Mark for a value with neither a backslash nor a control character: a row holds it as it is.
func (r *Record) MarkPlain(i, from int) { r.spans[i] = span{from, len(r.Buf), true} }

// Null says that Class.Columns[i] is NULL, where it had a value that no longer counts.
func (r *Record) Null(i int) { r.spans[i] = span{from: -1} }

// Value is the text of a value as its Kind describes it, and false where it is NULL. Extra is a JSON object.
func (r *Record) Value(i int) (text []byte, ok bool) {
	s := r.spans[i]
	if s.from < 0 {
		return nil, false
	}
	return r.Buf[s.from:s.to], true
}

// UUID is the object's uuid; empty where the server sent none.
func (r *Record) UUID() []byte {
	uuid, _ := r.Value(0)
	return uuid
}
