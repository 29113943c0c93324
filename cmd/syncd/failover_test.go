package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"syncd/internal/config"
	"syncd/internal/pgtest"
	"syncd/internal/store"
	"syncd/internal/xensim"
)

// members are hosts at 127.0.0.1, 127.0.0.2 and so on with one port, which answer as a test lets them.
type members struct {
	answers []atomic.Pointer[http.Handler] // nil drops every connection
	port    string
}

func newMembers(t *testing.T, n int) *members {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED: only Linux has all of 127.0.0.0/8 as addresses of its own")
	}
	m := &members{answers: make([]atomic.Pointer[http.Handler], n)}
	var listeners []net.Listener
	for tries := 0; len(listeners) < n; tries++ {
		listener, err := net.Listen("tcp", net.JoinHostPort(m.address(len(listeners)), m.port))
		switch {
		case err == nil:
			listeners = append(listeners, listener)
			_, m.port, _ = net.SplitHostPort(listener.Addr().String())
			continue
		case tries == 20:
			t.Fatal(err)
		}
		for _, l := range listeners { // the port is taken at another address
			l.Close()
		}
		listeners, m.port = nil, ""
	}
	for i, listener := range listeners {
		server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer := m.answers[i].Load()
			if answer == nil {
				panic(http.ErrAbortHandler)
			}
			(*answer).ServeHTTP(w, r)
		})}}
		server.Start()
		t.Cleanup(server.Close)
	}
	return m
}

func (m *members) address(i int) string { return fmt.Sprint("127.0.0.", i+1) }
func (m *members) url(i int) string     { return "http://" + net.JoinHostPort(m.address(i), m.port) }

// become says how each answers.
func (m *members) become(handlers ...http.Handler) {
	for i, h := range handlers {
		m.answers[i].Store(nil)
		if h != nil {
			m.answers[i].Store(&h)
		}
	}
}

// pool is a simulated pool whose hosts have the members' addresses.
func (m *members) pool(t *testing.T, seed int64) *xensim.Sim {
	t.Helper()
	sim, err := xensim.New(xensim.Options{Hosts: len(m.answers), VMs: 10, Seed: seed, Bare: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, host := range sim.Objects("host") {
		if err := sim.Set("host", host.Ref, "address", m.address(i)); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if open, logins, _ := sim.Sessions(); open != 0 {
			t.Errorf("%d sessions are left open after %d logins", open, logins)
		}
	})
	return sim
}

func TestAPassFindsTheMasterWhereverItWentAndNoOtherPool(t *testing.T) {
	t.Parallel()
	m := newMembers(t, 3)
	lab, other := m.pool(t, 1), m.pool(t, 2)
	slave := lab.Member(net.JoinHostPort(m.address(2), m.port))
	db, err := store.Open(t.Context(), pgtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	pool := config.Pool{Name: "lab", URLs: []string{m.url(0)}, Username: "root", Password: "xensim", MaxRemovedRatio: 0.5}
	master, log := "", new(bytes.Buffer)
	pass := func() passResult {
		log.Reset()
		return makePass(t.Context(), slog.New(slog.NewTextHandler(log, nil)), db, pool, passOptions{master: &master})
	}
	for i, c := range []struct {
		name    string
		answers []http.Handler
		master  string // empty: the pass must fail, and name both pools
		moved   bool   // the log says at INFO that the master is another one
		warned  bool   // of a member that leads nowhere
	}{
		{"the first is master", []http.Handler{lab, nil, nil}, m.url(0), false, false},
		{"the third has become it, and the first is gone", []http.Handler{nil, slave, lab}, m.url(2), true, true},
		{"the first comes back as a slave", []http.Handler{slave, slave, lab}, m.url(2), false, false},
		{"the first was rebuilt as a pool of its own", []http.Handler{other, slave, lab}, m.url(2), false, true},
		{"nothing is left but the pool of its own", []http.Handler{other, nil, nil}, "", false, false},
		{"the first is master again", []http.Handler{lab, nil, nil}, m.url(0), true, false},
	} {
		m.become(c.answers...)
		r := pass()
		if c.master == "" {
			for _, sim := range []*xensim.Sim{lab, other} {
				if uuid := sim.Objects("pool")[0].Fields["uuid"].(string); r.Result != "failed" || !strings.Contains(r.Error, uuid) {
					t.Errorf("%s: %s, %q does not name %s", c.name, r.Result, r.Error, uuid)
				}
			}
			continue
		}
		if r.Result != "ok" || master != c.master || i > 0 && r.New+r.Removed > 0 {
			t.Errorf("%s: %s %s, master %s, new %d, removed %d", c.name, r.Result, r.Error, master, r.New, r.Removed)
		}
		moved := strings.Contains(log.String(), "level=INFO msg=\"the pool has another master, "+c.master)
		if warned := strings.Contains(log.String(), "level=WARN"); moved != c.moved || warned != c.warned {
			t.Errorf("%s: the log:\n%s", c.name, log)
		}
	}
}
