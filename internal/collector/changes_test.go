package collector_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/collector"
	"syncd/internal/model"
	"syncd/internal/xenapi"
	"syncd/internal/xensim"
)

// collect makes a pass that may ask for changes.
func collect(t *testing.T, options xenapi.Options, plan collector.Plan, s *sink) collector.Reading {
	t.Helper()
	plan.Changes = true
	r, err := collector.Collect(t.Context(), options, plan, s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// next is the plan of a pass after one, which reads everything rather than more than ten changes.
func next(r collector.Reading) collector.Plan {
	return collector.Plan{Changes: true, Token: r.Token, Source: r.Source, Most: 10}
}

// changed is a pool after a first pass, whose sink has forgotten that.
func changed(t *testing.T) (*xensim.Sim, *sink, xenapi.Options, collector.Plan) {
	t.Helper()
	sim, s, options := pool(t)
	r := collect(t, options, collector.Plan{Most: 10}, s)
	if r.Incremental || !r.Quiet || r.Since || r.Token == "" || r.Source == "" {
		t.Fatalf("the first pass is %+v", r)
	}
	s.steps = nil
	return sim, s, options, next(r)
}

// rename changes a VM, and returns what a sink is told of it.
func rename(t *testing.T, sim *xensim.Sim, name string) string {
	t.Helper()
	vm := sim.Objects("VM")[0].Ref
	if err := sim.Set("VM", vm, "name_label", name); err != nil {
		t.Fatal(err)
	}
	return "VM " + vm + " deleted: false"
}

func inject(t *testing.T, sim *xensim.Sim, faults ...string) {
	t.Helper()
	for _, text := range faults {
		f, err := xensim.ParseFault(text)
		if err != nil {
			t.Fatal(err)
		}
		sim.Inject(f)
	}
}

// whole tells whether a sink was given every class.
func (s *sink) whole() bool {
	return !slices.ContainsFunc(model.Classes, func(c *model.Class) bool {
		return !slices.Contains(s.steps, "end "+c.Name) && !slices.Contains(s.steps, "missing "+c.Name+" MESSAGE_METHOD_UNKNOWN")
	})
}

func TestAPassTakesWhatChangedAndThePoolAlone(t *testing.T) {
	t.Parallel()
	sim, s, options, plan := changed(t)
	told := rename(t, sim, "another")
	gone := sim.Objects("VDI")[0].Ref
	if err := sim.Remove("VDI", gone); err != nil {
		t.Fatal(err)
	}
	r := collect(t, options, plan, s)
	if !r.Incremental || !r.Quiet || r.Rounds != 2 || r.Reason != "" || r.Token == plan.Token || r.Source != plan.Source {
		t.Errorf("%+v", r)
	}
	if got, want := r.Counts["VDI"], int64(len(sim.Objects("VDI"))); got != want {
		t.Errorf("%d disks are counted, want %d", got, want)
	}
	// VBDs that led to the disk are as they were, and its SR lists it no more.
	steps := slices.DeleteFunc(s.steps, func(step string) bool { return strings.HasPrefix(step, "SR ") })
	want := []string{"begin pool", "end pool", "begin changes", told, "VDI " + gone + " deleted: true", "end changes", "begin changes", "end changes",
		"begin message", "end message"}
	if diff := cmp.Diff(want, steps); diff != "" {
		t.Error(diff)
	}
	s.steps = nil
	if r := collect(t, options, next(r), s); !r.Incremental || r.Rounds != 1 || r.Changes != 0 {
		t.Errorf("of nothing: %+v", r)
	}
}

func TestEverythingIsReadWhereWhatChangedWillNotDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil  func(t *testing.T, sim *xensim.Sim, plan *collector.Plan)
		reason string // of it a part
		since  bool
	}{
		"at first":            {func(_ *testing.T, _ *xensim.Sim, p *collector.Plan) { p.Token, p.Source = "", "" }, "no earlier pass", false},
		"the caller wants it": {func(_ *testing.T, _ *xensim.Sim, p *collector.Plan) { p.Full = "full_schedule" }, "full_schedule", true},
		"the caller wants it, and cannot know since when": {func(_ *testing.T, _ *xensim.Sim, p *collector.Plan) {
			p.Full, p.Token, p.Source = "the pass before failed", "", ""
		}, "the pass before failed", false},
		"the toolstack restarted": {func(_ *testing.T, sim *xensim.Sim, _ *collector.Plan) { sim.Restart() }, "is another", false},
		"the toolstack restarted, and everything was wanted": {func(_ *testing.T, sim *xensim.Sim, p *collector.Plan) {
			sim.Restart()
			p.Full = "full_schedule"
		}, "full_schedule", false},
		"another master": {func(t *testing.T, sim *xensim.Sim, _ *collector.Plan) {
			if err := sim.Set("pool", sim.Objects("pool")[0].Ref, "master", sim.Objects("host")[1].Ref); err != nil {
				t.Fatal(err)
			}
		}, "is another", false},
		"too many changes": {func(_ *testing.T, sim *xensim.Sim, _ *collector.Plan) { sim.Change(50) }, "more than 10 changes", false},
		"too many changes to know what was missed": {func(_ *testing.T, sim *xensim.Sim, p *collector.Plan) {
			sim.Change(50)
			p.Full = "full_schedule"
		}, "full_schedule", false},
		"events are lost": {func(t *testing.T, sim *xensim.Sim, _ *collector.Plan) {
			inject(t, sim, "delay=0s:event.from", "error=EVENTS_LOST:event.from")
		}, "EVENTS_LOST", false},
		"the token is not understood": {func(_ *testing.T, _ *xensim.Sim, p *collector.Plan) { p.Token = "garbage" }, "EVENT_FROM_TOKEN_PARSE_FAILURE", false},
		"the session is lost between": {func(t *testing.T, sim *xensim.Sim, _ *collector.Plan) {
			inject(t, sim, "delay=0s:event.from", "expire:event.from")
		}, "the session was lost", false},
		"the toolstack restarts between": {func(t *testing.T, sim *xensim.Sim, _ *collector.Plan) {
			inject(t, sim, "delay=0s:event.from", "restart:event.from")
		}, "the session was lost", false},
		"an answer that is no XML": {func(t *testing.T, sim *xensim.Sim, _ *collector.Plan) {
			inject(t, sim, "delay=0s:event.from", "fault:event.from")
		}, "fault", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim, s, options, plan := changed(t)
			rename(t, sim, "another")
			c.spoil(t, sim, &plan)
			r := collect(t, options, plan, s)
			if r.Incremental || !strings.Contains(r.Reason, c.reason) || r.Since != c.since {
				t.Errorf("%+v", r)
			}
			if !s.whole() {
				t.Errorf("steps %v", s.steps)
			}
			if !r.Quiet || r.Token == "" {
				t.Errorf("it leaves nothing to go on from: %+v", r)
			}
			s.steps = nil
			told := rename(t, sim, "yet another")
			if r := collect(t, options, next(r), s); !r.Incremental || !slices.Contains(s.steps, told) {
				t.Errorf("the next pass is %+v", r)
			}
		})
	}
}

