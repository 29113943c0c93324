package xenapi

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRequestsHaveTheFormThatXapiTakes(t *testing.T) {
	h := newHost(t, nil)
	s := opened(t, h.options())
	if err := new(counter).read(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	s.Close()
	for _, c := range h.calls {
		want := http.Header{
			"Content-Type":   {"text/xml"},
			"User-Agent":     {"syncd/1.2.3"},
			"Content-Length": {fmt.Sprint(len(c.body))},
		}
		if diff := cmp.Diff(want, c.header); diff != "" {
			t.Errorf("%s: headers (-want +got):\n%s", c.Method, diff)
		}
		if c.length != int64(len(c.body)) || c.proto != "HTTP/1.1" {
			t.Errorf("%s: %d bytes announced of %d, %s", c.Method, c.length, len(c.body), c.proto)
		}
	}
	if want := []string{"root", "xapi-pass", "1.0", "syncd/1.2.3"}; !cmp.Equal(h.calls[0].Params, want) {
		t.Errorf("login sent %q, want %q", h.calls[0].Params, want)
	}
}

func TestCallsOfASessionShareOneConnection(t *testing.T) {
	from := make(chan string, 10)
	h := newHost(t, func(_ http.ResponseWriter, r *http.Request, _ call) bool { from <- r.RemoteAddr; return false })
	s := opened(t, h.options())
	for range 3 {
		if err := new(counter).read(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	s.Close()
	first := <-from
	for range 4 {
		if next := <-from; next != first {
			t.Errorf("a call from %s after one from %s", next, first)
		}
	}
}

func TestPasswordsArriveAsTheyAre(t *testing.T) {
	h := newHost(t, nil)
	o := h.options()
	o.Password = " a<b>&\"c'\t\r\n]]>é😀\ufffd "
	opened(t, o)
	if got := h.calls[0].Params[1]; got != o.Password {
		t.Errorf("%q arrived as %q", o.Password, got)
	}
}

func TestProxiesOfTheEnvironmentAreNotUsed(t *testing.T) {
	s, err := newSession(Options{URLs: []string{"https://xen1"}})
	if err != nil {
		t.Fatal(err)
	}
	if s.client.http.Transport.(*http.Transport).Proxy != nil {
		t.Error("the transport asks for a proxy")
	}
}

func TestAnswersThatAreNoXMLRPCAreNamedAndNotRepeated(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   NotXMLRPC
	}{
		"a page of a proxy": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			io.WriteString(w, "<html>\n<body>\x00"+strings.Repeat("ü", 100)+"</body></html>")
		}, NotXMLRPC{Status: 200, ContentType: "text/html", Head: "<html> <body> " + strings.Repeat("ü", 66) + "…"}},
		"an error of the server": {func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "<h1>booting</h1>", http.StatusServiceUnavailable)
		}, NotXMLRPC{Status: 503, ContentType: "text/plain; charset=utf-8", Head: "<h1>booting</h1> "}},
		"a redirect": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = nil
			w.Header().Set("Location", "https://elsewhere/")
			w.WriteHeader(http.StatusMovedPermanently)
		}, NotXMLRPC{Status: 301, Location: "https://elsewhere/"}},
		"nothing": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/xml")
		}, NotXMLRPC{Status: 200, ContentType: "text/xml"}},
		"compressed bytes": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/xml")
			io.WriteString(w, "\x1f\x8b\x08\x00")
		}, NotXMLRPC{Status: 200, ContentType: "text/xml", Head: " �  "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, func(w http.ResponseWriter, r *http.Request, _ call) bool { c.answer(w, r); return true })
			_, err := Open(t.Context(), h.options())
			wants(t, err, "logging in to "+h.URL+": the answer is no XML-RPC")
			var got *NotXMLRPC
			if !asError(err, &got) {
				t.Fatalf("%T", err)
			}
			if diff := cmp.Diff(&c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if calls := h.called(); calls != "login_with_password/4" {
				t.Errorf("calls: %s", calls)
			}
		})
	}
}

func TestWhatAServerRepeatsOfTheRequestIsHidden(t *testing.T) {
	for name, answer := range map[string]func(w http.ResponseWriter, text string){
		"in a failure": func(w http.ResponseWriter, text string) { fail(w, "INTERNAL_ERROR", text) },
		"in a page":    func(w http.ResponseWriter, text string) { http.Error(w, text, 500) },
		"in a fault": func(w http.ResponseWriter, text string) {
			io.WriteString(w, "<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>1</int></value></member>"+
				"<member><name>faultString</name><value>"+text+"</value></member></struct></value></fault></methodResponse>")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, func(w http.ResponseWriter, _ *http.Request, c call) bool {
				if c.Method != "VM.get_all_records" {
					return false
				}
				answer(w, "xapi-pass "+c.Params[0]+" came")
				return true
			})
			s := opened(t, h.options())
			wants(t, new(counter).read(t.Context(), s), "*** *** came")
		})
	}
}

