package xenapi

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"syncd/internal/model"
	"syncd/internal/xensim"
)

// simulate serves a simulated pool with these faults. At the end of the test no session may be open there.
func simulate(t *testing.T, o xensim.Options, faults ...string) (*xensim.Sim, Options) {
	t.Helper()
	o.Password = "xapi-pass"
	sim, err := xensim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range faults {
		fault, err := xensim.ParseFault(text)
		if err != nil {
			t.Fatal(err)
		}
		sim.Inject(fault)
	}
	srv := httptest.NewServer(sim)
	t.Cleanup(srv.Close)
	t.Cleanup(func() {
		if open, logins, logouts := sim.Sessions(); open != 0 {
			t.Errorf("%d sessions are left open, after %d logins and %d logouts", open, logins, logouts)
		}
	})
	return sim, Options{URLs: []string{srv.URL}, Username: "root", Password: "xapi-pass"}
}

func TestReadHandsOutEveryClassOfAPool(t *testing.T) {
	for _, release := range []string{"", "4.1"} {
		sim, o := simulate(t, xensim.Options{Release: release, Seed: 1})
		s := opened(t, o)
		missing := 0
		for _, class := range model.Classes {
			c := new(counter)
			err := s.Read(t.Context(), class, c.begin, c.each)
			if e, ok := errors.AsType[*Error](err); ok && e.Missing() && release != "" && c.begun == 0 {
				missing++
				continue
			}
			if err != nil {
				t.Errorf("release %q: %v", release, err)
			}
			if want := len(sim.Objects(class.Name)); c.records != want || c.begun != 1 {
				t.Errorf("release %q: %d %s of %d, begun %d times", release, c.records, class.Name, want, c.begun)
			}
		}
		if release != "" && (missing < 20 || missing > 30) {
			t.Errorf("release %s lacks %d classes", release, missing)
		}
		s.Close()
	}
}

func TestReadRepeatsWhatIsWorthIt(t *testing.T) {
	for fault, begun := range map[string]int{
		"reset=0:VM.get_all_records":                        1, // broke off before a record
		"reset=50:VM.get_all_records":                       2,
		"expire:VM.get_all_records":                         1,
		"expire:VM.get_all_records:3":                       1,
		"error=TOO_MANY_PENDING_TASKS:VM.get_all_records:2": 1,
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			sim, o := simulate(t, xensim.Options{}, fault)
			s := opened(t, o)
			s.backoff = backoff{time.Millisecond, time.Second}
			c := new(counter)
			records := 0
			err := s.Read(t.Context(), vm, func() error { records = 0; return c.begin() }, func(*model.Record) error { records++; return nil })
			if err != nil {
				t.Fatal(err)
			}
			if want := len(sim.Objects("VM")); records != want || c.begun != begun {
				t.Errorf("%d records of %d, begun %d times and not %d", records, want, c.begun, begun)
			}
		})
	}
}

func TestReadEndsWithWhatIsNotWorthRepeating(t *testing.T) {
	for fault, want := range map[string]string{
		"reset=50:VM.get_all_records:2":                      "connection lost (",
		"truncate=50:VM.get_all_records":                     "unfinished document",
		"expire:VM.get_all_records:4":                        "after 3 new logins: xapi answers SESSION_INVALID",
		"error=HOST_STILL_BOOTING:VM.get_all_records:-1":     "waiting did not help: xapi answers HOST_STILL_BOOTING",
		"error=INTERNAL_ERROR,oops:VM.get_all_records":       "xapi answers INTERNAL_ERROR (oops)",
		"error=HOST_IS_SLAVE:VM.get_all_records":             "names none that can be asked",
		"error=HOST_IS_SLAVE,127.0.0.1:1:VM.get_all_records": "logging in to http://127.0.0.1:1: connection refused",
		"fault:VM.get_all_records":                           "XML-RPC fault",
		"html:VM.get_all_records":                            "the answer is no XML-RPC: HTTP 200",
		"garbage:VM.get_all_records":                         "the answer is no XML-RPC: HTTP 200",
		"status=503:VM.get_all_records":                      "the answer is no XML-RPC: HTTP 503",
		"redirect=http://127.0.0.1:1/:VM.get_all_records":    "a redirect to",
		"huge=20000:VM.get_all_records":                      "limits.record",
		"nest=100:VM.get_all_records":                        "limits.depth",
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			sim, o := simulate(t, xensim.Options{}, fault)
			o.Limits.Record = 15000
			s, err := newSession(o)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			s.backoff = backoff{time.Millisecond, 10 * time.Millisecond}
			if err := s.login(t.Context(), s.urls...); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(fault, "127.0.0.1:1:VM") {
				s.urls = nil // none leads back
			}
			err = new(counter).read(t.Context(), s)
			wants(t, err, "reading VM from "+o.URLs[0]+": ", want)
			if strings.Contains(err.Error(), "OpaqueRef") {
				t.Errorf("%v shows a reference", err)
			}
			_, logins, _ := sim.Sessions()
			if relogins := map[bool]int{true: 3}[strings.HasPrefix(fault, "expire")]; logins != 1+relogins {
				t.Errorf("%d logins", logins)
			}
		})
	}
}

