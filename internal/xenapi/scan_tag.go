package xenapi

import "bytes"

// element is a name that XML-RPC gives to a tag.
type element uint8

const (
	unknownElement element = iota
	methodResponseElement
	paramsElement
	paramElement
	faultElement
	valueElement
	structElement
	memberElement
	nameElement
	arrayElement
	dataElement
	nilElement
	stringElement // this and those behind it are the types whose value is text
	intElement
	i4Element
	i8Element
	booleanElement
	doubleElement
	dateTimeElement
	base64Element
)

var elementNames = [...]string{"?", "methodResponse", "params", "param", "fault", "value", "struct", "member", "name", "array",
	"data", "nil", "string", "int", "i4", "i8", "boolean", "double", "dateTime.iso8601", "base64"}

// elementOf is a switch, which the compiler makes a search of.
func elementOf(name []byte) element {
	switch string(name) {
	case "methodResponse":
		return methodResponseElement
	case "params":
		return paramsElement
	case "param":
		return paramElement
	case "fault":
		return faultElement
	case "value":
		return valueElement
	case "struct":
		return structElement
	case "member":
		return memberElement
	case "name":
		return nameElement
	case "array":
		return arrayElement
	case "data":
		return dataElement
	case "nil":
		return nilElement
	case "string":
		return stringElement
	case "int":
		return intElement
	case "i4":
		return i4Element
	case "i8":
		return i8Element
	case "boolean":
		return booleanElement
	case "double":
		return doubleElement
	case "dateTime.iso8601":
		return dateTimeElement
	case "base64":
		return base64Element
	}
	return unknownElement
}

// tag is <name>, </name> or <name/>.
type tag struct {
	element element
	mark    byte // 0, or '/' before the name, or '.' for one that opens and closes
}

const (
	opening = 0
	closing = '/'
	empty   = '.'
)

func (t tag) String() string {
	switch t.mark {
	case closing:
		return "</" + elementNames[t.element] + ">"
	case empty:
		return "<" + elementNames[t.element] + "/>"
	}
	return "<" + elementNames[t.element] + ">"
}

// longestTag is room enough for every tag of XML-RPC, which has no attributes, and some white space.
const longestTag = 64

// tag reads the tag that begins here.
func (w *window) tag() tag {
	if w.err != nil {
		return tag{}
	}
	w.tagAt = w.at()
	for {
		rest := w.buf[w.pos:]
		end := bytes.IndexByte(rest[:min(len(rest), longestTag)], '>')
		if end < 0 {
			if len(rest) >= longestTag {
				w.fail("a tag that XML-RPC has not")
				return tag{}
			}
			if !w.must() {
				return tag{}
			}
			continue
		}
		t := tag{}
		name := rest[1:end]
		switch {
		case len(name) > 0 && name[0] == '/':
			t.mark, name = closing, name[1:]
		case len(name) > 0 && name[len(name)-1] == '/':
			t.mark, name = empty, name[:len(name)-1]
		}
		for len(name) > 0 && blank(name[len(name)-1]) {
			name = name[:len(name)-1]
		}
		if t.element = elementOf(name); t.element == unknownElement {
			w.failf("the tag %q, which XML-RPC has not", rest[:end+1])
			return tag{}
		}
		w.pos += end + 1
		return t
	}
}

// following reads the next tag, before which only white space and comments may stand.
func (w *window) following() tag {
	if !w.between() {
		return tag{}
	}
	return w.tag()
}

// expect steps over one tag that has to come now.
func (w *window) expect(want tag) {
	if got := w.following(); got != want && w.err == nil {
		w.failf("%s instead of %s", got, want)
	}
}

func (w *window) start(e element) { w.expect(tag{e, opening}) }
func (w *window) close(e element) { w.expect(tag{e, closing}) }
