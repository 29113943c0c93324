package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/store"
)

func TestAPassOfChangesTellsOnlyOfClassesInWhichItWrote(t *testing.T) {
	t.Parallel()
	db, e := open(t), small()
	sync(t, db, "lab", e)
	p := begin(t, db, "lab")
	told(t, p, e, map[string][]*object{"host": e["host"], "VM": {e.add("VM", "v9")}}, nil)
	p.Prove(store.Proof{Mode: "follow"})
	publish(t, p)
	got := query(t, db, `SELECT c.class || ' ' || c.new FROM syncd.sync_class c JOIN syncd.sync_run r ON r.id = c.run_id WHERE r.mode = 'follow'`)
	if diff := cmp.Diff([]string{"VM 1"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAFullPassForgetsOldPassesOfChanges(t *testing.T) {
	t.Parallel()
	db, e := open(t), small()
	sync(t, db, "lab", e)
	sync(t, db, "other", estate{"pool": {{uuid: "p2", ref: ref("p2")}}})
	old := `INSERT INTO syncd.sync_run (pool_id, finished_at, status, mode) SELECT p.id, now() - age::interval, status, mode
		FROM syncd.pool p, (VALUES ('8 days', 'ok', 'follow'), ('8 days', 'ok', 'incremental'), ('8 days', 'ok', 'full'), ('8 days', 'failed', NULL),
			('6 days', 'ok', 'follow')) v (age, status, mode)`
	query(t, db, `WITH r AS (`+old+` RETURNING id) INSERT INTO syncd.sync_class SELECT id, 'VM', 1, 0, 1, 0, 0, 0 FROM r RETURNING class`)
	left := func() []string {
		return query(t, db, `SELECT format('%s %s %s %s days, classes: %s', p.name, r.status, r.mode, extract(day FROM now() - r.finished_at),
				(SELECT count(*) FROM syncd.sync_class c WHERE c.run_id = r.id))
			FROM syncd.sync_run r JOIN syncd.pool p ON p.id = r.pool_id WHERE r.finished_at < now() - interval '1 day' ORDER BY p.name, r.id`)
	}
	all := left()
	p := begin(t, db, "lab")
	told(t, p, e, nil, nil)
	p.Prove(store.Proof{Mode: "incremental"})
	publish(t, p)
	if diff := cmp.Diff(all, left()); diff != "" {
		t.Errorf("a pass of changes (-before +after):\n%s", diff)
	}
	sync(t, db, "lab", e)
	want := append([]string{"lab ok full 8 days, classes: 1", "lab failed  8 days, classes: 1", "lab ok follow 6 days, classes: 1"}, all[5:]...)
	if diff := cmp.Diff(want, left()); diff != "" {
		t.Errorf("a full pass (-want +got):\n%s", diff)
	}
}
