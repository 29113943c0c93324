package main

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"syncd/internal/xensim"
)

// simulated is a pool of a story.
type simulated struct {
	sim   *xensim.Sim
	calls *calls
}

// startPool is the command pool.
func startPool(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: pool NAME [tls|oldtls] [FAULT]...")
	}
	name, args := args[0], args[1:]
	start := (*httptest.Server).Start
	var old *tls.Config
	if len(args) > 0 && args[0] == "oldtls" {
		args[0] = "tls"
		old = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_256_CBC_SHA}}
	}
	if len(args) > 0 && args[0] == "tls" {
		start, args = (*httptest.Server).StartTLS, args[1:]
	}
	sim, err := xensim.New(xensim.Options{Hosts: 2, VMs: 20, Bare: true, Password: "hunter2", Seed: int64(len(pools(ts)))})
	ts.Check(err)
	p := &simulated{sim, &calls{}}
	for _, fault := range args {
		ts.Check(p.fault(fault))
	}
	server := httptest.NewUnstartedServer(p.calls.through(sim))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // who refuses its certificate
	server.TLS = old
	start(server)
	ts.Defer(server.Close)
	ts.Setenv(name, server.URL)
	if cert := server.Certificate(); cert != nil {
		block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
		ts.Check(os.WriteFile(ts.MkAbs(name+".pem"), block, 0o600))
		digest := sha256.Sum256(cert.Raw)
		ts.Setenv(name+"_SHA256", strings.ReplaceAll(fmt.Sprintf("% X", digest[:]), " ", ":"))
	}
	pools(ts)[name] = p
}

func pools(ts *testscript.TestScript) map[string]*simulated {
	return ts.Value(simulated{}).(map[string]*simulated)
}

// onPool makes a command of what is done to a pool.
func onPool(do func(p *simulated, arg string) error) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		args = append(args, "")
		p, ok := pools(ts)[args[0]]
		if neg || !ok {
			ts.Fatalf("the first argument is no pool of this story")
		}
		ts.Check(do(p, args[1]))
	}
}

func (p *simulated) fault(arg string) error {
	fault, err := xensim.ParseFault(arg)
	if err == nil {
		p.sim.Inject(fault)
	}
	return err
}

func (p *simulated) change(arg string) error {
	n, err := strconv.Atoi(arg)
	if err == nil {
		p.sim.Change(n)
	}
	return err
}

func (p *simulated) empty(string) error {
	for _, vm := range p.sim.Objects("VM") {
		if vm.Fields["is_a_template"] == true || vm.Fields["is_control_domain"] == true {
			continue
		}
		if err := p.sim.Remove("VM", vm.Ref); err != nil {
			return err
		}
	}
	return nil
}

func (p *simulated) await(method string) error {
	select {
	case <-p.calls.of(method):
		return nil
	case <-time.After(time.Minute):
		return fmt.Errorf("no call of %s came within a minute", method)
	}
}

func (p *simulated) sessions(arg string) error {
	want, err := strconv.Atoi(arg)
	if err != nil {
		return err
	}
	if open, logins, logouts := p.sim.Sessions(); open != want || logins == 0 {
		return fmt.Errorf("%d sessions are open after %d logins and %d logouts, want %d", open, logins, logouts, want)
	}
	return nil
}

func (p *simulated) asked(arg string) error {
	if got := strconv.Itoa(len(p.calls.of("session.login_with_password"))); got != arg {
		return fmt.Errorf("%s logins were tried, want %s", got, arg)
	}
	return nil
}

// calls tells of the calls that a pool gets.
type calls struct {
	mu   sync.Mutex
	came map[string]chan struct{} // a value a call, as far as there is room
}

func (c *calls) of(method string) chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.came == nil {
		c.came = map[string]chan struct{}{}
	}
	if c.came[method] == nil {
		c.came[method] = make(chan struct{}, 100)
	}
	return c.came[method]
}

func (c *calls) note(method string) {
	select {
	case c.of(method) <- struct{}{}:
	default:
	}
}

// waiting is what calls say of an event.from that waits for a change.
const waiting = "event.from, waiting"

var longPoll = regexp.MustCompile(`event\.from.*<double>[1-9]`)

var methodName = regexp.MustCompile(`<methodName>([^<]*)`)

// through hands calls on after telling of them.
func (c *calls) through(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if m := methodName.FindSubmatch(body); err == nil && m != nil {
			c.note(string(m[1]))
			if longPoll.Match(body) {
				c.note(waiting)
			}
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}
