package xenapi

import (
	"bytes"
	"errors"
	"io"
	"strconv"
)

// open reads an answer up to the Value of a success. Everything else is an error: an *Error (whose Method is the
// caller's to fill in) or a *Fault that the server answers with, NotXMLRPC (whose Status is), *SyntaxError,
// *LimitError, or one that wraps what the reader failed with, io.ErrUnexpectedEOF where the answer ends early.
func (d *decoder) open() error {
	if !d.opened {
		d.opened = true
		if err := d.beginning(); err != nil {
			d.err = err
		}
	}
	return d.err
}

func (d *decoder) beginning() error {
	if err := d.prolog(); err != nil {
		return err
	}
	switch t := d.following(); t {
	case tag{paramsElement, opening}:
		d.start(paramElement)
	case tag{faultElement, opening}:
		return d.fault()
	default:
		d.failf("%s instead of <params>", t)
	}
	if f, _ := d.value(); f != aStruct {
		d.fail("an answer without the Status that every answer of XenAPI has")
	}
	if d.envelope() {
		return nil
	}
	d.endEnvelope()
	switch {
	case d.err != nil:
		return d.err
	case d.status == failure && len(d.description) > 0:
		return &Error{Code: d.description[0], Params: d.description[1:]}
	}
	d.failf("an answer of Status %q that says no more", d.status)
	return d.err
}

// finish reads the rest of an answer whose Value was read.
func (d *decoder) finish() error {
	d.endMember()
	if d.envelope() {
		d.fail("a second Value")
	}
	d.endEnvelope()
	return d.err
}

// shownBytes of an answer are enough for the 80 characters that NotXMLRPC shows.
const shownBytes = 320

// prolog steps behind <methodResponse>, or tells what the answer is instead.
func (d *decoder) prolog() error {
	for len(d.buf) < shownBytes && d.more() {
	}
	if d.err != nil {
		return d.err
	}
	head := string(d.buf[:min(len(d.buf), shownBytes)])
	d.lit("\uFEFF")
	if d.following() == (tag{methodResponseElement, opening}) {
		return nil
	}
	_, syntax := errors.AsType[*SyntaxError](d.err)
	nothing := errors.Is(d.err, io.ErrUnexpectedEOF) && len(bytes.TrimSpace(d.buf)) == 0
	if d.err == nil || syntax || nothing {
		d.err = &NotXMLRPC{Head: printable(head, 80)}
	}
	return d.err
}

const (
	success = "Success"
	failure = "Failure"
)

// envelope reads the members that hold an answer: true in front of the Value of a success, false behind the last one.
// Status has to come before Value, as it always does: nothing may be taken for a result before it is known to be one.
func (d *decoder) envelope() bool {
	for name, ok := d.member(); ok; name, ok = d.member() {
		switch string(name) {
		case "Status":
			if d.status != "" {
				d.fail("a second Status")
			}
			if d.status = d.string(); d.status != success && d.status != failure {
				d.failf("Status %q", d.status)
			}
		case "ErrorDescription":
			d.description = d.strings()
		case "Value":
			if d.status == success {
				return true
			}
			if d.status == "" {
				d.fail("a Value before its Status")
			}
			d.skip()
		default:
			d.skip()
		}
		d.endMember()
	}
	return false
}

// endEnvelope reads what stands behind the members to the last byte.
func (d *decoder) endEnvelope() {
	d.endValue()
	d.close(paramElement)
	d.close(paramsElement)
	d.endAnswer()
}

func (d *decoder) endAnswer() {
	d.close(methodResponseElement)
	if d.err == nil {
		d.ended()
	}
}

// fault reads the rest of a raw XML-RPC fault.
func (d *decoder) fault() error {
	if f, _ := d.value(); f != aStruct {
		d.fail("a fault that is no struct")
	}
	fault := &Fault{}
	for name, ok := d.member(); ok; name, ok = d.member() {
		switch string(name) {
		case "faultCode":
			fault.Code, _ = strconv.Atoi(d.string()) // what it says matters more
		case "faultString":
			fault.String = d.string()
		default:
			d.skip()
		}
		d.endMember()
	}
	d.endValue()
	d.close(faultElement)
	d.endAnswer()
	if d.err != nil {
		return d.err
	}
	return fault
}

// string reads a value that is text.
func (d *decoder) string() string {
	f, raw := d.value()
	if f != aText {
		d.fail("something that is no text")
	}
	text, _ := appendText(nil, raw, inText)
	return string(text)
}

// strings reads an array of texts, in all no larger than a record may be.
func (d *decoder) strings() []string {
	if f, _ := d.value(); f != anArray {
		d.fail("something that is no array of texts")
	}
	from := d.at()
	var all []string
	for d.item() {
		all = append(all, d.string())
		if d.at()-from > d.limits.Record {
			d.exceed("record", d.limits.Record)
		}
	}
	d.endValue()
	return all
}
