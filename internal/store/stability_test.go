package store_test

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"syncd/internal/pgtest"
	"syncd/internal/store"
	"syncd/migrations"
)

// upTo are the migrations up to one, and more files of a test's own.
func upTo(t *testing.T, last string, more map[string]string) fs.FS {
	t.Helper()
	names, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, name := range names {
		if name > last {
			continue
		}
		text, err := fs.ReadFile(migrations.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	for name, text := range more {
		files[name] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + text)}
	}
	return files
}

// migrated is an empty database that some files made.
func migrated(t *testing.T, files fs.FS) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), pgtest.Empty(t))
	if err != nil {
		t.Fatal(err)
	}
	store.UseMigrations(db, files)
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

func TestWhatPeopleBuiltOnTheMirrorOutlivesEveryMigration(t *testing.T) {
	t.Parallel()
	db := migrated(t, upTo(t, "00003_inventory.sql", nil))
	query(t, db, "CREATE SCHEMA reports")
	built := query(t, db, `SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname IN ('xen', 'inventory', 'syncd') AND c.relkind IN ('r', 'v') AND c.relname <> 'schema_migration' ORDER BY 1`)
	if len(built) < 20 {
		t.Fatalf("only %v", built)
	}
	for _, name := range built {
		mine := strings.ReplaceAll(name, ".", "_")
		query(t, db, "CREATE VIEW reports."+mine+" AS SELECT * FROM "+name)
		query(t, db, "CREATE MATERIALIZED VIEW reports."+mine+"_kept AS SELECT * FROM "+name)
	}
	definitions := `SELECT c.relname, pg_get_viewdef(c.oid) FROM pg_class c WHERE c.relnamespace = 'reports'::regnamespace ORDER BY 1`
	before := query(t, db, definitions)
	store.UseMigrations(db, migrations.FS)
	applied, err := db.Migrate(t.Context())
	if err != nil || len(applied) < 5 {
		t.Fatalf("%v, applied %v", err, applied)
	}
	sync(t, db, "lab", small())
	if diff := cmp.Diff(before, query(t, db, definitions)); diff != "" {
		t.Errorf("(-before +after)\n%s", diff)
	}
	for _, name := range built {
		mine := "reports." + strings.ReplaceAll(name, ".", "_")
		query(t, db, "REFRESH MATERIALIZED VIEW "+mine+"_kept")
		for _, mine := range []string{mine, mine + "_kept"} {
			if got, want := query(t, db, "SELECT count(*) FROM "+mine), query(t, db, "SELECT count(*) FROM "+name); !cmp.Equal(got, want) {
				t.Errorf("%s has %v rows, %s %v", mine, got, name, want)
			}
		}
	}
}

