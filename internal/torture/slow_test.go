package torture

import (
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"syncd/internal/pgtest"
)

// slowly is the way to a database through a proxy that keeps each piece for a while, or for ever once it is stuck.
type slowly struct {
	url   string
	delay time.Duration
	stuck atomic.Bool
}

func newSlowly(t *testing.T, database string, delay time.Duration) *slowly {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	network, target := "tcp", u.Host
	if dir := u.Query().Get("host"); dir != "" {
		network, target = "unix", dir+"/.s.PGSQL."+u.Query().Get("port")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	through := url.URL{Scheme: u.Scheme, User: u.User, Host: listener.Addr().String(), Path: u.Path, RawQuery: "sslmode=disable"}
	s := &slowly{url: through.String(), delay: delay}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // it was closed
			}
			wg.Go(func() { s.join(conn, network, target) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		wg.Wait()
	})
	return s
}

func (s *slowly) join(client net.Conn, network, target string) {
	defer client.Close()
	server, err := net.Dial(network, target)
	if err != nil {
		return
	}
	defer server.Close()
	var wg sync.WaitGroup
	for _, way := range [][2]net.Conn{{client, server}, {server, client}} {
		wg.Go(func() {
			defer way[1].Close()
			b := make([]byte, 16<<10)
			for {
				n, err := way[0].Read(b)
				if err != nil {
					return
				}
				time.Sleep(s.delay)
				if s.stuck.Load() {
					io.Copy(io.Discard, way[0])
					return
				}
				if _, err := way[1].Write(b[:n]); err != nil {
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestASlowDatabaseMakesASlowPass(t *testing.T) {
	t.Parallel()
	r := mirrored(t, pgtest.New(t))
	slow := newSlowly(t, r.database, 5*time.Millisecond)
	if o := r.start(t, slow.url).wait(t); o.code != 0 {
		t.Errorf("the pass: %v", o)
	}
	r.peace(t)
}

func TestADatabaseThatFallsSilentHoldsNobodyWhoWantsToEnd(t *testing.T) {
	t.Parallel()
	r := mirrored(t, pgtest.New(t))
	before := dump(t, r.database)
	slow := newSlowly(t, r.database, 0)
	silent := make(chan struct{})
	r.door.at("session.logout", func() bool {
		slow.stuck.Store(true)
		close(silent)
		return false
	})
	p := r.start(t, slow.url)
	select {
	case <-silent:
	case <-time.After(time.Minute):
		t.Fatal("it did not come to its logout")
	}
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if open, _, _ := r.sim.Sessions(); open == 0 {
			break
		}
	}
	asked := time.Now()
	p.cmd.Process.Signal(syscall.SIGTERM)
	o := p.wait(t)
	if took := time.Since(asked); took > 10*time.Second || o.code != 1 || !strings.Contains(o.stderr, "interrupted") {
		t.Errorf("SIGTERM ended it after %v: %v", took, o)
	}
	execute(t, connect(t, r.database), terminate) // the server has not noticed
	until(t, connect(t, r.database), gone)
	differ(t, "the pass failed and changed SQL (-before +after)", before, dump(t, r.database))
	sound(t, r.database)
	r.loggedOut(t)
	r.peace(t)
}
