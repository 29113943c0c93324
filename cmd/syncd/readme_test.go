package main

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheFirstFiveMinutesOfTheREADMEWorkAsTheyStand(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(readme), "<!-- These lines are run by a test, as they stand. -->\n```sh\n")
	script, _, ended := strings.Cut(rest, "```")
	if !found || !ended {
		t.Fatal("README.md has no block of commands behind the comment that says so")
	}
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
	for _, want := range []string{"ok, master", "lab   ok      ", "LAST GOOD PASS"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
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
