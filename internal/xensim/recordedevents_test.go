package xensim

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// eventShape is an answer of event.from without what one pool has and another has not: every tag and name stays, of the
// values only those that belong to the protocol.
func eventShape(body string) string {
	for _, cut := range []struct{ pattern, with string }{
		{`(?s)<name>snapshot</name>.*?</struct></value></member></struct></value>(<value><struct><member><name>id|</data></array></value></member><member><name>valid)`, "<name>snapshot</name>RECORD$1"},
		{`<i4>[0-9]+</i4>`, "<i4>N</i4>"},
		{`<name>id</name><value>[0-9]+</value>`, "<name>id</name><value>ID</value>"},
		{`<value>[0-9]{20},[0-9]{20}</value>`, "<value>TOKEN</value>"},
		{`OpaqueRef:[-0-9a-z]+`, "REF"},
	} {
		body = regexp.MustCompile(cut.pattern).ReplaceAllString(body, cut.with)
	}
	return body
}

// recordedClasses are those that the recorded sequence follows.
var recordedClasses = []string{"vm", "host", "vbd", "vdi", "sr", "network", "vm_metrics", "vm_guest_metrics", "host_metrics", "pool"}

// TestTheRecordedSequenceIsAnsweredAlike does to this pool what was done to the recorded one, and holds each answer
// against the recording: tag by tag, but for what only that pool has.
func TestTheRecordedSequenceIsAnsweredAlike(t *testing.T) {
	t.Parallel()
	dir := shared(t, "xapi-recorded")
	f := follow(t, Options{})
	ask := func(token string, classes ...string) string {
		t.Helper()
		f.token = token
		body, err := f.raw(t.Context(), "0.0", classes...)
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
	do := func(errs ...error) {
		t.Helper()
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	compare := func(recording, ours string) {
		t.Helper()
		if diff := cmp.Diff(eventShape(read(t, dir, "event.seq."+recording+".xml")), eventShape(ours)); diff != "" {
			t.Errorf("%s (-recorded +ours)\n%s", recording, diff)
		}
	}

	first := ask("", recordedClasses...)
	recorded := readEvents(t, read(t, dir, "event.seq.0-first.xml"))
	if got, want := operationsOf(readEvents(t, first).events), operationsOf(recorded.events); !cmp.Equal(got, want) {
		t.Errorf("all is told as %s, not as %s", got, want)
	}
	start := readEvents(t, first).token
	compare("1-nothing", ask(start, recordedClasses...))

	vms := []string{objectWhere(t, f.sim, "VM", running).Ref, objectWhere(t, f.sim, "VM", func(vm map[string]any) bool { return vm["power_state"] == "Halted" }).Ref}
	for _, vm := range vms {
		do(f.sim.Set("VM", vm, "name_description", "modified"))
	}
	modified := ask(start, recordedClasses...)
	compare("2-modified", modified)
	token := readEvents(t, modified).token

	do(f.sim.Add("network", "OpaqueRef:f6651756-bcd0-ba8f-3237-bb893f9f67c1", map[string]any{"name_label": "new net"}))
	created := ask(token, recordedClasses...)
	compare("4-created", created)
	token = readEvents(t, created).token

	// A VM with two disks and an interface, which were there before.
	network := f.sim.Objects("network")[0].Ref
	disks := f.sim.Objects("VDI")
	do(f.sim.Add("VM_metrics", "OpaqueRef:m", nil), f.sim.Add("VM", "OpaqueRef:vm", map[string]any{"metrics": "OpaqueRef:m"}),
		f.sim.Add("VBD", "OpaqueRef:b1", map[string]any{"VM": "OpaqueRef:vm", "VDI": disks[0].Ref}),
		f.sim.Add("VBD", "OpaqueRef:b2", map[string]any{"VM": "OpaqueRef:vm", "VDI": disks[1].Ref}),
		f.sim.Add("VIF", "OpaqueRef:i", map[string]any{"VM": "OpaqueRef:vm", "network": network}))
	token = readEvents(t, ask(token, recordedClasses...)).token
	do(f.sim.Remove("VBD", "OpaqueRef:b1"), f.sim.Remove("VBD", "OpaqueRef:b2"), f.sim.Remove("VIF", "OpaqueRef:i"),
		f.sim.Remove("VM_metrics", "OpaqueRef:m"), f.sim.Remove("VM", "OpaqueRef:vm"))
	compare("3-destroyed", ask(token, recordedClasses...))

	const future = "00000000000099999999,00000000000000000000"
	if ours := ask(future, recordedClasses...); readEvents(t, ours).token != readEvents(t, read(t, dir, "event.seq.6-token-of-the-future.xml")).token {
		t.Errorf("the token of the future comes back as %s", readEvents(t, ours).token)
	} else {
		compare("6-token-of-the-future", ours)
	}
	sessions := func(request string) string {
		return regexp.MustCompile(`OpaqueRef:(e0a53906|49e031c1)[-0-9a-f]+`).ReplaceAllString(request, f.session)
	}
	for _, name := range []string{"event.seq.7-token-garbage", "event.seq.8-session-invalid", "event.from.badtoken"} {
		compareAnswer(t, f.sim, dir+"/"+name, sessions(read(t, dir, name+".req")), read(t, dir, name+".xml"))
	}
}

// operationsOf are the operations and classes of a list of events, without repetition.
func operationsOf(events []string) (out []string) {
	for _, e := range events {
		out = append(out, e[:strings.LastIndex(e, " ")])
	}
	return slices.Compact(out)
}

func TestEveryRecordedAnswerIsTakenApartAndHasOurMembers(t *testing.T) {
	t.Parallel()
	dir := shared(t, "xapi-recorded")
	f := follow(t, Options{})
	_, ours := parse(t, f.first(t)).Children[0].Children[0].Children[0].members()
	_, values := ours[1].members()
	counted, _ := values[1].members()
	_, event := values[0].elems()[0].members()
	want := len(event)
	for _, name := range []string{"event.from.first", "event.from.vm_all", "event.seq.0-first", "event.seq.5-all-classes-waited"} {
		body := read(t, dir, name+".xml")
		_, envelope := parse(t, body).Children[0].Children[0].Children[0].members()
		_, values := envelope[1].members()
		if names, _ := values[1].members(); !cmp.Equal(names, counted) {
			t.Errorf("%s counts other classes, or in another order:\n%s", name, cmp.Diff(names, counted))
		}
		for _, e := range values[0].elems() {
			if names, v := e.members(); v[3].Text != "del" && len(names) != want || v[1].Text != "0.0" {
				t.Errorf("%s: an event of %v", name, names)
			}
		}
	}
}

// first is the answer to the empty token.
func (f *follower) first(t *testing.T) string {
	t.Helper()
	body, err := f.raw(t.Context(), "0.0", "*")
	if err != nil {
		t.Fatal(err)
	}
	return body
}
