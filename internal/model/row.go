package model

import (
	"bytes"
	"encoding/hex"
	"strconv"
)

// AppendRow appends the record as a line of the text format of PostgreSQL's COPY: a number, the reference, the hash as
// bytea, and each value, extra the last.
func (r *Record) AppendRow(b []byte, number int64) []byte {
	b = strconv.AppendInt(b, number, 10)
	b = append(b, '\t')
	b = appendEscaped(b, r.Ref)
	b = append(b, `	\\x`...)
	b = hex.AppendEncode(b, r.Hash[:])
	for _, s := range r.spans {
		b = append(b, '\t')
		switch {
		case s.from < 0:
			b = append(b, '\\', 'N')
		case s.plain:
			b = append(b, r.Buf[s.from:s.to]...)
		default:
			b = appendEscaped(b, r.Buf[s.from:s.to])
		}
	}
	return append(b, '\n')
}

// appendEscaped escapes what the format gives a meaning.
func appendEscaped(b, text []byte) []byte {
	for {
		i := bytes.IndexAny(text, "\\\t\n\r")
		if i < 0 {
			return append(b, text...)
		}
		b = append(b, text[:i]...)
		switch text[i] {
		case '\t':
			b = append(b, '\\', 't')
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		default:
			b = append(b, '\\', '\\')
		}
		text = text[i+1:]
	}
}