func TestWhereverAServerRepeatsASecretItIsMasked(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(w http.ResponseWriter, secret string){
		"as the code of an error": func(w http.ResponseWriter, secret string) { fail(w, secret) },
		"as a master":             func(w http.ResponseWriter, secret string) { fail(w, "HOST_IS_SLAVE", secret+".example:x") },
		"in a redirect": func(w http.ResponseWriter, secret string) {
			w.Header().Set("Location", "http://elsewhere/?s="+secret)
			w.WriteHeader(http.StatusFound)
		},
		"as a content type": func(w http.ResponseWriter, secret string) {
			w.Header().Set("Content-Type", "text/"+secret)
			io.WriteString(w, "no XML")
		},
		"where a page is cut": func(w http.ResponseWriter, secret string) { io.WriteString(w, strings.Repeat("x", 60)+secret) },
		"as a tag":            func(w http.ResponseWriter, secret string) { io.WriteString(w, "<methodResponse><"+secret+">") },
	} {
		for what := range 2 {
			t.Run(fmt.Sprint(name, what), func(t *testing.T) {
				t.Parallel()
				const password = "a long password"
				secret := password
				h := newHost(t, func(w http.ResponseWriter, _ *http.Request, c call) bool {
					if c.Method != "VM.get_all_records" {
						return false
					}
					if what == 1 {
						secret = c.Params[0]
					}
					answer(w, secret)
					return true
				})
				o := h.options()
				o.Password = password
				s := opened(t, o)
				err := new(counter).read(t.Context(), s)
				if err == nil {
					t.Fatal("no error")
				}
				if text := err.Error(); strings.Contains(text, secret) || strings.Contains(text, secret[:12]) {
					t.Errorf("it says %q", text)
				}
			})
		}
	}
}

func TestTimeoutsCutACallAndNameTheirSetting(t *testing.T) {
	const soon = 30 * time.Millisecond
	wait := func(w http.ResponseWriter, r *http.Request) {
		http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
	for name, c := range map[string]struct {
		timeouts Timeouts
		answer   http.HandlerFunc
		want     string
	}{
		"no headers": {Timeouts{FirstByte: soon}, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
			"gave up after 30ms (timeouts.first_byte): "},
		"no body": {Timeouts{Idle: soon}, wait, "(timeouts.idle)"},
		"half a body": {Timeouts{Idle: soon}, func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, `<?xml version="1.0"?><methodResponse>`)
			wait(w, r)
		}, "(timeouts.idle)"},
		"a body in drops": {Timeouts{Idle: time.Minute, Call: soon}, func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "<methodResponse>")
			for r.Context().Err() == nil {
				io.WriteString(w, " ")
				http.NewResponseController(w).Flush()
			}
		}, "(timeouts.call)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, func(w http.ResponseWriter, r *http.Request, k call) bool {
				if k.Method != "VM.get_all_records" {
					return false
				}
				c.answer(w, r)
				return true
			})
			o := h.options()
			o.Timeouts = c.timeouts
			s := opened(t, o)
			wants(t, new(counter).read(t.Context(), s), "reading VM from "+h.URL, c.want)
			s.Close()
			if calls := h.called(); calls != "login_with_password/4 VM.get_all_records/1 logout/1" {
				t.Errorf("calls: %s", calls)
			}
		})
	}
}

func TestTimeOfTheReaderIsNotThatOfAStalledAnswer(t *testing.T) {
	h := newHost(t, nil)
	o := h.options()
	o.Timeouts.Idle = 20 * time.Millisecond
	s := opened(t, o)
	begin := func() error { // as long as a busy database
		ctx, cancel := context.WithTimeout(t.Context(), 60*time.Millisecond)
		defer cancel()
		<-ctx.Done()
		return nil
	}
	c := new(counter)
	if err := s.Read(t.Context(), vm, begin, c.each); err != nil || c.records != 1 {
		t.Errorf("%d records, %v", c.records, err)
	}
}

func TestErrorsOfConnectingSayWhatToDo(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	silent := listen(t, func(net.Conn) {})
	hangsUp := listen(t, func(c net.Conn) { c.Close() })
	alerts := listen(t, func(c net.Conn) { answerRaw(c, "\x15\x03\x01\x00\x02\x02\x46") })
	ssh := listen(t, func(c net.Conn) { answerRaw(c, "SSH-2.0-OpenSSH_7.4\r\n") })
	for name, c := range map[string]struct {
		url   string
		wants []string
	}{
		"a refused port":                    {closed.URL, []string{"logging in to " + closed.URL + ": connection refused: is the host up"}},
		"a name that is not there":          {"http://xen1.invalid", []string{"logging in to http://xen1.invalid: ", "the resolver of this machine"}},
		"a handshake that nobody answers":   {"https://" + silent, []string{"gave up after 50ms (timeouts.connect)"}},
		"a handshake that is broken off":    {"https://" + hangsUp, []string{"within the TLS handshake"}},
		"a connection that is closed":       {"http://" + hangsUp, []string{"connection lost (", "wants https://"}},
		"http:// to a port that speaks TLS": {"http://" + alerts, []string{"the port speaks TLS: write https://"}},
		"another protocol":                  {"http://" + ssh, []string{"the answer is no HTTP", "SSH-2.0"}},
		"https:// to another protocol":      {"https://" + ssh, []string{"the port does not speak TLS: write http://"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Open(t.Context(), Options{URLs: []string{c.url}, Username: "root", Password: "xapi-pass",
				TLS: TLS{Mode: "insecure"}, Timeouts: Timeouts{Connect: 50 * time.Millisecond}})
			wants(t, err, c.wants...)
		})
	}
}

// listen gives the address of a server that does this with every connection, and closes them at the end.
func listen(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		var all []net.Conn
		for {
			c, err := l.Accept()
			if err != nil {
				for _, c := range all {
					c.Close()
				}
				return
			}
			all = append(all, c)
			serve(c)
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return l.Addr().String()
}

// answerRaw waits for a request, or a part of it, and answers with these bytes.
func answerRaw(c net.Conn, answer string) {
	c.Read(make([]byte, 4096))
	io.WriteString(c, answer)
	c.(*net.TCPConn).CloseWrite()
}
