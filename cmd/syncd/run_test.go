package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"syncd/internal/pgembed"
	"syncd/internal/pgtest"
)

func TestRunWaitsForADatabaseThatIsDownAndSurvivesItsRestart(t *testing.T) {
	t.Parallel()
	for name, more := range map[string]string{"by schedule": "", "followed": "follow: true"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			downAndUp(t, more)
		})
	}
}

// downAndUp starts before its database, and has it stopped and started again.
func downAndUp(t *testing.T, more string) {
	dir := folder(t)
	start := func() *pgembed.Server {
		s, err := pgembed.Start(t.Context(), pgembed.Options{Dir: filepath.Join(dir, "pg"), Database: "inventory", NoSync: true, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Stop(t.Context()) })
		return s
	}
	stop := func(s *pgembed.Server) {
		if err := s.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	server := start()
	dsn := server.URL("inventory")
	stop(server)
	pool, url := simulate(t)
	r := startRun(t, configure(dsn, "@every 1s", more, "lab", url))

	r.logs(t, `"level":"WARN"`, "the database is not available, trying again in 1s", "no server has its socket there")
	server = start()
	r.logs(t, `"level":"INFO"`, "applied migration")
	r.logs(t, `"msg":"synced"`, `"pool":"lab"`)

	stop(server)
	pool.sim.Change(1) // nothing else wakes who follows
	r.logs(t, `"level":"ERROR"`, `"msg":"the pass failed"`, `"pool":"lab"`, "database ")
	server = start()
	r.logs(t, `"msg":"synced"`, `"pool":"lab"`)
	r.terminate(t)
	if open, _, _ := pool.sim.Sessions(); open != 0 {
		t.Errorf("%d sessions are left open", open)
	}
	conn := connect(t, dsn)
	if n := ask(t, conn, "SELECT count(*)::text FROM syncd.sync_run WHERE status = 'running' OR finished_at IS NULL"); n != "0" {
		t.Errorf("%s runs are left running", n)
	}
	conn.Close(t.Context())
	stop(server)
}

// folder is one of the test's own that other users can pass: as root the embedded database runs as another.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "syncd-run-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestRunEndsWith1WhereNoWaitingCanCureTheDatabase(t *testing.T) {
	t.Parallel()
	newer := pgtest.New(t)
	if _, err := connect(t, newer).Exec(t.Context(), `INSERT INTO syncd.schema_migration (version_id, is_applied) VALUES (99999, true)`); err != nil {
		t.Fatal(err)
	}
	empty := pgtest.Empty(t)
	conn := connect(t, empty)
	role := "syncd_test_" + strings.ToLower(ask(t, conn, "SELECT substr(current_database(), length(current_database()) - 11)"))
	if _, err := conn.Exec(t.Context(), "CREATE ROLE "+role+" LOGIN"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Exec(context.Background(), "DROP ROLE "+role) })
	for _, c := range []struct{ name, url, want string }{
		{"wrong password", "postgres://syncd:hunter3@" + refuser(t, "28P01", "password authentication failed") + "/x?sslmode=disable", "check user and password in database.url"},
		{"no such database", strings.Replace(empty, "/test", "/not_", 1), "create the database, or correct its name"},
		{"newer schema", newer, "the schema has version 99999"},
		{"lacking right", strings.Replace(empty, "postgres@", role+"@", 1), "grant our user the right"},
	} {
		t.Run(c.name, func(t *testing.T) {
			last, code := startRun(t, configure(c.url, "@daily", "", "lab", "http://127.0.0.1:1")).fails(t)
			if code != 1 || !strings.HasPrefix(last, "syncd: database ") || !strings.Contains(last, c.want) || strings.Contains(last, "hunter3") {
				t.Errorf("it ended with %d: %s", code, last)
			}
		})
	}
}

// refuser is the address of a server that refuses everybody.
func refuser(t *testing.T, code, message string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			b := pgproto3.NewBackend(conn, conn)
			if _, err := b.ReceiveStartupMessage(); err == nil {
				b.Send(&pgproto3.ErrorResponse{Severity: "FATAL", Code: code, Message: message})
				b.Flush()
			}
			conn.Close()
		}
	}()
	return listener.Addr().String()
}

