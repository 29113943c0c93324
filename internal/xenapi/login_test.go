package xenapi

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestLoginFallsBackToFewerArguments(t *testing.T) {
	for taken, want := range map[int]string{
		4: "login_with_password/4",
		3: "login_with_password/4 login_with_password/3",
		2: "login_with_password/4 login_with_password/3 login_with_password/2",
	} {
		h := newHost(t, func(w http.ResponseWriter, _ *http.Request, c call) bool {
			if c.Method != "session.login_with_password" || len(c.Params) == taken {
				return false
			}
			fail(w, "MESSAGE_PARAMETER_COUNT_MISMATCH", c.Method, "2", "4")
			return true
		})
		opened(t, h.options()).Close()
		if got := h.called(); got != want+" logout/1" {
			t.Errorf("a server that takes %d: %s", taken, got)
		}
	}
}

func TestLoginWithTwoArgumentsRefusedIsTheEnd(t *testing.T) {
	h := newHost(t, func(w http.ResponseWriter, _ *http.Request, c call) bool {
		fail(w, "MESSAGE_PARAMETER_COUNT_MISMATCH", c.Method, "1", "2")
		return true
	})
	_, err := Open(t.Context(), h.options())
	wants(t, err, "MESSAGE_PARAMETER_COUNT_MISMATCH")
	if got := h.called(); strings.Count(got, "login") != 3 {
		t.Errorf("calls: %s", got)
	}
}

func TestWrongPasswordIsTriedOnceAndNowhereElse(t *testing.T) {
	refuse := func(w http.ResponseWriter, _ *http.Request, c call) bool {
		fail(w, "SESSION_AUTHENTICATION_FAILED", c.Params[0], "Authentication failure")
		return true
	}
	a, b := newHost(t, refuse), newHost(t, refuse)
	o := a.options()
	o.URLs = append(o.URLs, b.URL)
	_, err := Open(t.Context(), o)
	wants(t, err, "logging in to "+a.URL+": xapi answers SESSION_AUTHENTICATION_FAILED (root, Authentication failure): check username and password")
	if a.called() != "login_with_password/4" || b.called() != "" {
		t.Errorf("calls: %s, then %s", a.called(), b.called())
	}
	var e *Error
	if !errors.As(err, &e) || e.Method != "session.login_with_password" {
		t.Errorf("%#v", e)
	}
}

func TestNextURLIsTriedWhereNoConnectionCanBeMade(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	h := newHost(t, nil)
	o := h.options()
	o.URLs = []string{gone.URL, h.URL + "/", h.URL}
	log, text := logged()
	o.Log = log
	s := opened(t, o)
	if s.URL() != h.URL {
		t.Errorf("ended up at %s", s.URL())
	}
	if !strings.Contains(text(), gone.URL+": connection refused") {
		t.Errorf("the log does not name the member that is gone:\n%s", text())
	}
}

func TestWhereNoURLCanBeReachedEachIsNamed(t *testing.T) {
	a, b := httptest.NewServer(nil), httptest.NewServer(nil)
	a.Close()
	b.Close()
	_, err := Open(t.Context(), Options{URLs: []string{a.URL, b.URL, a.URL}})
	wants(t, err, a.URL+": connection refused", "; logging in to "+b.URL+": connection refused")
	if n := strings.Count(err.Error(), a.URL); n != 1 {
		t.Errorf("%s is named %d times", a.URL, n)
	}
}

// slave answers HOST_IS_SLAVE with the address of master.
func slave(t *testing.T, master func() string) *host {
	return newHost(t, func(w http.ResponseWriter, _ *http.Request, c call) bool {
		fail(w, "HOST_IS_SLAVE", master())
		return true
	})
}

func address(u string) string { return strings.TrimPrefix(u, "http://") }

func TestSlaveLeadsToItsMaster(t *testing.T) {
	master := newHost(t, nil)
	o := slave(t, func() string { return address(master.URL) }).options()
	o.Password = "127" // stands in the address too, where it is no secret
	s := opened(t, o)
	if s.URL() != master.URL {
		t.Errorf("ended up at %s", s.URL())
	}
	if err := new(counter).read(t.Context(), s); err != nil {
		t.Error(err)
	}
}

