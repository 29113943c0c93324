package xensim

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestATokenOutlivesItsSession(t *testing.T) {
	t.Parallel()
	f := follow(t, Options{})
	f.ask(t, "*")
	call(t, f.sim, "session.logout", f.session)
	vm := objectWhere(t, f.sim, "VM", running).Ref
	if err := f.sim.Set("VM", vm, "name_label", "renamed"); err != nil {
		t.Fatal(err)
	}
	f.session = login(t, f.sim)
	if diff := cmp.Diff([]string{"mod vm " + vm}, f.ask(t, "*").events); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestAfterARestartAnOldTokenIsOneOfTheFuture(t *testing.T) {
	t.Parallel()
	f := follow(t, Options{Hosts: 1, VMs: 3})
	f.ask(t, "*")
	f.sim.Change(20)
	f.ask(t, "*")
	old, dead := f.token, f.session
	master := f.sim.Objects("pool")[0].Fields["master"].(string)
	started := func() any {
		return fieldOf(t, f.sim, "host", master, "other_config").(map[string]any)["agent_start_time"]
	}
	before := started()
	f.sim.Inject(Fault{Kind: "restart", Method: "event.from"})
	if body, err := f.raw(t.Context(), "0.0", "*"); err != nil || !strings.Contains(body, "<value>SESSION_INVALID</value><value>"+dead+"</value>") {
		t.Errorf("%v, %s", err, body)
	}
	f.session = login(t, f.sim)
	f.sim.Change(1)
	if got := f.ask(t, "*"); len(got.events) > 0 || got.token != old {
		t.Errorf("%s, and the token %s, not %s", got.events, got.token, old)
	}
	if started() == before {
		t.Errorf("agent_start_time is still %s", before)
	}
	f.token = ""
	got := f.ask(t, "host/"+master)
	if len(got.events) != 1 || !strings.Contains(got.snapshots[0], fmt.Sprintf("<name>agent_start_time</name><value>%s</value>", started())) {
		t.Errorf("the master alone: %s %s", got.events, got.snapshots)
	}
	if f.token = ""; f.ask(t, "*").token >= old {
		t.Errorf("the generations do not start low: %s after %s", f.token, old)
	}
	f.token = old // which hides what happens until the generations have come to it
	for generation(f.token) > generationOf(f.sim)-1 {
		f.sim.Change(20)
	}
	if got := f.ask(t, "*"); len(got.events) == 0 || got.token <= old {
		t.Errorf("the generations passed the token, and yet: %s, token %s", got.events, got.token)
	}
}

func generation(token string) int64 {
	n, _ := parseToken(token)
	return n
}

func generationOf(s *Sim) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.inv.generation
}

func TestDeletionsBeyondTheLimitAreForgottenWithoutAWord(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int]int{0: 257, 100: 51, 101: 100, 1: 1} {
		f := follow(t, Options{Deletions: limit})
		n := 100
		if limit == 0 {
			n = defaultDeletions
		}
		for i := range n {
			if err := f.sim.Add("network", fmt.Sprint("OpaqueRef:", i), nil); err != nil {
				t.Fatal(err)
			}
		}
		f.ask(t, "network")
		for i := range n {
			if err := f.sim.Remove("network", fmt.Sprint("OpaqueRef:", i)); err != nil {
				t.Fatal(err)
			}
		}
		got := f.ask(t, "network")
		told := 0
		for _, e := range got.events {
			if e == fmt.Sprint("del network OpaqueRef:", n-1-told) { // the newest first
				told++
			}
		}
		if told != want || len(got.events) != want || got.counts["network"] != fmt.Sprint(len(f.sim.Objects("network"))) {
			t.Errorf("limit %d: %d of %d events are deletions, want %d", limit, told, len(got.events), want)
		}
	}
	f := follow(t, Options{})
	f.ask(t, "*")
	if err := f.sim.Remove("network", f.sim.Objects("network")[0].Ref); err != nil {
		t.Fatal(err)
	}
	f.sim.Inject(Fault{Kind: "forget"})
	for _, e := range f.ask(t, "*").events {
		if strings.HasPrefix(e, "del") {
			t.Errorf("it was forgotten, and yet: %s", e)
		}
	}
}

