package xensim

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/model"
)

// follower is a client of event.from over real HTTP.
type follower struct {
	sim     *Sim
	url     string
	session string
	token   string
}

func follow(t *testing.T, o Options) *follower {
	t.Helper()
	s := newSim(t, o)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return &follower{sim: s, url: server.URL, session: login(t, s)}
}

// told is an answer of event.from: what happened, such as "mod vm OpaqueRef:…", with each object's record.
type told struct {
	events    []string
	snapshots []string // "" of a del
	ids       []string
	counts    map[string]string
	token     string
}

func eventRequest(session, token, timeout string, classes ...string) string {
	var b strings.Builder
	b.WriteString("<methodCall><methodName>event.from</methodName><params><param><value><string>" + session + "</string></value></param><param><value><array><data>")
	for _, c := range classes {
		b.WriteString("<value><string>" + c + "</string></value>")
	}
	b.WriteString("</data></array></value></param><param><value><string>")
	xml.EscapeText(&b, []byte(token))
	return b.String() + "</string></value></param><param><value><double>" + timeout + "</double></value></param></params></methodCall>"
}

// raw is the body of an answer to event.from.
func (f *follower) raw(ctx context.Context, timeout string, classes ...string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, f.url, strings.NewReader(eventRequest(f.session, f.token, timeout, classes...)))
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// ask is one event.from that waits for nothing; the next one goes on from it.
func (f *follower) ask(t *testing.T, classes ...string) told {
	t.Helper()
	return f.wait(t, "0.0", classes...)
}

func (f *follower) wait(t *testing.T, timeout string, classes ...string) told {
	t.Helper()
	body, err := f.raw(t.Context(), timeout, classes...)
	if err != nil {
		t.Fatal(err)
	}
	got := readEvents(t, body)
	f.token = got.token
	return got
}

func readEvents(t *testing.T, body string) told {
	t.Helper()
	names, envelope := parse(t, body).Children[0].Children[0].Children[0].members()
	if len(envelope) != 2 || envelope[0].Text != "Success" || names[1] != "Value" {
		t.Fatalf("no success: %.300s", body)
	}
	names, values := envelope[1].members()
	if diff := cmp.Diff([]string{"events", "valid_ref_counts", "token"}, names); diff != "" {
		t.Fatalf("an answer's members (-want +got):\n%s", diff)
	}
	got := told{token: values[2].Text, counts: map[string]string{}}
	for _, e := range values[0].elems() {
		_, v := e.members()
		got.ids = append(got.ids, v[0].Text)
		got.events = append(got.events, v[3].Text+" "+v[2].Text+" "+v[4].Text)
	}
	pieces := strings.Split(body, "<value><struct><member><name>id</name>")
	for _, piece := range pieces[1:] {
		_, snapshot, _ := strings.Cut(piece, "<name>snapshot</name>")
		snapshot, _, _ = strings.Cut(snapshot, "</data></array></value></member><member><name>valid_ref_counts</name>")
		got.snapshots = append(got.snapshots, strings.TrimSuffix(snapshot, snapshotTail))
	}
	classes, counts := values[1].members()
	for i, class := range classes {
		got.counts[class] = counts[i].Children[0].Text
	}
	return got
}

