package store_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"syncd/internal/store"
)

// as is the URL of a database for another user. Behind the test's socket there are no passwords.
func as(t *testing.T, database, user string) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User(user)
	return u.String()
}

func execAll(t *testing.T, conn *pgx.Conn, statements ...string) {
	t.Helper()
	for _, sql := range statements {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

// migrateAs migrates as a user, and returns what an administrator has still to do for readers.
func migrateAs(t *testing.T, url string) (*store.DB, []string) {
	t.Helper()
	db, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	statements, err := db.LackingReaders(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return db, statements
}

// memberReads fails unless a member of the group reads everything but hashes, what comes later too.
func memberReads(t *testing.T, admin *pgx.Conn, database, owner string) {
	t.Helper()
	execAll(t, admin, "GRANT syncd_reader TO member", "SET ROLE "+owner, "CREATE TABLE xen.later (i int)", "RESET ROLE")
	conn := connectTo(t, as(t, database, "member"))
	execAll(t, conn, "SELECT * FROM xen.vm", "SELECT * FROM inventory.resident_vm", "SELECT * FROM syncd.sync_run", "SELECT uuid FROM xen.object", "SELECT * FROM xen.later")
	for _, forbidden := range []string{"SELECT content_hash FROM xen.object", "SELECT refused_credentials FROM syncd.pool", "DELETE FROM xen.vm", "CREATE TABLE xen.t (i int)"} {
		_, err := conn.Exec(t.Context(), forbidden)
		if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.Code != "42501" {
			t.Errorf("%s: %v, want that the privilege is lacking", forbidden, err)
		}
	}
}

func TestAUserWhoMayMakeRolesMakesTheGroupOfReaders(t *testing.T) {
	t.Parallel()
	database, _ := readersServer(t)
	admin := connectTo(t, database)
	execAll(t, admin, "CREATE ROLE owner LOGIN CREATEROLE", "CREATE ROLE member LOGIN", "GRANT CREATE ON DATABASE syncd TO owner")
	_, lacking := migrateAs(t, as(t, database, "owner"))
	if lacking != nil {
		t.Errorf("check would print %q", lacking)
	}
	memberReads(t, admin, database, "owner")

	// What an administrator takes away stays away, and is told.
	execAll(t, admin, "REVOKE SELECT ON xen.pbd FROM syncd_reader")
	db, lacking := migrateAs(t, as(t, database, "owner"))
	if lacking == nil {
		t.Error("check would not tell")
	}
	if got := query(t, db, "SELECT has_table_privilege('syncd_reader', 'xen.pbd', 'SELECT')"); got[0] != "f" {
		t.Error("the group has the right again")
	}
	if got := query(t, db, "SELECT has_schema_privilege('member', 'public', 'USAGE'), has_database_privilege('member', current_database(), 'TEMPORARY')"); got[0] != "t|t" {
		t.Errorf("rights of everybody: %v", got)
	}
}

func TestWhereOurUserMayMakeNoRolesAnAdministratorIsToldTheStatements(t *testing.T) {
	t.Parallel()
	database, _ := readersServer(t)
	admin := connectTo(t, database)
	execAll(t, admin, `CREATE ROLE "the owner" LOGIN`, "CREATE ROLE member LOGIN", `GRANT CREATE ON DATABASE syncd TO "the owner"`)
	_, lacking := migrateAs(t, as(t, database, "the owner"))
	if len(lacking) == 0 || lacking[0] != "CREATE ROLE syncd_reader NOLOGIN" {
		t.Fatalf("an administrator is told %q", lacking)
	}
	execAll(t, admin, strings.Split(strings.Join(lacking, "; "), "; ")...) // as somebody pastes it
	if _, lacking := migrateAs(t, as(t, database, "the owner")); lacking != nil {
		t.Errorf("afterwards %q", lacking)
	}
	memberReads(t, admin, database, `"the owner"`)
}

func TestAUserOfSomebodyElsesTablesMakesNoGroupAndFailsNothing(t *testing.T) {
	t.Parallel()
	database, _ := readersServer(t)
	admin := connectTo(t, database)
	execAll(t, admin, "CREATE ROLE owner LOGIN", "CREATE ROLE guest LOGIN CREATEROLE", "GRANT CREATE ON DATABASE syncd TO owner")
	migrateAs(t, as(t, database, "owner"))
	execAll(t, admin, "GRANT USAGE ON SCHEMA syncd TO guest", "GRANT SELECT ON syncd.schema_migration TO guest")
	db, err := store.Open(t.Context(), as(t, database, "guest"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Error(err)
	}
	var exists bool
	if err := admin.QueryRow(context.Background(), "SELECT to_regrole('syncd_reader') IS NOT NULL").Scan(&exists); err != nil || exists {
		t.Errorf("the group is there: %t, %v", exists, err)
	}
}
