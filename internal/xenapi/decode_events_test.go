package xenapi

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"syncd/internal/model"

	"github.com/google/go-cmp/cmp"
)

// listing is an answer to event.from with these events, one count and a token.
func listing(events ...string) string {
	return changing(member("events", "<array><data>"+strings.Join(events, "")+"</data></array>"),
		member("valid_ref_counts", "<struct>"+member("vm", "<i4>3</i4>")+member("task", "<i4>7</i4>")+"</struct>"),
		member("token", "00000000000000000630,00000000000000000000"))
}

// changing is an answer whose Value has these members.
func changing(members ...string) string {
	return envelopeHead + "<struct>" + strings.Join(members, "") + "</struct>" + envelopeTail
}

// event is one with these members.
func event(members ...string) string {
	return "<value><struct>" + strings.Join(members, "") + "</struct></value>"
}

var (
	id       = member("id", "42")
	ofVM     = member("class", "vm")
	mod      = member("operation", "mod")
	del      = member("operation", "del")
	ref      = member("ref", "OpaqueRef:1")
	object   = "<struct>" + member("uuid", "u") + member("other_config", "<struct></struct>") + "</struct>"
	snapshot = member("snapshot", object)
	asXapi   = []string{id, member("timestamp", "0.0"), ofVM, mod, ref, snapshot}
)

// ending is what listing ends with.
func ending(events int) Changes {
	return Changes{Token: "00000000000000000630,00000000000000000000", Counts: map[string]int64{"VM": 3}, Events: events}
}

