package main

import (
	"bufio"
	"bytes"
	"io"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"syncd/internal/xensim"
)

// demoCommand is `syncd demo` with a temporary folder of its own, which must be empty in the end.
func demoCommand(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	tmp := openFolder(t)
	cmd := exec.Command("syncd", append([]string{"demo", "--listen", freeAddress(t)}, args...)...)
	cmd.Env = append(os.Environ(), "TMPDIR="+tmp)
	t.Cleanup(func() {
		left, err := os.ReadDir(tmp)
		if err != nil {
			t.Error(err)
		}
		for _, entry := range left {
			t.Errorf("the demo left %s", entry.Name())
		}
	})
	return cmd
}

func TestTheDemoShowsEveryHostWithTheVMsThatRunThere(t *testing.T) {
	t.Parallel()
	cmd := demoCommand(t, "--once", "--hosts", "4", "--vms", "60", "--rate", "0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	got := map[string][]string{}
	host := ""
	for line := range strings.SplitSeq(string(out), "\n") {
		m := regexp.MustCompile(`^(  )?(\S.*?)  +(live|Running|Paused) `).FindStringSubmatch(line)
		switch {
		case m == nil:
		case m[1] == "":
			host = m[2]
			got[host] = []string{}
		default:
			got[host] = append(got[host], m[2])
		}
	}
	sim, err := xensim.New(xensim.Options{Hosts: 4, VMs: 60, Seed: demoSeed})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{}
	names := map[string]string{}
	for _, h := range sim.Objects("host") {
		name := h.Fields["name_label"].(string)
		names[h.Ref], want[name] = name, []string{}
	}
	for _, vm := range sim.Objects("VM") {
		state := vm.Fields["power_state"]
		if name, ok := names[vm.Fields["resident_on"].(string)]; ok && vm.Fields["is_control_domain"] == false && (state == "Running" || state == "Paused") {
			want[name] = append(want[name], oneLine(vm.Fields["name_label"].(string)))
		}
	}
	for _, vms := range []map[string][]string{got, want} {
		for _, names := range vms {
			slices.Sort(names)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("hosts and their VMs (-pool +screen):\n%s\n%s", diff, out)
	}
	if strings.Contains(string(out), "\x1b") {
		t.Error("there are colours in a pipe")
	}
}

func TestTheDemoLivesUntilItIsInterrupted(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			cmd := demoCommand(t, "--rate", "50")
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { cmd.Process.Kill() })
			pass := regexp.MustCompile(`^\d\d:\d\d:\d\d +[1-9]\d* rows +\d+ ms  \S`)
			reader := ""
			for lines := bufio.NewScanner(stdout); ; {
				if !lines.Scan() {
					t.Fatalf("it ended before a pass: %v, %s", cmd.Wait(), stderr.String())
				}
				if line := strings.TrimSpace(lines.Text()); strings.HasPrefix(line, "postgres://reader:") {
					reader = line
				}
				if pass.MatchString(lines.Text()) {
					break
				}
			}
			conn, err := pgx.Connect(t.Context(), reader)
			if err != nil {
				t.Fatalf("what it says how to connect: %v", err)
			}
			u, err := url.Parse(reader)
			if err != nil {
				t.Fatal(err)
			}
			var vms int
			if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM inventory.vm").Scan(&vms); err != nil || vms == 0 {
				t.Errorf("%d VMs, %v", vms, err)
			}
			began := time.Now()
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			rest, err := io.ReadAll(stdout)
			if err != nil {
				t.Error(err)
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("%v: %s", err, stderr.String())
			}
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("it took %v", took)
			}
			if password, _ := u.User.Password(); strings.Contains(stderr.String(), password) {
				t.Errorf("its password is on stderr: %s", stderr.String())
			}
			if !strings.Contains(string(rest), "The demo is over") {
				t.Errorf("its last words: %s", rest)
			}
			if err := conn.Ping(t.Context()); err == nil {
				t.Error("the database is still there")
			}
		})
	}
}

func TestTheDemoTellsWhatBecameOfVMs(t *testing.T) {
	t.Parallel()
	before := map[string]vmState{
		"1": {"web", "Halted", ""}, "2": {"db", "Running", "xen1"}, "3": {"app", "Running", "xen1"}, "4": {"dns", "Suspended", ""},
		"5": {"old", "Halted", ""}, "6": {"git", "Running", "xen1"}, "7": {"erp", "Running", "xen1"}, "8": {"same", "Running", "xen1"},
	}
	after := map[string]vmState{
		"1": {"web", "Running", "xen2"}, "2": {"db", "Running", "xen2"}, "3": {"app", "Halted", ""}, "4": {"dns", "Running", "xen1"},
		"6": {"git2", "Paused", "xen1"}, "7": {"erp", "Suspended", ""}, "8": {"same", "Running", "xen1"}, "9": {"new", "Halted", ""},
	}
	want := []string{"app stopped", "db moved from xen1 to xen2", "dns resumed on xen1", "erp suspended", "git is now git2", "git2 paused",
		"new appeared", "old is gone", "web started on xen2"}
	if diff := cmp.Diff(want, changes(before, after)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatIsTooWideForTheTerminalIsCutInColumns(t *testing.T) {
	t.Parallel()
	columns := []column{{title: "NAME", limit: 12}, {title: "N", right: true}, {title: "SYSTEM"}, {title: "ADDRESS"}}
	rows := [][]string{{"東京東京東京東京", "1", "Debian GNU/Linux", "10.0.0.1"}, {"web", "22", "", "10.0.0.2"}}
	for width, want := range map[int]string{
		0: "NAME   N  SYSTEM            ADDRESS\n" +
			"東京東京東京東京   1  Debian GNU/Linux  10.0.0.1\n" +
			"web   22                    10.0.0.2\n",
		80: "NAME           N  SYSTEM            ADDRESS\n" +
			"東京東京東…    1  Debian GNU/Linux  10.0.0.1\n" +
			"web           22                    10.0.0.2\n",
		40: "NAME           N  SYSTEM\n" +
			"東京東京東…    1  Debian GNU/Linux\n" +
			"web           22\n",
		30: "NAME           N  SYSTEM\n" +
			"東京東京東…    1  Debian GNU/…\n" +
			"web           22\n",
		20: "NAME           N\n" +
			"東京東京東…    1\n" +
			"web           22\n",
	} {
		var out strings.Builder
		s := &sheet{out: &out, width: width, bold: func(text string) string { return text }}
		s.grid(columns, rows, func(int) bool { return false })
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Errorf("%d columns (-want +got):\n%s", width, diff)
		}
	}
	s := &sheet{width: 80}
	for width, want := range map[int]string{40: "web stopped, db is gone, app appeared", 31: "web stopped, db is gone, 1 more", 20: "web stopped, 2 more", 14: "web s…, 2 more"} {
		if got := s.some([]string{"web stopped", "db is gone", "app appeared"}, width); got != want {
			t.Errorf("%d columns: %q, want %q", width, got, want)
		}
	}
}
