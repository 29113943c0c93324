package xenapi

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

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
