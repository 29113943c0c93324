package xenapi

import (
	"io"
	"iter"

	"syncd/internal/model"
)

// Revision belongs to the decoder as model.Version to the model: raise it when Decode makes other values of the same
// bytes, so that they reach rows whose bytes stay the same.
const Revision = 1

// maxRecords is how many objects of one class are taken: several times what the largest pools have. A pass remembers
// each reference until its class is read, so that an answer without end would cost memory without end.
const maxRecords = 300_000

// decoder reads one answer of xapi:
//
//	<methodResponse><params><param><value><struct>   Status, then Value or ErrorDescription   </struct>…
//
// It is the only place that knows this envelope. An answer is read by one of records, events and text, once; open
// tells earlier how it begins.
type decoder struct {
	window
	of          *model.Class
	most        int64 // records
	opened      bool
	status      string
	description []string       // of a failure
	prints      *fingerprinter // nil leaves records without a hash
}

// newDecoder reads an answer: to get_all_records of a class, or with a nil class a small one. The reader stays the
// caller's; what is right is read to its end.
func newDecoder(r io.Reader, class *model.Class, limits Limits) *decoder {
	d := &decoder{window: window{r: r, limits: limits, buf: make([]byte, 0, firstWindow), hold: -1}, of: class, most: maxRecords}
	if class != nil {
		d.class = class.Name
	}
	return d
}

// records are the objects of an answer to get_all_records, each valid until the next one. An error is the last pair,
// and one of those of open. Only without one was the answer read to its last byte: before that no record counts.
func (d *decoder) records() iter.Seq2[*model.Record, error] {
	return func(yield func(*model.Record, error) bool) {
		if err := d.open(); err != nil {
			yield(nil, err)
			return
		}
		if f, _ := d.value(); f != aStruct {
			d.fail("a Value that is no struct of records")
		}
		rec := &model.Record{Class: d.of}
		left := d.most
		for name, ok := d.member(); ok; name, ok = d.member() {
			if left--; left < 0 {
				d.exceed("records", d.most)
				break
			}
			rec.Ref, _ = appendText(rec.Ref[:0], name, inName)
			d.record(rec)
			if d.err != nil {
				break
			}
			if !yield(rec, nil) {
				return
			}
			d.endMember()
		}
		d.endValue()
		if err := d.finish(); err != nil {
			yield(nil, err)
		}
	}
}

// record cuts the value that comes now, without reading what is in it.
func (d *decoder) record(rec *model.Record) {
	d.hold = d.at()
	if f, _ := d.value(); f != aStruct {
		d.failf("an object, %q, that is no struct", rec.Ref)
	}
	from, to := d.object()
	d.keep(rec, from, to)
	d.hold = -1
}

// object steps over the rest of a struct, under a hold, and tells where it stands.
func (d *decoder) object() (from, to int64) {
	from = d.tagAt
	for _, ok := d.member(); ok; _, ok = d.member() {
		d.skip()
		d.endMember()
	}
	to = d.at()
	d.endValue()
	return from, to
}

// keep makes what is held from there to there the bytes of a record.
func (d *decoder) keep(rec *model.Record, from, to int64) {
	if to-from > d.limits.Record {
		d.exceed("record", d.limits.Record)
	}
	rec.Reset()
	rec.Raw = d.cut(from, to)
	if d.prints != nil {
		d.prints.sum(&rec.Hash, rec.Raw)
	}
}

// text is a Value that is text, such as the reference of a session. Its errors are those of open.
func (d *decoder) text() (string, error) {
	if err := d.open(); err != nil {
		return "", err
	}
	s := d.string()
	return s, d.finish()
}
