package collector_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/collector"
	"syncd/internal/model"
	"syncd/internal/xenapi"
	"syncd/internal/xensim"
)

// sink keeps what a pass hands over, in memory. A hook that is not nil is called as well, and what it returns is
// returned.
type sink struct {
	steps    []string // begin CLASS, end CLASS, missing CLASS NOTE, exclude CLASS
	identity string
	open     *model.Class
	refs     map[string][]string // by class, of records that were staged
	pairs    []string            // host and VM of Resident
	begin    func(class string) error
	stage    func(rec *model.Record) error
	change   func()
}

func (s *sink) Identify(_ context.Context, uuid string) error {
	s.identity = uuid
	return nil
}

func (s *sink) Begin(_ context.Context, class *model.Class) error {
	s.steps = append(s.steps, "begin "+class.Name)
	s.open = class
	s.refs[class.Name] = nil
	if class.Name == "host" {
		s.pairs = nil
	}
	if s.begin != nil {
		return s.begin(class.Name)
	}
	return nil
}

func (s *sink) Unchanged(*model.Record) bool { return false }

func (s *sink) Stage(_ context.Context, rec *model.Record) error {
	s.refs[s.open.Name] = append(s.refs[s.open.Name], string(rec.Ref))
	if s.stage != nil {
		return s.stage(rec)
	}
	return nil
}

func (s *sink) Resident(host, vm string) { s.pairs = append(s.pairs, host+" "+vm) }

func (s *sink) End(context.Context) error {
	s.steps = append(s.steps, "end "+s.open.Name)
	return nil
}

func (s *sink) BeginChanges(context.Context) error {
	s.steps = append(s.steps, "begin changes")
	return nil
}

func (s *sink) Change(_ context.Context, rec *model.Record, deleted bool, _ int64) error {
	s.steps = append(s.steps, fmt.Sprintf("%s %s deleted: %v", rec.Class.Name, rec.Ref, deleted))
	if s.change != nil {
		s.change()
	}
	return nil
}

func (s *sink) EndChanges(context.Context) error {
	s.steps = append(s.steps, "end changes")
	return nil
}

func (s *sink) ForgetChanges(context.Context) error {
	s.steps = append(s.steps, "forget changes")
	return nil
}

func (s *sink) Missing(class *model.Class, note string) {
	s.steps = append(s.steps, "missing "+class.Name+" "+note)
}

func (s *sink) Exclude(_ context.Context, class *model.Class) error {
	s.steps = append(s.steps, "exclude "+class.Name)
	return nil
}

// pool is a simulated pool, a sink and the options of a session. No session may be open when the test ends.
func pool(t *testing.T, faults ...string) (*xensim.Sim, *sink, xenapi.Options) {
	t.Helper()
	sim, err := xensim.New(xensim.Options{Hosts: 2, VMs: 5})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range faults {
		f, err := xensim.ParseFault(text)
		if err != nil {
			t.Fatal(err)
		}
		sim.Inject(f)
	}
	server := httptest.NewServer(sim)
	t.Cleanup(func() {
		server.Close()
		if open, logins, _ := sim.Sessions(); open != 0 || logins == 0 {
			t.Errorf("%d sessions open after %d logins", open, logins)
		}
	})
	return sim, &sink{refs: map[string][]string{}}, xenapi.Options{
		URLs: []string{server.URL}, Username: "root", Password: "xensim", Version: "test", Log: slog.New(slog.DiscardHandler)}
}