func TestEveryRecordedAnswerToEventFromIsReadAsItIs(t *testing.T) {
	t.Parallel()
	events, deleted, seen := 0, 0, 0
	for name, answer := range recordedAnswers(t) {
		if !strings.HasPrefix(name, "event.") {
			continue
		}
		if description, failed := oracleFailure(answer); failed {
			_, _, err := tellAll(t, bytes.NewReader(answer), defaultLimits)
			if e, ok := errors.AsType[*Error](err); !ok || e.Code != description[0] || e.TokenLost() != strings.HasPrefix(e.Code, "EVENT_FROM_TOKEN") {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		seen++
		if !checkEvents(t, answer, escaped(answer), defaultLimits) {
			t.Errorf("%s: encoding/xml cannot read it", name)
		}
		told, end, err := tellAll(t, iotest.OneByteReader(bytes.NewReader(answer)), defaultLimits)
		if err != nil || end.Counts["pool"] != 1 || len(end.Counts) != len(model.Classes)-1 { // Host_driver came later
			t.Errorf("%s: %v, %v", name, end, err)
		}
		for _, e := range told {
			events++
			if e.Deleted {
				deleted++
			}
		}
	}
	if seen < 9 || events < 200 || deleted < 4 {
		t.Errorf("%d answers, %d events, %d deletions: some are missing", seen, events, deleted)
	}
}

func TestMembersOfAnEventMayComeInAnyOrder(t *testing.T) {
	t.Parallel()
	want, _, _ := tellAll(t, strings.NewReader(listing(event(asXapi...))), defaultLimits)
	if diff := cmp.Diff([]toldEvent{{"VM", "OpaqueRef:1", object, false, 42, hashOf(t, object)}}, want); diff != "" {
		t.Fatal(diff)
	}
	members := []string{id, ofVM, mod, ref, snapshot, member("new", "<array><data/></array>")}
	for n := range 720 {
		var order []string
		for left := slices.Clone(members); len(left) > 0; {
			i := n % len(left)
			n /= len(left)
			order = append(order, left[i])
			left = slices.Delete(left, i, i+1)
		}
		got, end, err := tellAll(t, strings.NewReader(listing(event(asXapi...), event(order...))), defaultLimits)
		if diff := cmp.Diff([]toldEvent{want[0], want[0]}, got); diff != "" || err != nil {
			t.Fatalf("%s: %s, %v", order, diff, err)
		}
		if diff := cmp.Diff(ending(2), end); diff != "" {
			t.Fatalf("%s: %s", order, diff)
		}
	}
}

// hashOf is the hash that a record of these bytes has in an answer to get_all_records.
func hashOf(t *testing.T, raw string) (hash [16]byte) {
	t.Helper()
	d := newDecoder(strings.NewReader(answerHead+member("OpaqueRef:1", raw)+answerTail), vm, defaultLimits)
	d.prints = printsOf(t, "key")
	for rec, err := range d.records() {
		if err != nil {
			t.Fatal(err)
		}
		hash = rec.Hash
	}
	return hash
}

func TestMembersOfTheAnswerMayComeInAnyOrder(t *testing.T) {
	t.Parallel()
	events := member("events", "<array><data>"+event(asXapi...)+"</data></array>")
	counts := member("valid_ref_counts", "<struct>"+member("vm", "<i4>3</i4>")+"</struct>")
	token := member("token", "00000000000000000630,00000000000000000000")
	for name, answer := range map[string]string{
		"token first":                changing(token, events, counts),
		"counts first":               changing(counts, token, events),
		"others between":             changing(member("new", object), events, member("more", "1"), counts, token, member("", "")),
		"counts in another case":     changing(events, strings.Replace(counts, ">vm<", ">VM<", 1), token),
		"counts as text":             changing(events, strings.NewReplacer("<i4>", "", "</i4>", "").Replace(counts), token),
		"counts of nothing mirrored": changing(events, strings.Replace(counts, "</struct>", member("task", "lots")+member("Observer", "<nil/>")+"</struct>", 1), token),
	} {
		told, end, err := tellAll(t, strings.NewReader(answer), defaultLimits)
		if diff := cmp.Diff(ending(1), end); diff != "" || err != nil || len(told) != 1 {
			t.Errorf("%s: %d events, %v, %s", name, len(told), err, diff)
		}
	}
	_, end, err := tellAll(t, strings.NewReader(changing(token, events)), defaultLimits)
	if err != nil || end.Counts != nil {
		t.Errorf("without counts: %v, %v", end, err)
	}
}

func TestEventsSayWhatBecameOfAnObject(t *testing.T) {
	t.Parallel()
	one := toldEvent{"VM", "OpaqueRef:1", object, false, 42, hashOf(t, object)}
	gone := toldEvent{"VM", "OpaqueRef:1", "", true, 42, [16]byte{}}
	for name, c := range map[string]struct {
		members []string
		want    []toldEvent
	}{
		"added":                          {[]string{id, ofVM, member("operation", "add"), ref, snapshot}, []toldEvent{one}},
		"modified":                       {asXapi, []toldEvent{one}},
		"deleted":                        {[]string{id, ofVM, del, ref}, []toldEvent{gone}},
		"deleted, with what it was":      {[]string{snapshot, id, ofVM, del, ref}, []toldEvent{gone}},
		"deleted, with nothing":          {[]string{id, ofVM, del, ref, member("snapshot", "<nil/>")}, []toldEvent{gone}},
		"deleted, with something":        {[]string{id, ofVM, del, ref, member("snapshot", "<array><data>"+event()+"</data></array>")}, []toldEvent{gone}},
		"a class in capitals":            {[]string{id, member("class", "VM"), del, ref}, []toldEvent{gone}},
		"a class that is not mirrored":   {[]string{id, member("class", "task"), mod, ref, snapshot}, nil},
		"such one, and odd":              {[]string{member("class", "new"), member("operation", "moved"), member("snapshot", "x")}, nil},
		"no class":                       {[]string{id, member("class", ""), mod, ref, snapshot}, nil},
		"typed texts":                    {[]string{member("id", "<int> 42 </int>"), member("class", "<string>vm</string>"), del, member("ref", "<![CDATA[OpaqueRef:1]]>")}, []toldEvent{gone}},
		"an operation that XML may have": {[]string{id, ofVM, member("operation", "d&#101;l"), ref}, []toldEvent{gone}},
	} {
		got, end, err := tellAll(t, strings.NewReader(listing(event(c.members...), event(asXapi...))), defaultLimits)
		if diff := cmp.Diff(append(c.want, one), got); diff != "" || err != nil || end.Events != 2 {
			t.Errorf("%s: %v, %v: %s", name, end, err, diff)
		}
	}
}

func TestEventsThatSayTooLittleOrTooMuchAreRefused(t *testing.T) {
	t.Parallel()
	token := member("token", "1,0")
	events := member("events", "<array><data></data></array>")
	counts := func(members ...string) string {
		return changing(events, token, member("valid_ref_counts", "<struct>"+strings.Join(members, "")+"</struct>"))
	}
	for name, c := range map[string]struct{ answer, what string }{
		"an event that is text":         {listing("<value>x</value>"), "an event that is no struct"},
		"an event that is an array":     {listing("<value><array><data/></array></value>"), "an event that is no struct"},
		"no class":                      {listing(event(id, mod, ref, snapshot)), "without class"},
		"no class behind one with it":   {listing(event(asXapi...), event(id, mod, ref, snapshot)), "without class"},
		"no ref":                        {listing(event(asXapi...), event(id, ofVM, mod, snapshot)), "without ref"},
		"an empty ref":                  {listing(event(id, ofVM, del, member("ref", ""))), "without ref"},
		"a ref to nothing":              {listing(event(id, ofVM, del, member("ref", "OpaqueRef:NULL"))), "without ref"},
		"no operation":                  {listing(event(asXapi...), event(id, ofVM, ref, snapshot)), `does ""`},
		"a new operation":               {listing(event(id, ofVM, member("operation", "move"), ref, snapshot)), `does "move"`},
		"no id":                         {listing(event(asXapi...), event(ofVM, mod, ref, snapshot)), "without a number"},
		"an id that is none":            {listing(event(ofVM, mod, ref, snapshot, member("id", "x"))), "without a number"},
		"an id below zero":              {listing(event(ofVM, mod, ref, snapshot, member("id", "-1"))), "without a number"},
		"mod without its object":        {listing(event(asXapi...), event(id, ofVM, mod, ref)), "has no object"},
		"mod of nothing":                {listing(event(id, ofVM, mod, ref, member("snapshot", "<nil/>"))), "has no object"},
		"mod of a text":                 {listing(event(id, ofVM, mod, ref, member("snapshot", "x"))), "has no object"},
		"mod of an array":               {listing(event(id, ofVM, mod, ref, member("snapshot", "<array><data/></array>"))), "has no object"},
		"a class that is a struct":      {listing(event(id, member("class", "<struct/>"), mod, ref, snapshot)), "no text"},
		"a ref that is nil":             {listing(event(id, ofVM, mod, member("ref", "<nil/>"), snapshot)), "no text"},
		"two of class":                  {listing(event(id, ofVM, ofVM, mod, ref, snapshot)), "a second class"},
		"two of operation":              {listing(event(id, ofVM, mod, del, ref, snapshot)), "a second operation"},
		"two of ref":                    {listing(event(id, ofVM, mod, ref, ref, snapshot)), "a second ref"},
		"two of id":                     {listing(event(id, id, ofVM, mod, ref, snapshot)), "a second id"},
		"two of snapshot":               {listing(event(snapshot, id, ofVM, mod, ref, snapshot)), "a second snapshot"},
		"a Value that is text":          {envelopeHead + "x" + envelopeTail, "no struct with events"},
		"a Value that is an array":      {envelopeHead + "<array><data/></array>" + envelopeTail, "no struct with events"},
		"an empty Value":                {envelopeHead + "<struct/>" + envelopeTail, "without events"},
		"no events":                     {changing(token), "without events"},
		"events that are text":          {changing(member("events", ""), token), "events that are no array"},
		"events that are a struct":      {changing(member("events", "<struct/>"), token), "events that are no array"},
		"two of events":                 {changing(events, events, token), "a second list of events"},
		"no token":                      {changing(events), `the token ""`},
		"an empty token":                {changing(events, member("token", "")), `the token ""`},
		"a token that is nil":           {changing(events, member("token", "<nil/>")), "no text"},
		"a token that is no number":     {changing(events, member("token", "x,y")), `the token "x,y"`},
		"two of token":                  {changing(events, token, token), "a second token"},
		"counts that are text":          {changing(events, token, member("valid_ref_counts", "1")), "valid_ref_counts that are no struct"},
		"two of counts":                 {changing(member("valid_ref_counts", "<struct/>"), events, token, member("valid_ref_counts", "<struct/>")), "a second valid_ref_counts"},
		"two counts of a class":         {counts(member("vm", "1"), member("VM", "1")), "a second count of VM"},
		"a count that is none":          {counts(member("vm", "many")), `no number: "many"`},
		"a count below zero":            {counts(member("vm", "-1")), `no number: "-1"`},
		"a huge count":                  {counts(member("vm", "9223372036854775808")), `no number: "9223372036854775808"`},
		"a count that is a struct":      {counts(member("vm", "<struct/>")), "no text"},
		"something behind":              {listing(event(asXapi...)) + "x", "behind the end"},
		"a record of get_all_records":   {answering(member("uuid", "u")), "without events"},
		"an event outside of its array": {changing(event(asXapi...), token), "instead of <member>"},
	} {
		told, _, err := tellAll(t, strings.NewReader(c.answer), defaultLimits)
		syntax, ok := errors.AsType[*SyntaxError](err)
		if !ok || !strings.Contains(syntax.What, c.what) {
			t.Errorf("%s: %v, want a SyntaxError with %q", name, err, c.what)
		}
		if want := strings.Count(c.answer, id+member("timestamp", "0.0")); len(told) > want {
			t.Errorf("%s: an event was told: %v", name, told)
		}
		if checkEvents(t, []byte(c.answer), []byte(c.answer), defaultLimits); t.Failed() {
			t.Fatalf("%s: not even the oracle refuses it", name)
		}
	}
}

func TestCountsMayBeAsLargeAsTheyFit(t *testing.T) {
	t.Parallel()
	answer := strings.Replace(listing(), "<i4>3</i4>", "<i8>9223372036854775807</i8>", 1)
	_, end, err := tellAll(t, strings.NewReader(answer), defaultLimits)
	if err != nil || end.Counts["VM"] != 1<<63-1 {
		t.Errorf("%v, %v", end, err)
	}
}

func TestAnAnswerToEventFromCutAnywhereIsAnError(t *testing.T) {
	t.Parallel()
	answer := listing(event(asXapi...), event(snapshot, ref, id, ofVM, mod), event(id, ofVM, del, ref), event(id, member("class", "task"), mod, ref, snapshot))
	for cut := 1; cut < len(answer); cut++ {
		_, end, err := tellAll(t, strings.NewReader(answer[:cut]), defaultLimits)
		if !errors.Is(err, io.ErrUnexpectedEOF) || end.Token != "" {
			t.Fatalf("cut at %d, behind %q: %v, %v", cut, answer[max(0, cut-20):cut], end, err)
		}
	}
	want, _, err := tellAll(t, strings.NewReader(answer), defaultLimits)
	if err != nil || len(want) != 3 {
		t.Fatal(want, err)
	}
	got, _, err := tellAll(t, iotest.OneByteReader(strings.NewReader(answer)), defaultLimits)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("a byte at a time: %s, %v", diff, err)
	}
}

func TestLimitsOfARecordHoldInEventsToo(t *testing.T) {
	t.Parallel()
	long := "<struct>" + member("name_label", strings.Repeat("x", 3<<20)) + "</struct>"
	deep := func(n int) string {
		return "<struct>" + member("a", strings.Repeat("<array><data><value>", n)+strings.Repeat("</value></data></array>", n)) + "</struct>"
	}
	first := func(object string) string { return listing(event(member("snapshot", object), id, ofVM, mod, ref)) }
	last := func(object string) string { return listing(event(id, ofVM, mod, ref, member("snapshot", object))) }
	for name, c := range map[string]struct {
		answer string
		limits Limits
		want   string
	}{
		"a record of the limit, first":  {first(long), Limits{int64(len(long)), 64, 1 << 30}, ""},
		"a record of the limit, last":   {last(long), Limits{int64(len(long)), 64, 1 << 30}, ""},
		"a byte more, first":            {first(long), Limits{int64(len(long)) - 1, 64, 1 << 30}, "record"},
		"a byte more, last":             {last(long), Limits{int64(len(long)) - 1, 64, 1 << 30}, "record"},
		"a ref without an end":          {listing(event(id, ofVM, mod, member("ref", strings.Repeat("x", 3<<20)), snapshot)), Limits{1 << 20, 64, 1 << 30}, "record"},
		"as deep as it may be":          {last(deep(17)), Limits{1 << 20, 64, 1 << 30}, ""},
		"deeper":                        {last(deep(18)), Limits{1 << 20, 64, 1 << 30}, "depth"},
		"deletions behind a record":     {listing(event(asXapi...) + strings.Repeat(event(id, ofVM, del, ref), 10_000)), Limits{1 << 20, 64, 1 << 30}, ""},
		"events without an end":         {listing(strings.Repeat(event(asXapi...), 2000)), Limits{1 << 20, 64, 500_000}, "answer"},
		"a class nobody knows, as deep": {listing(event(member("class", "new"), member("snapshot", deep(18)))), Limits{1 << 20, 64, 1 << 30}, "depth"},
	} {
		_, _, err := tellAll(t, strings.NewReader(c.answer), c.limits)
		limit, _ := errors.AsType[*LimitError](err)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.want != "" && (limit == nil || limit.Name != c.want):
			t.Errorf("%s: %v, want the limit of %s", name, err, c.want)
		}
	}
}

