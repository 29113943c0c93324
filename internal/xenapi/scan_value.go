package xenapi

import "bytes"

// form is what a value is on the wire. Its type says no more: xapi sends integers and references as text.
type form uint8

const (
	aText form = iota
	aNil
	aStruct
	anArray
)

// value steps over a value that is text or nil, and gives the text as it stands, with entities, comments and CDATA
// sections; it is valid until the window moves. Of a struct or an array it steps over the beginning only: then come
//
//	for name, ok := w.member(); ok; name, ok = w.member() { …value…; w.endMember() }
//	for w.item() { …value… }
//
// and w.endValue.
func (w *window) value() (form, []byte) {
	if f, raw, ok := w.usual(); ok {
		return f, raw
	}
	if !w.lit("<value>") {
		t := w.following()
		if t == (tag{valueElement, empty}) {
			return aText, nil
		}
		if t != (tag{valueElement, opening}) {
			w.failf("%s instead of <value>", t)
			return aText, nil
		}
	}
	if w.hold >= 0 {
		return w.content()
	}
	w.hold = w.at()
	f, raw := w.content()
	w.hold = -1
	return f, raw
}

// content is value behind <value>, under a hold.
func (w *window) content() (form, []byte) {
	from := w.at()
	w.skipText()
	to := w.at()
	t := w.tag()
	if t == (tag{valueElement, closing}) {
		return aText, w.cut(from, to)
	}
	switch {
	case w.err != nil:
		return aText, nil
	case !onlyBlank(w.cut(from, to)):
		w.failf("%s behind text", t)
		return aText, nil
	case t.element == structElement:
		w.enter(t.mark == empty)
		return aStruct, nil
	case t.element == arrayElement && t.mark == opening:
		t = w.following()
		if t.element != dataElement || t.mark == closing {
			w.failf("%s instead of <data>", t)
		}
		w.enter(t.mark == empty)
		return anArray, nil
	case t.element < nilElement || t.mark == closing:
		w.failf("%s instead of a value", t)
		return aText, nil
	}
	from, to = w.at(), w.at()
	if t.mark == opening {
		w.skipText()
		to = w.at()
		w.close(t.element)
	}
	w.endValue()
	if t.element == nilElement {
		return aNil, nil
	}
	return aText, w.cut(from, to)
}

// cut is a part of the answer that is held.
func (w *window) cut(from, to int64) []byte {
	if w.err != nil {
		return nil
	}
	return w.buf[from-w.base : to-w.base]
}

// onlyBlank tells whether raw, text up to a tag, is but white space, comments and processing instructions.
func onlyBlank(raw []byte) bool {
	inside := window{buf: raw}
	inside.ended()
	return inside.err == nil
}

// enter counts a struct or an array. With what holds its values it is three elements deep, behind the four of the
// answer: methodResponse, params, param, value.
func (w *window) enter(hollow bool) {
	w.hollow = hollow
	w.levels++
	if 4+3*w.levels > w.limits.Depth {
		w.exceed("depth", int64(w.limits.Depth))
	}
}

// leave counts a struct or an array that has ended.
func (w *window) leave() { w.levels, w.hollow = w.levels-1, false }

// member steps over the beginning of a struct's next member, and gives its name as it stands; false behind </struct>,
// and where err is set.
func (w *window) member() (name []byte, ok bool) {
	if w.hollow || w.err != nil {
		w.leave()
		return nil, false
	}
	rest := w.buf[w.pos:]
	switch {
	case len(rest) >= 14 && string(rest[:14]) == "<member><name>":
		w.pos += 14
	case len(rest) >= 9 && string(rest[:9]) == "</struct>":
		w.pos += 9
		w.leave()
		return nil, false
	default:
		switch t := w.following(); t {
		case tag{structElement, closing}:
			w.leave()
			return nil, false
		case tag{memberElement, opening}:
		default:
			w.failf("%s instead of <member>", t)
			return nil, false
		}
		switch t := w.following(); t {
		case tag{nameElement, empty}:
			return nil, true
		case tag{nameElement, opening}:
		default:
			w.failf("%s instead of <name>", t)
			return nil, false
		}
	}
	return w.name()
}

// name steps over a name behind <name>, up to the first </name>: xapi does not escape the keys of its maps, so that
// whatever else looks like markup is part of the name.
func (w *window) name() ([]byte, bool) {
	rest := w.buf[w.pos:]
	if i := bytes.IndexByte(rest, '<'); i >= 0 && len(rest)-i >= 7 && string(rest[i:i+7]) == "</name>" {
		w.pos += i + len("</name>")
		return rest[:i], true
	}
	free := w.hold < 0
	if free {
		w.hold = w.at()
	}
	from := w.at()
	to := from
	for {
		if !w.past(nameEnd) {
			return nil, false
		}
		to = w.at() - int64(len(nameEnd))
		for w.blanks(); w.pos == len(w.buf); w.blanks() {
			if !w.must() {
				return nil, false
			}
		}
		if w.buf[w.pos] == '>' { // XML allows white space before it
			w.pos++
			break
		}
	}
	if free {
		w.hold = -1
	}
	return w.cut(from, to), true
}

var nameEnd = []byte("</name")

// endMember steps behind a member whose value was read.
func (w *window) endMember() {
	if rest := w.buf[w.pos:]; len(rest) >= 9 && string(rest[:9]) == "</member>" {
		w.pos += 9
		return
	}
	w.close(memberElement)
}

// item tells whether an array's next value comes; false behind </array>, and where err is set.
func (w *window) item() bool {
	if w.err != nil {
		return false
	}
	if !w.hollow {
		if rest := w.buf[w.pos:]; len(rest) >= 7 && string(rest[:7]) == "<value>" {
			return true
		}
		if w.lit("</data></array>") {
			w.leave()
			return false
		}
		if !w.between() {
			return false
		}
		if w.buf[w.pos+1] != '/' {
			return true
		}
		w.close(dataElement)
	}
	w.leave()
	w.close(arrayElement)
	return false
}

// endValue steps behind a value, where value has not done so.
func (w *window) endValue() {
	if !w.lit("</value>") {
		w.close(valueElement)
	}
}

// skip steps over a value, whatever it is.
func (w *window) skip() {
	f, _ := w.value()
	w.rest(f)
}

// rest steps over what value has left of one.
func (w *window) rest(f form) {
	switch f {
	case aStruct:
		for _, ok := w.member(); ok; _, ok = w.member() {
			w.skip()
			w.endMember()
		}
		w.endValue()
	case anArray:
		for w.item() {
			w.skip()
		}
		w.endValue()
	}
}