func TestAPoolThatCannotTellIsReadWithoutAQuestionMore(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(t *testing.T) (*xensim.Sim, *sink, xenapi.Options){
		"a release without event.from": func(t *testing.T) (*xensim.Sim, *sink, xenapi.Options) {
			sim, err := xensim.New(xensim.Options{Hosts: 2, VMs: 5, Release: "5.6"})
			if err != nil {
				t.Fatal(err)
			}
			return sim, &sink{refs: map[string][]string{}}, serve(t, sim)
		},
		"an account that may not ask": func(t *testing.T) (*xensim.Sim, *sink, xenapi.Options) {
			return pool(t, "error=RBAC_PERMISSION_DENIED,event.from,no:event.from:-1")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, s, options := begin(t)
			r := collect(t, options, collector.Plan{Token: "00000000000000000001,00000000000000000000", Source: "s", Most: 10}, s)
			if r.Incremental || r.Token != "" || r.Counts != nil || r.Quiet || r.Reason != "the pool cannot tell what changed" || !s.whole() {
				t.Errorf("%+v", r)
			}
		})
	}
}

// serve makes a pool answer, and the options of its sessions.
func serve(t *testing.T, h http.Handler) xenapi.Options {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return xenapi.Options{URLs: []string{server.URL}, Username: "root", Password: "xensim", Version: "test"}
}

func TestWhatIsAskedOfAPoolThatNeverRestsEnds(t *testing.T) {
	t.Parallel()
	for _, full := range []string{"", "full_schedule"} {
		sim, s, options, plan := changed(t)
		plan.Full, plan.Most = full, 1000
		names := 0
		s.change = func() {
			names++
			rename(t, sim, fmt.Sprint("it goes on ", names))
		}
		rename(t, sim, "it begins")
		r := collect(t, options, plan, s)
		if r.Incremental != (full == "") || r.Rounds != 5 || r.Quiet || r.Token == "" {
			t.Errorf("%+v", r)
		}
		// What came behind the last answer is the next pass's.
		s.change, s.steps = nil, nil
		if r := collect(t, options, next(r), s); !r.Incremental || !r.Quiet || r.Changes == 0 {
			t.Errorf("the next is %+v", r)
		}
	}
}