func TestARecordIsAsDeepInAnEventAsElsewhere(t *testing.T) {
	t.Parallel()
	for depth := range 30 {
		limits := Limits{1 << 20, depth, 1 << 30}
		_, _, one := cutAll(strings.NewReader(answering(member("a", "<struct>"+member("b", "<struct/>")+"</struct>"))), "VM", limits)
		_, _, other := tellAll(t, strings.NewReader(listing(event(id, ofVM, mod, ref, member("snapshot", "<struct>"+member("a", "<struct>"+member("b", "<struct/>")+"</struct>")+"</struct>")))), limits)
		if (one == nil) != (other == nil) {
			t.Errorf("depth %d: %v, and as an event %v", depth, one, other)
		}
	}
}

func TestTokensAreComparedAsNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b   string
		before bool
	}{
		{"", "", false},
		{"", "1,0", true},
		{"", "0,0", false},
		{"00000000000000000630,00000000000000000000", "00000000000000000631,00000000000000000000", true},
		{"00000000000000000630,00000000000000000000", "00000000000000000630,00000000000000000000", false},
		{"00000000000000000631,00000000000000000000", "00000000000000000630,00000000000000000000", false},
		{"630,0", "00000000000000000630,0", false},
		{"99,0", "100,0", true},
		{"630,0", "630,7", false}, // messages
		{"99999999999999999999999999,0", "100000000000000000000000000,0", true},
		{"99999999999999999999,0", "0000000000100000000000000000,0", false},
		{"7", "8", true},
	} {
		if before, err := TokenBefore(c.a, c.b); before != c.before || err != nil {
			t.Errorf("%s before %s: %v, %v", c.a, c.b, before, err)
		}
	}
	for _, odd := range []string{"x,y", "-1,0", "1,-1", ",", ",1", "1,2,3", " 1,0", "1,0\n", "1a2,0", "0x1,0", "\u0661,0"} {
		for _, pair := range [][2]string{{odd, "1,0"}, {"1,0", odd}} {
			if _, err := TokenBefore(pair[0], pair[1]); err == nil {
				t.Errorf("%q is compared with %q", pair[0], pair[1])
			}
		}
	}
}

func TestSubscriptionsAreInTheWordsOfEvents(t *testing.T) {
	t.Parallel()
	for _, class := range model.Classes {
		if got := lookup([]byte(Subscription(class, ""))); got != class {
			t.Errorf("%s is %v", class.Name, got)
		}
	}
	if got := Subscription(model.Lookup("VM_metrics"), "OpaqueRef:1"); got != "vm_metrics/OpaqueRef:1" {
		t.Error(got)
	}
}

func TestNothingBehindAnEventIsReadWhereNobodyWantsIt(t *testing.T) {
	t.Parallel()
	var c Changes
	d := newDecoder(strings.NewReader(listing(event(asXapi...), "garbage")), nil, defaultLimits)
	for _, err := range d.events(&c) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if c.Token != "" {
		t.Errorf("%+v", c)
	}
}
