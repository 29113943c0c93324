package xenapi

import (
	"bytes"
	"math"
	"strconv"
	"time"

	"syncd/internal/model"
)

// scalar makes the text of a value, in Buf at from, the one that its kind has in a record.
func (v *values) scalar(kind model.Kind, from int) verdict {
	text := v.rec.Buf[from:]
	switch kind {
	case model.String, model.Enum:
		return isGood
	case model.Ref:
		switch {
		case noReference(text):
			return isNull
		case len(text) > model.LongestKey:
			return isOdd
		}
		return isGood
	}
	text = bytes.TrimSpace(text)
	if len(text) == 0 {
		return isNull
	}
	// The new text may be longer than the old one, but text is read before it is written over.
	is, to := isOdd, v.rec.Buf[:from]
	switch kind {
	case model.Int:
		if n, err := strconv.ParseInt(string(text), 10, 64); err == nil {
			is, to = isGood, strconv.AppendInt(to, n, 10)
		}
	case model.Float:
		if n, ok := parseFloat(text); ok {
			is, to = isGood, appendFloat(to, n)
		}
	case model.Bool:
		switch string(text) {
		case "1", "true":
			is, to = isGood, append(to, "true"...)
		case "0", "false":
			is, to = isGood, append(to, "false"...)
		}
	case model.Time:
		if t, ok := parseTime(text); ok {
			is, to = isGood, t.AppendFormat(to, time.RFC3339Nano)
			if t.Unix() == 0 && t.Nanosecond() == 0 {
				is = isNull // never
			}
		}
	}
	if is == isGood {
		v.rec.Buf = to
	}
	return is
}

func noReference(ref []byte) bool { return len(ref) == 0 || string(ref) == "OpaqueRef:NULL" }

// parseFloat reads numbers as C and OCaml print them, among them nan, -nan, inf, -inf and neg_infinity.
func parseFloat(text []byte) (float64, bool) {
	switch string(text) {
	case "-nan", "+nan":
		return math.NaN(), true
	case "neg_infinity":
		return math.Inf(-1), true
	}
	n, err := strconv.ParseFloat(string(text), 64)
	return n, err == nil
}

// appendFloat appends a number as PostgreSQL reads it.
func appendFloat(to []byte, n float64) []byte {
	switch {
	case math.IsInf(n, 1):
		return append(to, "Infinity"...)
	case math.IsInf(n, -1):
		return append(to, "-Infinity"...)
	}
	return strconv.AppendFloat(to, n, 'g', -1, 64) // NaN is NaN
}

// parseTime reads ISO 8601 as XenAPI's releases write it: 20080101T00:00:00Z, with or without dashes, colons, a fraction
// of a second and an offset. Without an offset it is UTC.
func parseTime(text []byte) (time.Time, bool) {
	p := clock{rest: text, ok: true}
	year := p.digits(4)
	p.maybe('-')
	month := p.digits(2)
	p.maybe('-')
	day := p.digits(2)
	if !p.maybe('T') && !p.maybe(' ') {
		return time.Time{}, false
	}
	hour := p.digits(2)
	p.maybe(':')
	minute := p.digits(2)
	p.maybe(':')
	second := p.digits(2)
	nanos := p.fraction()
	offset := p.offset()
	t := time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC)
	// Date takes the 31st of February for a day in March.
	if !p.ok || len(p.rest) > 0 || t.Month() != time.Month(month) || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	t = t.Add(-offset)
	return t, 0 < t.Year() && t.Year() <= 9999
}

// clock reads the parts of a time; ok is false once one was missing.
type clock struct {
	rest []byte
	ok   bool
}

func (p *clock) digits(n int) (number int) {
	if len(p.rest) < n {
		p.ok = false
		return 0
	}
	for _, c := range p.rest[:n] {
		if c < '0' || c > '9' {
			p.ok = false
		}
		number = number*10 + int(c-'0')
	}
	p.rest = p.rest[n:]
	return number
}

func (p *clock) maybe(c byte) bool {
	if len(p.rest) == 0 || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

// fraction is that of a second, in nanoseconds.
func (p *clock) fraction() (nanos int) {
	if !p.maybe('.') && !p.maybe(',') {
		return 0
	}
	for unit := 100_000_000; len(p.rest) > 0 && '0' <= p.rest[0] && p.rest[0] <= '9'; unit /= 10 {
		nanos += int(p.rest[0]-'0') * unit
		p.rest = p.rest[1:]
	}
	return nanos
}

// offset is what the time is ahead of UTC.
func (p *clock) offset() time.Duration {
	sign := time.Duration(1)
	switch {
	case p.maybe('Z'), len(p.rest) == 0:
		return 0
	case p.maybe('-'):
		sign = -1
	case !p.maybe('+'):
		p.ok = false
	}
	hours, minutes := p.digits(2), 0
	if p.maybe(':') || len(p.rest) > 0 {
		minutes = p.digits(2)
	}
	p.ok = p.ok && hours <= 23 && minutes <= 59
	return sign * (time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute)
}
