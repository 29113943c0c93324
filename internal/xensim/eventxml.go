package xensim

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"syncd/internal/model"
)

// countedClasses are the tables of xapi's database in the order in which it counts them.
var countedClasses = func() []string {
	classes := slices.Concat(otherClasses, removedClasses, strings.Fields(
		"Diagnostics LVHD auth data_source event probe_result session sr_stat user vdi_nbd_server_info"))
	for _, class := range model.Classes {
		if class.Name != "Host_driver" { // it came after the xapi whose answers these follow
			classes = append(classes, class.Name)
		}
	}
	slices.Sort(classes)
	slices.Reverse(classes)
	return classes
}()

// refCounts is valid_ref_counts: the objects of every class that the release has, not of the wanted ones alone.
func (s *Sim) refCounts() []byte {
	b := []byte("<value><struct>")
	for _, class := range countedClasses {
		if arrivals[class] != "" && !s.inv.has(class) {
			continue
		}
		n := 0
		switch t := s.inv.tables[class]; {
		case t != nil && t.class.Since == nil: // messages are files beside xapi's database
			n = len(t.rows)
		case class == "session":
			n = len(s.sessions.byRef)
		}
		b = fmt.Appendf(b, "<member><name>%s</name><value><i4>%d</i4></value></member>", strings.ToLower(class), n)
	}
	return append(b, "</struct></value>"...)
}

var eventList = &list{
	open:  func(ref string) string { return string(eventHead(1, "vm", "add", ref)) + snapshotHead },
	close: snapshotTail,
}

// eventsAnswer is the answer of event.from. xapi never sets the timestamps.
func eventsAnswer(events []event, counts []byte, last int64) *answer {
	a := &answer{status: http.StatusOK, list: eventList, parts: [][]byte{[]byte(successHead + "<value><struct><member><name>events</name><value><array><data>")}}
	for _, e := range events {
		head := eventHead(e.id, e.class, e.op, e.ref)
		if e.object == nil {
			a.parts = append(a.parts, append(head, "</struct></value>"...))
			continue
		}
		a.parts = append(a.parts, append(head, snapshotHead...), e.table.record(e.object), []byte(snapshotTail))
	}
	end := append([]byte("</data></array></value></member><member><name>valid_ref_counts</name>"), counts...)
	end = fmt.Appendf(end, "</member><member><name>token</name><value>%020d,%020d</value></member></struct></value>%s", last, 0, tail)
	a.parts = append(a.parts, end)
	return a
}

// eventHead is an event up to its snapshot, which stands between snapshotHead and snapshotTail.
func eventHead(id int64, class, op, ref string) []byte {
	b := fmt.Appendf(nil, "<value><struct><member><name>id</name><value>%d</value></member><member><name>timestamp</name><value>0.0</value></member>"+
		"<member><name>class</name><value>%s</value></member><member><name>operation</name><value>%s</value></member><member><name>ref</name><value>", id, class, op)
	return append(appendText(b, ref), "</value></member>"...)
}

const (
	snapshotHead = "<member><name>snapshot</name>"
	snapshotTail = "</member></struct></value>"
)