func TestWhatIsWrongWithAnEventFromIsSaidAsXapiSaysIt(t *testing.T) {
	t.Parallel()
	f := follow(t, Options{})
	for _, token := range []string{"zzz", "x,y", "1", "1,", ",", "1,2,3", " "} {
		f.token = token
		if body, err := f.raw(t.Context(), "0.0", "vm"); err != nil || !strings.Contains(body, "<value>EVENT_FROM_TOKEN_PARSE_FAILURE</value><value>"+token+"</value>") {
			t.Errorf("%q: %v, %s", token, err, body)
		}
	}
	for args, want := range map[string]string{
		"":             "<value>MESSAGE_PARAMETER_COUNT_MISMATCH</value><value>event.from</value><value>3</value><value>0</value>",
		"a b":          "<value>MESSAGE_PARAMETER_COUNT_MISMATCH</value><value>event.from</value><value>3</value><value>2</value>",
		"vm 0,0 0.0":   "<value>INTERNAL_ERROR</value>",
		"vm 0,0 never": "<value>INTERNAL_ERROR</value>",
	} {
		if body := call(t, f.sim, "event.from", append([]string{f.session}, strings.Fields(args)...)...); !strings.Contains(body, want) {
			t.Errorf("%q: %s", args, body)
		}
	}
	for name, test := range map[string]struct {
		o    Options
		want string
	}{
		"before 6.0": {Options{Release: "5.6.1"}, "<value>MESSAGE_METHOD_UNKNOWN</value><value>event.from</value>"},
		"6.0":        {Options{Release: "6.0"}, "<name>events</name>"},
		"read-only":  {Options{Role: "read-only"}, "<name>events</name>"},
	} {
		f := follow(t, test.o)
		if body, err := f.raw(t.Context(), "0.0", "vm"); err != nil || !strings.Contains(body, test.want) {
			t.Errorf("%s: %v, %.300s", name, err, body)
		}
		if listed := strings.Contains(call(t, f.sim, "system.listMethods"), "event.from"); listed != (name != "before 6.0") {
			t.Errorf("%s: listed %v", name, listed)
		}
	}
	member := f.sim.Member("10.0.0.11")
	body := httptest.NewRecorder()
	member.ServeHTTP(body, httptest.NewRequestWithContext(t.Context(), "POST", "/", strings.NewReader(eventRequest(f.session, "", "0.0", "vm"))))
	if !strings.Contains(body.Body.String(), "<value>HOST_IS_SLAVE</value><value>10.0.0.11</value>") {
		t.Errorf("a member: %s", body.Body)
	}
}

func TestOldReleasesTellWhatIsNewAlsoAsModified(t *testing.T) {
	t.Parallel()
	f := follow(t, Options{Release: "6.2"})
	f.ask(t, "*")
	if err := f.sim.Add("network", "OpaqueRef:new", nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"add network OpaqueRef:new", "mod network OpaqueRef:new"}, f.ask(t, "*").events); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// poll starts an event.from within this process, without a network, and gives the channel of its answer.
func (f *follower) poll(t *testing.T, ctx context.Context, timeout string, classes ...string) <-chan string {
	answer := make(chan string, 1)
	go func() {
		w := httptest.NewRecorder()
		f.sim.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "POST", "/", strings.NewReader(eventRequest(f.session, f.token, timeout, classes...))))
		answer <- w.Body.String()
	}()
	return answer
}

func TestAPollWaitsForWhatItWants(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{})
		f := &follower{sim: s, session: login(t, s)}
		f.token = readEvents(t, <-f.poll(t, t.Context(), "0.0", "*")).token
		began := time.Now()

		answer := f.poll(t, t.Context(), "30.0", "vm")
		time.Sleep(10 * time.Second)
		network := s.Objects("network")[0].Ref
		if err := s.Set("network", network, "name_label", "x"); err != nil { // which it does not want, nor does it lock anybody out
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		vm := objectWhere(t, s, "VM", running).Ref
		if err := s.Set("VM", vm, "name_label", "x"); err != nil {
			t.Fatal(err)
		}
		if got := readEvents(t, <-answer); !cmp.Equal(got.events, []string{"mod vm " + vm}) || time.Since(began) != 20*time.Second {
			t.Errorf("after %s it tells %v", time.Since(began), got.events)
		}
		f.token = fmt.Sprintf("%020d,0", generationOf(s))

		began = time.Now()
		if got := readEvents(t, <-f.poll(t, t.Context(), "7.5", "vm")); len(got.events) > 0 || time.Since(began) != 7500*time.Millisecond || generation(got.token) != generationOf(s) {
			t.Errorf("after %s it tells %v", time.Since(began), got.events)
		}
		began = time.Now()
		if <-f.poll(t, t.Context(), "-1", "vm"); time.Since(began) != 24*time.Hour {
			t.Errorf("a timeout that is none is over after %s", time.Since(began))
		}
		if took := s.Served()["event.from"].Time; took != 0 { // no time goes by here but that of waiting
			t.Errorf("waiting is counted: %s", took)
		}
	})
}

func TestAPollEndsWithItsSessionAndWithItsClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{})
		f := &follower{sim: s, session: login(t, s)}
		f.token = readEvents(t, <-f.poll(t, t.Context(), "0.0", "*")).token
		for name, end := range map[string]func(){
			"logout":  func() { call(t, s, "session.logout", f.session) },
			"expiry":  s.Expire,
			"restart": s.Restart,
		} {
			f.session = login(t, s)
			answer := f.poll(t, t.Context(), "1000.0", "*")
			synctest.Wait()
			end()
			if got := <-answer; !strings.Contains(got, "<value>SESSION_INVALID</value><value>"+f.session+"</value>") {
				t.Errorf("%s: %.300s", name, got)
			}
		}
		f.session = login(t, s)
		f.token = fmt.Sprintf("%d,0", generationOf(s))
		ctx, cancel := context.WithCancel(t.Context())
		answer := f.poll(t, ctx, "1000.0", "*")
		synctest.Wait()
		cancel()
		if got := <-answer; got != "" { // synctest fails where a goroutine stays
			t.Errorf("the client went, and yet: %.300s", got)
		}
	})
}