func TestTheEmptyTokenTellsEveryObjectWithItsRecord(t *testing.T) {
	t.Parallel()
	for _, release := range []string{"", "7.0"} {
		f := follow(t, Options{Seed: 9, Release: release})
		f.sim.Change(40)
		got := f.ask(t, "*")
		var want []string
		records := map[string]string{}
		for _, name := range eventClasses {
			t0 := f.sim.inv.tables[name]
			if !f.sim.inv.has(name) {
				if n, counted := got.counts[strings.ToLower(name)]; counted {
					t.Errorf("release %q has no %s, and counts %s", release, name, n)
				}
				continue
			}
			var refs []string
			for _, o := range t0.rows {
				refs = append(refs, o.ref)
				records[o.ref] = string(t0.record(o))
			}
			slices.Sort(refs)
			for _, ref := range refs {
				want = append(want, "add "+strings.ToLower(name)+" "+ref)
			}
			if n := got.counts[strings.ToLower(name)]; n != fmt.Sprint(len(refs)) && name != "Host_driver" {
				t.Errorf("%s: %s are counted of %d", name, n, len(refs))
			}
		}
		// The first host and its metrics are known since before the generations.
		for _, class := range []string{"host", "host_metrics"} {
			first := "add " + class + " " + f.sim.inv.tables[class].rows[0].ref
			want = slices.DeleteFunc(want, func(s string) bool { return s == first })
			want = append(want, "mod"+strings.TrimPrefix(first, "add"))
		}
		if diff := cmp.Diff(want, got.events); diff != "" {
			t.Fatalf("(-want +got)\n%s", diff)
		}
		all := call(t, f.sim, "VM.get_all_records", f.session)
		for i, e := range got.events {
			_, ref, _ := strings.Cut(e[4:], " ")
			if got.snapshots[i] != records[ref] {
				t.Fatalf("%s: the snapshot is not the record:\n%s\n%s", e, got.snapshots[i], records[ref])
			}
			if strings.HasPrefix(e, "add vm ") && !strings.Contains(all, "<member><name>"+ref+"</name>"+got.snapshots[i]+"</member>") {
				t.Errorf("%s: get_all_records has another record", e)
			}
		}
		if got := f.ask(t, "*"); len(got.events) > 0 {
			t.Errorf("nothing changed, and yet: %v", got.events)
		}
	}
}

