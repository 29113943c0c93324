package xenapi

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/xensim"
)

func TestMembersKnownEarlierLeadToTheMasterThatIsNewNow(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]func(sim *xensim.Sim) http.Handler{
		"the old one is gone":              func(*xensim.Sim) http.Handler { return nil },
		"a member names one that is gone":  func(sim *xensim.Sim) http.Handler { return sim.Member(nowhere(t)) },
		"a member has lost its master":     func(*xensim.Sim) http.Handler { return emergency },
		"a host boots and sends pages":     func(*xensim.Sim) http.Handler { return http.NotFoundHandler() },
		"a member names none":              func(sim *xensim.Sim) http.Handler { return sim.Member("") },
		"the toolstack of the old is gone": func(*xensim.Sim) http.Handler { return slammed },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := pool(t, 1)
			slaveOfThird := &late{}
			l := newLab(t, first(sim), slaveOfThird, sim, nil)
			slaveOfThird.become(sim.Member(address(l.urls[2])))
			log, text := logged()
			o := l.options(l.urls[0])
			o.Log, o.Pool = log, uuidOf(sim)
			s := opened(t, o)
			c := new(counter)
			if err := c.read(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			if s.URL() != l.urls[2] || c.records != len(sim.Objects("VM")) {
				t.Errorf("%d records from %s", c.records, s.URL())
			}
			if s.backoff.left != 30*time.Second {
				t.Error("it waited, though there was somebody else to ask")
			}
			if _, logins, _ := sim.Sessions(); logins != 1 {
				t.Errorf("%d logins", logins)
			}
			if got := text(); !strings.Contains(got, "level=WARN") || !strings.Contains(got, "logging in to "+l.urls[0]) {
				t.Errorf("the log does not name the member that leads nowhere:\n%s", got)
			}
		})
	}
}

// slammed is a port whose connections are made and dropped.
var slammed = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })

// late is a handler that is known only once the lab has its port.
type late struct{ handler atomic.Pointer[http.Handler] }

func (l *late) become(h http.Handler) { l.handler.Store(&h) }
func (l *late) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	(*l.handler.Load()).ServeHTTP(w, r)
}

func TestMembersKnownEarlierAreLeftAloneWhereAURLLeadsToTheMaster(t *testing.T) {
	t.Parallel()
	sim := pool(t, 1)
	l := newLab(t, nil, sim, sim)
	opened(t, l.options(l.urls[0], l.urls[1])).Close()
	if diff := cmp.Diff([]int{0, 1, 0}, l.logins()); diff != "" {
		t.Errorf("logins (-want +got):\n%s", diff)
	}
}

func TestWrongPasswordIsTriedOnceOnAnyWayToTheMaster(t *testing.T) {
	t.Parallel()
	for _, first := range []http.Handler{nil, emergency} {
		sim := pool(t, 1)
		l := newLab(t, first, sim, sim, sim, sim, sim, sim)
		o := l.options(l.urls[0])
		o.Password = "an old one"
		_, err := Open(t.Context(), o)
		wants(t, err, "SESSION_AUTHENTICATION_FAILED")
		tried := 0
		for _, n := range l.logins()[1:] {
			tried += n
		}
		if tried != 1 {
			t.Errorf("the password was tried %d times", tried)
		}
	}
}

func TestMasterThatIsGoneIsAskedOnceHoweverManyNameIt(t *testing.T) {
	t.Parallel()
	sim := pool(t, 1)
	asked := &memberDoor{Handler: slammed}
	master := httptest.NewServer(asked)
	defer master.Close()
	names := sim.Member(address(master.URL))
	l := newLab(t, names, names, names, names, names, names)
	_, err := Open(t.Context(), l.options(l.urls[0], l.urls[1]))
	wants(t, err, "logging in to "+l.urls[0]+", which names as its master "+master.URL+": connection lost",
		"; logging in to "+l.urls[1]+", which names as its master "+master.URL+": that one has been asked already",
		"; nor do members known from the last good pass lead to the master: logging in to http://127.0.0.", "; and 1 more")
	if got := asked.logins.Load(); got != 2 { // a lost connection is worth one more call
		t.Errorf("it was asked %d times", got)
	}
}

func TestMembersThatBootAreAskedAgainAfterAPause(t *testing.T) {
	t.Parallel()
	sim := pool(t, 1)
	var asked atomic.Int32
	booting := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) <= 3 {
			emergency(w, r)
			return
		}
		sim.ServeHTTP(w, r)
	})
	l := newLab(t, nil, booting, booting)
	s, err := newSession(l.options(l.urls[0]))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.backoff = backoff{time.Millisecond, 10 * time.Millisecond}
	if err := s.login(t.Context(), s.urls...); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(4, l.logins()[1]+l.logins()[2]); diff != "" {
		t.Errorf("logins (-want +got):\n%s", diff)
	}
}