func TestAPollOverARealConnectionIsWokenAndEndsWithIt(t *testing.T) {
	t.Parallel()
	f := follow(t, Options{})
	f.ask(t, "*")
	vm := objectWhere(t, f.sim, "VM", running).Ref
	woken := make(chan string, 1)
	go func() {
		body, _ := f.raw(t.Context(), "60.0", "vm")
		woken <- body
	}()
	waiting(t, f.sim)
	if err := f.sim.Set("VM", vm, "name_label", "x"); err != nil {
		t.Fatal(err)
	}
	if got := readEvents(t, <-woken); !cmp.Equal(got.events, []string{"mod vm " + vm}) {
		t.Errorf("%v", got.events)
	}
	f.ask(t, "*")
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() {
		_, err := f.raw(ctx, "3600.0", "vm")
		gone <- err
	}()
	waiting(t, f.sim)
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	// The server's Close, at the end of the test, waits for what is under way.
}

// waiting returns as soon as a call waits for news.
func waiting(t *testing.T, s *Sim) {
	t.Helper()
	for t.Context().Err() == nil {
		s.mu.Lock()
		some := s.inv.changed != nil
		s.mu.Unlock()
		if some {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func TestFaultsBreakTheAnswersOfEventFromToo(t *testing.T) {
	t.Parallel()
	for fault, want := range map[string]string{
		"error=EVENTS_LOST": "<value>EVENTS_LOST</value>",
		"expire":            "<value>SESSION_INVALID</value>",
		"html":              "<html>",
		"huge=40000":        "<name>events</name><value><array><data><value><struct><member><name>id</name><value>1</value></member>",
		"many=3":            "0badf00d-0000-4000-9000-000000000002</value></member></struct></value></member></struct></value><value><struct><member><name>id</name>",
	} {
		in, err := ParseFault(fault + ":event.from")
		if err != nil {
			t.Fatal(err)
		}
		f := follow(t, Options{Faults: []Fault{in}})
		body, err := f.raw(t.Context(), "0.0", "*")
		if err != nil || !strings.Contains(body, want) {
			t.Errorf("%s: %v, %.400s", fault, err, body)
		}
		if strings.Contains(want, "events") {
			if got := readEvents(t, body); got.events[0] != "add vm OpaqueRef:0badf00d-0000-4000-8000-000000000000" {
				t.Errorf("%s: %s", fault, got.events[0])
			}
		}
	}
}

func TestWhatIsReadAfterTheReferencesIsNoSnapshot(t *testing.T) {
	t.Parallel()
	f := follow(t, Options{Seed: 3})
	f.ask(t, "*")
	f.sim.Change(30)
	if err := f.sim.Set("pool", f.sim.Objects("pool")[0].Ref, "name_label", "the last that is told of"); err != nil {
		t.Fatal(err)
	}
	f.sim.Inject(Fault{Kind: "churn", Arg: "200", Method: "event.from"})
	noted := generationOf(f.sim)
	first := f.ask(t, "*")
	if generation(first.token) != noted || generationOf(f.sim) <= noted {
		t.Errorf("token %s, noted at %d of %d", first.token, noted, generationOf(f.sim))
	}
	again := f.ask(t, "*")
	told, newer := map[string]bool{}, 0
	for _, e := range first.events {
		told[e[4:]] = true
	}
	for _, e := range again.events {
		if told[e[4:]] {
			newer++
		}
	}
	if newer == 0 || len(f.ask(t, "*").events) > 0 {
		t.Errorf("of %d events none is told again in %d, or it is never quiet", len(first.events), len(again.events))
	}
}

func TestWhatAMethodCostIsCounted(t *testing.T) {
	t.Parallel()
	f := follow(t, Options{})
	body, err := f.raw(t.Context(), "0.0", "*")
	if err != nil {
		t.Fatal(err)
	}
	call(t, f.sim, "VM.get_all_records", f.session)
	records := call(t, f.sim, "VM.get_all_records", f.session)
	served := f.sim.Served()
	if got := served["event.from"]; got.Calls != 1 || got.Bytes != int64(len(body)) || got.Time <= 0 {
		t.Errorf("event.from of %d bytes: %+v", len(body), got)
	}
	if got := served["VM.get_all_records"]; got.Calls != 2 || got.Bytes != 2*int64(len(records)) {
		t.Errorf("twice %d bytes: %+v", len(records), got)
	}
}
