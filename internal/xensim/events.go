package xensim

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// event.from, after xapi's own (xapi_event.ml and db_cache_types.ml in xen-api) and recorded answers of it.

// eventClasses are the mirrored classes in the order in which xapi looks for events (all_system of datamodel.ml in xen-api).
var eventClasses = strings.Fields(`subject pool pool_patch pool_update VM VM_metrics VM_guest_metrics VMSS VM_appliance
	host host_patch host_metrics host_cpu network VIF PIF PIF_metrics Bond VLAN SM SR VDI VBD PBD VTPM tunnel network_sriov
	PCI PGPU GPU_group VGPU VGPU_type PVS_site PVS_server PVS_proxy PVS_cache_storage Feature SDN_controller
	PUSB USB_group VUSB Cluster Cluster_host Certificate Repository VM_group Host_driver`)

// poll is an event.from that is under way.
type poll struct {
	session  string
	wants    []subscription
	token    int64     // what changed after this generation is told
	quiet    int64     // nothing that is wanted changed up to here
	deadline time.Time // of an answer that tells nothing
	churn    int       // see the fault of this name
}

// subscription is a class to follow, in lower case, or one object of it: vm, vm/OpaqueRef:…, *.
type subscription struct{ class, ref string }

// event is a change to tell. Its op is add, mod or del.
type event struct {
	op, class, ref string
	id             int64
	object         *object // nil of one that is gone
	table          *table
}

// eventFrom answers event.from: at once, or when something changes. nil means that the client went. It says what it
// took of the server's time; while it waits it holds no lock.
func (s *Sim) eventFrom(ctx context.Context, c methodCall) (*answer, time.Duration) {
	var took time.Duration
	var p *poll
	for {
		s.mu.Lock()
		began := time.Now()
		var a *answer
		if p == nil {
			p, a = s.subscribe(c)
		}
		if a == nil {
			a = s.look(p)
		}
		var news <-chan struct{}
		if a == nil {
			news = s.inv.news()
		}
		took += time.Since(began)
		s.mu.Unlock()
		if a != nil {
			return a, took
		}
		timer := time.NewTimer(time.Until(p.deadline))
		select {
		case <-news:
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, took
		}
		timer.Stop()
	}
}

// subscribe reads the call, or answers what is wrong with it.
func (s *Sim) subscribe(c methodCall) (*poll, *answer) {
	if a := s.check(c); a != nil {
		return nil, a
	}
	p := &poll{session: c.params[0].text, churn: c.churn}
	if c.params[1].kind != "array" {
		return nil, failure("INTERNAL_ERROR", "Failure(\"Expected array\")")
	}
	for _, elem := range c.params[1].elems {
		text, wrong := elem.str()
		if wrong != nil {
			return nil, wrong
		}
		class, ref, _ := strings.Cut(text, "/")
		p.wants = append(p.wants, subscription{strings.ToLower(class), ref})
	}
	token, wrong := c.params[2].str()
	if wrong != nil {
		return nil, wrong
	}
	seconds, err := strconv.ParseFloat(strings.TrimSpace(c.params[3].text), 64)
	if err != nil {
		return nil, failure("INTERNAL_ERROR", `Failure("float_of_string")`)
	}
	p.deadline = time.Now().Add(patience(seconds))
	if p.token, err = parseToken(token); err != nil {
		return nil, failure("EVENT_FROM_TOKEN_PARSE_FAILURE", token)
	}
	p.quiet = p.token
	return p, nil
}

// patience is a timeout as xapi takes it: one that is no time to come is a day.
func patience(seconds float64) time.Duration {
	if day := 24 * time.Hour; seconds < 0 || math.IsNaN(seconds) || seconds > day.Seconds() {
		return day
	}
	return time.Duration(seconds * float64(time.Second))
}

// parseToken reads generation,message, of which the message is always 0 here. The empty token is the beginning of time.
func parseToken(token string) (int64, error) {
	if token == "" {
		return 0, nil
	}
	generation, message, _ := strings.Cut(token, ",")
	if _, err := strconv.ParseInt(message, 10, 64); err != nil {
		return 0, err
	}
	return strconv.ParseInt(generation, 10, 64)
}

// look answers a poll, or finds that it has to wait: nil. The caller holds the lock.
func (s *Sim) look(p *poll) *answer {
	if s.sessions.byRef[p.session] == nil { // it ended meanwhile
		return failure("SESSION_INVALID", p.session)
	}
	events, last := s.collect(p)
	late := !time.Now().Before(p.deadline)
	if len(events) == 0 && !late {
		p.quiet = max(p.quiet, s.inv.generation)
		return nil
	}
	counts := s.refCounts()
	if p.churn > 0 {
		for range p.churn {
			s.life.change()
		}
		p.churn = 0
		// What went since has no record to send.
		events = slices.DeleteFunc(events, func(e event) bool { return e.object != nil && e.table.byRef[e.ref] != e.object })
		if len(events) == 0 && !late {
			return s.look(p)
		}
	}
	return eventsAnswer(events, counts, last)
}

// collect finds what changed since the poll's token: what is new, then what is another, then what is gone, each by
// class and reference. last is the generation of the latest, or the token's where there is none, be it of the future.
func (s *Sim) collect(p *poll) (events []event, last int64) {
	var adds, mods, dels []event
	last = p.token
	for _, name := range eventClasses {
		class := strings.ToLower(name)
		if !slices.ContainsFunc(p.wants, func(w subscription) bool { return w.class == "*" || w.class == class }) {
			continue
		}
		t, firstAdd, firstMod := s.inv.tables[name], len(adds), len(mods)
		for o := t.newest; o != nil && o.modified > p.quiet; o = o.older {
			if !p.matches(class, o.ref) {
				continue
			}
			last = max(last, o.modified)
			e := event{class: class, ref: o.ref, object: o, table: t}
			added := o.created > p.token
			if added {
				e.op, e.id = "add", o.created
				adds = append(adds, e)
			}
			if !added || s.tellsTwice() {
				e.op, e.id = "mod", o.modified
				mods = append(mods, e)
			}
		}
		slices.SortFunc(adds[firstAdd:], byRef)
		slices.SortFunc(mods[firstMod:], byRef)
		for _, d := range slices.Backward(t.deleted) {
			if d.deleted <= p.quiet {
				break
			}
			if d.created <= p.token && p.matches(class, d.ref) { // one that came and went since is not told
				last = max(last, d.deleted)
				dels = append(dels, event{op: "del", class: class, ref: d.ref, id: d.deleted})
			}
		}
	}
	return slices.Concat(adds, mods, dels), last
}

func byRef(a, b event) int { return cmp.Compare(a.ref, b.ref) }

func (p *poll) matches(class, ref string) bool {
	return slices.ContainsFunc(p.wants, func(w subscription) bool {
		return w.class == "*" || w.class == class && (w.ref == "" || w.ref == ref)
	})
}

// hasEvents tells whether this release has event.from, which came with 6.0.
func (s *Sim) hasEvents() bool { return s.serves("VM", "shutdown_delay") }

// tellsTwice tells whether this release reports an object that is new as modified as well, as xapi did in its first years.
func (s *Sim) tellsTwice() bool { return !s.serves("PIF", "properties") }
