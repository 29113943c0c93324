package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/model"
	"syncd/internal/store"
)

// hear makes a pass that is told only of messages that are as new as the store wants them, and returns what it did with them.
func hear(t *testing.T, db *store.DB, e estate) [5]int64 {
	t.Helper()
	p := begin(t, db, "lab")
	k, err := p.Known(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	told := estate{}
	for class, objects := range e {
		for _, o := range objects {
			if at, err := time.Parse(time.RFC3339, o.fields["timestamp"]); class == "message" && err == nil && at.Before(k.Since["message"]) {
				continue
			}
			told[class] = append(told[class], o)
		}
	}
	fill(t, p, told)
	return counts(publish(t, p), "message")
}

func TestMessagesAreReadFromAnHourBeforeTheNewestOn(t *testing.T) {
	t.Parallel()
	db, e := open(t), small()
	since := func() time.Time {
		t.Helper()
		p := begin(t, db, "lab")
		k, err := p.Known(t.Context())
		if p.Fail(t.Context(), errors.New("enough")); err != nil {
			t.Fatal(err)
		}
		return k.Since["message"].UTC()
	}
	if got := since(); !got.IsZero() {
		t.Errorf("at first since %v", got)
	}
	e.add("message", "m1", "name", "VM_STARTED", "timestamp", "2026-01-02T03:04:05Z")
	e.add("message", "m2", "name", "VM_SHUTDOWN", "timestamp", "2026-01-02T05:04:05Z")
	e.add("message", "m3", "name", "of a clock that went wrong", "timestamp", "2999-01-01T00:00:00Z")
	e.add("message", "m4", "name", "of no time")
	for _, want := range [][5]int64{{4}, {}} {
		if got := hear(t, db, e); got != want {
			t.Errorf("a pass did %v, want %v", got, want)
		}
	}
	if got := since(); !got.Equal(time.Date(2026, 1, 2, 4, 4, 5, 0, time.UTC)) {
		t.Errorf("since %v", got)
	}
}

func TestWhatThePoolForgetsOfItsMessagesStays(t *testing.T) {
	t.Parallel()
	db, e := open(t), small()
	first := e.add("message", "m1", "name", "VM_STARTED", "timestamp", "2026-01-02T03:04:05Z")
	second := e.add("message", "m2", "name", "VM_SHUTDOWN", "timestamp", "2026-01-02T05:04:05Z")
	hear(t, db, e)
	e.remove("message", second)
	e.remove("message", first)
	if got := hear(t, db, e); got != [5]int64{} {
		t.Errorf("without them: %v", got)
	}
	e["message"] = append(e["message"], first, second)
	e.add("message", "m3", "name", "VM_STARTED", "timestamp", "2026-01-02T05:04:05Z")
	if got := hear(t, db, e); got != [5]int64{1, 0, 0, 0, 0} {
		t.Errorf("one more: %v", got)
	}
	// One that comes late, one that is another now, and one that is older than what was asked for: it is left out as it is.
	e.add("message", "m0", "name", "VM_CRASHED", "timestamp", "2026-01-02T04:30:00Z")
	second.fields["body"] = "with a body"
	p := begin(t, db, "lab")
	if _, err := p.Known(t.Context()); err != nil {
		t.Fatal(err)
	}
	fill(t, p, e)
	if got := counts(publish(t, p), "message"); got != [5]int64{1, 1, 0, 0, 1} {
		t.Errorf("all of them: %v", got)
	}
	got := query(t, db, "SELECT m.name, m.body FROM xen.message m JOIN xen.object o USING (id) WHERE o.removed_at IS NULL ORDER BY timestamp, m.uuid")
	if diff := cmp.Diff([]string{"VM_STARTED|-", "VM_CRASHED|-", "VM_SHUTDOWN|with a body", "VM_STARTED|-"}, got); diff != "" {
		t.Error(diff)
	}
	if got := query(t, db, "SELECT live FROM syncd.object_count WHERE class = 'message'"); !cmp.Equal(got, []string{"-"}) {
		t.Errorf("live: %v", got)
	}
}

func TestMessagesAreNothingThatAPassShouldHaveBeenToldOf(t *testing.T) {
	t.Parallel()
	db, e := open(t), small()
	sync(t, db, "lab", e)
	full(t, db, e, store.Proof{Reason: "at first", Counts: all(e), Token: "1", Source: "s"})
	e.add("message", "m1", "name", "VM_STARTED", "timestamp", "2026-01-02T03:04:05Z")
	p := tells(t, db, e)
	p.begins()
	p.ends()
	if err := stage(t.Context(), p.Pass, e, model.Lookup("message")); err != nil {
		t.Fatal(err)
	}
	told := all(e)
	told["message"] = 0 // as xapi counts them
	if got := counts(p.good(told), "message"); got != [5]int64{1, 0, 0, 0, 0} {
		t.Errorf("with what changed: %v", got)
	}
	e["message"][0].fields["body"] = "x"
	e.add("message", "m2", "name", "VM_SHUTDOWN", "timestamp", "2026-01-02T03:05:05Z")
	p = tells(t, db, e)
	fill(t, p.Pass, e)
	p.begins()
	p.ends()
	p.Prove(store.Proof{Mode: "full", Reason: "full_schedule", Counts: told, Since: true})
	r := publish(t, p.Pass)
	if got := counts(r, "message"); got != [5]int64{1, 1, 0, 0, 0} {
		t.Errorf("with everything: %v", got)
	}
	if r.Missed == nil || *r.Missed != 0 {
		t.Errorf("missed %v", r.Missed)
	}
}
