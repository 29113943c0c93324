package store_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"syncd/internal/pgtest"
	"syncd/internal/store"
)

func TestInspectSaysWhichRightsOurUserLacks(t *testing.T) {
	t.Parallel()
	owner := pgtest.New(t)
	conn, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	u, err := url.Parse(owner)
	if err != nil {
		t.Fatal(err)
	}
	database := strings.TrimPrefix(u.Path, "/")
	role := database + "_r" // unique, as its database is; roles belong to the whole server
	exec := func(sql string) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	exec("CREATE ROLE " + role + " LOGIN PASSWORD 'secret'")
	defer exec("DROP ROLE " + role)
	defer exec("DROP OWNED BY " + role)
	u.User = url.UserPassword(role, "secret")
	lacks := func() []string {
		t.Helper()
		db, err := store.Open(t.Context(), u.String())
		if err != nil {
			t.Fatal(err)
		}
		i, err := db.Inspect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if i.User != role || i.Version == "" {
			t.Errorf("user %q of PostgreSQL %q, want %q", i.User, i.Version, role)
		}
		return i.Lacks
	}
	expect := func(want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, lacks(), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}

	exec("REVOKE TEMPORARY ON DATABASE " + database + " FROM PUBLIC")
	expect("TEMPORARY on the database", "USAGE on the schema inventory", "USAGE on the schema syncd", "USAGE on the schema xen")

	exec("GRANT TEMPORARY ON DATABASE " + database + " TO " + role)
	exec("GRANT USAGE ON SCHEMA syncd, xen, inventory TO " + role)
	exec("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA syncd, xen TO " + role)
	exec("GRANT SELECT ON ALL TABLES IN SCHEMA inventory TO " + role)
	exec("REVOKE UPDATE ON xen.vm FROM " + role)
	exec("REVOKE SELECT ON inventory.vm FROM " + role)
	expect("SELECT on inventory.vm", "UPDATE on xen.vm")
	exec("GRANT SELECT ON inventory.vm TO " + role)

	exec("REVOKE ALL ON ALL TABLES IN SCHEMA xen FROM " + role)
	if got := lacks(); len(got) != 6 || !strings.HasSuffix(got[5], " more") {
		t.Errorf("%q, want five and how many more", got)
	}

	exec("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA xen TO " + role)
	expect()

	exec("DROP SCHEMA xen CASCADE")
	expect("CREATE on the database")
}
