package xensim

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"syncd/internal/model"
)

// Classes of xapi that are not mirrored: empty here, or gone from xapi altogether.
var (
	otherClasses   = strings.Fields("DR_task Observer blob console crashdump host_crashdump role secret task")
	removedClasses = []string{"VBD_metrics", "VIF_metrics", "VMPP"}
)

// verbs are the methods of every class, with the number of their parameters without the session.
var verbs = map[string]int{"get_all": 0, "get_all_records": 0, "get_record": 1, "get_by_uuid": 1}

// call answers one call to the master, and says how long it took. nil means that the client went.
func (s *Sim) call(ctx context.Context, c methodCall) (*answer, time.Duration) {
	if c.name == "event.from" {
		return s.eventFrom(ctx, c)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	began := time.Now()
	a := s.perform(c)
	return a, time.Since(began)
}

// perform answers a call that waits for nothing. The caller holds the lock.
func (s *Sim) perform(c methodCall) *answer {
	switch c.name {
	case "session.login_with_password":
		return s.login(c)
	case "system.listMethods":
		return s.listMethods()
	}
	if a := s.check(c); a != nil {
		return a
	}
	if c.name == "session.logout" {
		s.sessions.logout(c.params[0].text)
		s.inv.announce()
		return success("")
	}
	class, verb, _ := strings.Cut(c.name, ".")
	switch {
	case slices.Contains(removedClasses, class):
		return failure("MESSAGE_REMOVED")
	case class == "secret" && s.o.Role == "read-only":
		return denied(c.name, "pool-admin, pool-operator")
	}
	t := s.inv.tables[class]
	if t == nil {
		t = &table{} // a class that is not mirrored is empty
	}
	switch verb {
	case "get_all":
		refs := []any{}
		for _, o := range t.rows {
			refs = append(refs, o.ref)
		}
		return success(refs)
	case "get_all_records":
		return t.records(t.rows)
	}
	arg, wrong := c.params[1].str()
	if wrong != nil {
		return wrong
	}
	if verb == "get_since" {
		since, err := time.Parse("20060102T15:04:05Z", arg)
		if err != nil {
			return failure("INTERNAL_ERROR", fmt.Sprintf("Invalid_argument(%q)", "date.ml:of_iso8601: "+arg))
		}
		return t.records(t.newer(since))
	}
	if verb == "get_record" {
		if o := t.byRef[arg]; o != nil {
			return &answer{status: http.StatusOK, parts: [][]byte{[]byte(successHead), t.record(o), []byte(tail)}}
		}
		return failure("HANDLE_INVALID", class, arg)
	}
	for _, o := range t.rows {
		if o.values[t.place["uuid"]] == arg {
			return success(o.ref)
		}
	}
	return failure("UUID_INVALID", class, arg)
}

// newer are the objects of a class that has [model.Class].Since. xapi compares fractions of seconds, which it does not send: what
// is of the same second is newer.
func (t *table) newer(since time.Time) (rows []*object) {
	for _, o := range t.rows {
		if at, _ := t.get(o, t.class.Since).(time.Time); !at.Before(since) {
			rows = append(rows, o)
		}
	}
	return rows
}

// records is one snapshot of a class, or of some objects of it.
func (t *table) records(rows []*object) *answer {
	a := &answer{status: http.StatusOK, list: recordList, parts: [][]byte{[]byte(successHead + "<value><struct>")}}
	for _, o := range rows {
		a.parts = append(a.parts, t.member(o))
	}
	a.parts = append(a.parts, []byte("</struct></value>"+tail))
	return a
}

// check finds what is wrong with a call before it is looked at, in the order in which xapi does: the number of
// parameters, the session, the method. nil is nothing. The caller holds the lock.
func (s *Sim) check(c methodCall) *answer {
	name, async := strings.CutPrefix(c.name, "Async.")
	want, known := s.parameters(name)
	if known && !async && len(c.params) != want+1 {
		return failure("MESSAGE_PARAMETER_COUNT_MISMATCH", c.name, strconv.Itoa(want), strconv.Itoa(len(c.params)-1))
	}
	if len(c.params) > 0 {
		ref, wrong := c.params[0].str()
		if wrong != nil {
			return wrong
		}
		if !s.sessions.use(ref) {
			return failure("SESSION_INVALID", ref)
		}
	}
	switch {
	case known && async:
		return failure("Fault", "No async mode for this operation (rpc: "+name+")")
	case known:
		return nil
	case s.o.Role == "read-only" && len(c.params) > 0:
		// xapi takes an unknown method for an extension, which this role may not call.
		return denied("host.call_extension", "pool-admin")
	}
	return failure("MESSAGE_METHOD_UNKNOWN", c.name)
}

func denied(method, roles string) *answer {
	return failure("RBAC_PERMISSION_DENIED", method, "No permission in user session. (Roles with this permission: "+roles+")")
}

// parameters is how many parameters a method takes beside the session.
func (s *Sim) parameters(name string) (n int, known bool) {
	switch name {
	case "session.logout":
		return 0, true
	case "event.from":
		return 3, s.hasEvents()
	}
	class, verb, _ := strings.Cut(name, ".")
	if !s.inv.has(class) {
		return 0, false
	}
	if c := model.Lookup(class); verb == "get_since" && c != nil && c.Since != nil {
		return 1, true
	}
	n, known = verbs[verb]
	return n, known
}

// login is session.login_with_password. A version may follow user and password since 4.1, an originator since 6.2;
// which release this is shows in its fields.
func (s *Sim) login(c methodCall) *answer {
	most := 2
	if s.serves("VM", "HVM_shadow_multiplier") {
		most = 3
	}
	if s.serves("VM", "generation_id") {
		most = 4
	}
	if n := len(c.params); n < 2 || n > most {
		return failure("MESSAGE_PARAMETER_COUNT_MISMATCH", c.name, strconv.Itoa(most), strconv.Itoa(n))
	}
	var args [4]string
	for i, p := range c.params {
		text, wrong := p.str()
		if wrong != nil {
			return wrong
		}
		args[i] = text
	}
	if args[0] != s.o.User || args[1] != s.o.Password {
		return failure("SESSION_AUTHENTICATION_FAILED", args[0], "Authentication failure")
	}
	s.inv.announce() // this login may end another session
	return success(s.sessions.login(args[3]))
}

func (s *Sim) serves(class, field string) bool {
	t := s.inv.tables[class]
	return slices.Contains(t.served, t.class.Field(field))
}

// listMethods answers without the envelope, as xapi does.
func (s *Sim) listMethods() *answer {
	names := []any{"session.login_with_password", "session.logout", "system.listMethods"}
	if s.hasEvents() {
		names = append(names, "event.from")
	}
	for _, class := range model.Classes {
		if !s.inv.has(class.Name) {
			continue
		}
		for _, verb := range []string{"get_all", "get_all_records", "get_by_uuid", "get_record"} {
			names = append(names, class.Name+"."+verb)
		}
		if class.Since != nil {
			names = append(names, class.Name+".get_since")
		}
	}
	b := append(appendValue([]byte(plainHead), names), plainTail...)
	return &answer{status: http.StatusOK, parts: [][]byte{b}}
}
