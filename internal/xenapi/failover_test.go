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

	"syncd/internal/model"
	"syncd/internal/xensim"
)

// lab is a pool whose members have addresses of their own and one port: 127.0.0.1, 127.0.0.2 and so on.
type lab struct {
	urls, addresses []string // of all members, also of those that are gone
	doors           []*memberDoor
}

// memberDoor counts the logins that come to a member.
type memberDoor struct {
	http.Handler
	logins atomic.Int32
}

func (d *memberDoor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength > 0 {
		body := make([]byte, r.ContentLength)
		n, _ := r.Body.Read(body)
		if strings.Contains(string(body[:n]), "session.login_with_password") {
			d.logins.Add(1)
		}
		r.Body = readCloser{strings.NewReader(string(body[:n]))}
	}
	d.Handler.ServeHTTP(w, r)
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

// newLab starts the members in their order; at the address of one that is nil nobody listens.
func newLab(t *testing.T, members ...http.Handler) *lab {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED: only Linux has all of 127.0.0.0/8 as addresses of its own")
	}
	for range 10 { // the port may be taken at another address
		if l := tryLab(t, members); l != nil {
			return l
		}
	}
	t.Fatal("no port is free at all addresses")
	return nil
}

func tryLab(t *testing.T, members []http.Handler) *lab {
	l, port := &lab{}, "0"
	var listeners []net.Listener
	for i, handler := range members {
		address := fmt.Sprintf("127.0.0.%d", i+1)
		listener, err := net.Listen("tcp", address+":"+port)
		if err != nil {
			for _, before := range listeners {
				before.Close()
			}
			return nil
		}
		listeners = append(listeners, listener)
		_, port, _ = net.SplitHostPort(listener.Addr().String())
		l.addresses = append(l.addresses, address)
		l.urls = append(l.urls, "http://"+address+":"+port)
		l.doors = append(l.doors, &memberDoor{Handler: handler})
	}
	for i, door := range l.doors {
		if door.Handler == nil {
			listeners[i].Close()
			continue
		}
		server := &httptest.Server{Listener: listeners[i], Config: &http.Server{Handler: door}}
		server.Start()
		t.Cleanup(server.Close)
	}
	return l
}

// logins are those that came to each member.
func (l *lab) logins() (counts []int) {
	for _, d := range l.doors {
		counts = append(counts, int(d.logins.Load()))
	}
	return counts
}

// pool is a simulated pool, at which no session is open at the end of the test.
func pool(t *testing.T, seed int64) *xensim.Sim {
	t.Helper()
	sim, err := xensim.New(xensim.Options{Password: "xapi-pass", Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if open, logins, logouts := sim.Sessions(); open != 0 {
			t.Errorf("%d sessions are left open, after %d logins and %d logouts", open, logins, logouts)
		}
	})
	return sim
}

func uuidOf(sim *xensim.Sim) string { return sim.Objects("pool")[0].Fields["uuid"].(string) }

// options lead to some members by URL, and know all addresses.
func (l *lab) options(urls ...string) Options {
	return Options{URLs: urls, Members: l.addresses, Username: "root", Password: "xapi-pass"}
}

// emergency is a member that has lost its master.
var emergency = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fail(w, "HOST_STILL_BOOTING") })

// nowhere is an address at which nobody listens.
func nowhere(t *testing.T) string {
	gone := httptest.NewServer(nil)
	gone.Close()
	return address(gone.URL)
}

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

// uuids reads the class pool.
func uuids(ctx context.Context, s *Session) (list []string, err error) {
	err = s.Read(ctx, model.Lookup("pool"), func() error { return nil }, func(rec *model.Record) error {
		list = append(list, string(rec.UUID()))
		return Decode(rec)
	})
	return list, err
}

func TestMemberOfAnotherPoolIsPassedOverForTheRightOne(t *testing.T) {
	t.Parallel()
	for name, byURL := range map[string]bool{"by its URL": true, "known earlier": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			right, wrong := pool(t, 1), pool(t, 2)
			l := newLab(t, wrong, right)
			o := l.options(l.urls...)
			if !byURL {
				o.URLs = o.URLs[:1]
			}
			log, text := logged()
			o.Log, o.Pool = log, uuidOf(right)
			s := opened(t, o)
			got, err := uuids(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{uuidOf(right)}, got); diff != "" || s.URL() != l.urls[1] {
				t.Errorf("from %s (-want +got):\n%s", s.URL(), diff)
			}
			s.Close()
			for _, uuid := range []string{uuidOf(right), uuidOf(wrong)} {
				if !strings.Contains(text(), uuid) {
					t.Errorf("the log does not name %s:\n%s", uuid, text())
				}
			}
			if diff := cmp.Diff([]int{1, 1}, l.logins()); diff != "" {
				t.Errorf("logins (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhereOnlyOtherPoolsAnswerBothUUIDsAreNamed(t *testing.T) {
	t.Parallel()
	one, two := pool(t, 1), pool(t, 2)
	l := newLab(t, one, two, nil)
	o := l.options(l.urls[0])
	o.Pool = "0badf00d-0000-4000-8000-000000000000"
	s := opened(t, o)
	got, err := uuids(t.Context(), s)
	wants(t, err, "reading pool from ", l.urls[0]+": the pool that is meant has uuid "+o.Pool+", and another one answered: "+uuidOf(one),
		l.urls[1]+": the pool that is meant has uuid "+o.Pool+", and another one answered: "+uuidOf(two))
	if n := strings.Count(err.Error(), uuidOf(one)); n != 1 {
		t.Errorf("%q names it %d times", err, n)
	}
	if len(got) > 0 {
		t.Errorf("records of %s were handed out", got)
	}
	err = new(counter).read(t.Context(), s)
	wants(t, err, o.Pool)
	s.Close()
}

func TestNewLoginThatLeadsToAnotherPoolReadsNothingThere(t *testing.T) {
	t.Parallel()
	for _, meant := range []bool{true, false} { // whether the pool was known before
		right, wrong := pool(t, 1), pool(t, 2)
		rebuilt := &late{}
		rebuilt.become(right)
		l := newLab(t, rebuilt)
		o := l.options(l.urls...)
		if meant {
			o.Pool = uuidOf(right)
		}
		s := opened(t, o)
		if _, err := uuids(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		right.Expire()
		rebuilt.become(wrong)
		c := new(counter)
		err := c.read(t.Context(), s)
		wants(t, err, "reading VM from "+l.urls[0], uuidOf(right), uuidOf(wrong))
		if c.begun != 0 {
			t.Errorf("%d VMs of another pool were read", c.records)
		}
		s.Close()
	}
}

func TestChangeOfMasterIsToldOnce(t *testing.T) {
	t.Parallel()
	sim := pool(t, 1)
	l := newLab(t, sim, sim)
	log, text := logged()
	master := ""
	for i, url := range []string{l.urls[0], l.urls[0], l.urls[1], l.urls[1]} {
		o := l.options(url)
		o.Log, o.Master = log, &master
		s := opened(t, o)
		if _, err := uuids(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		s.Close()
		if told := strings.Count(text(), "another master, "+l.urls[1]); told != max(0, min(1, i-1)) || master != url {
			t.Errorf("session %d: told %d times, %s", i, told, master)
		}
	}
	if !strings.Contains(text(), "was="+l.urls[0]) {
		t.Errorf("the log:\n%s", text())
	}
}
