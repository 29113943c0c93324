package main

import (
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"syncd/internal/config"
	"syncd/internal/pgtest"
	"syncd/internal/store"
	"syncd/internal/xensim"
)

// What other tools that mirror pools got wrong, each in a test.

// school is a database and pools that are mirrored there.
type school struct {
	url  string
	db   *store.DB
	conn *pgx.Conn
}

func newSchool(t *testing.T) *school {
	t.Helper()
	url := pgtest.New(t)
	db, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	return &school{url, db, connect(t, url)}
}

// pupil is a pool of few hosts and VMs, of which the deletion brake would let all go.
func pupil(t *testing.T, name string, seed int64) (*xensim.Sim, config.Pool) {
	t.Helper()
	return enrol(t, name, xensim.Options{Hosts: 2, VMs: 5, Seed: seed, Bare: true})
}

// furnished is a pupil called lab with everything that stands around hosts and VMs.
func furnished(t *testing.T) (*xensim.Sim, config.Pool) {
	t.Helper()
	return enrol(t, "lab", xensim.Options{Hosts: 2, VMs: 5, Seed: 1})
}

// enrol serves a pool.
func enrol(t *testing.T, name string, o xensim.Options) (*xensim.Sim, config.Pool) {
	t.Helper()
	sim, err := xensim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	return sim, config.Pool{Name: name, URLs: []string{server.URL}, Username: "root", Password: "xensim", MaxRemovedRatio: 0.5}
}

// pass makes one that must end so.
func (s *school) pass(t *testing.T, pool config.Pool, want string, o passOptions) passResult {
	t.Helper()
	r := makePass(t.Context(), slog.New(slog.DiscardHandler), s.db, pool, o)
	if r.Result != want {
		t.Fatalf("the pass of %s is %s, want %s: %s", pool.Name, r.Result, want, r.Error)
	}
	return r
}

// rows are all objects of a pool, with their keys, and the transactions that wrote them and their VMs' rows last.
func (s *school) rows(t *testing.T, pool string) []string {
	t.Helper()
	rows, _ := s.conn.Query(t.Context(), `SELECT concat_ws(' ', o.class, o.uuid, o.ref, o.id, o.removed_at, o.xmin, v.xmin)
		FROM xen.object o LEFT JOIN xen.vm v USING (id)
		WHERE o.pool_id = (SELECT id FROM syncd.pool WHERE name = $1) ORDER BY o.id`, pool)
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if len(list) == 0 {
		t.Fatalf("nothing is stored of %s", pool)
	}
	return list
}

func inject(t *testing.T, sim *xensim.Sim, text string) {
	t.Helper()
	f, err := xensim.ParseFault(text)
	if err != nil {
		t.Fatal(err)
	}
	sim.Inject(f)
}

func TestAClassThatFailsDeletesNothing(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	sim, lab := pupil(t, "lab", 1)
	s.pass(t, lab, "ok", passOptions{})
	before := s.rows(t, "lab")
	sim.Change(20) // so that there is something to write, and something gone
	for _, fault := range []string{
		"error=INTERNAL_ERROR:VM.get_all_records", "truncate=50:VM.get_all_records", "garbage:VBD.get_all_records",
		"status=503:VDI.get_all_records", "html:network.get_all_records",
	} {
		inject(t, sim, fault)
		s.pass(t, lab, "failed", passOptions{force: true})
		if diff := cmp.Diff(before, s.rows(t, "lab")); diff != "" {
			t.Errorf("%s (-before +after):\n%s", fault, diff)
		}
	}
	// A class that the account may not see any more is left out, and keeps its rows.
	inject(t, sim, "error=MESSAGE_METHOD_UNKNOWN,VDI.get_all_records:VDI.get_all_records")
	disks := ask(t, s.conn, "SELECT string_agg(id || ' ' || xmin, ',' ORDER BY id) FROM xen.vdi")
	s.pass(t, lab, "ok", passOptions{})
	if got := ask(t, s.conn, "SELECT string_agg(id || ' ' || xmin, ',' ORDER BY id) FROM xen.vdi"); got != disks {
		t.Errorf("disks %s became %s", disks, got)
	}
}

func TestAPoolThatFailsDoesNotTouchAnothersRows(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	_, lab := pupil(t, "lab", 1)
	twin, east := pupil(t, "east", 2)
	s.pass(t, lab, "ok", passOptions{})
	s.pass(t, east, "ok", passOptions{})
	before := s.rows(t, "lab")
	inject(t, twin, "error=INTERNAL_ERROR:VM.get_all_records")
	s.pass(t, east, "failed", passOptions{})
	twin.Change(50)
	s.pass(t, east, "ok", passOptions{force: true})
	if diff := cmp.Diff(before, s.rows(t, "lab")); diff != "" {
		t.Errorf("-before +after:\n%s", diff)
	}
}