func TestOnlyWhatChangedIsToldAndOnce(t *testing.T) {
	t.Parallel()
	f := follow(t, Options{})
	vm := objectWhere(t, f.sim, "VM", running)
	first := f.ask(t, "vm", "network")
	set := func(ref, field string, value any) {
		t.Helper()
		if err := f.sim.Set("VM", ref, field, value); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(classes []string, want ...string) told {
		t.Helper()
		got := f.ask(t, classes...)
		if diff := cmp.Diff(want, got.events); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		return got
	}
	both := []string{"vm", "network"}

	set(vm.Ref, "name_label", "twice")
	set(vm.Ref, "name_label", "renamed twice")
	if got := expect(both, "mod vm "+vm.Ref); !strings.Contains(got.snapshots[0], "<value>renamed twice</value>") || got.token <= first.token {
		t.Errorf("token %s after %s, %s", got.token, first.token, got.snapshots[0])
	}
	set(vm.Ref, "name_label", "renamed twice") // the value that is there already
	before := f.token
	if expect(both); f.token != before {
		t.Errorf("nothing changed, and yet the token became %s", f.token)
	}
	if err := f.sim.Add("network", "OpaqueRef:net", map[string]any{"name_label": "new"}); err != nil {
		t.Fatal(err)
	}
	if err := f.sim.Set("network", "OpaqueRef:net", "name_label", "newer"); err != nil {
		t.Fatal(err)
	}
	got := expect(both, "add network OpaqueRef:net")
	if got.ids[0] >= strings.TrimLeft(strings.Split(f.token, ",")[0], "0") {
		t.Errorf("the id of an add is the generation of its making, not %s of token %s", got.ids[0], f.token)
	}
	if err := f.sim.Remove("network", "OpaqueRef:net"); err != nil {
		t.Fatal(err)
	}
	if got := expect(both, "del network OpaqueRef:net"); got.snapshots[0] != "" {
		t.Errorf("a del has the snapshot %s", got.snapshots[0])
	}
	if err := f.sim.Add("network", "OpaqueRef:brief", nil); err != nil {
		t.Fatal(err)
	}
	if err := f.sim.Remove("network", "OpaqueRef:brief"); err != nil {
		t.Fatal(err)
	}
	expect(both)
	set(vm.Ref, "name_label", "again")
	expect([]string{"network"})
	expect([]string{"VM/OpaqueRef:other", "nonsense"})
	expect([]string{"VM/" + vm.Ref}, "mod vm "+vm.Ref)
	if err := f.sim.SetRefAlone("VM", vm.Ref, "OpaqueRef:moved"); err != nil {
		t.Fatal(err)
	}
	expect([]string{"vm"}, "add vm OpaqueRef:moved", "del vm "+vm.Ref)
}

func TestWhatMirrorsAReferenceChangesWithIt(t *testing.T) {
	t.Parallel()
	f := follow(t, Options{})
	vm := objectWhere(t, f.sim, "VM", running)
	from := vm.Fields["resident_on"].(string)
	to := objectWhere(t, f.sim, "host", func(h map[string]any) bool { return h["uuid"] != fieldOf(t, f.sim, "host", from, "uuid") }).Ref
	f.ask(t, "*")
	if err := f.sim.Set("VM", vm.Ref, "resident_on", to); err != nil {
		t.Fatal(err)
	}
	hosts := []string{from, to}
	slices.Sort(hosts)
	got := f.ask(t, "*")
	if diff := cmp.Diff([]string{"mod vm " + vm.Ref, "mod host " + hosts[0], "mod host " + hosts[1]}, got.events); diff != "" {
		t.Errorf("a migration (-want +got)\n%s", diff)
	}
	for _, id := range got.ids {
		if id != got.ids[0] {
			t.Errorf("one change has the generations %v", got.ids)
		}
	}
	vbd := vm.Fields["VBDs"].([]any)[0].(string)
	vdi, _ := fieldOf(t, f.sim, "VBD", vbd, "VDI").(string)
	if err := f.sim.Remove("VBD", vbd); err != nil {
		t.Fatal(err)
	}
	want := []string{"mod vm " + vm.Ref, "del vbd " + vbd}
	if !isNull(vdi) {
		want = slices.Insert(want, 1, "mod vdi "+vdi)
	}
	if diff := cmp.Diff(want, f.ask(t, "*").events); diff != "" {
		t.Errorf("a disk that is taken away (-want +got)\n%s", diff)
	}
}

// replay applies what is told to a copy of a pool, as a client does: by class and reference, each record as it came.
func (got told) replay(pool map[string]string) {
	for i, e := range got.events {
		op, object, _ := strings.Cut(e, " ")
		if op == "del" {
			delete(pool, object)
			continue
		}
		pool[object] = got.snapshots[i]
	}
}

func TestACopyThatFollowsEqualsThePoolAfterAnyLife(t *testing.T) {
	t.Parallel()
	for seed := range int64(4) {
		f := follow(t, Options{Hosts: 2, VMs: 8, Seed: seed, Deletions: 1 << 20, Release: []string{"", "8.2", "6.2", ""}[seed]})
		pool := map[string]string{}
		for step := range 20 {
			f.ask(t, "*").replay(pool)
			want := map[string]string{}
			for _, class := range model.Classes {
				if class.Since != nil {
					continue // no event tells of it
				}
				table := f.sim.inv.tables[class.Name]
				for _, o := range table.rows {
					want[strings.ToLower(class.Name)+" "+o.ref] = string(table.record(o))
				}
			}
			if !maps.Equal(want, pool) {
				t.Fatalf("seed %d, step %d (-pool +copy)\n%.3000s", seed, step, cmp.Diff(want, pool))
			}
			if step%8 == 3 {
				f.sim.Inject(Fault{Kind: "churn", Arg: "30", Method: "event.from"})
				f.ask(t, "*").replay(pool) // neither the pool before nor that after; the next answer makes it whole
			}
			f.sim.Change(1 + step%7*5)
		}
	}
}

func TestEveryClassThatIsMirroredByWhatChangedHasEvents(t *testing.T) {
	t.Parallel()
	var want []string
	for _, class := range model.Classes {
		if class.Since == nil {
			want = append(want, class.Name)
		}
	}
	got := slices.Sorted(slices.Values(eventClasses))
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-mirrored +with events)\n%s", diff)
	}
}

func BenchmarkNothingChangedInALargePool(b *testing.B) {
	s, err := New(Options{Hosts: 64, VMs: 50000})
	if err != nil {
		b.Fatal(err)
	}
	s.mu.Lock()
	s.sessions.byRef["s"] = &session{}
	s.mu.Unlock()
	for _, changes := range []int{0, 10} {
		b.Run(fmt.Sprint(changes, " changes"), func(b *testing.B) {
			p := &poll{session: "s", wants: []subscription{{class: "*"}}}
			p.token = s.inv.generation
			p.quiet = p.token
			for range changes {
				s.life.change()
			}
			for b.Loop() {
				if a := s.look(p); a == nil {
					b.Fatal("no answer")
				}
			}
		})
	}
}
