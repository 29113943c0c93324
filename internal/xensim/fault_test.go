package xensim

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFaultsAreParsed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Fault{
		"html":                                    {Kind: "html"},
		"html:*:-1":                               {Kind: "html", Method: "*", Count: -1},
		"status=503:VM.get_all_records:2":         {Kind: "status", Arg: "503", Method: "VM.get_all_records", Count: 2},
		"error=HOST_IS_SLAVE,10.0.0.12:8080":      {Kind: "error", Arg: "HOST_IS_SLAVE,10.0.0.12:8080"},
		"error=HOST_IS_SLAVE,[fd00::1]:443":       {Kind: "error", Arg: "HOST_IS_SLAVE,[fd00::1]:443"},
		"redirect=http://x.example:80/a:b":        {Kind: "redirect", Arg: "http://x.example:80/a:b"},
		"redirect=http://x.example/:pool.get_all": {Kind: "redirect", Arg: "http://x.example/", Method: "pool.get_all"},
		"delay=1m30s:session.login_with_password": {Kind: "delay", Arg: "1m30s", Method: "session.login_with_password"},
	} {
		got, err := ParseFault(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got)\n%s", text, err, diff)
		}
	}
}

func TestABadFaultIsRefusedWithTheRemedy(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                  `fault "": write KIND[=ARG][:METHOD[:COUNT]], as in status=503:VM.get_all_records:2 or html:*:-1`,
		"html:3":            `fault "html:3": write KIND`,
		"nope":              `fault "nope": the kinds are error, fault, html,`,
		"html=x":            "fault html: it takes no argument",
		"error":             "fault error: it needs an argument",
		"status=503:3":      `fault status: its argument is a whole number from 200 to 599, not "503:3"`,
		"truncate=100":      "fault truncate: its argument is a whole number from 0 to 99",
		"delay=soon":        `fault delay: its argument is a duration such as 1m30s, not "soon"`,
		"html:VM.get_all:0": `fault "html:VM.get_all:0": a count is a number from 1, or -1 for ever`,
	} {
		if _, err := ParseFault(text); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s:\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestAFaultMeetsItsMethodSoManyTimes(t *testing.T) {
	t.Parallel()
	s := newSim(t, Options{Faults: []Fault{{Kind: "error", Arg: "INTERNAL_ERROR,a,b", Method: "pool.get_all", Count: 2}}})
	session := login(t, s)
	var met []bool
	for range 2 {
		for _, method := range []string{"host.get_all", "pool.get_all"} {
			met = append(met, strings.Contains(call(t, s, method, session), "<value>INTERNAL_ERROR</value><value>a</value><value>b</value>"))
		}
	}
	met = append(met, strings.Contains(call(t, s, "pool.get_all", session), "INTERNAL_ERROR"))
	if diff := cmp.Diff([]bool{false, true, false, true, false}, met); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	s.Inject(Fault{Kind: "html", Count: -1})
	for range 3 {
		if body := call(t, s, "pool.get_all", session); !strings.HasPrefix(body, "<html>") {
			t.Errorf("a fault for ever was over: %s", body)
		}
	}
}

func TestAPoolThatHealedHasNoFaults(t *testing.T) {
	t.Parallel()
	s := newSim(t, Options{Faults: []Fault{{Kind: "html", Count: -1}, {Kind: "garbage", Count: 3}}})
	s.Heal()
	if ref := login(t, s); ref == "" {
		t.Error("no session")
	}
}

func TestNoBadFaultIsInjected(t *testing.T) {
	t.Parallel()
	if _, err := New(Options{Faults: []Fault{{Kind: "nope"}}}); err == nil {
		t.Error("New takes an unknown kind")
	}
	defer func() {
		if recover() == nil {
			t.Error("Inject takes an unknown kind")
		}
	}()
	newSim(t, Options{}).Inject(Fault{Kind: "nope"})
}

// faulty is a served pool that breaks the answers to VM.get_all_records, and that call's answer.
func faulty(t *testing.T, fault string) (*Sim, *http.Response, error) {
	t.Helper()
	f, err := ParseFault(fault)
	if err != nil {
		t.Fatal(err)
	}
	s := newSim(t, Options{})
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	session := login(t, s)
	s.Inject(f)
	client := &http.Client{
		Transport:     &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	t.Cleanup(client.CloseIdleConnections)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader(request("VM.get_all_records", session)))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err == nil {
		t.Cleanup(func() { resp.Body.Close() })
	}
	return s, resp, err
}

func TestFaultsOfOneAnswerDoWhatTheySay(t *testing.T) {
	t.Parallel()
	for fault, want := range map[string]struct {
		status   int
		contains string
	}{
		"fault":                        {200, "<methodResponse><fault>"},
		"html":                         {200, "<html>"},
		"status=503":                   {503, "<html><body><h1>Service Unavailable</h1>"},
		"redirect=http://x.example/":   {302, ""},
		"garbage":                      {200, "\x1f\x8b\xff<\x00"},
		"error=TOO_MANY_PENDING_TASKS": {200, "<name>Status</name><value>Failure</value></member><member><name>ErrorDescription</name><value><array><data><value>TOO_MANY_PENDING_TASKS</value></data>"},
		"huge=40000":                   {200, strings.Repeat("x", 40000) + "</value></member></struct></value></member><member><name>OpaqueRef:"},
		"nest=20000":                   {200, strings.Repeat("<array><data><value>", 20000) + strings.Repeat("</value></data></array>", 20000)},
		"slow=100000000":               {200, "</methodResponse>"},
		"delay=1ms":                    {200, "</methodResponse>"},
		"expire":                       {200, "SESSION_INVALID"},
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			_, resp, err := faulty(t, fault)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != want.status || !strings.Contains(string(body), want.contains) {
				t.Errorf("%v, status %d, %.200s", err, resp.StatusCode, body)
			}
		})
	}
}