func TestMembersThatBootForeverAreNamedWithTheOthers(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, emergency, nil)
	s, err := newSession(l.options(l.urls[0]))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.backoff = backoff{time.Millisecond, 5 * time.Millisecond}
	err = s.login(t.Context(), s.urls...)
	wants(t, err, "waiting did not help", l.urls[0]+": connection refused", l.urls[1]+": xapi answers HOST_STILL_BOOTING", l.urls[2]+": connection refused")
	if n := strings.Count(err.Error(), "STILL_BOOTING"); n != 1 {
		t.Errorf("%q names it %d times", err, n)
	}
}

// silent is a host that takes connections and says nothing, not even in a handshake.
type silent struct {
	mu           sync.Mutex
	now, highest int
}

func (s *silent) serve(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		s.count(1)
		go func() {
			defer s.count(-1)
			defer conn.Close()
			for b := make([]byte, 4096); ; { // until the other side goes
				if _, err := conn.Read(b); err != nil {
					return
				}
			}
		}()
	}
}

func (s *silent) count(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now += n
	s.highest = max(s.highest, s.now)
}

func TestConnectionsAreTriedFourAtATimeAndAllInTheTimeOfOne(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED: only Linux has all of 127.0.0.0/8 as addresses of its own")
	}
	quiet := &silent{}
	first, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	first.Close() // refused at once
	_, port, _ := net.SplitHostPort(first.Addr().String())
	o := Options{URLs: []string{"https://127.0.0.1:" + port}, Timeouts: Timeouts{Connect: 600 * time.Millisecond}}
	for i := range 10 {
		address := fmt.Sprintf("127.0.0.%d", i+2)
		listener, err := net.Listen("tcp", address+":"+port)
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		go quiet.serve(listener) // until it is closed
		o.Members = append(o.Members, address)
	}
	began := time.Now()
	_, err = Open(t.Context(), o)
	wants(t, err, "gave up after 200ms (timeouts.connect)", "; and 7 more") // of the 600 there are for three turns
	if took := time.Since(began); took < 500*time.Millisecond {
		t.Errorf("it took %v: more than four were tried at once", took)
	}
	quiet.mu.Lock()
	defer quiet.mu.Unlock()
	if quiet.highest < 4 {
		t.Errorf("%d connections at once", quiet.highest)
	}
}

func TestMemberThatIsSilentKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	sim := pool(t, 1)
	master := httptest.NewTLSServer(sim)
	defer master.Close()
	quiet, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer quiet.Close()
	go new(silent).serve(quiet)
	o := Options{URLs: []string{"https://" + nowhere(t), "https://" + quiet.Addr().String(), master.URL},
		Username: "root", Password: "xapi-pass", TLS: TLS{Mode: "insecure"}, Timeouts: Timeouts{Connect: time.Minute}}
	began := time.Now()
	opened(t, o).Close()
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestSearchEndsWithItsContext(t *testing.T) {
	t.Parallel()
	quiet, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer quiet.Close()
	go new(silent).serve(quiet)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, port, _ := net.SplitHostPort(quiet.Addr().String())
	_, err = Open(ctx, Options{URLs: []string{"https://" + nowhere(t), "https://127.0.0.1:" + port, "https://localhost:" + port}})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
}

func TestMemberWithACertificateThatIsNotPinnedIsPassedOver(t *testing.T) {
	t.Parallel()
	right, cert := secure(t, serverTemplate(), authority{}, 0)
	wrong, other := secure(t, serverTemplate(), authority{}, 0)
	o := right.options()
	o.URLs, o.TLS = []string{"https://" + nowhere(t), wrong.URL, right.URL}, pins(cert)
	s := opened(t, o)
	if s.URL() != right.URL {
		t.Errorf("ended up at %s", s.URL())
	}
	s.Close()
	o.URLs = o.URLs[:2]
	_, err := Open(t.Context(), o)
	wants(t, err, "connection refused", "; logging in to "+wrong.URL+": ", FingerprintOf(other).String())
	if wrong.called() != "" {
		t.Errorf("it was sent %s", wrong.called())
	}
}

func TestMembersHaveTheSchemesAndPortsOfTheURLs(t *testing.T) {
	t.Parallel()
	members := []string{"10.0.0.11", "fd00::12", "", "not an address"}
	for _, c := range []struct{ urls, want []string }{
		{[]string{"https://xen1"}, []string{"https://10.0.0.11", "https://[fd00::12]"}},
		{[]string{"https://xen1:8443"}, []string{"https://10.0.0.11:8443", "https://[fd00::12]:8443"}},
		{[]string{"http://xen1:80", "http://xen2"}, []string{"http://10.0.0.11:80", "http://[fd00::12]:80"}},
		{[]string{"http://xen1", "https://xen2", "https://xen3:444"},
			[]string{"https://10.0.0.11", "https://[fd00::12]", "https://10.0.0.11:444", "https://[fd00::12]:444"}},
	} {
		s, err := newSession(Options{URLs: c.urls, Members: members})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, u := range s.members() {
			got = append(got, u.String())
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.urls, diff)
		}
	}
}
