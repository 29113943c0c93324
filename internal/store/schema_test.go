package store_test

import (
	"strings"
	gosync "sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/model"
	"syncd/internal/pgtest"
	"syncd/internal/store"
)

func TestTheColumnsOfXenAreThoseOfTheModel(t *testing.T) {
	t.Parallel()
	db := open(t)
	types := map[model.Kind]string{model.String: "text", model.Enum: "text", model.Int: "bigint", model.Float: "double precision",
		model.Bool: "boolean", model.Time: "timestamp with time zone", model.Ref: "text", model.Set: "text[]", model.Map: "jsonb"}
	for _, c := range model.Classes {
		want := []string{"id|bigint", "pool_id|bigint", "uuid|text", "ref|text"}
		var ids []string
		for _, f := range c.Columns[1:] {
			typ := types[f.Type.Kind]
			switch {
			case f.Text:
				ids = append(ids, f.IDColumn+"|bigint") // it came when its class did
			case f.Target() != nil:
				typ = "bigint"
			}
			want = append(want, f.Column+"|"+typ)
		}
		want = append(append(want, "extra|jsonb"), ids...)
		got := query(t, db, `SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
			WHERE attrelid = ('xen.' || $1::text)::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`, c.SQLTable())
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("xen.%s (-model +schema):\n%s", c.SQLTable(), diff)
		}
	}
}

func TestEveryReferenceIsAForeignKeyThatIsDeferredAndIndexed(t *testing.T) {
	t.Parallel()
	db := open(t)
	for _, c := range model.Classes {
		for _, f := range c.Columns {
			if f.Target() == nil {
				continue
			}
			got := query(t, db, `SELECT k.confrelid::regclass, k.condeferrable AND k.condeferred, k.confdeltype
				FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
				WHERE k.contype = 'f' AND k.conrelid = ('xen.' || $1::text)::regclass AND a.attname = $2`, c.SQLTable(), f.IDColumn)
			if want := "xen." + f.Target().SQLTable() + "|t|a"; !cmp.Equal(got, []string{want}) {
				t.Errorf("%s.%s: %v, want %s", c.Name, f.Name, got, want)
			}
		}
	}
	unindexed := query(t, db, `SELECT k.conrelid::regclass, k.conname FROM pg_constraint k
		WHERE k.contype = 'f' AND k.connamespace::regnamespace::text IN ('xen', 'syncd') AND NOT EXISTS (
			SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indkey[0] = k.conkey[1]
				AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', (
					SELECT attname FROM pg_attribute WHERE attrelid = k.conrelid AND attnum = k.conkey[1]))))`)
	if len(unindexed) > 0 {
		t.Errorf("foreign keys without an index: %v", unindexed)
	}
}

func TestEveryTableViewAndColumnHasItsOwnComment(t *testing.T) {
	t.Parallel()
	db := open(t)
	bare := query(t, db, `SELECT c.oid::regclass, a.attname FROM pg_class c
		LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE c.relnamespace::regnamespace::text IN ('xen', 'syncd', 'inventory') AND c.relkind IN ('r', 'v')
			AND c.relname <> 'schema_migration'
			AND (obj_description(c.oid) IS NULL OR col_description(c.oid, a.attnum) IS NULL)`)
	if len(bare) > 0 {
		t.Errorf("without a comment: %v", bare)
	}
}

func TestInventoryViewsHaveTheColumnsOfTheirContract(t *testing.T) {
	t.Parallel()
	db := open(t)
	for view, columns := range map[string]string{
		"host": "pool pool_uuid host_uuid host_name address enabled live product_version cpu_count memory_total_bytes memory_free_bytes resident_vm_count " +
			"description hostname is_master edition manufacturer model serial_number bios_version booted_at iscsi_iqn tags",
		"vm": "pool pool_uuid vm_uuid vm_name power_state host_uuid host_name vcpus memory_bytes disk_bytes os_name ip_address tags " +
			"description started_at installed_at disk_count disk_used_bytes nic_count snapshot_count affinity_host_uuid affinity_host_name " +
			"ha_restart_priority appliance_name firmware tools_version",
		"resident_vm": "pool pool_uuid host_uuid host_name host_live vm_uuid vm_name power_state is_control_domain",
		"freshness":   "pool last_success_at age_seconds last_run_status last_error last_success_mode last_full_at last_success_proven",
	} {
		got := query(t, db, `SELECT attname FROM pg_attribute WHERE attrelid = ('inventory.' || $1::text)::regclass AND attnum > 0 ORDER BY attnum`, view)
		if strings.Join(got, " ") != columns {
			t.Errorf("inventory.%s:\n got %s\nwant %s", view, strings.Join(got, " "), columns)
		}
	}
}

func TestMigrationsGoDownAndUpAgain(t *testing.T) {
	t.Parallel()
	db, err := store.Open(t.Context(), pgtest.Empty(t))
	if err != nil {
		t.Fatal(err)
	}
	before, err := db.Migrations(t.Context())
	if err != nil || len(before) == 0 || before[0].AppliedAt != nil {
		t.Fatalf("before: %+v, %v", before, err)
	}
	if got := query(t, db, "SELECT count(*) FROM pg_namespace WHERE nspname = 'syncd'"); got[0] != "0" {
		t.Error("listing the migrations made a schema")
	}
	for range 2 {
		applied, err := db.Migrate(t.Context())
		if err != nil || len(applied) != len(before) {
			t.Fatalf("up: %+v, %v", applied, err)
		}
		sync(t, db, "lab", small())
		for range applied {
			if m, err := db.MigrateDown(t.Context()); err != nil || m == nil {
				t.Fatalf("down: %+v, %v", m, err)
			}
		}
		if m, err := db.MigrateDown(t.Context()); err != nil || m != nil {
			t.Fatalf("below the first: %+v, %v", m, err)
		}
	}
	if got := query(t, db, "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema IN ('xen', 'syncd', 'inventory')"); !cmp.Equal(got, []string{"syncd|schema_migration"}) {
		t.Errorf("left behind: %v", got)
	}
}

func TestMigrationsAtTheSameTimeWaitForEachOther(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	var wg gosync.WaitGroup
	for range 4 {
		wg.Go(func() {
			db, err := store.Open(t.Context(), url)
			if err == nil {
				_, err = db.Migrate(t.Context())
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestASchemaOfANewerSyncdIsRefused(t *testing.T) {
	t.Parallel()
	db := open(t)
	query(t, db, "INSERT INTO syncd.schema_migration (version_id, is_applied) VALUES (99999, true) RETURNING 1")
	if _, err := db.Migrate(t.Context()); err == nil || !strings.Contains(err.Error(), "use the newer syncd") {
		t.Errorf("error %v", err)
	}
}
