package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/model"
	"syncd/internal/store"
)

func TestAFirstPassStoresEveryValueInItsType(t *testing.T) {
	t.Parallel()
	db := open(t)
	r := sync(t, db, "lab", small())
	if got := total(r); got != 7 {
		t.Errorf("%d rows written, want 7", got)
	}
	got := query(t, db, `SELECT v.name_label, v.tags, v.platform, v.hvm_shadow_multiplier, v.snapshot_time, h.name_label, v.extra, v.vcpus_max
		FROM xen.vm v JOIN xen.host h ON h.id = v.resident_on_id`)
	want := []string{`web|{a,b}|{"nx": "true"}|NaN|2026-01-02 03:04:05+00|xen1|{}|-`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := query(t, db, `SELECT name, uuid, generation FROM syncd.pool`); got[0] != "lab|uuid-p|1" {
		t.Errorf("pool: %v", got)
	}
	if got := query(t, db, `SELECT status, error, residency_mismatches, finished_at >= started_at FROM syncd.sync_run`); got[0] != "ok|-|1|t" {
		t.Errorf("run: %v (the host names no resident VM, the VM names its host)", got)
	}
}

func TestASecondPassOfAnEqualPoolWritesNoRow(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	sync(t, db, "lab", e)
	rows := func() []string {
		var all []string
		for _, c := range model.Classes {
			all = append(all, query(t, db, "SELECT '"+c.Name+"', id, ctid, xmin FROM xen."+c.SQLTable()+" ORDER BY id")...)
		}
		return append(all, query(t, db, "SELECT id, ctid, xmin FROM xen.object ORDER BY id")...)
	}
	before := rows()
	if r := sync(t, db, "lab", e); total(r) != 0 {
		t.Errorf("%d rows written", total(r))
	}
	if diff := cmp.Diff(before, rows()); diff != "" {
		t.Errorf("rows were touched: %s", diff)
	}
}

func TestARecordWhoseBytesDifferButNotItsValuesLeavesItsRowAlone(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	sync(t, db, "lab", e)
	before := query(t, db, "SELECT ctid, xmin FROM xen.host")
	e["host"][0].fields["resident_VMs"] = `{"OpaqueRef:v1"}` // derived, and not stored
	if r := sync(t, db, "lab", e); total(r) != 0 {
		t.Errorf("%d rows written", total(r))
	}
	if after := query(t, db, "SELECT ctid, xmin FROM xen.host"); after[0] != before[0] {
		t.Errorf("the host's row was touched: %s, was %s", after, before)
	}
}

func TestHostileNamesAreStoredAsTheyAre(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	names := []string{`O'Brien "quoted"`, "emoji 🚀 and Ω", "line\nbreak\r\ttab \\N \\. back\\slash", strings.Repeat("x", 300), `\N`, `\.`, "", `{"a"}`, `'; DROP TABLE xen.vm; --`}
	for i, name := range names {
		e.add("VM", string(rune('a'+i)), "name_label", name)
	}
	sync(t, db, "lab", e)
	for i, name := range names {
		got := query(t, db, "SELECT name_label FROM xen.vm WHERE ref = $1", ref(string(rune('a'+i))))
		if len(got) != 1 || got[0] != name {
			t.Errorf("%q came back as %q", name, got)
		}
	}
}

func TestAnObjectThatReturnsWithTheSameBytesIsTheSameObject(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	sync(t, db, "lab", e)
	id := query(t, db, "SELECT id FROM xen.vm")
	v := e["VM"][0]
	e.remove("VM", v)
	if got := counts(sync(t, db, "lab", e), "VM"); got != [5]int64{0, 0, 1, 0, 0} {
		t.Errorf("removal: %v", got)
	}
	if got := query(t, db, "SELECT removed_at IS NOT NULL, content_hash FROM xen.object WHERE class = 'VM'"); got[0] != "t|-" {
		t.Errorf("registry after removal: %v", got)
	}
	if got := query(t, db, "SELECT vm_id FROM xen.vbd"); got[0] != "-" {
		t.Errorf("the disk still leads to the VM that is gone: %v", got)
	}
	e["VM"] = append(e["VM"], v)
	r := sync(t, db, "lab", e)
	if got := counts(r, "VM"); got != [5]int64{1, 0, 0, 0, 0} {
		t.Errorf("return: %v", got)
	}
	if got := counts(r, "VBD"); got != [5]int64{0, 1, 0, 0, 0} {
		t.Errorf("the disk of the VM that returned: %v", got)
	}
	if got := query(t, db, "SELECT v.id FROM xen.vm v JOIN xen.vbd b ON b.vm_id = v.id"); got[0] != id[0] {
		t.Errorf("id %s became %s", id, got)
	}
}

func TestAReferenceThatChangesKeepsTheObject(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	sync(t, db, "lab", e)
	id := query(t, db, "SELECT id FROM xen.vm")
	e["VM"][0].ref = ref("v1-new")
	e["VBD"][0].fields["VM"] = ref("v1-new")
	r := sync(t, db, "lab", e)
	if got := counts(r, "VM"); got != [5]int64{0, 1, 0, 0, 0} {
		t.Errorf("VM: %v", got)
	}
	if got := query(t, db, "SELECT v.id, v.ref, b.id IS NOT NULL FROM xen.vm v JOIN xen.vbd b ON b.vm_id = v.id"); got[0] != id[0]+"|OpaqueRef:v1-new|t" {
		t.Errorf("got %v, id was %v", got, id)
	}
}

func TestTwoReferencesThatSwapLeadTheirUnchangedReferrersToTheOther(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	v2 := e.add("VM", "v2", "name_label", "db")
	sync(t, db, "lab", e)
	e["VM"][0].ref, v2.ref = v2.ref, e["VM"][0].ref
	r := sync(t, db, "lab", e)
	if got := query(t, db, "SELECT v.name_label FROM xen.vbd b JOIN xen.vm v ON v.id = b.vm_id"); got[0] != "db" {
		t.Errorf("the disk's VM is %s; its record names the reference that db has now", got)
	}
	if got := counts(r, "VM"); got[2] != 0 {
		t.Errorf("VM: %v", got)
	}
}

func TestADanglingReferenceIsFilledInWhenItsTargetComes(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	e["VM"][0].fields["resident_on"] = ref("h2")
	if got := counts(sync(t, db, "lab", e), "VM"); got != [5]int64{1, 0, 0, 1, 0} {
		t.Errorf("with a dangling reference: %v", got)
	}
	if got := query(t, db, "SELECT class, field, ref, target FROM syncd.dangling"); got[0] != "VM|resident_on|OpaqueRef:h2|host" {
		t.Errorf("dangling: %v", got)
	}
	if got := query(t, db, "SELECT resident_on_id FROM xen.vm"); got[0] != "-" {
		t.Errorf("resident_on_id %v", got)
	}
	e.add("host", "h2", "name_label", "xen2") // the VM's record stays as it is
	if got := counts(sync(t, db, "lab", e), "VM"); got != [5]int64{0, 1, 0, 0, 0} {
		t.Errorf("when the host came: %v", got)
	}
	if got := query(t, db, "SELECT h.name_label FROM xen.vm v JOIN xen.host h ON h.id = v.resident_on_id"); len(got) != 1 || got[0] != "xen2" {
		t.Errorf("resident on %v", got)
	}
}

func TestATargetThatGoesLeavesItsUnchangedReferrerDangling(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	sync(t, db, "lab", e)
	e.remove("VDI", e["VDI"][0])
	r := sync(t, db, "lab", e)
	if got := counts(r, "VBD"); got != [5]int64{0, 1, 0, 1, 0} {
		t.Errorf("VBD: %v", got)
	}
	if got := query(t, db, "SELECT vdi_id FROM xen.vbd"); got[0] != "-" {
		t.Errorf("vdi_id %v", got)
	}
	if r := sync(t, db, "lab", e); total(r) != 0 || counts(r, "VBD")[3] != 1 {
		t.Errorf("the next pass wrote %d rows, dangling %v", total(r), counts(r, "VBD"))
	}
}

func TestAUUIDTwiceInOneAnswerIsAFaultOfThatRecord(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	twin := e.add("VM", "twin", "name_label", "second")
	twin.uuid = e["VM"][0].uuid
	for pass := range 3 {
		r := sync(t, db, "lab", e)
		if got := counts(r, "VM"); got[2] != 0 || got[4] != 1 {
			t.Errorf("pass %d: %v, want one fault and nothing removed", pass, got)
		}
		if got := query(t, db, "SELECT name_label FROM xen.vm"); !cmp.Equal(got, []string{"web"}) {
			t.Errorf("pass %d: %v", pass, got)
		}
	}
}

func TestARecordWithoutUUIDIsAFaultAndItsRowStays(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	sync(t, db, "lab", e)
	e["VM"][0].uuid = ""
	if got := counts(sync(t, db, "lab", e), "VM"); got != [5]int64{0, 0, 0, 0, 1} {
		t.Errorf("VM: %v", got)
	}
	if got := query(t, db, "SELECT count(*) FROM xen.vm"); got[0] != "1" {
		t.Errorf("%s rows", got)
	}
}

func TestAReferenceTwiceInOneAnswerIsAFault(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	e.add("VM", "other", "name_label", "second").ref = ref("v1")
	if got := counts(sync(t, db, "lab", e), "VM"); got != [5]int64{1, 0, 0, 0, 1} {
		t.Errorf("VM: %v", got)
	}
}

func TestAnotherPoolUnderThisNameIsRefused(t *testing.T) {
	t.Parallel()
	db := open(t)
	sync(t, db, "lab", small())
	p := begin(t, db, "lab")
	err := p.Identify(t.Context(), "uuid-other")
	if err == nil || !strings.Contains(err.Error(), "uuid-p") || !strings.Contains(err.Error(), "uuid-other") {
		t.Errorf("error %v, want both uuids", err)
	}
	if err := p.Fail(t.Context(), err); err != nil {
		t.Error(err)
	}
	if got := query(t, db, "SELECT status, error LIKE '%uuid-other%' FROM syncd.sync_run ORDER BY id DESC LIMIT 1"); got[0] != "failed|t" {
		t.Errorf("run: %v", got)
	}
}

func TestASecondNameForAPoolIsRefused(t *testing.T) {
	t.Parallel()
	db := open(t)
	sync(t, db, "lab", small())
	p := begin(t, db, "prod")
	err := p.Identify(t.Context(), "uuid-p")
	if err == nil || !strings.Contains(err.Error(), "lab") || !strings.Contains(err.Error(), "prod") {
		t.Errorf("error %v, want both names", err)
	}
	p.Fail(t.Context(), err)
}

func TestTwoNamesForANewPoolAtTheSameTimeLeaveOne(t *testing.T) {
	t.Parallel()
	db := open(t)
	a, b := begin(t, db, "a"), begin(t, db, "b")
	fill(t, a, small())
	fill(t, b, small())
	if _, err := a.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := b.Publish(t.Context())
	if err == nil || !strings.Contains(err.Error(), "is stored as a already, and is now read as b") {
		t.Errorf("error %v", err)
	}
	b.Fail(t.Context(), err)
}

func TestTwoPoolsWithTheSameUUIDsAreTwoSetsOfRows(t *testing.T) {
	t.Parallel()
	db := open(t)
	e, f := small(), small()
	f["pool"][0].uuid = "uuid-p2"
	sync(t, db, "lab", e)
	sync(t, db, "prod", f)
	e.remove("VM", e["VM"][0])
	sync(t, db, "lab", e)
	if got := query(t, db, "SELECT p.name, v.uuid FROM xen.vm v JOIN syncd.pool p ON p.id = v.pool_id"); !cmp.Equal(got, []string{"prod|uuid-v1"}) {
		t.Errorf("VMs: %v", got)
	}
}

func TestAClassThatIsNotReadKeepsItsRows(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	sync(t, db, "lab", e)
	p := begin(t, db, "lab")
	p.Identify(t.Context(), "uuid-p")
	for _, class := range model.Classes {
		if class.Name == "VM" {
			p.Missing(class, "MESSAGE_METHOD_UNKNOWN")
		} else if err := stage(t.Context(), p, e, class); err != nil {
			t.Fatal(err)
		}
	}
	r := publish(t, p)
	if total(r) != 0 {
		t.Errorf("%d rows written", total(r))
	}
	if got := query(t, db, "SELECT note FROM syncd.sync_class WHERE run_id = (SELECT max(id) FROM syncd.sync_run) AND class = 'VM'"); got[0] != "MESSAGE_METHOD_UNKNOWN" {
		t.Errorf("note %v", got)
	}
}

func TestAClassThatIsBegunAgainForgetsItsFirstReading(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	sync(t, db, "lab", e)
	p := begin(t, db, "lab")
	p.Identify(t.Context(), "uuid-p")
	broken := small()
	broken["host"][0].fields["name_label"] = "from an answer that broke off"
	host := model.Lookup("host")
	if err := stage(t.Context(), p, broken, host); err != nil {
		t.Fatal(err)
	}
	if err := p.Begin(t.Context(), model.Lookup("VM")); err != nil { // and nothing more of it
		t.Fatal(err)
	}
	for _, class := range model.Classes {
		if err := stage(t.Context(), p, e, class); err != nil {
			t.Fatal(err)
		}
	}
	r := publish(t, p)
	if total(r) != 0 {
		t.Errorf("%d rows written: %+v", total(r), r.Classes)
	}
}

func TestAPassThatFailsLeavesTheLastGoodState(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	sync(t, db, "lab", e)
	before := mirror(t, db)
	p := begin(t, db, "lab")
	fill(t, p, estate{"pool": e["pool"]}) // everything else is gone
	if err := p.Fail(t.Context(), errors.New("the pool went away")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, mirror(t, db)); diff != "" {
		t.Error(diff)
	}
	if got := query(t, db, "SELECT status, error FROM syncd.sync_run ORDER BY id DESC LIMIT 1"); got[0] != "failed|the pool went away" {
		t.Errorf("run: %v", got)
	}
}

func TestAPassIsFencedByOneThatWasPublishedInTheMeantime(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	sync(t, db, "lab", e)
	p := begin(t, db, "lab")
	e["VM"][0].fields["name_label"] = "stale"
	fill(t, p, e)
	query(t, db, "UPDATE syncd.pool SET generation = generation + 1 RETURNING generation")
	if _, err := p.Publish(t.Context()); !errors.Is(err, store.ErrFenced) {
		t.Errorf("error %v, want %v", err, store.ErrFenced)
	}
	p.Fail(t.Context(), store.ErrFenced)
	if got := query(t, db, "SELECT name_label FROM xen.vm"); got[0] != "web" {
		t.Errorf("name %v", got)
	}
}

func TestAKeyThatNoIndexCouldHoldIsAFaultOfItsRecord(t *testing.T) {
	t.Parallel()
	db := open(t)
	e := small()
	long := strings.Repeat("k", model.LongestKey+1)
	e.add("VM", "long", "name_label", "uuid").uuid = long
	e.add("VM", "other", "name_label", "ref").ref = long
	if got := counts(sync(t, db, "lab", e), "VM"); got != [5]int64{1, 0, 0, 0, 2} {
		t.Errorf("VM: %v", got)
	}
}
