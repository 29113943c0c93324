package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/rogpeppe/go-internal/testscript"

	"syncd/internal/xensim"
)

// patience is how long a test waits for what must come; it comes long before, or never.
const patience = time.Minute

// running is a `syncd run` of a test.
type running struct {
	cmd   *exec.Cmd
	lines chan string // of its log, as they come; closed at its end
	log   []string    // those that were looked at
}

// startRun starts one with this configuration and more of an environment. It is killed with the test.
func startRun(t *testing.T, configuration string, env ...string) *running {
	t.Helper()
	path := filepath.Join(t.TempDir(), "syncd.yaml")
	if err := os.WriteFile(path, []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	r := &running{cmd: exec.Command("syncd", "run", "-c", path), lines: make(chan string, 10_000)}
	r.cmd.Env = append(append(os.Environ(), "LAB_PASSWORD=hunter2"), env...)
	stderr, err := r.cmd.StderrPipe()
	if err == nil {
		err = r.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(r.lines)
		for scanner := bufio.NewScanner(stderr); scanner.Scan(); {
			r.lines <- scanner.Text()
		}
	}()
	t.Cleanup(func() {
		r.cmd.Process.Kill()
		r.rest()
		r.cmd.Wait()
		if t.Failed() {
			t.Logf("it logged:\n%s", strings.Join(r.log, "\n"))
		}
	})
	return r
}

// logs waits for a line with all of these words, behind those that were looked at before.
func (r *running) logs(t *testing.T, words ...string) {
	t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case line, ok := <-r.lines:
			if !ok {
				t.Fatalf("it ended without logging %q", words)
			}
			r.log = append(r.log, line)
			if hasAll(line, words) {
				return
			}
		case <-deadline:
			t.Fatalf("it did not log %q", words)
		}
	}
}

func hasAll(line string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(line, word) {
			return false
		}
	}
	return true
}

// rest looks at the lines up to the end.
func (r *running) rest() {
	for line := range r.lines {
		r.log = append(r.log, line)
	}
}

// terminate sends SIGTERM, and wants it to end with 0 within ten seconds.
func (r *running) terminate(t *testing.T) {
	t.Helper()
	if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(10*time.Second, func() {
		t.Error("it did not end within 10 seconds")
		r.cmd.Process.Kill()
	})
	r.rest()
	err := r.cmd.Wait()
	if late.Stop() && err != nil {
		t.Errorf("it ended with %v, want exit code 0", err)
	}
}

// fails waits for its end by itself, and returns its last words and the exit code.
func (r *running) fails(t *testing.T) (last string, code int) {
	t.Helper()
	late := time.AfterFunc(patience, func() { r.cmd.Process.Kill() })
	defer late.Stop()
	r.rest()
	exit, ok := errors.AsType[*exec.ExitError](r.cmd.Wait())
	if !ok || len(r.log) == 0 {
		t.Fatal("it did not fail")
	}
	return r.log[len(r.log)-1], exit.ExitCode()
}

// simulate serves a pool for the time of the test.
func simulate(t *testing.T) (p *simulated, url string) {
	t.Helper()
	return simulateSeed(t, 0)
}

// simulateSeed serves another one for each seed.
func simulateSeed(t *testing.T, seed int64) (p *simulated, url string) {
	t.Helper()
	sim, err := xensim.New(xensim.Options{Hosts: 2, VMs: 20, Bare: true, Password: "hunter2", Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	p = &simulated{sim, &calls{}}
	server := httptest.NewServer(p.calls.through(sim))
	t.Cleanup(server.Close)
	return p, server.URL
}

// configure is a configuration: pools by name and URL in turn.
func configure(database, schedule, more string, pools ...string) string {
	if !strings.Contains(more, "data_dir") {
		more += "\ndata_dir: data" // beside the file, and not that of this machine
	}
	if !strings.Contains(more, "full_schedule") {
		more += "\nfull_schedule: '@yearly'" // the minute that comes by default may come between two passes
	}
	lines := []string{fmt.Sprintf("database: {url: %q}", database), fmt.Sprintf("schedule: %q", schedule), more, "pools:"}
	for pool := range slices.Chunk(pools, 2) {
		lines = append(lines, fmt.Sprintf("- {name: %s, urls: [%q], username: root, password_env: LAB_PASSWORD}", pool[0], pool[1]))
	}
	return strings.Join(lines, "\n")
}

// connect is a connection that ends with the test.
func connect(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// ask is the one text that a query gives.
func ask(t *testing.T, conn *pgx.Conn, sql string) (answer string) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), sql).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return answer
}

// until asks a query again and again until it gives true.
func until(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if ask(t, conn, "SELECT ("+sql+")::text") == "true" {
			return
		}
	}
	t.Fatalf("never true: %s", sql)
}

// runs is the command of stories that waits for passes.
func runs(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: runs NAME STATUS N")
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, ts.Getenv("DATABASE"))
	ts.Check(err)
	defer conn.Close(context.Background())
	for ctx.Err() == nil {
		var enough bool
		err := conn.QueryRow(ctx, `SELECT count(*) >= $3::int FROM syncd.sync_run r JOIN syncd.pool p ON p.id = r.pool_id
			WHERE p.name = $1 AND r.status = $2`, args[0], args[1], args[2]).Scan(&enough)
		if err == nil && enough {
			return
		}
	}
	ts.Fatalf("there were never %s runs of %s that are %s", args[2], args[0], args[1])
}
