package pgtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"syncd/internal/store"
)

// New returns the URL of a migrated database for this test alone.
func New(t testing.TB) string {
	t.Helper()
	name, err := template()
	if err != nil {
		t.Fatal(err)
	}
	return database(t, name)
}

// Empty returns the URL of a database for this test alone that nobody has migrated.
func Empty(t testing.TB) string {
	t.Helper()
	return database(t, "template0")
}

// template is the name of the database that New copies. It is migrated once; nobody can connect to it afterwards, since
// a database is copied only while nobody does.
var template = sync.OnceValues(func() (string, error) {
	ctx := context.Background()
	s, err := server()
	if err != nil {
		return "", err
	}
	name := "syncd_template_" + strings.ToLower(rand.Text())
	if err := s.exec(ctx, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		return "", err
	}
	db, err := store.Open(ctx, s.url(name))
	if err != nil {
		return "", err
	}
	if _, err := db.Migrate(ctx); err != nil {
		return "", err
	}
	return name, s.exec(ctx, "ALTER DATABASE "+name+" ALLOW_CONNECTIONS false")
})

// database makes a copy of a template and sees to its end.
func database(t testing.TB, template string) string {
	t.Helper()
	s, err := server()
	if err != nil {
		t.Fatal(err)
	}
	name := databaseName(t)
	if err := s.exec(t.Context(), "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			s.keep(t, name)
			return
		}
		// Force: a test that leaves a connection open is not our business.
		if err := s.exec(context.WithoutCancel(t.Context()), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return s.url(name)
}

var unfit = regexp.MustCompile(`[^a-z0-9]+`)

// databaseName tells the test to a person, and is like no other's, in this process or another.
func databaseName(t testing.TB) string {
	name := unfit.ReplaceAllString(strings.ToLower(t.Name()), "_")
	return fmt.Sprintf("%.40s_%s", name, strings.ToLower(rand.Text()[:12]))
}

// exec runs a statement that no transaction may hold, on a connection of its own.
func (s *testServer) exec(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, s.url("postgres"))
	if err != nil {
		return fmt.Errorf("connect to the tests' server: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("%s: %w", sql, err)
	}
	return nil
}
