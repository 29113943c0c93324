package store_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"syncd/internal/pgtest"
	"syncd/internal/store"
)

func TestWhatTimeMayCureIsToldFromWhatOnlyAPersonCan(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	mute, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and closes them
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	go func() {
		for {
			conn, err := mute.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}()
	open := func(url string) error {
		_, err := store.Open(t.Context(), url)
		return err
	}
	state := func(code string) error {
		return fmt.Errorf("reading: %w", &store.Error{Err: &pgconn.PgError{Code: code}})
	}
	there := pgtest.Empty(t)
	for _, c := range []struct {
		name string
		err  error
		want bool
	}{
		{"refused port", open("postgres://u@127.0.0.1:1/x"), true},
		{"unknown host", open("postgres://u@no-such-host.invalid/x"), true},
		{"no socket", open("postgres:///x?host=/nowhere"), true},
		{"no answer", open("postgres://u@" + silent.Addr().String() + "/x?connect_timeout=1"), true},
		{"hung up on", open("postgres://u@" + mute.Addr().String() + "/x?sslmode=disable"), true},
		{"shut down", state("57P01"), true},
		{"starting", state("57P03"), true},
		{"too many connections", state("53300"), true},
		{"disk full", state("53100"), true},
		{"standby", state("25006"), true},
		{"connection lost", state("08006"), true},
		{"deadlock", state("40P01"), true},

		{"no such database", open(strings.Replace(there, "/test", "/not_", 1)), false},
		{"not a URL", open("postgres://%zz"), false},
		{"wrong password", state("28P01"), false},
		{"no entry in pg_hba.conf", state("28000"), false},
		{"lacking right", state("42501"), false},
		{"no schema", state("42P01"), false},
		{"a newer schema", &store.Error{Err: errors.New("the schema has version 9")}, false},
		{"interrupted", &store.Error{Err: context.Canceled}, false},
		{"not of the database", context.DeadlineExceeded, false},
		{"no error", nil, false},
	} {
		if got := store.Unavailable(c.err); got != c.want {
			t.Errorf("%s: %v, want %v: %v", c.name, got, c.want, c.err)
		}
	}
}

func TestAConnectionThatIsLostSaysSoWithTheRemedy(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	db, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	p, err := db.BeginPass(t.Context(), store.PassOptions{Pool: "lab"})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	const others = ` FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`
	for left := 1; left > 0; {
		if err := conn.QueryRow(t.Context(), `SELECT count(pg_terminate_backend(pid))`+others).Scan(&left); err != nil {
			t.Fatal(err)
		}
	}
	err = p.Identify(t.Context(), "uuid-p")
	if err == nil || !strings.Contains(err.Error(), "tries again") || !store.Unavailable(err) {
		t.Errorf("got %v", err)
	}
	if err := p.Fail(t.Context(), err); err != nil {
		t.Errorf("it could not be recorded over a new connection: %v", err)
	}
}