func TestAPassReadsEveryClassToItsEndPoolFirst(t *testing.T) {
	t.Parallel()
	sim, s, options := pool(t)
	if _, err := collector.Collect(t.Context(), options, collector.Plan{}, s); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, c := range model.Classes {
		want = append(want, "begin "+c.Name, "end "+c.Name)
	}
	if diff := cmp.Diff(want, s.steps); diff != "" {
		t.Error(diff)
	}
	if want := sim.Objects("pool")[0].Fields["uuid"]; s.identity != want {
		t.Errorf("identified as %q, want %q", s.identity, want)
	}
	for _, c := range model.Classes {
		var want []string
		for _, o := range sim.Objects(c.Name) {
			want = append(want, o.Ref)
		}
		if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(s.refs[c.Name]))); diff != "" {
			t.Errorf("%s: %s", c.Name, diff)
		}
	}
	var pairs []string
	for _, o := range sim.Objects("VM") {
		if host := o.Fields["resident_on"].(string); host != "OpaqueRef:NULL" {
			pairs = append(pairs, host+" "+o.Ref)
		}
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(pairs)), slices.Sorted(slices.Values(s.pairs))); diff != "" {
		t.Errorf("residents: %s", diff)
	}
}

func TestAClassThatThePoolLacksIsNotedAndThePassGoesOn(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"MESSAGE_METHOD_UNKNOWN,VIF.get_all_records", "MESSAGE_REMOVED", "RBAC_PERMISSION_DENIED,host.call_extension,No permission"} {
		_, s, options := pool(t, "error="+code+":VIF.get_all_records:-1")
		options.Log = nil // says nothing, and is no other pass
		if _, err := collector.Collect(t.Context(), options, collector.Plan{}, s); err != nil {
			t.Errorf("%s: %v", code, err)
		}
		name, _, _ := strings.Cut(code, ",")
		if !slices.Contains(s.steps, "missing VIF "+name) || slices.Contains(s.steps, "end VIF") || !slices.Contains(s.steps, "end VBD") {
			t.Errorf("%s: %v", code, s.steps)
		}
	}
}

func TestANewLoginThatIsNotUnderstoodLeavesOutNoClass(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"session.login_with_password", "pool.get_all_records"} {
		sim, s, options := pool(t)
		s.begin = func(class string) error {
			if class == "network" {
				for _, text := range []string{"expire:VIF.get_all_records", "error=MESSAGE_METHOD_UNKNOWN:" + method} {
					f, err := xensim.ParseFault(text)
					if err != nil {
						return err
					}
					sim.Inject(f)
				}
			}
			return nil
		}
		_, err := collector.Collect(t.Context(), options, collector.Plan{}, s)
		if err == nil || !strings.Contains(err.Error(), "reading VIF") || slices.ContainsFunc(s.steps, func(step string) bool { return strings.HasPrefix(step, "missing") }) {
			t.Errorf("%s: %v, steps %s", method, err, s.steps)
		}
	}
}

func TestAPoolThatLacksTheClassPoolIsAnError(t *testing.T) {
	t.Parallel()
	_, s, options := pool(t, "error=MESSAGE_REMOVED:pool.get_all_records:-1")
	if _, err := collector.Collect(t.Context(), options, collector.Plan{}, s); err == nil {
		t.Error("no error")
	}
}

func TestAPoolWithoutAUUIDIsRefused(t *testing.T) {
	t.Parallel()
	sim, s, options := pool(t)
	if err := sim.Set("pool", sim.Objects("pool")[0].Ref, "uuid", ""); err != nil {
		t.Fatal(err)
	}
	_, err := collector.Collect(t.Context(), options, collector.Plan{}, s)
	if err == nil || !strings.Contains(err.Error(), "no uuid") || len(s.refs["pool"]) != 0 {
		t.Errorf("error %v, staged %v", err, s.refs)
	}
}

func TestTwoPoolRecordsAreRefused(t *testing.T) {
	t.Parallel()
	sim, s, options := pool(t)
	if err := sim.Add("pool", "OpaqueRef:second", map[string]any{"uuid": "second"}); err != nil {
		t.Fatal(err)
	}
	_, err := collector.Collect(t.Context(), options, collector.Plan{}, s)
	if err == nil || !strings.Contains(err.Error(), "2 records instead of one") {
		t.Errorf("error %v", err)
	}
	if slices.Contains(s.steps, "end pool") {
		t.Errorf("steps %v", s.steps)
	}
}

