package store_test

import (
	"errors"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"syncd/internal/pgembed"
	"syncd/internal/store"
)

// readersServer is a server of this test's own, since roles belong to a whole server. It returns the URL of its owner, and
// what the reader of a password connects with.
func readersServer(t *testing.T) (owner string, reader func(password string) string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "syncd-readers-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil { // the server may be another user
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	server, err := pgembed.Start(t.Context(), pgembed.Options{Dir: dir + "/pg", Database: "syncd", NoSync: true,
		Listen: address, Members: store.ReaderGroup, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Stop(t.Context()) })
	return server.URL("syncd"), func(password string) string {
		return "postgres://" + store.Reader + ":" + password + "@" + address + "/syncd"
	}
}

func admit(t *testing.T, owner, password string) {
	t.Helper()
	db, err := store.Open(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	db.AdmitReaders(password)
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func connectTo(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(t.Context()) })
	return conn
}

func TestAReaderReadsAllButHashesAndChangesNothing(t *testing.T) {
	t.Parallel()
	owner, reader := readersServer(t)
	admit(t, owner, "") // the group alone
	if conn, err := pgx.Connect(t.Context(), reader("secret")); err == nil {
		conn.Close(t.Context())
		t.Error("a reader without a password was made")
	}
	admit(t, owner, "secret")
	conn := connectTo(t, reader("secret"))

	rows, err := connectTo(t, owner).Query(t.Context(), `SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(tables, "inventory.resident_vm") || !slices.Contains(tables, "xen.vm") {
		t.Fatalf("the tables are %v", tables)
	}
	for _, table := range tables {
		columns := "*"
		switch table {
		case "xen.object":
			columns = "id, pool_id, class, uuid, ref, first_seen_at, removed_at"
		case "syncd.pool":
			columns = "id, name, uuid, generation, created_at, refused_until"
		}
		if _, err := conn.Exec(t.Context(), "SELECT "+columns+" FROM "+table); err != nil {
			t.Errorf("%s: %v", table, err)
		}
	}
	var hashes []string
	if err := conn.QueryRow(t.Context(), `SELECT coalesce(array_agg(attrelid::regclass || '.' || attname), '{}') FROM pg_attribute
		WHERE atttypid = 'bytea'::regtype AND attrelid >= 16384 AND has_column_privilege(attrelid, attnum, 'SELECT')`).Scan(&hashes); err != nil {
		t.Fatal(err)
	}
	if len(hashes) > 0 {
		t.Errorf("readers can read %v", hashes)
	}

	if _, err := conn.Exec(t.Context(), "SET default_transaction_read_only = off"); err != nil { // anybody can
		t.Fatal(err)
	}
	for _, forbidden := range []string{
		"SELECT content_hash FROM xen.object", "SELECT * FROM xen.object", "SELECT refused_credentials FROM syncd.pool", "SELECT * FROM pg_authid", "SELECT pg_read_file('PG_VERSION')",
		"INSERT INTO syncd.pool (name) VALUES ('x')", "UPDATE xen.vm SET name_label = ''", "DELETE FROM xen.object", "TRUNCATE xen.vm CASCADE",
		"CREATE TABLE t (i int)", "CREATE TABLE public.t (i int)", "CREATE TABLE xen.t (i int)", "CREATE TEMPORARY TABLE t (i int)", "CREATE SCHEMA s",
		"CREATE ROLE r", "SET ROLE postgres", "COPY xen.vm TO PROGRAM 'true'", "DROP VIEW inventory.vm",
	} {
		_, err := conn.Exec(t.Context(), forbidden)
		if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.Code != "42501" {
			t.Errorf("%s: %v, want that the privilege is lacking", forbidden, err)
		}
	}
}

func TestTablesThatAreMadeAnewHideTheirHashesToo(t *testing.T) {
	t.Parallel()
	owner, reader := readersServer(t)
	admit(t, owner, "secret")
	db, err := store.Open(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	for undone := new(store.Migration); undone != nil; {
		if undone, err = db.MigrateDown(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	admit(t, owner, "secret")
	conn := connectTo(t, reader("secret"))
	for statement, want := range map[string]string{
		"SELECT content_hash FROM xen.object": "42501", "SELECT refused_credentials FROM syncd.pool": "42501",
		"SELECT uuid FROM xen.object": "", "SELECT name FROM syncd.pool": "", "SELECT * FROM inventory.vm": "",
	} {
		_, err := conn.Exec(t.Context(), statement)
		code := ""
		if e, ok := errors.AsType[*pgconn.PgError](err); ok {
			code = e.Code
		}
		if code != want {
			t.Errorf("%s: %v, want %q", statement, err, want)
		}
	}
}

func TestAdmittingReadersAgainWritesNothing(t *testing.T) {
	t.Parallel()
	owner, reader := readersServer(t)
	admit(t, owner, "secret")
	conn := connectTo(t, owner)
	written := func() (marks string) {
		err := conn.QueryRow(t.Context(), `SELECT (SELECT max(xmin::text::bigint) FROM pg_authid) || ' ' || (SELECT max(xmin::text::bigint) FROM pg_class)
			|| ' ' || (SELECT max(xmin::text::bigint) FROM pg_attribute) || ' ' || (SELECT max(xmin::text::bigint) FROM pg_default_acl)
			|| ' ' || (SELECT max(xmin::text::bigint) FROM pg_database) || ' ' || (SELECT max(xmin::text::bigint) FROM pg_namespace)`).Scan(&marks)
		if err != nil {
			t.Fatal(err)
		}
		return marks
	}
	before := written()
	admit(t, owner, "secret")
	if after := written(); after != before {
		t.Errorf("transactions of the catalogs' newest rows before %s, after %s", before, after)
	}

	if _, err := conn.Exec(t.Context(), `CREATE TABLE xen.later (i int)`); err != nil {
		t.Fatal(err)
	}
	if _, err := connectTo(t, reader("secret")).Exec(t.Context(), "SELECT * FROM xen.later"); err != nil {
		t.Errorf("what comes later is not for readers: %v", err)
	}
	admit(t, owner, "another")
	connectTo(t, reader("another"))
	if conn, err := pgx.Connect(t.Context(), reader("secret")); err == nil {
		conn.Close(t.Context())
		t.Error("the old password still opens")
	}
}

func TestThePasswordOfReadersIsNotInTheServersLog(t *testing.T) {
	t.Parallel()
	owner, reader := readersServer(t)
	if _, err := connectTo(t, owner).Exec(t.Context(), `ALTER SYSTEM SET log_statement = 'all'`); err != nil {
		t.Fatal(err)
	}
	if _, err := connectTo(t, owner).Exec(t.Context(), `SELECT pg_reload_conf()`); err != nil {
		t.Fatal(err)
	}
	admit(t, owner, "hunter2hunter2")
	connectTo(t, reader("hunter2hunter2"))
	config, err := pgx.ParseConfig(owner)
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(strings.TrimSuffix(config.Host, "socket") + "server.log")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(log), "ALTER ROLE reader PASSWORD") || strings.Contains(string(log), "hunter2") {
		t.Errorf("the log:\n%s", log)
	}
}
