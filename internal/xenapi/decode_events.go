package xenapi

import (
	"bytes"
	"iter"
	"strconv"
	"strings"

	"syncd/internal/model"
)

// events are the changes that an answer to event.from tells of, each valid until the next one. An error is the last
// pair, and one of those of open; without one, c is what the answer ends with.
//
// The answer is a struct of events (an array), valid_ref_counts (a struct) and token, in any order. An event is a struct
// of class, operation, ref, id and, where there still is an object, snapshot, in any order too.
func (d *decoder) events(c *Changes) iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		if err := d.open(); err != nil {
			yield(nil, err)
			return
		}
		d.levels -= 2 // a record stands two levels deeper than in an answer to get_all_records, and may be as deep
		if f, _ := d.value(); f != aStruct {
			d.fail("a Value that is no struct with events")
		}
		var had told
		for name, ok := d.member(); ok; name, ok = d.member() {
			switch string(name) {
			case "events":
				d.once(&had, theEvents, "list of events")
				if !d.eachEvent(c, yield) {
					return
				}
			case "valid_ref_counts":
				d.once(&had, theCounts, "valid_ref_counts")
				c.Counts = d.counts()
			case "token":
				d.once(&had, theToken, "token")
				c.Token = d.string()
			default:
				d.skip()
			}
			d.endMember()
		}
		d.endValue()
		if had&theEvents == 0 {
			d.fail("the end of an answer without events")
		}
		if _, err := generation(c.Token); err != nil || c.Token == "" {
			d.failf("the end of an answer with the token %q", printable(c.Token, 80))
		}
		if err := d.finish(); err != nil {
			yield(nil, err)
		}
	}
}

// told is a set of members.
type told uint8

const (
	theEvents told = 1 << iota
	theCounts
	theToken
)

const (
	theClass told = 1 << iota
	theOperation
	theRef
	theID
	theSnapshot
)

// once takes down that a member is there, of which there may not be two.
func (d *decoder) once(had *told, member told, name string) {
	if *had&member != 0 {
		d.fail("a second " + name)
	}
	*had |= member
}

// eachEvent reads the list of events; false where nobody wants the rest.
func (d *decoder) eachEvent(c *Changes, yield func(*Event, error) bool) bool {
	if f, _ := d.value(); f != anArray {
		d.fail("events that are no array")
	}
	e := &Event{Record: new(model.Record)}
	var s saying
	for d.item() {
		c.Events++
		if d.event(e, &s) && !yield(e, nil) {
			return false
		}
	}
	d.endValue()
	return true
}

// saying is what an event says in words, in buffers that are used again.
type saying struct{ class, operation, id []byte }

// event reads one; false where it is of a class that is not mirrored, and where err is set.
func (d *decoder) event(e *Event, s *saying) bool {
	if f, _ := d.value(); f != aStruct {
		d.fail("an event that is no struct")
	}
	var had told
	var from, to int64 // of the snapshot
	for name, ok := d.member(); ok; name, ok = d.member() {
		switch string(name) {
		case "class":
			d.once(&had, theClass, "class of an event")
			s.class = d.word(s.class)
		case "operation":
			d.once(&had, theOperation, "operation of an event")
			s.operation = d.word(s.operation)
		case "ref":
			d.once(&had, theRef, "ref of an event")
			e.Record.Ref = d.word(e.Record.Ref)
		case "id":
			d.once(&had, theID, "id of an event")
			s.id = d.word(s.id)
		case "snapshot":
			d.once(&had, theSnapshot, "snapshot of an event")
			d.hold = d.at() // up to the end of the event: what it is may be told behind it
			if f, _ := d.value(); f == aStruct {
				from, to = d.object()
			} else {
				d.rest(f)
			}
		default:
			d.skip()
		}
		d.endMember()
	}
	d.endValue()
	wanted := d.change(e, s, had, from, to)
	d.hold = -1
	return wanted && d.err == nil
}

// change makes an event of what one says, whose snapshot stands from there to there.
func (d *decoder) change(e *Event, s *saying, had told, from, to int64) bool {
	if had&theClass == 0 {
		d.fail("the end of an event without class")
	}
	if e.Record.Class = lookup(s.class); e.Record.Class == nil {
		return false
	}
	if had&theRef == 0 || noReference(e.Record.Ref) {
		d.failf("the end of an event of %s without ref", s.class)
	}
	if e.Generation = integer(s.id); had&theID == 0 || e.Generation < 0 {
		d.failf("the end of an event of %s without a number", s.class)
	}
	operation := ""
	if had&theOperation != 0 {
		operation = string(s.operation)
	}
	switch operation {
	case "add", "mod":
		if to == 0 {
			d.failf("the end of an event of %s that has no object", s.class)
		}
		e.Deleted = false
		d.keep(e.Record, from, to)
	case "del":
		e.Deleted = true
		e.Record.Reset()
		e.Record.Raw, e.Record.Hash = nil, [16]byte{}
	default:
		d.failf("the end of an event of %s that does %q", s.class, printable(operation, 80))
	}
	return true
}

// counts reads how many objects there are of each class, by the names of those that are mirrored.
func (d *decoder) counts() map[string]int64 {
	if f, _ := d.value(); f != aStruct {
		d.fail("valid_ref_counts that are no struct")
	}
	counts := make(map[string]int64, len(model.Classes))
	var text []byte
	for name, ok := d.member(); ok; name, ok = d.member() {
		class := lookup(name)
		if class == nil {
			d.skip()
			d.endMember()
			continue
		}
		text = d.word(text)
		n := integer(text)
		if _, twice := counts[class.Name]; twice || n < 0 {
			d.failf("a second count of %s, or one that is no number: %q", class.Name, printable(string(text), 80))
		}
		counts[class.Name] = n
		d.endMember()
	}
	d.endValue()
	return counts
}

// word reads a value that is text, into a buffer that is used again.
func (d *decoder) word(buf []byte) []byte {
	f, raw := d.value()
	if f != aText {
		d.fail("something that is no text")
	}
	buf, _ = appendText(buf[:0], raw, inText)
	return buf
}

// integer reads a count or a generation; -1 is neither.
func integer(text []byte) int64 {
	n, err := strconv.ParseInt(string(bytes.TrimSpace(text)), 10, 64)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// lookup finds a class by its name in events, which is in lower case; nil where it is not mirrored.
func lookup(name []byte) *model.Class {
	for _, c := range model.Classes {
		if len(c.Name) == len(name) && strings.EqualFold(c.Name, string(name)) {
			return c
		}
	}
	return nil
}
