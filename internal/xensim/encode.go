package xensim

import (
	"strconv"
	"time"
)

// The answer around a value. xapi writes no line break anywhere.
const (
	successHead = `<?xml version="1.0"?><methodResponse><params><param><value><struct>` +
		`<member><name>Status</name><value>Success</value></member><member><name>Value</name>`
	failureHead = `<?xml version="1.0"?><methodResponse><params><param><value><struct>` +
		`<member><name>Status</name><value>Failure</value></member><member><name>ErrorDescription</name>`
	tail = `</member></struct></value></param></params></methodResponse>`

	plainHead = `<?xml version="1.0"?><methodResponse><params><param>` // of an answer without the envelope
	plainTail = `</param></params></methodResponse>`
)

// appendValue writes a value with its <value>. A string, a reference and an integer go untyped.
func appendValue(b []byte, value any) []byte {
	b = append(b, "<value>"...)
	switch v := value.(type) {
	case string:
		b = appendText(b, v)
	case int64:
		b = strconv.AppendInt(b, v, 10)
	case float64:
		b = append(b, "<double>"...)
		b = appendFloat(b, v)
		b = append(b, "</double>"...)
	case bool:
		digit := byte('0')
		if v {
			digit = '1'
		}
		b = append(b, "<boolean>"...)
		b = append(b, digit)
		b = append(b, "</boolean>"...)
	case time.Time:
		b = append(b, "<dateTime.iso8601>"...)
		b = v.AppendFormat(b, "20060102T15:04:05Z")
		b = append(b, "</dateTime.iso8601>"...)
	case []any:
		b = append(b, "<array><data>"...)
		for _, elem := range v {
			b = appendValue(b, elem)
		}
		b = append(b, "</data></array>"...)
	case pairs:
		b = append(b, "<struct>"...)
		for _, p := range v {
			b = appendMember(b, p.key, p.value)
		}
		b = append(b, "</struct>"...)
	}
	return append(b, "</value>"...)
}

// appendMember writes one member of a struct. No xapi up to today escapes the name.
func appendMember(b []byte, name string, value any) []byte {
	b = append(b, "<member><name>"...)
	b = append(b, name...)
	b = append(b, "</name>"...)
	b = appendValue(b, value)
	return append(b, "</member>"...)
}

// appendText escapes the four characters that xapi escapes, and drops the control characters that XML lacks, as it does.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '<':
			b = append(b, "&lt;"...)
		case c == '>':
			b = append(b, "&gt;"...)
		case c == '&':
			b = append(b, "&amp;"...)
		case c == '"':
			b = append(b, "&quot;"...)
		case c < ' ' && c != '\t' && c != '\n' && c != '\r':
		default:
			b = append(b, c)
		}
	}
	return b
}

// appendFloat is OCaml's %.16g, which spells what is no number in lower case and without a plus sign.
func appendFloat(b []byte, f float64) []byte {
	switch {
	case f != f:
		return append(b, "nan"...)
	case f > 0 && f*2 == f:
		return append(b, "inf"...)
	case f < 0 && f*2 == f:
		return append(b, "-inf"...)
	}
	return strconv.AppendFloat(b, f, 'g', 16, 64)
}

// recordHead precedes a record's value in get_all_records; recordTail follows it.
func recordHead(ref string) string { return "<member><name>" + ref + "</name>" }

const recordTail = "</member>"

// member is the object as get_all_records sends it. It is encoded once for each change of it.
func (t *table) member(o *object) []byte {
	if o.xml == nil {
		b := append(make([]byte, 0, 4096), recordHead(o.ref)...)
		b = append(b, "<value><struct>"...)
		for _, f := range t.served {
			b = appendMember(b, f.Name, t.get(o, f))
		}
		b = append(b, "</struct></value>"+recordTail...)
		o.xml = append(make([]byte, 0, len(b)), b...) // without the spare room
	}
	return o.xml
}

// record is the object as get_record sends it.
func (t *table) record(o *object) []byte {
	b := t.member(o)
	return b[len(recordHead(o.ref)) : len(b)-len(recordTail)]
}
