package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/store"
)

// attempt begins a pass that heeds a refusal, or tells that the pool is left alone.
func attempt(t *testing.T, db *store.DB, username, password string) (*store.Pass, *store.LeftAlone) {
	t.Helper()
	p, err := db.BeginPass(t.Context(), store.PassOptions{Pool: "lab", MaxRemovedRatio: 1, NoWait: true, Heed: true,
		Credentials: store.Credentials{Username: username, Password: password}})
	alone, ok := errors.AsType[*store.LeftAlone](err)
	if err != nil && !ok {
		t.Fatal(err)
	}
	return p, alone
}

// refuse is a pool that refuses them.
func refuse(t *testing.T, db *store.DB, username, password string) {
	t.Helper()
	p, alone := attempt(t, db, username, password)
	if alone != nil {
		t.Fatal(alone)
	}
	if err := p.Refuse(t.Context(), errors.New("password refused")); err != nil {
		t.Fatal(err)
	}
}

func TestAPoolThatRefusedCredentialsIsLeftAloneForAnHourWhileTheyStayTheSame(t *testing.T) {
	t.Parallel()
	db := open(t)
	refuse(t, db, "root", "hunter2")
	if got := query(t, db, "SELECT status, error FROM syncd.sync_run"); !cmp.Equal(got, []string{"failed|password refused"}) {
		t.Errorf("runs %v", got)
	}
	_, alone := attempt(t, db, "root", "hunter2")
	if alone == nil || !strings.Contains(alone.Error(), "syncd sync --pool lab") {
		t.Fatalf("the second attempt: %v", alone)
	}
	if got := query(t, db, "SELECT refused_until BETWEEN now() + interval '59 min' AND now() + interval '1 hour' FROM syncd.pool"); got[0] != "t" {
		t.Error("it is not left alone for an hour")
	}
	if got := query(t, db, "SELECT count(*) FROM syncd.sync_run"); got[0] != "1" {
		t.Errorf("%s runs: one that is not made is not recorded", got[0])
	}
	states, err := db.Status(t.Context())
	if err != nil || states[0].RefusedUntil == nil || *states[0].LastError != "password refused" {
		t.Errorf("status %+v, %v", states, err)
	}

	refuse(t, db, "root", "changed") // is asked, and so is the next
	refuse(t, db, "other", "changed")
	if _, alone := attempt(t, db, "other", "changed"); alone == nil {
		t.Error("the newest refusal is not heeded")
	}
	query(t, db, "UPDATE syncd.pool SET refused_until = now() RETURNING 1") // as an hour later
	refuse(t, db, "other", "changed")
}

func TestACommandThatDoesNotHeedARefusalAsksAndItsSuccessEndsTheLockOut(t *testing.T) {
	t.Parallel()
	db := open(t)
	refuse(t, db, "root", "hunter2")
	p := begin(t, db, "lab")
	fill(t, p, small()) // the pool let it in
	if err := p.Fail(t.Context(), errors.New("class VM cannot be read")); err != nil {
		t.Fatal(err)
	}
	if got := query(t, db, "SELECT refused_until, refused_credentials FROM syncd.pool"); got[0] != "-|-" {
		t.Errorf("it is still left alone: %v", got)
	}
	p, alone := attempt(t, db, "root", "hunter2")
	if alone != nil {
		t.Fatal(alone)
	}
	p.Fail(t.Context(), errors.New("enough"))
}

func TestADryPassLeavesARefusalAsItIs(t *testing.T) {
	t.Parallel()
	db := open(t)
	refuse(t, db, "root", "hunter2")
	before := query(t, db, "SELECT refused_until, refused_credentials FROM syncd.pool")
	p, err := db.BeginPass(t.Context(), store.PassOptions{Pool: "lab", Dry: true})
	if err != nil {
		t.Fatal(err)
	}
	fill(t, p, small())
	if _, err := p.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, query(t, db, "SELECT refused_until, refused_credentials FROM syncd.pool")); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsStoredOfRefusedCredentialsIsTooLittleToFindThem(t *testing.T) {
	t.Parallel()
	db := open(t)
	refuse(t, db, "root", "hunter2")
	first := query(t, db, "SELECT refused_credentials FROM syncd.pool")[0]
	query(t, db, "UPDATE syncd.pool SET refused_until = NULL RETURNING 1")
	refuse(t, db, "root", "hunter2")
	second := query(t, db, "SELECT refused_credentials FROM syncd.pool")[0]
	_, hash, ok := strings.Cut(first, ":")
	if first == second || !ok || len(hash) != len("AAA=") {
		t.Errorf("%q and %q: want two salts, and two bytes each", first, second)
	}
	for _, verb := range []string{store.Credentials{Username: "root", Password: "hunter2"}.String(), store.Credentials{}.GoString()} {
		if verb != "***" {
			t.Errorf("credentials print as %q", verb)
		}
	}
}
