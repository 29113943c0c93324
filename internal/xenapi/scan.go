package xenapi

import (
	"bytes"
	"io"
)

// firstWindow is what an answer is read into at first; it doubles as long as one record needs more.
const firstWindow = 64 << 10

// window is the part of an answer that is in memory, and the place that one walk forward has come to. The methods in
// this file step over marks and text, those of scan_value.go over values; both read on where the window ends. The
// first error stays in err and ends every loop, so that it is asked for once, behind a whole record.
//
// A window over bytes that are all there (r is nil) is how a record's values are read.
type window struct {
	class  string    // whose records these are, for errors; may be empty
	r      io.Reader // nil once it has ended
	end    error     // that it ended with, io.EOF at its proper end
	limits Limits

	buf    []byte // what has been read and not yet let go
	pos    int    // of the next byte to look at, in buf
	base   int64  // where buf begins in the answer
	hold   int64  // the bytes of the answer from here on stay in buf; -1 where those before pos may go
	tagAt  int64  // where the last tag began that tag read
	levels int    // structs and arrays that are open
	hollow bool   // the struct or array just opened has ended already: <struct/>
	err    error
}

// at is the place in the answer.
func (w *window) at() int64 { return w.base + int64(w.pos) }

// more reads at least one byte; false at the end of the answer, and where err is set.
func (w *window) more() bool {
	if w.err != nil || w.r == nil {
		if w.err == nil && w.end != nil && w.end != io.EOF {
			w.err = w.brokenOff(w.end)
		}
		return false
	}
	if len(w.buf) == cap(w.buf) && !w.makeRoom() {
		return false
	}
	for range 100 {
		n, err := w.r.Read(w.buf[len(w.buf):cap(w.buf)])
		w.buf = w.buf[:len(w.buf)+n]
		if w.base+int64(len(w.buf)) > w.limits.Answer {
			w.exceed("answer", w.limits.Answer)
			return false
		}
		if err != nil {
			w.r, w.end = nil, err
		}
		if n > 0 {
			return true
		}
		if err != nil {
			return w.more() // says what it ended with
		}
	}
	w.err = w.brokenOff(io.ErrNoProgress)
	return false
}

// makeRoom lets go what nobody holds, and doubles the window where that is less than half of it: as far as a record of
// the limit needs.
func (w *window) makeRoom() bool {
	from := w.pos
	if w.hold >= 0 {
		from = int(w.hold - w.base)
	}
	used := len(w.buf) - from
	if int64(used) > w.limits.Record {
		w.exceed("record", w.limits.Record)
		return false
	}
	to := w.buf[:cap(w.buf)]
	if size := min(2*int64(cap(w.buf)), w.limits.Record+firstWindow); 2*used > cap(w.buf) && size > int64(cap(w.buf)) {
		to = make([]byte, size)
	}
	w.buf = to[:copy(to, w.buf[from:])]
	w.pos -= from
	w.base += int64(from)
	return true
}

// must reads on where the answer may not end.
func (w *window) must() bool {
	if w.more() {
		return true
	}
	if w.err == nil {
		w.err = w.brokenOff(io.ErrUnexpectedEOF)
	}
	return false
}

// lit steps over s if it is here and in the window. It is the short cut for what xapi sends, which has no white
// space between its tags; where it fails, the long way is taken.
func (w *window) lit(s string) bool {
	if len(w.buf)-w.pos < len(s) || string(w.buf[w.pos:w.pos+len(s)]) != s {
		return false
	}
	w.pos += len(s)
	return true
}

// next is lit for what may not have come in whole yet.
func (w *window) next(s []byte) bool {
	for len(w.buf)-w.pos < len(s) {
		if !bytes.HasPrefix(s, w.buf[w.pos:]) || !w.must() {
			return false
		}
	}
	return w.lit(string(s))
}

// past steps behind the next mark.
func (w *window) past(mark []byte) bool {
	for {
		if i := bytes.Index(w.buf[w.pos:], mark); i >= 0 {
			w.pos += i + len(mark)
			return true
		}
		w.pos = max(w.pos, len(w.buf)-len(mark)+1)
		if !w.must() {
			return false
		}
	}
}

var (
	commentStart, commentEnd         = []byte("<!--"), []byte("-->")
	cdataStart, cdataEnd             = []byte("<![CDATA["), []byte("]]>")
	instructionStart, instructionEnd = []byte("<?"), []byte("?>")
)

// aside steps over what begins with <? or <! and is no tag: a processing instruction, a comment, and where text may
// stand a CDATA section. A DOCTYPE is refused: it could declare entities, and XML-RPC has none.
func (w *window) aside(text bool) bool {
	switch {
	case w.next(instructionStart):
		return w.past(instructionEnd)
	case w.next(commentStart):
		return w.past(commentEnd)
	case text && w.next(cdataStart):
		return w.past(cdataEnd)
	}
	return w.fail("a declaration such as DOCTYPE, or a CDATA section between tags")
}

// between steps over what may stand between two tags: white space, comments, processing instructions. True at a tag,
// with two bytes of it in the window.
func (w *window) between() bool {
	for {
		w.blanks()
		if len(w.buf)-w.pos < 2 {
			if w.pos < len(w.buf) && w.buf[w.pos] != '<' {
				return w.fail("text between tags")
			}
			if !w.must() {
				return false
			}
			continue
		}
		if w.buf[w.pos] != '<' {
			return w.fail("text between tags")
		}
		if c := w.buf[w.pos+1]; c != '!' && c != '?' {
			return true
		}
		if !w.aside(false) {
			return false
		}
	}
}

func (w *window) blanks() {
	for w.pos < len(w.buf) && blank(w.buf[w.pos]) {
		w.pos++
	}
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// skipText steps over text, its comments and CDATA sections, up to a tag, with two bytes of it in the window.
func (w *window) skipText() bool {
	for {
		i := bytes.IndexByte(w.buf[w.pos:], '<')
		if i < 0 {
			i = len(w.buf) - w.pos
		}
		w.pos += i
		if len(w.buf)-w.pos < 2 {
			if !w.must() {
				return false
			}
			continue
		}
		if c := w.buf[w.pos+1]; c != '!' && c != '?' {
			return true
		}
		if !w.aside(true) {
			return false
		}
	}
}

// ended checks that nothing but white space, comments and processing instructions follows.
func (w *window) ended() {
	for {
		w.blanks()
		switch {
		case w.pos == len(w.buf):
			if !w.more() {
				return
			}
		case len(w.buf)-w.pos < 2 && w.buf[w.pos] == '<':
			if !w.must() {
				return
			}
		case w.buf[w.pos] == '<' && (w.buf[w.pos+1] == '?' || w.buf[w.pos+1] == '!'):
			if !w.aside(false) {
				return
			}
		default:
			w.fail("something behind the end of the answer")
			return
		}
	}
}
