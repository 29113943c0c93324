package store_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"syncd/internal/store"
)

func TestAPassKnowsThePoolAndItsHostsAsTheLastGoodOneSawThem(t *testing.T) {
	t.Parallel()
	db := open(t)
	known := func(name string) store.Known {
		p := begin(t, db, name)
		defer p.Fail(t.Context(), errors.New("ended by a test"))
		got, err := p.Known(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	e := estate{}
	e.add("pool", "p")
	for _, host := range []struct{ name, address, live string }{
		{"h1", "10.0.0.11", "0"}, {"h2", "10.0.0.12", "1"}, {"h3", "", "1"}, {"h4", "fd00::14", "1"},
	} {
		e.add("host", host.name, "address", host.address, "metrics", ref("m"+host.name))
		e.add("host_metrics", "m"+host.name, "live", host.live)
	}
	if got := known("lab"); got.UUID != "" || len(got.Members) > 0 {
		t.Errorf("before the first pass: %v", got)
	}
	key := known("lab").Key
	sync(t, db, "lab", e)
	want := store.Known{UUID: "uuid-p", Members: []string{"10.0.0.12", "fd00::14", "10.0.0.11"}, Key: key, Live: 9, Since: map[string]time.Time{}}
	if diff := cmp.Diff(want, known("lab"), cmpopts.IgnoreFields(store.Known{}, "FullAt")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	got := known("another")
	if got.UUID != "" || len(got.Members) > 0 {
		t.Errorf("another pool: %v", got)
	}
	if len(key) != 32 || bytes.Equal(key, got.Key) {
		t.Errorf("keys %x and %x: want one for each pool", key, got.Key)
	}
}
