package xenapi

import (
	"slices"
	"testing"
	"time"

	"syncd/internal/model"
	"syncd/internal/xensim"
)

func TestReadSinceHandsOutWhatIsNewerAlsoWhereItIsRepeated(t *testing.T) {
	t.Parallel()
	sim, o := simulate(t, xensim.Options{Seed: 1}, "expire:message.get_since", "reset=50:message.get_since")
	s := opened(t, o)
	message := model.Lookup("message")
	var times []time.Time
	for _, m := range sim.Objects("message") {
		times = append(times, m.Fields["timestamp"].(time.Time))
	}
	slices.SortFunc(times, time.Time.Compare)
	for _, since := range append([]time.Time{{}}, times...) {
		c := new(counter)
		// A zone of its own, as a database's answer may have one.
		if err := s.ReadSince(t.Context(), message, since.In(time.FixedZone("", 5*3600)), func() error { c.records = 0; return c.begin() }, c.each); err != nil {
			t.Fatal(err)
		}
		want := len(slices.DeleteFunc(slices.Clone(times), since.After))
		if c.records != want {
			t.Errorf("since %v: %d messages, want %d", since, c.records, want)
		}
	}
	c := new(counter)
	if err := s.ReadSince(t.Context(), message, times[len(times)-1].Add(time.Second), c.begin, c.each); err != nil || c.records != 0 || c.begun != 1 {
		t.Errorf("behind the newest: %v, %d messages, begun %d times", err, c.records, c.begun)
	}
}

func TestMessagesOfAReleaseWithoutThemAreMissing(t *testing.T) {
	t.Parallel()
	_, o := simulate(t, xensim.Options{Release: "4.1"})
	err := opened(t, o).ReadSince(t.Context(), model.Lookup("message"), time.Time{}, func() error { return nil }, nil)
	var e *Error
	if !asError(err, &e) || !e.Missing() || e.Method != "message.get_since" {
		t.Errorf("%v", err)
	}
}
