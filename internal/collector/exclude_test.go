package collector_test

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/collector"
	"syncd/internal/model"
	"syncd/internal/xenapi"
	"syncd/internal/xensim"
)

// overhears is a pool, and all that was asked of it.
type overhears struct {
	*xensim.Sim
	mu    sync.Mutex
	asked []string
}

func (o *overhears) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	o.mu.Lock()
	o.asked = append(o.asked, string(body))
	o.mu.Unlock()
	o.Sim.ServeHTTP(w, r)
}

// mentions of a class in what was asked: as XenAPI spells it in a method, in lower case as something to be told of.
func (o *overhears) mentions(class string) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	word := regexp.MustCompile(`>(` + class + `\.[a-z_]+|` + strings.ToLower(class) + `)<`)
	return word.FindAllString(strings.Join(o.asked, "\n"), -1)
}

func classes(names ...string) (all []*model.Class) {
	for _, name := range names {
		all = append(all, model.Lookup(name))
	}
	return all
}

func TestAClassThatIsLeftOutIsAskedForInNoCall(t *testing.T) {
	t.Parallel()
	sim, err := xensim.New(xensim.Options{Hosts: 2, VMs: 5})
	if err != nil {
		t.Fatal(err)
	}
	o := &overhears{Sim: sim}
	options := serve(t, o)
	s := &sink{refs: map[string][]string{}}
	out := classes("host_metrics", "VBD", "message")
	r := collect(t, options, collector.Plan{Most: 10, Exclude: out}, s)
	var want []string
	for _, c := range model.Classes {
		if slices.Contains(out, c) {
			want = append(want, "exclude "+c.Name)
		} else {
			want = append(want, "begin "+c.Name, "end "+c.Name)
		}
	}
	want = append(want, "begin changes", "end changes")
	steps := slices.DeleteFunc(s.steps, func(step string) bool { return step == "forget changes" })
	if diff := cmp.Diff(want, steps); diff != "" || !r.Quiet {
		t.Errorf("%+v, steps: %s", r, diff)
	}
	s.steps = nil
	told := rename(t, sim, "another")
	for _, class := range []string{"VBD", "host_metrics"} {
		if err := sim.Remove(class, sim.Objects(class)[0].Ref); err != nil {
			t.Fatal(err)
		}
	}
	plan := next(r)
	plan.Exclude = out
	r = collect(t, options, plan, s)
	foreign := func(step string) bool {
		return slices.ContainsFunc(out, func(c *model.Class) bool { return slices.Contains(strings.Fields(step), c.Name) })
	}
	if !r.Incremental || !r.Quiet || !slices.Contains(s.steps, told) || slices.ContainsFunc(s.steps, foreign) {
		t.Errorf("%+v, steps %v", r, s.steps)
	}
	session, err := xenapi.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	rename(t, sim, "yet another")
	if err := collector.Wait(t.Context(), session, r.Token, out, time.Minute); err != nil {
		t.Fatal(err)
	}
	for _, class := range out {
		if asked := o.mentions(class.Name); asked != nil {
			t.Errorf("the pool was asked for %v", asked)
		}
	}
	if len(o.mentions("VDI")) < 4 {
		t.Errorf("the pool was asked for a class that is not left out as %v", o.mentions("VDI"))
	}
}

func TestEverythingIsReadWhereOtherClassesAreLeftOut(t *testing.T) {
	t.Parallel()
	_, s, options, plan := changed(t)
	for _, c := range []struct {
		exclude     []*model.Class
		incremental bool
	}{
		{classes("VBD"), false},
		{classes("VBD"), true},
		{classes("VDI", "VBD"), false},
		{classes("VBD", "VDI"), true}, // the order means nothing
		{classes("VDI"), false},
		{nil, false},
		{nil, true},
	} {
		plan.Exclude, s.steps = c.exclude, nil
		r := collect(t, options, plan, s)
		if r.Incremental != c.incremental || !r.Incremental && !strings.Contains(r.Reason, "what is read of it") || r.Token == "" || !r.Quiet {
			t.Errorf("%v: %+v", c.exclude, r)
		}
		plan = next(r)
	}
}

func TestWhatGoesWithAClassThatIsLeftOutIsNotMissed(t *testing.T) {
	t.Parallel()
	_, s, options, plan := changed(t)
	plan.Full, plan.Exclude = "full_schedule", classes("VBD")
	if r := collect(t, options, plan, s); r.Since || r.Incremental || r.Reason != "full_schedule" {
		t.Errorf("%+v", r)
	}
}