func TestSessionIsRenewedThreeTimesInAllItsLife(t *testing.T) {
	sim, o := simulate(t, xensim.Options{})
	s := opened(t, o)
	for n := range 4 {
		sim.Expire()
		err := new(counter).read(t.Context(), s)
		if n < 3 && err != nil {
			t.Fatal(err)
		}
		if n == 3 {
			wants(t, err, "after 3 new logins")
		}
	}
	s.Close()
	if open, logins, logouts := sim.Sessions(); open != 0 || logins != 4 {
		t.Errorf("open %d, logins %d, logouts %d", open, logins, logouts)
	}
}

func TestMasterThatChangesUnderASessionIsFollowed(t *testing.T) {
	sim, o := simulate(t, xensim.Options{})
	second := httptest.NewServer(sim)
	defer second.Close()
	var moved atomic.Bool
	member := sim.Member(address(second.URL))
	first := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if moved.Load() {
			member.ServeHTTP(w, r)
			return
		}
		sim.ServeHTTP(w, r)
	}))
	defer first.Close()
	for _, stored := range []bool{true, false} { // whether the sessions outlive the change
		moved.Store(false)
		o.URLs = []string{first.URL}
		s := opened(t, o)
		moved.Store(true)
		if !stored {
			sim.Expire()
		}
		c := new(counter)
		if err := c.read(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		if s.URL() != second.URL || c.records != len(sim.Objects("VM")) {
			t.Errorf("%d records from %s", c.records, s.URL())
		}
		s.Close()
		if open, _, _ := sim.Sessions(); open != 0 {
			t.Errorf("%d sessions are left open", open)
		}
	}
}

func TestClassThatThePoolLacksIsMissing(t *testing.T) {
	for name, o := range map[string]xensim.Options{"a release": {}, "a role": {Role: "read-only"}} {
		t.Run(name, func(t *testing.T) {
			_, o := simulate(t, o)
			s := opened(t, o)
			c := new(counter)
			err := s.Read(t.Context(), &model.Class{Name: "Nope"}, c.begin, c.each)
			var e *Error
			if !asError(err, &e) || !e.Missing() || e.Method != "Nope.get_all_records" || c.begun != 0 {
				t.Errorf("%v, begun %d times", err, c.begun)
			}
		})
	}
}

func TestErrorsOfTheReaderAreReturnedAsTheyAre(t *testing.T) {
	h := newHost(t, nil)
	s := opened(t, h.options())
	own := error(&Error{Code: "SESSION_INVALID"}) // it looks like one of the wire
	if err := s.Read(t.Context(), vm, func() error { return own }, new(counter).each); err != own {
		t.Errorf("begin: %v", err)
	}
	if err := s.Read(t.Context(), vm, new(counter).begin, func(*model.Record) error { return own }); err != own {
		t.Errorf("each: %v", err)
	}
	if got := h.called(); got != "login_with_password/4 VM.get_all_records/1 VM.get_all_records/1" {
		t.Errorf("calls: %s", got)
	}
}

func TestReadThatIsCancelledEndsAtOnceAndIsLoggedOut(t *testing.T) {
	for name, fault := range map[string]string{
		"before the answer":       "delay=1h:VM.get_all_records",
		"in the answer's middle":  "stall=50:VM.get_all_records",
		"while the pool is busy":  "error=TOO_MANY_PENDING_TASKS:VM.get_all_records:-1",
		"while records are taken": "slow=100000000:VM.get_all_records",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, o := simulate(t, xensim.Options{}, fault)
			s := opened(t, o)
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			c := new(counter)
			each := func(rec *model.Record) error {
				if strings.HasPrefix(fault, "slow") {
					cancel()
				}
				return c.each(rec)
			}
			err := s.Read(ctx, vm, c.begin, each)
			wants(t, err, "reading VM from "+o.URLs[0])
			if !errors.Is(err, ctx.Err()) {
				t.Errorf("error %v, context %v", err, ctx.Err())
			}
			s.Close()
		})
	}
}

func TestReaderThatPanicsIsLoggedOut(t *testing.T) {
	sim, o := simulate(t, xensim.Options{})
	func() {
		defer func() { recover() }()
		s, err := Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		s.Read(t.Context(), vm, new(counter).begin, func(*model.Record) error { panic("on purpose") })
	}()
	if open, _, logouts := sim.Sessions(); open != 0 || logouts != 1 {
		t.Errorf("open %d, logouts %d", open, logouts)
	}
}

func TestClosedSessionReadsNothing(t *testing.T) {
	sim, o := simulate(t, xensim.Options{})
	s := opened(t, o)
	s.Close()
	wants(t, new(counter).read(t.Context(), s), "reading VM: the session is closed")
	if _, logins, _ := sim.Sessions(); logins != 1 {
		t.Errorf("%d logins", logins)
	}
}
