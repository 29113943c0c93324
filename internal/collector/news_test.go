package collector_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/collector"
)

func TestOfMessagesOnlyThoseAreReadThatAreNewerThanThePlanSays(t *testing.T) {
	t.Parallel()
	sim, s, options, plan := changed(t)
	since := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	add := func(ref string, at time.Time) {
		t.Helper()
		if err := sim.Add("message", ref, map[string]any{"uuid": ref, "name": "VM_STARTED", "timestamp": at}); err != nil {
			t.Fatal(err)
		}
	}
	add("OpaqueRef:older", since.Add(-time.Second))
	add("OpaqueRef:newer", since.Add(time.Second))
	everyone := len(sim.Objects("message"))
	for _, full := range []string{"", "full_schedule"} {
		plan.Full, plan.Since = full, map[string]time.Time{"message": since}
		if r := collect(t, options, plan, s); r.Incremental != (full == "") {
			t.Errorf("%+v", r)
		}
		if got := s.refs["message"]; !cmp.Equal(got, []string{"OpaqueRef:newer"}) {
			t.Errorf("full %q: read %v", full, got)
		}
	}
	collect(t, options, collector.Plan{}, s)
	if got := s.refs["message"]; len(got) != everyone || everyone < 3 || !slices.Contains(got, "OpaqueRef:older") {
		t.Errorf("without an instant %d of %d were read", len(got), everyone)
	}
}
