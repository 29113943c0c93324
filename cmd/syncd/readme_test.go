package main

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"syncd/internal/xensim"
)

func TestTheFirstFiveMinutesOfTheREADMEWorkAsTheyStand(t *testing.T) {
	t.Parallel()
	script := block(t, "<!-- These lines are run by a test, as they stand. -->\n```sh\n")
	// The folder's owner is who runs the test; that of the embedded database must be passable for its user.
	dir, err := os.MkdirTemp("", "syncd-readme-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "bin")+"/", "../../cmd/syncd", "../../cmd/xensim")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%s\n%s", err, out)
	}
	script = strings.ReplaceAll(script, "127.0.0.1:8080", freeAddress(t))
	run := exec.Command("bash", "-e", "-c", "trap 'kill $(jobs -p)' EXIT\n"+script)
	run.Dir = dir
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%s\n%s", err, out)
	}
	for _, want := range []string{"ok, master", "lab   ok      ", "DRY RUN", "LAST GOOD PASS"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
}

func TestTheStatementsOfTheREADMERunAsTheyStand(t *testing.T) {
	t.Parallel()
	m := newMirror(t, xensim.Options{})
	m.pass(t)
	conn, err := pgx.Connect(t.Context(), m.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for statement := range strings.SplitSeq(block(t, "<!-- These statements are run by a test. -->\n```sql\n"), ";") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		rows, err := conn.Query(t.Context(), statement)
		if err != nil {
			t.Fatal(err)
		}
		all, err := pgx.CollectRows(rows, pgx.RowToMap)
		if err != nil || len(all) == 0 {
			t.Errorf("%s\n%d rows, %v", statement, len(all), err)
		}
	}
}

// block is what stands in README.md between a mark and the end of its block.
func block(t *testing.T, mark string) string {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(readme), mark)
	text, _, ended := strings.Cut(rest, "```")
	if !found || !ended {
		t.Fatalf("README.md has no block behind %q", mark)
	}
	return text
}

// freeAddress is an address of loopback that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