func TestAHostThatJoinsBehindTheHostsIsReadWithThemOnceMore(t *testing.T) {
	t.Parallel()
	sim, s, options := pool(t)
	const host = "OpaqueRef:00000000-0000-0000-0000-00000000beef"
	s.begin = func(class string) error {
		if class != "host_metrics" {
			return nil // between host and VM
		}
		s.begin = nil
		if err := sim.Add("host", host, map[string]any{"uuid": "late", "name_label": "late"}); err != nil {
			return err
		}
		return sim.Set("VM", sim.Objects("VM")[0].Ref, "resident_on", host)
	}
	if _, err := collector.Collect(t.Context(), options, collector.Plan{}, s); err != nil {
		t.Fatal(err)
	}
	if got := s.steps[len(s.steps)-2:]; !cmp.Equal(got, []string{"begin host", "end host"}) {
		t.Errorf("the last steps are %v", got)
	}
	if !slices.Contains(s.refs["host"], host) {
		t.Errorf("hosts %v", s.refs["host"])
	}
	if n := len(s.steps); n != 2*len(model.Classes)+2 {
		t.Errorf("%d steps: %v", n, s.steps)
	}
}

func TestAResidentOnThatStaysDanglingCostsOneMoreReadingAndNoError(t *testing.T) {
	t.Parallel()
	sim, s, options := pool(t)
	if err := sim.Set("VM", sim.Objects("VM")[0].Ref, "resident_on", "OpaqueRef:nowhere"); err != nil {
		t.Fatal(err)
	}
	if _, err := collector.Collect(t.Context(), options, collector.Plan{}, s); err != nil {
		t.Fatal(err)
	}
	if n := len(s.steps); n != 2*len(model.Classes)+2 {
		t.Errorf("%d steps: %v", n, s.steps)
	}
}

func TestAnAnswerThatBreaksOffIsReadAgainFromItsBeginning(t *testing.T) {
	t.Parallel()
	sim, s, options := pool(t, "reset=50:VM.get_all_records")
	if _, err := collector.Collect(t.Context(), options, collector.Plan{}, s); err != nil {
		t.Fatal(err)
	}
	if i := slices.Index(s.steps, "begin VM"); !cmp.Equal(s.steps[i:i+3], []string{"begin VM", "begin VM", "end VM"}) {
		t.Errorf("steps %v", s.steps)
	}
	if got, want := len(s.refs["VM"]), len(sim.Objects("VM")); got != want {
		t.Errorf("%d VMs, want %d", got, want)
	}
}

func TestWhateverFailsTheSessionIsClosed(t *testing.T) {
	t.Parallel()
	broken := errors.New("the sink is broken")
	for name, spoil := range map[string]func(context.CancelFunc, *sink){
		"begin": func(_ context.CancelFunc, s *sink) {
			s.begin = func(class string) error {
				if class == "VM" {
					return broken
				}
				return nil
			}
		},
		"stage":  func(_ context.CancelFunc, s *sink) { s.stage = func(*model.Record) error { return broken } },
		"cancel": func(cancel context.CancelFunc, s *sink) { s.stage = func(*model.Record) error { cancel(); return nil } },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, s, options := pool(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			spoil(cancel, s)
			_, err := collector.Collect(ctx, options, collector.Plan{}, s)
			if want := map[bool]error{true: context.Canceled, false: broken}[name == "cancel"]; !errors.Is(err, want) {
				t.Errorf("error %v, want %v", err, want)
			}
		})
	}
	t.Run("panic", func(t *testing.T) {
		t.Parallel()
		_, s, options := pool(t)
		s.stage = func(*model.Record) error { panic("in the sink") }
		defer func() {
			if got := fmt.Sprint(recover()); got != "in the sink" {
				t.Errorf("recovered %s", got)
			}
		}()
		_, _ = collector.Collect(t.Context(), options, collector.Plan{}, s)
	})
}