func TestACallThatAFaultAnswersNeverComesToThePool(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"error=SESSION_AUTHENTICATION_FAILED", "fault", "html", "status=500", "redirect=http://x.example/"} {
		f, err := ParseFault(fault)
		if err != nil {
			t.Fatal(err)
		}
		s := newSim(t, Options{Faults: []Fault{f}})
		call(t, s, "session.login_with_password", "root", "xensim")
		if got := counts(s); got != "open 0, logins 0, logouts 0" {
			t.Errorf("%s: %s", fault, got)
		}
	}
}

func TestManyMoreRecordsComeWithThoseOfTheClass(t *testing.T) {
	t.Parallel()
	s, resp, err := faulty(t, "many=3000")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil || int64(len(body)) != resp.ContentLength {
		t.Errorf("%v after %d of %d bytes", err, len(body), resp.ContentLength)
	}
	if got, want := strings.Count(string(body), "<member><name>OpaqueRef:"), 3000+len(s.Objects("VM")); got != want {
		t.Errorf("%d records, want %d", got, want)
	}
	if !strings.HasSuffix(string(body), "</methodResponse>") {
		t.Errorf("it ends with %s", body[len(body)-50:])
	}
}

func TestAConnectionIsResetInTheHead(t *testing.T) {
	t.Parallel()
	_, resp, err := faulty(t, "behead")
	if !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("%v, %v", err, resp)
	}
}

func TestATruncatedAnswerIsGoodHTTP(t *testing.T) {
	t.Parallel()
	s, resp, err := faulty(t, "truncate=50")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil || int64(len(body)) != resp.ContentLength {
		t.Errorf("%v after %d of %d bytes", err, len(body), resp.ContentLength)
	}
	if whole := len(call(t, s, "VM.get_all_records", login(t, s))); len(body) != whole/2 {
		t.Errorf("%d bytes are not half of %d", len(body), whole)
	}
}

func TestAConnectionIsResetBeforeAndInTheAnswer(t *testing.T) {
	t.Parallel()
	if _, _, err := faulty(t, "reset=0"); !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, io.EOF) {
		t.Errorf("reset=0: %v", err)
	}
	_, resp, err := faulty(t, "reset=50")
	if err != nil { // the reset can overtake the half
		if !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("reset=50: %v", err)
		}
		return
	}
	if body, err := io.ReadAll(resp.Body); err == nil || int64(len(body)) >= resp.ContentLength {
		t.Errorf("reset=50: %v after %d of %d bytes", err, len(body), resp.ContentLength)
	}
}

func TestAStalledAnswerSendsItsShareAndNoMore(t *testing.T) {
	t.Parallel()
	_, resp, err := faulty(t, "stall=10")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(resp.Body, make([]byte, resp.ContentLength/10)); err != nil {
		t.Fatal(err)
	}
	more := make(chan error, 1)
	go func() {
		_, err := resp.Body.Read(make([]byte, 1))
		more <- err
	}()
	select {
	case err := <-more:
		t.Errorf("something came after the stall: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	resp.Body.Close()
	<-more
}

func TestADelayedLoginHasItsSessionOpen(t *testing.T) {
	t.Parallel()
	s := newSim(t, Options{Faults: []Fault{{Kind: "delay", Arg: "1h", Method: "session.login_with_password"}}})
	server := httptest.NewServer(s)
	defer server.Close()
	client := &http.Client{Timeout: 100 * time.Millisecond}
	_, err := client.Post(server.URL, "text/xml", strings.NewReader(request("session.login_with_password", "root", "xensim")))
	if err == nil {
		t.Fatal("the answer came at once")
	}
	if got := counts(s); got != "open 1, logins 1, logouts 0" {
		t.Error(got)
	}
}