func TestAPoolThatIsTakenOutOfTheConfigurationKeepsItsRows(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	_, lab := pupil(t, "lab", 1)
	_, east := pupil(t, "east", 2)
	sync := func(pools ...config.Pool) {
		t.Helper()
		var named []string
		for _, pool := range pools {
			named = append(named, pool.Name, pool.URLs[0])
		}
		path := filepath.Join(t.TempDir(), "syncd.yaml")
		if err := os.WriteFile(path, []byte(configure(s.url, "@daily", "data_dir: data", named...)), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("syncd", "sync", "-c", path)
		cmd.Env = append(os.Environ(), "LAB_PASSWORD=xensim")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	sync(lab, east)
	before := s.rows(t, "lab")
	sync(east)
	if diff := cmp.Diff(before, s.rows(t, "lab")); diff != "" {
		t.Errorf("-before +after:\n%s", diff)
	}
	if got := ask(t, s.conn, "SELECT count(*)::text FROM inventory.host WHERE pool = 'lab'"); got != "2" {
		t.Errorf("inventory.host has %s of its hosts", got)
	}
}

func TestGuestMetricsThatVanishWithAShutdownAreNoError(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	sim, lab := pupil(t, "lab", 1)
	s.pass(t, lab, "ok", passOptions{})
	metrics := sim.Objects("VM_guest_metrics")[0].Ref
	vm := ""
	for _, o := range sim.Objects("VM") {
		if o.Fields["guest_metrics"] == metrics {
			vm = o.Fields["uuid"].(string)
		}
	}
	if err := sim.Remove("VM_guest_metrics", metrics); err != nil { // between the reading of the VM and its own
		t.Fatal(err)
	}
	r := s.pass(t, lab, "ok", passOptions{})
	if r.Dangling == 0 || r.Removed != 1 {
		t.Errorf("%d references dangle, %d rows are removed", r.Dangling, r.Removed)
	}
	if got := ask(t, s.conn, "SELECT (guest_metrics_id IS NULL)::text FROM xen.vm WHERE uuid = '"+vm+"'"); got != "true" {
		t.Error("the VM still has them")
	}
	if got := ask(t, s.conn, "SELECT count(*)::text FROM inventory.vm WHERE vm_uuid = '"+vm+"'"); got != "1" {
		t.Errorf("inventory.vm has it %s times", got)
	}
}

func TestAVMInTwoPoolsDuringAMigrationIsTwoRowsAndOneIdentity(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	from, lab := pupil(t, "lab", 1)
	to, east := pupil(t, "east", 2)
	s.pass(t, lab, "ok", passOptions{})
	s.pass(t, east, "ok", passOptions{})
	var moved xensim.Object
	for _, o := range from.Objects("VM") {
		if o.Fields["is_a_template"] == false && o.Fields["is_control_domain"] == false {
			moved = o
		}
	}
	uuid := moved.Fields["uuid"].(string)
	arrived := map[string]any{"uuid": uuid, "name_label": moved.Fields["name_label"], "power_state": "Running", "resident_on": to.Objects("host")[0].Ref}
	if err := to.Add("VM", "OpaqueRef:arrived", arrived); err != nil {
		t.Fatal(err)
	}
	s.pass(t, lab, "ok", passOptions{})
	s.pass(t, east, "ok", passOptions{})
	const where = "SELECT string_agg(pool, ' ' ORDER BY pool) FROM inventory.vm WHERE vm_uuid = '"
	if got := ask(t, s.conn, where+uuid+"'"); got != "east lab" {
		t.Errorf("during the migration it is in %s", got)
	}
	if err := from.Remove("VM", moved.Ref); err != nil {
		t.Fatal(err)
	}
	s.pass(t, lab, "ok", passOptions{})
	if got := ask(t, s.conn, where+uuid+"'"); got != "east" {
		t.Errorf("after the migration it is in %s", got)
	}
	if got := ask(t, s.conn, "SELECT count(*) || ' ' || count(removed_at) FROM xen.object WHERE uuid = '"+uuid+"'"); got != "2 1" {
		t.Errorf("of the uuid there are objects, and gone ones: %s", got)
	}
}

func TestAnObjectThatReturnsIsTheSameObject(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	sim, lab := pupil(t, "lab", 1)
	s.pass(t, lab, "ok", passOptions{})
	gone := sim.Objects("VDI")[0]
	key := func() string {
		return ask(t, s.conn, "SELECT id || ' ' || first_seen_at FROM xen.object WHERE class = 'VDI' AND uuid = '"+gone.Fields["uuid"].(string)+"'")
	}
	before := key()
	if err := sim.Remove("VDI", gone.Ref); err != nil {
		t.Fatal(err)
	}
	if r := s.pass(t, lab, "ok", passOptions{}); r.Removed != 1 {
		t.Fatalf("%d rows are removed", r.Removed)
	}
	if err := sim.Add("VDI", "OpaqueRef:returned", map[string]any{"uuid": gone.Fields["uuid"], "name_label": "restored"}); err != nil {
		t.Fatal(err)
	}
	if r := s.pass(t, lab, "ok", passOptions{}); r.New != 1 {
		t.Fatalf("%d rows are new", r.New)
	}
	if after := key(); after != before {
		t.Errorf("it was %s and is %s", before, after)
	}
	if got := ask(t, s.conn, "SELECT v.name_label || ' ' || (o.removed_at IS NULL) FROM xen.vdi v JOIN xen.object o USING (id) WHERE v.ref = 'OpaqueRef:returned'"); got != "restored true" {
		t.Errorf("its row is %s", got)
	}
}

func TestAnEmptyAnswerIsNeverAllDeleted(t *testing.T) {
	t.Parallel()
	for _, class := range []string{"pool", "host", "VM"} {
		s := newSchool(t)
		sim, lab := pupil(t, "lab", 1)
		s.pass(t, lab, "ok", passOptions{})
		before := s.rows(t, "lab")
		for _, o := range sim.Objects(class) {
			if err := sim.Remove(class, o.Ref); err != nil {
				t.Fatal(err)
			}
		}
		for _, force := range []bool{false, true} {
			r := s.pass(t, lab, "failed", passOptions{force: force})
			if !strings.Contains(r.Error, "reading class "+class) || !strings.HasSuffix(r.Error, "nothing was changed") {
				t.Errorf("%s: %s", class, r.Error)
			}
		}
		if diff := cmp.Diff(before, s.rows(t, "lab")); diff != "" {
			t.Errorf("%s (-before +after):\n%s", class, diff)
		}
	}
}
