package xensim

import (
	"cmp"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Options describe a pool. The zero value is a small one of today's release.
type Options struct {
	Hosts, VMs int    // of a generated pool: 3 and 30 where they are 0. VMs are real ones, without templates and snapshots
	Bare       bool   // without what stands around hosts and VMs: cards, updates, groups and so on
	Seed       int64  // the same seed makes the same pool, and the same life of it
	Dump       string // path of a database dump to serve in place of a generated pool

	// Release is the product version whose fields a generated pool has, such as "4.1"; "" is today's. A dump has the
	// fields of its own release.
	Release string

	User, Password string        // root and xensim where they are empty
	Role           string        // of that account: "" is pool-admin, which may do everything, or read-only
	Rate           float64       // changes a second while Live runs
	Deletions      int           // at how many of a class event.from forgets the older half of them: 512 as xapi where it is 0
	SessionIdle    time.Duration // how long a session lives that nobody uses: 24 hours where it is 0
	Faults         []Fault       // as if injected at once
	Log            *slog.Logger  // a line a call at level debug; nil logs nothing
}

// Sim is a simulated pool: the http.Handler of its master. It is safe for use by several goroutines.
type Sim struct {
	o Options

	mu       sync.Mutex // guards what follows
	inv      *inventory
	life     *generator
	sessions sessions
	faults   []*Fault
	served   map[string]Served
}

// New makes a pool of these options. It reads the dump, and an error names its file and line.
func New(o Options) (*Sim, error) {
	o.User, o.Password = cmp.Or(o.User, "root"), cmp.Or(o.Password, "xensim")
	o.Hosts, o.VMs = cmp.Or(o.Hosts, 3), cmp.Or(o.VMs, 30)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Sim{o: o, sessions: sessions{idle: cmp.Or(o.SessionIdle, defaultIdle), byRef: map[string]*session{}}, served: map[string]Served{}}
	switch {
	case o.Hosts < 0 || o.VMs < 0:
		return nil, fmt.Errorf("a pool of %d hosts and %d VMs cannot be: give numbers from 1", o.Hosts, o.VMs)
	case o.Deletions < 0:
		return nil, fmt.Errorf("%d deletions cannot be remembered: give a number from 1", o.Deletions)
	case o.Role != "" && o.Role != "read-only":
		return nil, fmt.Errorf("there is no role %q here: leave it out for pool-admin, or say read-only", o.Role)
	}
	if err := s.fill(); err != nil {
		return nil, err
	}
	s.inv.deletions = cmp.Or(o.Deletions, s.inv.deletions)
	for _, f := range o.Faults {
		if err := f.check(); err != nil {
			return nil, err
		}
		s.Inject(f)
	}
	return s, nil
}

// fill makes the inventory.
func (s *Sim) fill() error {
	if s.o.Dump != "" {
		inv, err := readDump(s.o.Dump)
		if err != nil {
			return err
		}
		s.inv, s.life = inv, newGenerator(inv, s.o.Seed)
		s.life.adopt()
		return nil
	}
	served, err := servedFields(s.o.Release)
	if err != nil {
		return err
	}
	s.inv = newInventory(age(cmp.Or(s.o.Release, today)), served)
	s.life = newGenerator(s.inv, s.o.Seed)
	s.life.pool(s.o.Hosts, s.o.VMs)
	if !s.o.Bare {
		s.life.apart(s.life.more)
	}
	// The first host and its metrics are older than the generations, as in a real pool: event.from says mod of them, never add.
	s.inv.tables["host"].rows[0].created, s.inv.tables["host_metrics"].rows[0].created = 0, 0
	return nil
}

// Sessions counts the sessions that are open now, and the logins and logouts that succeeded so far.
func (s *Sim) Sessions() (open, logins, logouts int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions.expire()
	return len(s.sessions.byRef), s.sessions.logins, s.sessions.logouts
}

// ServeHTTP answers a call to the pool's master, on any path.
func (s *Sim) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	call, a, err := s.read(r)
	if err != nil {
		return // the client is gone
	}
	var fault *Fault
	if a == nil {
		fault = s.fault(call.name)
		var took time.Duration
		if fault != nil && fault.instead() {
			a = fault.answer()
		} else {
			s.prepare(fault, &call)
			a, took = s.call(r.Context(), call)
		}
		if a == nil {
			return // the client went while it waited
		}
		s.count(call.name, a.size(), took)
	}
	s.o.Log.Debug("call", "method", call.name, "status", a.status, "bytes", a.size(), "from", r.RemoteAddr)
	if fault != nil {
		s.o.Log.Debug("fault", "kind", fault.Kind, "arg", fault.Arg, "method", call.name)
		fault.serve(w, r, a)
		return
	}
	a.write(w)
}

// Member is the http.Handler of a member of this pool: to whatever it knows it answers HOST_IS_SLAVE with the address of
// the master. It shares the master's sessions, since xapi asks for those first.
func (s *Sim) Member(master string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		call, a, err := s.read(r)
		if err != nil {
			return
		}
		if a == nil {
			a = s.memberCall(call, master)
		}
		a.write(w)
	})
}

func (s *Sim) memberCall(call methodCall, master string) *answer {
	slave := failure("HOST_IS_SLAVE", master)
	if call.name == "session.login_with_password" {
		return slave // whatever the password
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return cmp.Or(s.check(call), slave)
}

// prepare lets a fault come true that is none of the answer.
func (s *Sim) prepare(f *Fault, call *methodCall) {
	switch {
	case f == nil:
	case f.Kind == "expire":
		s.Expire()
	case f.Kind == "restart":
		s.Restart()
	case f.Kind == "forget":
		s.Forget()
	case f.Kind == "churn":
		call.churn = int(f.number())
	}
}

// Expire ends every open session, as a restart of the toolstack does.
func (s *Sim) Expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire()
}

func (s *Sim) expire() {
	clear(s.sessions.byRef)
	s.inv.announce()
}

// Restart is a toolstack that comes back with an older copy of its database: every session has ended, its deletions are
// forgotten, and its generations start low again. A token from before is one of the future: event.from tells nothing and
// gives it back, until the generations come to it. What changed is agent_start_time in the other_config of the master.
func (s *Sim) Restart() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire()
	s.inv.restart()
	s.life.restartAgent()
}

// Forget drops the memory of all deletions, as xapi does with the older ones: whoever was not told of them never will be.
func (s *Sim) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inv.forget()
}
