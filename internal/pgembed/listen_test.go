package pgembed_test

import (
	"net"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"syncd/internal/pgembed"
)

// free is an address of loopback that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestOnlyMembersConnectOverTCPAndOnlyWithTheirPasswords(t *testing.T) {
	t.Parallel()
	dir := folder(t) + "/pg"
	copyDatabase(t, dir)
	o := options(dir)
	o.Listen, o.Members = free(t), "family"
	s, err := pgembed.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Stop(t.Context()) })
	exec(t, s.URL("syncd"), `SET password_encryption = 'scram-sha-256'; CREATE ROLE family; CREATE ROLE son LOGIN PASSWORD 'x' IN ROLE family;
		CREATE ROLE stranger LOGIN PASSWORD 'x'; CREATE ROLE uncle LOGIN SUPERUSER PASSWORD 'x'; ALTER ROLE postgres PASSWORD 'x'`)
	if got := ask(t, "postgres://son:x@"+o.Listen+"/syncd", "SELECT inet_server_addr()::text"); got != "127.0.0.1/32" {
		t.Errorf("it listens on %s", got)
	}
	for _, refused := range []string{"son:y", "son@", "stranger:x", "uncle:x", "postgres:x", "postgres"} {
		conn, err := pgx.Connect(t.Context(), "postgres://"+refused+"@"+o.Listen+"/syncd")
		if err == nil {
			conn.Close(t.Context())
			t.Errorf("%s was let in", refused)
		}
	}
	if conn, err := pgx.Connect(t.Context(), "postgres://son:x@"+o.Listen+"/postgres"); err == nil {
		conn.Close(t.Context())
		t.Error("a member was let in to another database")
	}
}

func TestAPortThatIsTakenIsNamedWithItsKey(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dir := folder(t) + "/pg"
	copyDatabase(t, dir)
	o := options(dir)
	o.Listen = l.Addr().String()
	s, err := pgembed.Start(t.Context(), o)
	if err == nil {
		s.Stop(t.Context())
		t.Fatal("it started")
	}
	for _, word := range []string{o.Listen, "database.listen", "address already in use"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("the error lacks %q: %v", word, err)
		}
	}
}

func TestWhoeverJoinsAServerThatListensElsewhereIsWarned(t *testing.T) {
	t.Parallel()
	dir := folder(t) + "/pg"
	copyDatabase(t, dir)
	start(t, dir)
	o := options(dir)
	o.Listen, o.Members = free(t), "family"
	var said strings.Builder
	o.Log = textLog(&said)
	s, err := pgembed.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	stop(t, s)
	if !strings.Contains(said.String(), "database.listen") || !strings.Contains(said.String(), "no port") {
		t.Errorf("it said %q", said.String())
	}
}

func TestTheSocketKeepsItsNameWhateverThePort(t *testing.T) {
	t.Parallel()
	dir := folder(t) + "/pg"
	copyDatabase(t, dir)
	o := options(dir)
	o.Members = "family"
	for _, listen := range []string{"", free(t), free(t), ""} {
		o.Listen = listen
		s, err := pgembed.Start(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		want := "5432"
		if listen != "" {
			_, want, _ = net.SplitHostPort(listen)
		}
		if got := ask(t, s.URL("syncd"), "SHOW port"); got != want {
			t.Errorf("the socket leads to port %s, want %s", got, want)
		}
		stop(t, s)
	}
}
