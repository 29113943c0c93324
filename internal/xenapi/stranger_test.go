package xenapi

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/model"
)

// uuids reads the class pool.
func uuids(ctx context.Context, s *Session) (list []string, err error) {
	err = s.Read(ctx, model.Lookup("pool"), func() error { return nil }, func(rec *model.Record) error {
		list = append(list, string(rec.UUID()))
		return Decode(rec)
	})
	return list, err
}

func TestMemberOfAnotherPoolIsPassedOverForTheRightOne(t *testing.T) {
	t.Parallel()
	for name, byURL := range map[string]bool{"by its URL": true, "known earlier": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			right, wrong := pool(t, 1), pool(t, 2)
			l := newLab(t, wrong, right)
			o := l.options(l.urls...)
			if !byURL {
				o.URLs = o.URLs[:1]
			}
			log, text := logged()
			o.Log, o.Pool = log, uuidOf(right)
			s := opened(t, o)
			got, err := uuids(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{uuidOf(right)}, got); diff != "" || s.URL() != l.urls[1] {
				t.Errorf("from %s (-want +got):\n%s", s.URL(), diff)
			}
			s.Close()
			for _, uuid := range []string{uuidOf(right), uuidOf(wrong)} {
				if !strings.Contains(text(), uuid) {
					t.Errorf("the log does not name %s:\n%s", uuid, text())
				}
			}
			if diff := cmp.Diff([]int{1, 1}, l.logins()); diff != "" {
				t.Errorf("logins (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhereOnlyOtherPoolsAnswerBothUUIDsAreNamed(t *testing.T) {
	t.Parallel()
	one, two := pool(t, 1), pool(t, 2)
	l := newLab(t, one, two, nil)
	o := l.options(l.urls[0])
	o.Pool = "0badf00d-0000-4000-8000-000000000000"
	s := opened(t, o)
	got, err := uuids(t.Context(), s)
	wants(t, err, "reading pool from ", l.urls[0]+": the pool that is meant has uuid "+o.Pool+", and another one answered: "+uuidOf(one),
		l.urls[1]+": the pool that is meant has uuid "+o.Pool+", and another one answered: "+uuidOf(two))
	if n := strings.Count(err.Error(), uuidOf(one)); n != 1 {
		t.Errorf("%q names it %d times", err, n)
	}
	if len(got) > 0 {
		t.Errorf("records of %s were handed out", got)
	}
	err = new(counter).read(t.Context(), s)
	wants(t, err, o.Pool)
	s.Close()
}

func TestNewLoginThatLeadsToAnotherPoolReadsNothingThere(t *testing.T) {
	t.Parallel()
	for _, meant := range []bool{true, false} { // whether the pool was known before
		right, wrong := pool(t, 1), pool(t, 2)
		rebuilt := &late{}
		rebuilt.become(right)
		l := newLab(t, rebuilt)
		o := l.options(l.urls...)
		if meant {
			o.Pool = uuidOf(right)
		}
		s := opened(t, o)
		if _, err := uuids(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		right.Expire()
		rebuilt.become(wrong)
		c := new(counter)
		err := c.read(t.Context(), s)
		wants(t, err, "reading VM from "+l.urls[0], uuidOf(right), uuidOf(wrong))
		if c.begun != 0 {
			t.Errorf("%d VMs of another pool were read", c.records)
		}
		s.Close()
	}
}

func TestChangeOfMasterIsToldOnce(t *testing.T) {
	t.Parallel()
	sim := pool(t, 1)
	l := newLab(t, sim, sim)
	log, text := logged()
	master := ""
	for i, url := range []string{l.urls[0], l.urls[0], l.urls[1], l.urls[1]} {
		o := l.options(url)
		o.Log, o.Master = log, &master
		s := opened(t, o)
		if _, err := uuids(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		s.Close()
		if told := strings.Count(text(), "another master, "+l.urls[1]); told != max(0, min(1, i-1)) || master != url {
			t.Errorf("session %d: told %d times, %s", i, told, master)
		}
	}
	if !strings.Contains(text(), "was="+l.urls[0]) {
		t.Errorf("the log:\n%s", text())
	}
}