func TestAMigrationThatSomethingBlocksNamesBothAndChangesNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ built, migration, want string }{
		"a view that is dropped": {
			"CREATE VIEW public.mine AS SELECT vm_name FROM inventory.vm", "DROP VIEW inventory.vm;",
			"cannot drop view inventory.vm because other objects depend on it (SQLSTATE 2BP01): view public.mine depends on view inventory.vm: drop it, run syncd migrate up again",
		},
		"a column that is dropped": {
			"CREATE MATERIALIZED VIEW public.\"my <own>\" AS SELECT address FROM xen.sdn_controller", "ALTER TABLE xen.sdn_controller DROP address;",
			`materialized view public."my <own>" depends on column address of table xen.sdn_controller: drop it, run syncd migrate up again`,
		},
		"a type that is another": {
			"CREATE VIEW public.mine AS SELECT address FROM xen.sdn_controller", "ALTER TABLE xen.sdn_controller ALTER address TYPE varchar;",
			`rule _RETURN on view public.mine depends on column "address": drop it, run syncd migrate up again`,
		},
		"a name that is taken": {
			"CREATE VIEW inventory.mine AS SELECT 1 AS one", "CREATE VIEW inventory.mine AS SELECT 2 AS two;",
			`relation "mine" already exists (SQLSTATE 42P07): somebody made one of that name in a schema of syncd: drop or rename it`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := migrated(t, migrations.FS)
			query(t, db, c.built)
			store.UseMigrations(db, upTo(t, "99999", map[string]string{
				"90001_fine.sql": "CREATE TABLE syncd.fine ();", "90002_blocked.sql": "CREATE TABLE syncd.half ();\n" + c.migration,
			}))
			applied, err := db.Migrate(t.Context())
			if err == nil || !strings.Contains(err.Error(), "applying migration 90002_blocked.sql: ") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v", err)
			}
			if len(applied) != 1 || filepath.Base(applied[0].Name) != "90001_fine.sql" {
				t.Errorf("applied %v", applied)
			}
			if got := query(t, db, "SELECT to_regclass('syncd.fine'), to_regclass('syncd.half'), to_regclass('inventory.vm')"); !cmp.Equal(got, []string{"syncd.fine|-|inventory.vm"}) {
				t.Errorf("there are %v", got)
			}
			// As the error says: out of its way, and again.
			mine, _, _ := strings.Cut(strings.TrimPrefix(c.built, "CREATE "), " AS ")
			query(t, db, "DROP "+mine)
			if applied, err := db.Migrate(t.Context()); err != nil || len(applied) != 1 {
				t.Errorf("again: %v, %v", applied, err)
			}
		})
	}
}

func TestAMigrationThatAUsersViewBlocksIsNotTakenBack(t *testing.T) {
	t.Parallel()
	db := open(t)
	query(t, db, "CREATE VIEW public.mine AS SELECT name_label FROM xen.vm")
	for {
		undone, err := db.MigrateDown(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if undone.Name == "00003_inventory.sql" {
			break // below are the tables
		}
	}
	_, err := db.MigrateDown(t.Context())
	if err == nil || !strings.Contains(err.Error(), "taking back migration 00002_xen.sql: ") ||
		!strings.Contains(err.Error(), "view public.mine depends on table xen.vm: drop it, run syncd migrate down again") {
		t.Errorf("error %v", err)
	}
	query(t, db, "SELECT name_label FROM public.mine")
}

func TestAMigrationThatIsEndedToResolveADeadlockIsTriedAgain(t *testing.T) {
	t.Parallel()
	db := migrated(t, upTo(t, "00003_inventory.sql", nil))
	query(t, db, "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''3s''', current_database()); END $$")
	conn, err := pgx.Connect(t.Context(), store.URL(db))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	report := func(sql string) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	// The report sees to it that the migration is the one to be ended, and does not wait without end where it is not.
	report("SET deadlock_timeout = '1h'")
	report("SET statement_timeout = '30s'")
	report("BEGIN")
	report("SELECT FROM syncd.sync_run")

	store.UseMigrations(db, upTo(t, "00003_inventory.sql", map[string]string{
		"00004_apart.sql": "CREATE TABLE syncd.apart ();",
		"00005_both.sql":  "ALTER TABLE syncd.pool ADD more int;\nALTER TABLE syncd.sync_run ADD more int;",
	}))
	type outcome struct {
		applied []store.Migration
		err     error
	}
	done := make(chan outcome)
	go func() {
		applied, err := db.Migrate(t.Context())
		done <- outcome{applied, err}
	}()
	for waits := []string{"f"}; waits[0] != "t"; {
		waits = query(t, db, "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'syncd.sync_run'::regclass AND NOT granted)")
	}
	report("SELECT FROM syncd.pool")
	report("COMMIT")
	o := <-done
	want := []store.Migration{{Version: 4, Name: "00004_apart.sql"}, {Version: 5, Name: "00005_both.sql"}}
	if diff := cmp.Diff(want, o.applied); o.err != nil || diff != "" {
		t.Errorf("error %v, applied (-want +got):\n%s", o.err, diff)
	}
}
