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
	s, err := server()
	if err != nil {
		t.Fatal(err)
	}
	if s.dir == "" { // a template would stay on a server that is not ours
		url := s.database(t, "template0")
		if err := migrate(t.Context(), url); err != nil {
			t.Fatal(err)
		}
		return url
	}
	name, err := template()
	if err != nil {
		t.Fatal(err)
	}
	return s.database(t, name)
}

// Empty returns the URL of a database for this test alone that has no tables.
func Empty(t testing.TB) string {
	t.Helper()
	s, err := server()
	if err != nil {
		t.Fatal(err)
	}
	return s.database(t, "template0")
}

// template is the name of the database that New copies, migrated once. Nobody can connect to it afterwards: only what
// nobody is connected to can be copied.
var template = sync.OnceValues(func() (string, error) {
	ctx := context.Background()
	s, err := server()
	if err != nil {
		return "", err
	}
	const name = "syncd_template"
	if err := s.exec(ctx, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		return "", err
	}
	if err := migrate(ctx, s.url(name)); err != nil {
		return "", err
	}
	return name, s.exec(ctx, "ALTER DATABASE "+name+" ALLOW_CONNECTIONS false")
})

func migrate(ctx context.Context, url string) error {
	db, err := store.Open(ctx, url)
	if err != nil {
		return err
	}
	_, err = db.Migrate(ctx)
	return err
}

var unfit = regexp.MustCompile(`[^a-z0-9]+`)

// database makes a copy of a template for a test, and drops it in the end.
func (s *testServer) database(t testing.TB, template string) string {
	t.Helper()
	// The name tells the test to a person, and is like no other's in this process or another.
	name := fmt.Sprintf("test_%.40s_%.12s", unfit.ReplaceAllString(strings.ToLower(t.Name()), "_"), strings.ToLower(rand.Text()))
	if err := s.exec(t.Context(), "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			s.keep(t, name)
			return
		}
		// FORCE, since it is not our business whether a test leaves a connection open.
		if err := s.exec(context.WithoutCancel(t.Context()), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return s.url(name)
}

func (s *testServer) connect(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.Connect(ctx, s.admin)
	if err != nil {
		return nil, fmt.Errorf("connect to the tests' server: %w", err)
	}
	return conn, nil
}

// exec runs one statement outside a transaction, on a connection of its own.
func (s *testServer) exec(ctx context.Context, sql string) error {
	conn, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("%s: %w", sql, err)
	}
	return nil
}
