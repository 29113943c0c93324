package xenapi

import "bytes"

// usual is value for what xapi sends, all of it in the window: it is the short cut, and steps nowhere where it is false.
// Literals are compared where they stand, and not in a function, since the compiler makes one or two loads of that.
func (w *window) usual() (f form, raw []byte, ok bool) {
	rest := w.buf[w.pos:]
	if len(rest) < 32 || string(rest[:7]) != "<value>" {
		return 0, nil, false
	}
	rest = rest[7:]
	i := bytes.IndexByte(rest, '<')
	if i < 0 || len(rest)-i < 8 {
		return 0, nil, false
	}
	switch {
	case string(rest[i:i+8]) == "</value>":
		w.pos += 7 + i + 8
		return aText, rest[:i], true
	case i > 0:
		return 0, nil, false
	case string(rest[:8]) == "<struct>":
		w.tagAt = w.at() + 7
		w.pos += 7 + 8
		w.enter(false)
		return aStruct, nil, true
	case string(rest[:13]) == "<array><data>":
		w.pos += 7 + 13
		w.enter(false)
		return anArray, nil, true
	}
	return w.typed(rest)
}

// typed is usual for <boolean>1</boolean></value> and its like, behind <value>.
func (w *window) typed(rest []byte) (f form, raw []byte, ok bool) {
	end := bytes.IndexByte(rest[:min(len(rest), longestTag)], '>')
	if end < 0 || elementOf(rest[1:end]) < stringElement {
		return 0, nil, false
	}
	name, text := rest[1:end], rest[end+1:]
	i := bytes.IndexByte(text, '<')
	if i < 0 {
		return 0, nil, false
	}
	behind := text[i+1:]
	if n := len(name); len(behind) < n+10 || behind[0] != '/' || string(behind[1:n+1]) != string(name) || string(behind[n+1:n+10]) != "></value>" {
		return 0, nil, false
	}
	w.pos += len("<value><></></value>") + 2*len(name) + i
	return aText, text[:i], true
}