func TestRunStartsItsEmbeddedDatabaseAgainAndStopsItInTheEnd(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	_, url := simulate(t)
	r := startRun(t, configure("embedded", "@every 1s", fmt.Sprintf("data_dir: %q", dir), "lab", url))
	r.logs(t, `"msg":"synced"`)
	if err := syscall.Kill(postmaster(t, dir), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	r.logs(t, "the embedded Postgres runs again")
	r.logs(t, `"msg":"synced"`)
	pid := postmaster(t, dir)
	r.terminate(t)
	if err := syscall.Kill(pid, 0); err == nil {
		t.Error("the server is still there")
	}
}

// postmaster is the process of the embedded server in a data_dir.
func postmaster(t *testing.T, dir string) (pid int) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "postgres", "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscan(string(text), &pid); err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestSIGTERMWhileTheEmbeddedDatabaseIsMadeLeavesNothingThatIsInTheWay(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	_, url := simulate(t)
	configuration := configure("embedded", "@daily", fmt.Sprintf("data_dir: %q", dir), "lab", url)
	r := startRun(t, configuration)
	for deadline := time.Now().Add(patience); ; {
		if _, err := os.Stat(filepath.Join(dir, "postgres", "init")); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("initdb was not begun")
		}
	}
	r.terminate(t)
	r = startRun(t, configuration)
	r.logs(t, `"msg":"synced"`)
	r.terminate(t)
}

func TestRunTellsSystemdThatItIsReadyAliveFailingAndStopping(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(t.TempDir(), "notify")
	systemd, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer systemd.Close()
	hears := func(want string) {
		t.Helper()
		systemd.SetReadDeadline(time.Now().Add(patience))
		for buf := make([]byte, 4096); ; {
			n, err := systemd.Read(buf)
			if err != nil {
				t.Fatalf("waiting for %q: %v", want, err)
			}
			told := string(buf[:n])
			if strings.Contains(told, want) {
				return
			}
			if strings.Contains(told, "READY=1") {
				t.Fatalf("%q comes before %q", told, want)
			}
		}
	}
	dsn := pgtest.Empty(t)
	conn := connect(t, dsn)
	if _, err := conn.Exec(t.Context(), "SELECT pg_advisory_lock(x'73796e63'::bigint << 32)"); err != nil { // as one who migrates
		t.Fatal(err)
	}
	_, url := simulate(t)
	r := startRun(t, configure(dsn, "@every 1s", "", "lab", url, "gone", "http://127.0.0.1:1"), "NOTIFY_SOCKET="+socket, "WATCHDOG_USEC=30000")
	hears("WATCHDOG=1")
	if _, err := conn.Exec(t.Context(), "SELECT pg_advisory_unlock(x'73796e63'::bigint << 32)"); err != nil {
		t.Fatal(err)
	}
	hears("READY=1\nSTATUS=pools: 2")
	hears("STATUS=pools: 2, failing: 1 (gone)")
	hears("WATCHDOG=1")
	r.terminate(t)
	hears("STOPPING=1")
}

func TestRunTellsSystemdThatItWaitsForItsDatabase(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(t.TempDir(), "notify")
	systemd, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer systemd.Close()
	r := startRun(t, configure("postgres://syncd@127.0.0.1:1/x", "@daily", "", "lab", "http://127.0.0.1:1"), "NOTIFY_SOCKET="+socket)
	systemd.SetReadDeadline(time.Now().Add(patience))
	for buf := make([]byte, 4096); ; {
		n, err := systemd.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		if told := string(buf[:n]); strings.HasPrefix(told, "STATUS=waiting: database 127.0.0.1:1/x: connecting: connection refused") {
			break
		}
	}
	r.terminate(t)
}

func TestThePausesBetweenAttemptsGrowToHalfAMinuteAndEndWithTheContext(t *testing.T) {
	t.Parallel()
	down := fmt.Errorf("opening: %w", &pgconn.PgError{Code: "57P03"})
	for _, c := range []struct {
		name string
		ends error // of the seventh attempt
		want time.Duration
	}{
		{"cured", nil, 61 * time.Second},
		{"incurable", &pgconn.PgError{Code: "28P01"}, 61 * time.Second},
		{"interrupted", down, 65 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 65*time.Second)
			defer cancel()
			p := &program{log: slog.New(slog.NewTextHandler(io.Discard, nil))}
			began := time.Now()
			var at []time.Duration
			err := p.insist(ctx, func() error {
				at = append(at, time.Since(began))
				if len(at) == 7 {
					return c.ends
				}
				return down
			})
			if diff := cmp.Diff([]time.Duration{0, 1e9, 3e9, 7e9, 15e9, 31e9, 61e9}, at); diff != "" {
				t.Errorf("%s: attempts: -want +got:\n%s", c.name, diff)
			}
			if took := time.Since(began); took != c.want || err != c.ends {
				t.Errorf("%s: ended after %v with %v", c.name, took, err)
			}
		})
	}
}
