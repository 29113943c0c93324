package pgtest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"syncd/internal/pgembed"
)

func ask(t *testing.T, url, sql string) (answer string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), sql).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

const addPool = `WITH added AS (INSERT INTO syncd.pool (name) VALUES ('lab') RETURNING 1) SELECT count(*)::text FROM added`

func TestADatabaseIsMigratedAndNobodyElses(t *testing.T) {
	t.Parallel()
	for n := range 4 {
		t.Run(fmt.Sprint("at once ", n), func(t *testing.T) {
			t.Parallel()
			url := New(t)
			ask(t, url, addPool)
			if got := ask(t, url, `SELECT count(*)::text FROM syncd.pool`); got != "1" {
				t.Errorf("%s pools, want this test's own", got)
			}
		})
	}
}

func TestAnEmptyDatabaseHasNoSchemaOfOurs(t *testing.T) {
	t.Parallel()
	if got := ask(t, Empty(t), `SELECT count(*)::text FROM pg_namespace WHERE nspname IN ('syncd', 'xen', 'inventory')`); got != "0" {
		t.Errorf("%s schemas", got)
	}
}

func TestADatabaseIsDroppedThoughAConnectionIsOpen(t *testing.T) {
	t.Parallel()
	var url string
	t.Run("a test", func(t *testing.T) {
		url = Empty(t)
		if _, err := pgx.Connect(t.Context(), url); err != nil {
			t.Fatal(err)
		}
	})
	if conn, err := pgx.Connect(t.Context(), url); err == nil {
		conn.Close(t.Context())
		t.Error("the database is still there")
	}
}

// helperEnv says how the test of a helper, this binary run again, is to end.
const helperEnv = "PGTEST_HELPER"

func TestOfAHelper(t *testing.T) {
	end := os.Getenv(helperEnv)
	if end == "" {
		return // not a helper
	}
	url := New(t)
	ask(t, url, addPool)
	fmt.Printf("url %s\ndir %s\n", url, os.TempDir())
	switch end {
	case "fail":
		t.Error("it fails")
	case "die":
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
}

// runHelper returns what a helper said and how it ended, once it and the shell that cleans up after it are gone.
func runHelper(t *testing.T, end string, env ...string) (output string, err error) {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	open, held, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	cmd := exec.Command(binary, "-test.run=^TestOfAHelper$", "-test.v")
	cmd.Env = append(append(os.Environ(), helperEnv+"="+end), env...)
	cmd.ExtraFiles = []*os.File{held} // which its children inherit
	out, err := cmd.CombinedOutput()
	held.Close()
	open.SetReadDeadline(time.Now().Add(30 * time.Second))
	if _, err := open.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Fatalf("a process of the helper is still there: %v", err)
	}
	return string(out), err
}

// temporary is a folder for a helper's server.
func temporary(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pgtest-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestNothingIsLeftWhenTheTestBinaryEnds(t *testing.T) {
	t.Parallel()
	for end, want := range map[string]string{"pass": "<nil>", "die": "signal: killed"} {
		t.Run(end, func(t *testing.T) {
			t.Parallel()
			dir := temporary(t)
			kept := dir + "/" + prefix + "of-long-ago"
			if err := os.Mkdir(kept, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(kept, time.Time{}, time.Now().AddDate(0, 0, -2)); err != nil {
				t.Fatal(err)
			}
			out, err := runHelper(t, end, "TMPDIR="+dir, dsnEnv+"=")
			if fmt.Sprint(err) != want || !strings.Contains(out, dir) {
				t.Errorf("the helper ended with %v: %s", err, out)
			}
			left, err := os.ReadDir(dir)
			if err != nil || len(left) > 0 {
				t.Errorf("left: %v, %v", left, err)
			}
		})
	}
}

func TestAFailedTestsDatabaseIsKept(t *testing.T) {
	t.Parallel()
	out, err := runHelper(t, "fail", "TMPDIR="+temporary(t), dsnEnv+"=")
	if err == nil {
		t.Error("the helper passed")
	}
	words := regexp.MustCompile(`(?s)-D (\S+)/data -k .*psql 'postgres://postgres@/(\w+)\?host=`).FindStringSubmatch(out)
	if words == nil {
		t.Fatalf("it does not say how to look at the database: %s", out)
	}
	s, err := pgembed.Start(t.Context(), pgembed.Options{Dir: words[1], NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop(t.Context())
	if got := ask(t, s.URL(words[2]), `SELECT name FROM syncd.pool`); got != "lab" {
		t.Errorf("got %q", got)
	}
}

func TestAMachineWithoutPostgresFailsTheTests(t *testing.T) {
	t.Parallel()
	out, err := runHelper(t, "pass", dsnEnv+"=", pgembed.BinEnv+"=/nowhere")
	if err == nil || !strings.Contains(out, "FAIL") || !strings.Contains(out, "apt install postgresql") {
		t.Errorf("the helper ended with %v: %s", err, out)
	}
}

func TestDatabasesAreMadeOnTheServerThatIsNamed(t *testing.T) {
	s, err := pgembed.Start(t.Context(), pgembed.Options{Dir: temporary(t) + "/pg", Database: "admin", NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop(t.Context())
	const databases = `SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database`
	before := ask(t, s.URL("postgres"), databases)
	for end, kept := range map[string]bool{"pass": false, "fail": true} {
		out, err := runHelper(t, end, dsnEnv+"="+s.URL("admin"))
		if (err != nil) != kept || !strings.Contains(out, "url "+strings.SplitAfter(s.URL("test_"), "test_")[0]) {
			t.Errorf("the helper ended with %v: %s", err, out)
		}
		if strings.Contains(out, "psql") != kept {
			t.Errorf("kept: %v, but the helper said: %s", kept, out)
		}
	}
	after := ask(t, s.URL("postgres"), databases)
	if got, want := len(strings.Fields(after)), len(strings.Fields(before))+1; got != want {
		t.Errorf("%d databases, want those of before and the one kept:\nbefore: %s\nafter:  %s", got, before, after)
	}
}
