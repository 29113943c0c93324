package store_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"syncd/internal/pgtest"
	"syncd/internal/store"
)

// alter runs ALTER DATABASE … and its like on a connection that does not stay; %s is the database's name.
func alter(t *testing.T, database string, statements ...string) {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	name := pgx.Identifier{strings.TrimPrefix(u.Path, "/")}.Sanitize()
	for _, sql := range statements {
		if _, err := conn.Exec(t.Context(), strings.ReplaceAll(sql, "%s", name)); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

func TestAnEncodingThatIsSetForTheDatabaseDoesNotReachAPass(t *testing.T) {
	t.Parallel()
	at := pgtest.New(t)
	alter(t, at, `ALTER DATABASE %s SET client_encoding = 'LATIN1'`)
	db, err := store.Open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	e := small()
	e["VM"][0].fields["name_label"] = "Übung 💻"
	sync(t, db, "lab", e)
	alter(t, at, `ALTER DATABASE %s RESET client_encoding`) // query reads as pgx is wont to
	if diff := cmp.Diff([]string{"7"}, query(t, db, `SELECT length(name_label) FROM xen.vm`)); diff != "" {
		t.Errorf("characters of the name, -want +got:\n%s", diff)
	}
}

func TestTimeLimitsThatAreSetForTheDatabaseDoNotEndAPass(t *testing.T) {
	t.Parallel()
	at := pgtest.New(t)
	alter(t, at, `DO $$ DECLARE limit_name text; BEGIN
		FOR limit_name IN SELECT name FROM pg_settings
			WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout')
		LOOP EXECUTE format('ALTER DATABASE %I SET %I = ''100ms''', current_database(), limit_name); END LOOP;
	END $$`)
	db, err := store.Open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	first := begin(t, db, "lab")
	fill(t, first, small())
	waits, waited := make(chan struct{}), make(chan error)
	go func() {
		p, err := db.BeginPass(t.Context(), store.PassOptions{Pool: "lab", Wait: func(string) { close(waits) }})
		if err == nil {
			err = p.Fail(t.Context(), context.Canceled)
		}
		waited <- err
	}()
	select {
	case <-waits:
	case err := <-waited:
		t.Fatalf("the second pass did not wait: %v", err)
	}
	// Longer than each limit: the second pass waits for the lock, the first one for its pool.
	alter(t, at, `SET statement_timeout = 0`, `SELECT pg_sleep(0.3)`)
	if _, err := first.Publish(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-waited; err != nil {
		t.Errorf("the pass that waited: %v", err)
	}
}

func TestADatabaseOfAnotherEncodingIsRefused(t *testing.T) {
	t.Parallel()
	at := pgtest.Empty(t)
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	latin := strings.TrimPrefix(u.Path, "/") + "_latin"
	alter(t, at, `CREATE DATABASE `+latin+` ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`)
	defer alter(t, at, `DROP DATABASE `+latin)
	u.Path = "/" + latin
	if _, err := store.Open(t.Context(), u.String()); err == nil || !strings.Contains(err.Error(), "its encoding is LATIN1: create one with ENCODING 'UTF8'") {
		t.Errorf("error %v", err)
	}
}