func TestSlavesThatNameEachOtherAreNoticed(t *testing.T) {
	var b *host
	a := slave(t, func() string { return address(b.URL) })
	b = slave(t, func() string { return address(a.URL) })
	_, err := Open(t.Context(), a.options())
	wants(t, err, "logging in to "+a.URL+", which names as its master "+b.URL+", which names as its master "+a.URL+": ", "failover")
	if a.called()+b.called() != "login_with_password/4login_with_password/4" {
		t.Errorf("calls: %s and %s", a.called(), b.called())
	}
}

func TestChainOfSlavesHasAnEnd(t *testing.T) {
	next := newHost(t, nil)
	var chain []*host
	for range 2 * maxHops {
		master := address(next.URL)
		next = slave(t, func() string { return master })
		chain = append(chain, next)
	}
	_, err := Open(t.Context(), next.options())
	wants(t, err, "logging in to "+next.URL+", which names as its master ", "failover")
	asked := 0
	for _, h := range chain {
		asked += len(h.calls)
	}
	if asked != maxHops {
		t.Errorf("%d members were asked", asked)
	}
}

func TestMasterThatCannotBeReachedByItsAddressIsFoundByItsURL(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	master := newHost(t, nil)
	o := slave(t, func() string { return address(gone.URL) }).options()
	o.URLs = append(o.URLs, master.URL)
	if s := opened(t, o); s.URL() != master.URL {
		t.Errorf("ended up at %s", s.URL())
	}
}

func TestMasterURLKeepsSchemeAndPort(t *testing.T) {
	for _, c := range []struct{ base, given, want string }{
		{"https://xen1", "10.0.0.12", "https://10.0.0.12"},
		{"https://xen1:8443", "10.0.0.12", "https://10.0.0.12:8443"},
		{"https://xen1:8443", "10.0.0.12:443", "https://10.0.0.12:443"},
		{"http://xen1", " xen2.example ", "http://xen2.example"},
		{"http://xen1:8080", "xen2_b.example", "http://xen2_b.example:8080"},
		{"https://xen1", "[fd00::12]", "https://[fd00::12]"},
		{"https://xen1", "fd00::12", "https://[fd00::12]"},
		{"https://xen1:8443", "fd00::12", "https://[fd00::12]:8443"},
		{"https://xen1:8443", "[fd00::12]", "https://[fd00::12]:8443"},
		{"https://xen1:8443", "[fd00::12]:443", "https://[fd00::12]:443"},
		{"https://[fd00::11]:8443", "fe80::1%eth0", "https://[fe80::1%25eth0]:8443"},
		{"https://xen1", "", ""},
		{"https://xen1", "evil.example/path", ""},
		{"https://xen1", "user@evil.example", ""},
		{"https://xen1", "a b", ""},
		{"https://xen1", "xen2:0", ""},
		{"https://xen1", "xen2:99999", ""},
		{"https://xen1", "xen2:https", ""},
		{"https://xen1", "fd00::12::1", ""},
		{"https://xen1", "-xen2", ""},
	} {
		base, err := url.Parse(c.base)
		if err != nil {
			t.Fatal(err)
		}
		got, err := masterURL(base, &Error{Code: "HOST_IS_SLAVE", Params: []string{c.given}})
		if c.want == "" {
			if err == nil {
				t.Errorf("%q is taken for %s", c.given, got)
				continue
			}
			wants(t, err, c.base+" is no master", "name the master itself in urls")
			continue
		}
		if err != nil || got.String() != c.want {
			t.Errorf("%s and %q: %v, %v, want %s", c.base, c.given, got, err, c.want)
		}
	}
	if _, err := masterURL(&url.URL{}, &Error{}); err == nil {
		t.Error("a HOST_IS_SLAVE without an address leads somewhere")
	}
}