func TestRoundsGoOnUntilThePoolIsQuiet(t *testing.T) {
	t.Parallel()
	sim, s, options, plan := changed(t)
	left := 2
	s.change = func() {
		if left--; left >= 0 {
			rename(t, sim, strings.Repeat("x", 2+left))
		}
	}
	rename(t, sim, "it begins")
	if r := collect(t, options, plan, s); !r.Incremental || r.Rounds != 4 || !r.Quiet || r.Changes != 3 {
		t.Errorf("%+v", r)
	}
}

func TestAnAnswerOfChangesThatBreaksOffIsBegunAgain(t *testing.T) {
	t.Parallel()
	sim, s, options, plan := changed(t)
	told := rename(t, sim, "another")
	inject(t, sim, "delay=0s:event.from", "reset=95:event.from")
	if r := collect(t, options, plan, s); !r.Incremental || r.Rounds != 2 {
		t.Errorf("%+v", r)
	}
	want := []string{"begin pool", "end pool", "begin changes", told, "begin changes", told, "end changes", "begin changes", "end changes",
		"begin message", "end message"}
	if diff := cmp.Diff(want, s.steps); diff != "" {
		t.Error(diff)
	}
}

func TestChangesThatWillNotDoAreForgottenBeforeEverythingIsRead(t *testing.T) {
	t.Parallel()
	sim, s, options, plan := changed(t)
	rename(t, sim, "another")
	plan.Most = 0
	if r := collect(t, options, plan, s); r.Incremental {
		t.Errorf("%+v", r)
	}
	forgot, read := slices.Index(s.steps, "forget changes"), slices.Index(s.steps, "begin host")
	if forgot < 0 || read < forgot {
		t.Errorf("steps %v", s.steps)
	}
}

func TestWhatChangesWhileEverythingIsReadIsToldBehindIt(t *testing.T) {
	t.Parallel()
	sim, s, options := pool(t)
	told := ""
	s.begin = func(class string) error {
		if class == model.Classes[len(model.Classes)-1].Name {
			told = rename(t, sim, "while it is read")
		}
		return nil
	}
	r := collect(t, options, collector.Plan{Most: 10}, s)
	if !r.Quiet || r.Rounds != 2 {
		t.Errorf("%+v", r)
	}
	want := []string{"end " + model.Classes[len(model.Classes)-1].Name, "begin changes", told, "end changes", "begin changes", "end changes"}
	if diff := cmp.Diff(want, s.steps[len(s.steps)-len(want):]); diff != "" {
		t.Error(diff)
	}
}

func TestAToolstackThatRestartsWhileEverythingIsReadLeavesNothingToGoOnFrom(t *testing.T) {
	t.Parallel()
	sim, s, options := pool(t)
	inject(t, sim, "restart:VBD.get_all_records")
	r := collect(t, options, collector.Plan{Most: 10}, s)
	if r.Token != "" || r.Source != "" || r.Quiet || r.Counts != nil || s.steps[len(s.steps)-1] != "forget changes" {
		t.Errorf("%+v, steps %v", r, s.steps)
	}
}

func TestATokenThatComesBackOlderIsOfAnotherDatabase(t *testing.T) {
	t.Parallel()
	sim, s, _, plan := changed(t)
	rename(t, sim, "another")
	// Another release answers a token of the future with what it has, and xensim gives it back.
	token := regexp.MustCompile(`<name>token</name><value>[^<]*</value>`)
	lower := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		answer := httptest.NewRecorder()
		sim.ServeHTTP(answer, r)
		out := answer.Body.Bytes()
		if bytes.Contains(body, []byte(plan.Token)) {
			out = token.ReplaceAll(out, []byte(`<name>token</name><value>00000000000000000001,00000000000000000000</value>`))
		}
		w.Header().Set("Content-Type", "text/xml")
		w.Write(out)
	})
	r := collect(t, serve(t, lower), plan, s)
	if r.Incremental || !strings.Contains(r.Reason, "older") || !s.whole() || !r.Quiet {
		t.Errorf("%+v", r)
	}
}

func TestWhatCameSinceTheLastPassAndGoesWhileEverythingIsReadIsToldAsGone(t *testing.T) {
	t.Parallel()
	sim, s, options, plan := changed(t)
	if err := sim.Add("VIF", "OpaqueRef:brief", map[string]any{"uuid": "brief", "VM": sim.Objects("VM")[0].Ref}); err != nil {
		t.Fatal(err)
	}
	s.begin = func(class string) error {
		if class == "VBD" { // behind VIF
			return sim.Remove("VIF", "OpaqueRef:brief")
		}
		return nil
	}
	plan.Full = "full_schedule"
	r := collect(t, options, plan, s)
	if !r.Since || !r.Quiet || !slices.Contains(s.refs["VIF"], "OpaqueRef:brief") || !slices.Contains(s.steps, "VIF OpaqueRef:brief deleted: true") {
		t.Errorf("%+v, steps %v", r, s.steps)
	}
}
