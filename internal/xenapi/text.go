package xenapi

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// markup says what '&' and '<' mean in a stretch of bytes.
type markup uint8

const (
	inCDATA markup = iota // nothing
	inName                // '&' begins a reference where it is one; '<' is itself, since xapi does not escape names
	inText                // '<' begins a comment, a CDATA section or a processing instruction as well
)

// Bytes that stand for themselves, in a text and in a JSON string.
const (
	plain uint8 = 1 << iota
	plainJSON
)

var charClass = func() (class [256]uint8) {
	for c := 1; c < utf8.RuneSelf; c++ {
		if c != '&' && c != '<' {
			class[c] = plain
			if c >= ' ' && c != '"' && c != '\\' {
				class[c] |= plainJSON
			}
		}
	}
	return class
}()

// run counts the bytes of a class that s begins with.
func run(s []byte, class uint8) int {
	for i := clean(s); i < len(s); i++ {
		if charClass[s[i]]&class == 0 {
			return i
		}
	}
	return len(s)
}

// clean counts bytes that s begins with and that stand for themselves everywhere: in a text, in a JSON string, in an
// array literal, in a row of COPY. It looks at eight at a time, by Mycroft's test for a zero among the bytes of a word.
func clean(s []byte) int {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	n := 0
	for ; len(s)-n >= 8; n += 8 {
		w := binary.LittleEndian.Uint64(s[n:])
		amp, less, quote, slash := w^ones*'&', w^ones*'<', w^ones*'"', w^ones*'\\'
		if (w|(w-ones*' ')&^w|(amp-ones)&^amp|(less-ones)&^less|(quote-ones)&^quote|(slash-ones)&^slash)&high != 0 {
			break
		}
	}
	for n < len(s) && charClass[s[n]]&plainJSON != 0 {
		n++
	}
	return n
}

// appendText appends the characters that raw stands for, and counts those that PostgreSQL's text cannot hold (NUL,
// what is no UTF-8, a surrogate): U+FFFD stands in for them. Other control characters are kept, and so are carriage
// returns, which XML would turn into line feeds: xapi sends them as they are.
func appendText(dst, raw []byte, m markup) (text []byte, replaced int) {
	for {
		n := run(raw, plain)
		dst, raw = append(dst, raw[:n]...), raw[n:]
		if len(raw) == 0 {
			return dst, replaced
		}
		if raw[0] == '<' && m == inText {
			var inner []byte
			inner, raw = section(raw)
			var bad int
			dst, bad = appendText(dst, inner, inCDATA)
			replaced += bad
			continue
		}
		r, size, bad := utf8.RuneError, 1, true
		switch {
		case raw[0] == 0:
		case raw[0] == '&' && m >= inName:
			r, size, bad = reference(raw)
		default:
			r, size = utf8.DecodeRune(raw)
			bad = r == utf8.RuneError && size == 1
		}
		if bad {
			replaced++
		}
		dst, raw = utf8.AppendRune(dst, r), raw[size:]
	}
}

// section is the CDATA that raw begins with, and what stands behind it; of a comment or a processing instruction the
// latter alone.
func section(raw []byte) (inner, rest []byte) {
	if cdata, ok := bytes.CutPrefix(raw, cdataStart); ok {
		inner, rest, _ = bytes.Cut(cdata, cdataEnd)
		return inner, rest
	}
	if comment, ok := bytes.CutPrefix(raw, commentStart); ok {
		_, rest, _ = bytes.Cut(comment, commentEnd)
		return nil, rest
	}
	_, rest, _ = bytes.Cut(raw[min(len(raw), len(instructionStart)):], instructionEnd)
	return nil, rest
}

// reference is the character that raw, which begins with '&', refers to, and the bytes that the reference takes. What
// is no reference of XML is an ampersand. The characters that a text cannot hold are bad.
func reference(raw []byte) (r rune, size int, bad bool) {
	end := bytes.IndexByte(raw[:min(len(raw), longestReference)], ';')
	if end < 0 {
		return '&', 1, false
	}
	name := raw[1:end]
	switch string(name) {
	case "lt":
		return '<', end + 1, false
	case "gt":
		return '>', end + 1, false
	case "amp":
		return '&', end + 1, false
	case "quot":
		return '"', end + 1, false
	case "apos":
		return '\'', end + 1, false
	}
	digits, ok := bytes.CutPrefix(name, []byte("#"))
	base := rune(10)
	if hex, isHex := bytes.CutPrefix(digits, []byte("x")); isHex {
		digits, base = hex, 16
	}
	if !ok || len(digits) == 0 {
		return '&', 1, false
	}
	for _, c := range digits {
		d := rune(99)
		switch {
		case '0' <= c && c <= '9':
			d = rune(c - '0')
		case 'a' <= c|' ' && c|' ' <= 'f':
			d = rune(c|' '-'a') + 10
		}
		if r = r*base + d; d >= base || r > utf8.MaxRune {
			return '&', 1, false
		}
	}
	if r == 0 || !utf8.ValidRune(r) {
		return utf8.RuneError, end + 1, true
	}
	return r, end + 1, false
}

// longestReference is room for every character and some leading zeros.
const longestReference = 32

// appendJSON appends the characters that raw stands for as a JSON string.
func appendJSON(dst, raw []byte, m markup) (json []byte, replaced int) {
	if clean(raw) == len(raw) {
		dst = append(append(dst, '"'), raw...)
		return append(dst, '"'), 0
	}
	from := len(dst)
	dst, replaced = appendText(dst, raw, m)
	to := len(dst)
	dst = appendQuoted(dst, dst[from:])
	return append(dst[:from], dst[to:]...), replaced
}

const hexDigits = "0123456789abcdef"

// appendQuoted appends a text, which is valid UTF-8 without NUL, as a JSON string.
func appendQuoted(dst, text []byte) []byte {
	dst = append(dst, '"')
	for _, c := range text {
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c < ' ':
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}

// appendElement appends a text as an element of a PostgreSQL array literal.
func appendElement(dst, text []byte) []byte {
	dst = append(dst, '"')
	for _, c := range text {
		if c == '"' || c == '\\' {
			dst = append(dst, '\\')
		}
		dst = append(dst, c)
	}
	return append(dst, '"')
}
