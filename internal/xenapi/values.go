package xenapi

import (
	"bytes"
	"fmt"
	"iter"
	"math"
	"slices"

	"syncd/internal/model"
)

// Decode reads the values of a record out of its bytes, as the kinds of model describe them.
//
// The last of several members of one name counts. An empty text where no text is due, such as <value/> for an
// integer, is NULL. A value that its type cannot read is NULL as well and counted in Faults; it goes to extra under its
// name, as does every field that the model lacks. Extra is a JSON object, NULL where there is nothing in it; values in
// it and in maps are the wire's text (a boolean is "1"), arrays and objects of it, or null. A key that is repeated in a
// map or in extra is repeated in the JSON, of which jsonb keeps the last.
//
// Values of keys that name a credential become model.Masked in the maps that model calls secret, and everywhere in
// extra. An error means that Raw is no struct, which cannot be where the record comes from an answer.
func Decode(rec *model.Record) error {
	rec.Reset()
	v := values{window: inside(rec), rec: rec}
	for name, ok := v.firstMember(); ok; name, ok = v.member() {
		switch f := rec.Class.FieldBytes(name); {
		case f == nil:
			v.odd = append(v.odd, oddity{name: name, at: v.pos})
			v.skip()
		case f.Index < 0:
			v.skip()
		default:
			v.field(f, name)
		}
		v.endMember()
	}
	if v.pos != len(rec.Raw) {
		v.fail("something behind the record")
	}
	if v.err == nil && len(v.odd) > 0 {
		v.extra()
	}
	if v.err != nil {
		return fmt.Errorf("decoding %s %s: %w", rec.Class.Name, rec.Ref, v.err)
	}
	return nil
}

// Refs are the references in one set of a record, straight from its bytes; those to nothing are left out. A field that
// is no set has none.
func Refs(rec *model.Record, field string) iter.Seq[string] {
	return func(yield func(string) bool) {
		w, at := inside(rec), -1
		for name, ok := w.firstMember(); ok; name, ok = w.member() {
			if string(name) == field {
				at = w.pos
			}
			w.skip()
			w.endMember()
		}
		if at < 0 || w.err != nil {
			return
		}
		w.pos = at
		if f, _ := w.value(); f != anArray {
			return
		}
		var ref []byte
		for w.item() {
			f, raw := w.value()
			if f != aText {
				return
			}
			ref, _ = appendText(ref[:0], raw, inText)
			if !noReference(ref) && !yield(string(ref)) {
				return
			}
		}
	}
}

// inside is a window over the bytes of a record, which have been walked once, within the limits.
func inside(rec *model.Record) window {
	return window{class: rec.Class.Name, buf: rec.Raw, limits: Limits{Depth: math.MaxInt}}
}

// firstMember steps into the struct that a record is.
func (w *window) firstMember() (name []byte, ok bool) {
	t := w.following()
	if t.element != structElement || t.mark == closing {
		w.failf("%s instead of <struct>", t)
	}
	w.enter(t.mark == empty)
	return w.member()
}

// values is one walk over the bytes of a record.
type values struct {
	window
	rec *model.Record
	odd []oddity

	dirty bool // the value that is read has bytes that do not stand for themselves, or may have
}

// oddity is a member that goes to extra.
type oddity struct {
	name  []byte
	at    int          // where its value begins
	field *model.Field // whose type could not read it; nil where the model lacks the field
}

// verdict is what became of a value.
type verdict uint8

const (
	isNull verdict = iota
	isGood
	isOdd // its type cannot read it
)

// field reads the value of a field of the model.
func (v *values) field(f *model.Field, name []byte) {
	at, end, replaced := v.pos, len(v.rec.Buf), v.rec.Replaced
	v.dirty = false
	from, is := v.read(f)
	if is == isGood {
		if v.dirty {
			v.rec.Mark(f.Index, from)
		} else {
			v.rec.MarkPlain(f.Index, from)
		}
		return
	}
	v.rec.Buf, v.rec.Replaced = v.rec.Buf[:end], replaced
	v.rec.Null(f.Index)
	if is == isOdd && v.err == nil {
		v.odd = append(v.odd, oddity{name, at, f})
		v.pos = at
		v.skip()
	}
}

// read appends the text of a value, which begins in Buf at from.
func (v *values) read(f *model.Field) (from int, is verdict) {
	from = len(v.rec.Buf)
	form, raw := v.value()
	switch {
	case form == aNil:
		return from, isNull
	case form == aStruct && f.Type.Kind == model.Map:
		v.object(f.Secret)
		return from, isGood
	case form == anArray && f.Type.Kind == model.Set:
		return v.set()
	case form != aText:
		return from, isOdd
	}
	v.text(raw)
	return from, v.scalar(f.Type.Kind, from)
}

// text appends the characters that raw stands for.
func (v *values) text(raw []byte) {
	if clean(raw) == len(raw) {
		v.rec.Buf = append(v.rec.Buf, raw...)
		return
	}
	v.dirty = true
	var replaced int
	v.rec.Buf, replaced = appendText(v.rec.Buf, raw, inText)
	v.rec.Replaced += replaced
}

// set appends the elements of an array, and behind them the array literal that they sort into.
func (v *values) set() (from int, is verdict) {
	var few [24]span
	elements := few[:0]
	for v.item() {
		form, raw := v.value()
		if form != aText {
			return 0, isOdd
		}
		at := len(v.rec.Buf)
		v.text(raw)
		elements = append(elements, span{at, len(v.rec.Buf)})
	}
	v.endValue()

	buf := v.rec.Buf
	slices.SortFunc(elements, func(a, b span) int { return bytes.Compare(buf[a.from:a.to], buf[b.from:b.to]) })
	from = len(buf)
	buf = append(buf, '{')
	for i, e := range elements {
		if i > 0 {
			buf = append(buf, ',')
		}
		buf = appendElement(buf, buf[e.from:e.to])
	}
	v.rec.Buf = append(buf, '}')
	return from, isGood
}

// span is a stretch of Buf.
type span struct{ from, to int }
