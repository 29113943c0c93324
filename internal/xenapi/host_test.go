package xenapi

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"syncd/internal/model"
)

// host is a server that answers in the words of a recorded xapi, and in others where a test wants that.
type host struct {
	*httptest.Server
	mu     sync.Mutex
	calls  []call
	open   map[string]bool
	logins int
}

type call struct {
	Method string   `xml:"methodName"`
	Params []string `xml:"params>param>value>string"`
	header http.Header
	body   string
	length int64
	proto  string
}

// newHost starts one. Where other answers a call it returns true. At the end of the test no session may be open.
func newHost(t *testing.T, other func(w http.ResponseWriter, r *http.Request, c call) bool) *host {
	h := startHost(t, other)
	t.Cleanup(func() {
		if open := h.sessions(); open != 0 {
			t.Errorf("%d sessions are left open at %s", open, h.URL)
		}
	})
	return h
}

// startHost is newHost for a test that leaves sessions open on purpose.
func startHost(t *testing.T, other func(w http.ResponseWriter, r *http.Request, c call) bool) *host {
	h := &host{open: map[string]bool{}}
	h.Server = httptest.NewServer(h.handler(other))
	t.Cleanup(h.Close)
	return h
}

func (h *host) handler(other func(http.ResponseWriter, *http.Request, call) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		c := call{header: r.Header, body: string(body), length: r.ContentLength, proto: r.Proto}
		if err := xml.Unmarshal(body, &c); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		h.mu.Lock()
		h.calls = append(h.calls, c)
		h.mu.Unlock()
		if other == nil || !other(w, r, c) {
			h.serve(w, c)
		}
	})
}

func (h *host) serve(w http.ResponseWriter, c call) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch c.Method {
	case "session.login_with_password":
		h.logins++
		ref := fmt.Sprintf("OpaqueRef:%08d-c0de-4000-8000-000000000000", h.logins)
		h.open[ref] = true
		succeed(w, "<value>"+ref+"</value>")
	case "session.logout":
		if !h.open[c.Params[0]] {
			fail(w, "SESSION_INVALID", c.Params[0])
			return
		}
		delete(h.open, c.Params[0])
		succeed(w, "<value></value>")
	default:
		if !h.open[c.Params[0]] {
			fail(w, "SESSION_INVALID", c.Params[0])
			return
		}
		succeed(w, "<value><struct><member><name>OpaqueRef:1</name><value><struct><member><name>uuid</name><value>u1</value></member></struct></value></member></struct></value>")
	}
}

func (h *host) sessions() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.open)
}

// called lists the calls so far with the number of their parameters, without session. before their names.
func (h *host) called() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var names []string
	for _, c := range h.calls {
		names = append(names, fmt.Sprintf("%s/%d", strings.TrimPrefix(c.Method, "session."), len(c.Params)))
	}
	return strings.Join(names, " ")
}

func (h *host) options() Options {
	return Options{URLs: []string{h.URL}, Username: "root", Password: "xapi-pass", Version: "1.2.3"}
}

func succeed(w http.ResponseWriter, value string) {
	w.Header().Set("Content-Type", "text/xml")
	io.WriteString(w, envelope("Success", "Value", value))
}

func fail(w http.ResponseWriter, description ...string) {
	var b strings.Builder
	for _, s := range description {
		b.WriteString("<value>")
		xml.EscapeText(&b, []byte(s))
		b.WriteString("</value>")
	}
	w.Header().Set("Content-Type", "text/xml")
	io.WriteString(w, envelope("Failure", "ErrorDescription", "<value><array><data>"+b.String()+"</data></array></value>"))
}

func envelope(status, name, value string) string {
	return `<?xml version="1.0"?><methodResponse><params><param><value><struct><member><name>Status</name><value>` + status +
		`</value></member><member><name>` + name + `</name>` + value + `</member></struct></value></param></params></methodResponse>`
}

// opened is a session of these options, closed with the test at the latest.
func opened(t *testing.T, o Options) *Session {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// counter counts what Read hands out.
type counter struct{ begun, records int }

func (c *counter) begin() error             { c.begun++; return nil }
func (c *counter) each(*model.Record) error { c.records++; return nil }

func (c *counter) read(ctx context.Context, s *Session) error {
	return s.Read(ctx, vm, c.begin, c.each)
}

// wants checks that err is one line that has all of these in it, and nothing secret.
func wants(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one with %q", parts)
	}
	text := err.Error()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q lacks %q", text, part)
		}
	}
	for _, secret := range []string{"\n", "xapi-pass", "c0de"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q shows %q", text, secret)
		}
	}
}

// logged returns a logger and what it wrote.
func logged() (*slog.Logger, func() string) {
	b := new(logBook)
	return slog.New(slog.NewTextHandler(b, nil)), b.String
}

type logBook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var vm = model.Lookup("VM")

// asError is errors.As with the type told by target.
func asError[E error](err error, target *E) (ok bool) {
	*target, ok = errors.AsType[E](err)
	return ok
}