func TestLoginWaitsForAStartingAndABusyToolstack(t *testing.T) {
	codes := []string{"HOST_STILL_BOOTING", "TOO_MANY_PENDING_TASKS"}
	h := newHost(t, func(w http.ResponseWriter, _ *http.Request, c call) bool {
		if len(codes) == 0 {
			return false
		}
		fail(w, codes[0])
		codes = codes[1:]
		return true
	})
	s, err := newSession(h.options())
	if err != nil {
		t.Fatal(err)
	}
	s.backoff = backoff{time.Millisecond, 10 * time.Millisecond}
	defer s.Close()
	if err := s.login(t.Context(), s.urls...); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(h.called(), "login"); got != 3 {
		t.Errorf("%d logins", got)
	}
}

func TestLoginWhoseConnectionWasLostIsTriedOnceMore(t *testing.T) {
	for _, breaks := range []int{1, 2} {
		left := breaks
		h := newHost(t, func(w http.ResponseWriter, _ *http.Request, c call) bool {
			if left == 0 {
				return false
			}
			left--
			panic(http.ErrAbortHandler)
		})
		s, err := Open(t.Context(), h.options())
		if breaks == 1 {
			if err != nil {
				t.Fatal(err)
			}
			s.Close()
			continue
		}
		wants(t, err, "logging in to "+h.URL+": connection lost (EOF)")
		if got := h.called(); got != "login_with_password/4 login_with_password/4" {
			t.Errorf("calls: %s", got)
		}
	}
}

func TestSessionOfAnAnswerThatBrokeOffIsLoggedOut(t *testing.T) {
	var h *host
	h = newHost(t, func(w http.ResponseWriter, _ *http.Request, c call) bool {
		if c.Method != "session.login_with_password" || h.sessions() > 0 {
			return false
		}
		whole := httptest.NewRecorder()
		h.serve(whole, c)
		body := whole.Body.Bytes()
		w.Header().Set("Content-Length", "272")
		w.Write(body[:len(body)-20])
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	opened(t, h.options()).Close()
	if got := h.called(); got != "login_with_password/4 login_with_password/4 logout/1 logout/1" {
		t.Errorf("calls: %s", got)
	}
}

func TestLoginAnsweredAfterCancelIsLoggedOut(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	h := newHost(t, func(_ http.ResponseWriter, _ *http.Request, c call) bool {
		cancel()
		return false
	})
	_, err := Open(ctx, h.options())
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if got := h.called(); got != "login_with_password/4 logout/1" {
		t.Errorf("calls: %s", got)
	}
}

func TestLoginAnsweredAfterItsTimeoutIsLoggedOutAndFails(t *testing.T) {
	h := newHost(t, func(_ http.ResponseWriter, r *http.Request, c call) bool {
		if c.Method == "session.login_with_password" {
			late, cancel := context.WithTimeout(r.Context(), 60*time.Millisecond)
			defer cancel()
			<-late.Done()
		}
		return false
	})
	o := h.options()
	o.Timeouts.FirstByte = 20 * time.Millisecond
	_, err := Open(t.Context(), o)
	wants(t, err, "logging in to "+h.URL+": gave up after 20ms (timeouts.first_byte)")
	if got := h.called(); got != "login_with_password/4 logout/1" {
		t.Errorf("calls: %s", got)
	}
}

func TestLoginThatNobodyAnswersIsCutAfterItsGrace(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cut := make(chan struct{})
	h := newHost(t, func(_ http.ResponseWriter, r *http.Request, _ call) bool {
		cancel(errors.New("terminated"))
		<-r.Context().Done()
		close(cut)
		return true
	})
	s, err := newSession(h.options())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.grace = 20 * time.Millisecond
	if err = s.login(ctx, s.urls...); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	wants(t, err, "logging in to "+h.URL, "context canceled (terminated)")
	<-cut
}

func TestCancelledContextSendsNothing(t *testing.T) {
	h := newHost(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, h.options()); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if got := h.called(); got != "" {
		t.Errorf("calls: %s", got)
	}
}

func TestLoginGivenUpWhileConnectingIsNeverSent(t *testing.T) {
	h := newHost(t, nil)
	for range 20 {
		s, err := newSession(h.options())
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		s.client.http.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			defer cancel()
			return new(net.Dialer).DialContext(ctx, network, addr)
		}
		if err := s.login(ctx, s.urls...); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		s.Close()
	}
	if got := h.called(); got != "" {
		t.Errorf("calls: %s", got)
	}
}
