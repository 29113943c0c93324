package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/creack/pty"
	"github.com/google/go-cmp/cmp"

	"syncd/internal/config"
	"syncd/internal/model"
	"syncd/internal/pgtest"
	"syncd/internal/store"
	"syncd/internal/xensim"
)

// served is a pool of a configuration, simulated.
func served(t *testing.T, name string, faults ...string) config.Pool {
	t.Helper()
	sim, err := xensim.New(xensim.Options{Hosts: 2, VMs: 20, Bare: true, Seed: int64(len(name))})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range faults {
		f, err := xensim.ParseFault(text)
		if err != nil {
			t.Fatal(err)
		}
		sim.Inject(f)
	}
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	return config.Pool{Name: name, URLs: []string{server.URL}, Username: "root", Password: "xensim", MaxRemovedRatio: 0.5}
}

// syncOf is the command syncd sync over these pools, on a migrated database of the test's own.
func syncOf(t *testing.T, pools []config.Pool, args ...string) *exec.Cmd {
	t.Helper()
	var text strings.Builder
	fmt.Fprintf(&text, "database: {url: %q}\ndata_dir: data\npools:\n", pgtest.New(t))
	for _, p := range pools {
		fmt.Fprintf(&text, "- {name: %s, urls: [%q], username: root, password_env: LAB_PASSWORD}\n", p.Name, p.URLs[0])
	}
	path := filepath.Join(t.TempDir(), "syncd.yaml")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("syncd", append([]string{"sync", "-c", path}, args...)...)
	cmd.Env = append(os.Environ(), "LAB_PASSWORD=xensim", "TERM=xterm")
	return cmd
}

// onTerminal runs a command on a terminal of so many columns and returns all that it sent there, and how it exited.
func onTerminal(t *testing.T, cmd *exec.Cmd, columns uint16) (sent string, code int) {
	t.Helper()
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: columns})
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	all, _ := io.ReadAll(terminal) // its end is an error on Linux
	if err := cmd.Wait(); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			t.Fatal(err)
		}
		code = exit.ExitCode()
	}
	return strings.ReplaceAll(string(all), "\r\n", "\n"), code
}

var (
	upAndErase = regexp.MustCompile(`\x1b\[(\d+)A\x1b\[J`)
	colours    = regexp.MustCompile(`\x1b\[\d+m`)
)

// settle is what stays on a terminal: whatever goes up some lines and erases from there does so.
func settle(t *testing.T, sent string) (lines []string, drawn []string) {
	t.Helper()
	for sent != "" {
		next := upAndErase.FindStringSubmatchIndex(sent)
		if next == nil {
			return append(lines, strings.Split(sent, "\n")...), drawn
		}
		frame := strings.Split(sent[:next[0]], "\n")
		if frame[len(frame)-1] != "" {
			t.Fatalf("goes up from the middle of a line: %q", frame)
		}
		lines = append(lines, frame[:len(frame)-1]...)
		var up int
		fmt.Sscan(sent[next[2]:next[3]], &up)
		drawn = append(drawn, lines[len(lines)-up:]...)
		lines, sent = lines[:len(lines)-up], sent[next[1]:]
	}
	return lines, drawn
}

func TestATerminalShowsEachPoolWhileItIsReadAndTheTableInTheEnd(t *testing.T) {
	t.Parallel()
	for _, columns := range []uint16{100, 40} {
		t.Run(fmt.Sprint(columns, " columns"), func(t *testing.T) {
			t.Parallel()
			pools := []config.Pool{
				served(t, "lab", "delay=700ms:VM.get_all_records", "reset=50:VBD.get_all_records"),
				served(t, "east", "html:PIF.get_all_records:-1"),
			}
			sent, code := onTerminal(t, syncOf(t, pools), columns)
			if code != 3 {
				t.Errorf("exit %d", code)
			}
			lines, drawn := settle(t, sent)

			// In the end there are the lines of the log, each whole, the table and the error.
			want := []*regexp.Regexp{
				regexp.MustCompile(`^time=\S+ level=INFO msg="reading a class again" .*class=VBD .*$`),
				regexp.MustCompile(`^time=\S+ level=INFO msg=synced pool=lab .* duration_seconds=[0-9.]+$`),
				regexp.MustCompile(`^POOL +RESULT .*MISMATCHES +MODE$`),
				regexp.MustCompile(`^lab +ok +.*$`),
				regexp.MustCompile(`^east +failed +.*$`),
				regexp.MustCompile(`^syncd: sync east: .*$`),
				regexp.MustCompile(`^$`),
			}
			if len(lines) != len(want) {
				t.Fatalf("%d lines stay, want %d:\n%s", len(lines), len(want), strings.Join(lines, "\n"))
			}
			for i := range lines {
				if !want[i].MatchString(lines[i]) {
					t.Errorf("line %d is %q, want %v", i, lines[i], want[i])
				}
			}

			// Before there were lines that no terminal of this width breaks.
			for _, line := range drawn {
				if n := len([]rune(colours.ReplaceAllString(line, ""))); n > int(columns) {
					t.Errorf("%d columns: %q", n, line)
				}
			}
			all := strings.Join(drawn, "\n")
			for _, want := range []string{fmt.Sprintf(`(?m)^lab +7/%d VM `, len(model.Classes)), fmt.Sprintf(`(?m)^east +\d+/%d.*failed`, len(model.Classes)), `\x1b\[31m failed`} {
				if !regexp.MustCompile(want).MatchString(all) {
					t.Errorf("nothing like %s was drawn:\n%s", want, all)
				}
			}
		})
	}
}

func TestNoColourIsDrawnWhereNobodyWantsOne(t *testing.T) {
	t.Parallel()
	cmd := syncOf(t, []config.Pool{served(t, "lab", "delay=300ms:VM.get_all_records")})
	cmd.Env = append(cmd.Env, "NO_COLOR=1")
	sent, _ := onTerminal(t, cmd, 80)
	if !upAndErase.MatchString(sent) || colours.MatchString(sent) {
		t.Errorf("sent %q", sent)
	}
}

func TestADumbTerminalIsSentPlainLines(t *testing.T) {
	t.Parallel()
	cmd := syncOf(t, []config.Pool{served(t, "lab", "delay=300ms:VM.get_all_records")})
	cmd.Env = append(cmd.Env, "TERM=dumb")
	if sent, _ := onTerminal(t, cmd, 80); strings.Contains(sent, "\x1b") {
		t.Errorf("sent %q", sent)
	}
}

func TestALongPassLogsALineEveryTenSecondsUntilItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		l := newLines(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{
			ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
				if a.Key == slog.TimeKey {
					return slog.Attr{}
				}
				return a
			}})))
		p := progressOf(config.Pool{})
		p.begin()
		ended := l.show("lab", p)
		time.Sleep(5 * time.Second)
		p.class("VM")
		p.rows.Add(700)
		time.Sleep(17 * time.Second)
		ended()
		time.Sleep(time.Minute)
		l.close()
		want := `level=INFO msg="still syncing" pool=lab at=VM classes=0 rows=700 rows_per_second=140 duration_seconds=10
level=INFO msg="still syncing" pool=lab at=VM classes=0 rows=700 rows_per_second=46 duration_seconds=20
`
		if diff := cmp.Diff(want, log.String()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAPassTellsHowFarItIs(t *testing.T) {
	t.Parallel()
	db, err := store.Open(t.Context(), pgtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	pool := served(t, "lab", "error=MESSAGE_REMOVED:VIF.get_all_records:-1")
	p := progressOf(pool)
	r := makePass(t.Context(), slog.New(slog.DiscardHandler), db, pool, passOptions{progress: p})
	v := p.view(time.Now())
	if r.Result != "ok" || v.doing != "ok" || !v.ended || v.classes != len(model.Classes) || v.rows != r.Rows || v.rate <= 0 {
		t.Errorf("%+v after %+v", v, r)
	}
	if v.elapsed.Seconds() > r.Seconds+0.1 {
		t.Errorf("%v passed, the pass took %g s", v.elapsed, r.Seconds)
	}
}

func TestTheJSONOfSyncHasTheNamesThatHelpTells(t *testing.T) {
	t.Parallel()
	type names struct {
		New     []string `json:"new"`
		Changed []string `json:"changed"`
		Removed []string `json:"removed"`
	}
	type counts struct {
		Rows, New, Changed, Removed, Dangling, Faults *int64
	}
	pools := []config.Pool{served(t, "lab", "error=MESSAGE_REMOVED:VIF.get_all_records:-1"), served(t, "east", "html:*:-1")}
	for _, dry := range []bool{false, true} {
		args := []string{"-o", "json"}
		if dry {
			args = append(args, "--dry-run")
		}
		out, err := syncOf(t, pools, args...).Output()
		if err == nil {
			t.Error("a pool that cannot be read is no error")
		}
		var got []struct {
			Pool, Result, Error string
			DryRun              *bool           `json:"dry_run"`
			Run                 json.RawMessage `json:"run"`
			Started             string          `json:"started_at"`
			Finished            string          `json:"finished_at"`
			Seconds             *float64        `json:"duration_seconds"`
			Mode, Reason        string
			Missed              *int64
			Mismatches          *int64 `json:"residency_mismatches"`
			counts
			Classes []struct {
				Class, Note string
				Names       *names
				counts
			}
		}
		decoder := json.NewDecoder(bytes.NewReader(out))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&got); err != nil || len(got) != 2 {
			t.Fatalf("%v\n%s", err, out)
		}
		if _, err := decoder.Token(); err != io.EOF {
			t.Errorf("something stands behind the list: %v", err)
		}
		lab, east := got[0], got[1]
		for _, at := range []string{lab.Started, lab.Finished, east.Finished} {
			if _, err := time.Parse(time.RFC3339Nano, at); err != nil || !strings.HasSuffix(at, "Z") {
				t.Errorf("time %q: %v", at, err)
			}
		}
		if lab.Result != "ok" || *lab.DryRun != dry || (string(lab.Run) == "null") != dry || lab.Error != "" || *lab.Seconds <= 0 ||
			*lab.Rows == 0 || *lab.New != *lab.Rows || *lab.Changed+*lab.Removed+*lab.Faults != 0 || lab.Mismatches == nil || lab.Dangling == nil ||
			lab.Mode != "full" || lab.Reason == "" || lab.Missed != nil {
			t.Errorf("lab: %s", out)
		}
		if east.Result != "failed" || east.Error == "" || east.Classes == nil || len(east.Classes) != 0 {
			t.Errorf("east: %s", out)
		}
		var sum int64
		for i, c := range lab.Classes {
			sum += *c.New
			if c.Class != model.Classes[i].Name || (c.Names != nil) != dry || (c.Note != "") != (c.Class == "VIF") {
				t.Errorf("class %+v", c)
			}
			if dry && (int64(len(c.Names.New)) != min(*c.New, 5) || c.Names.Changed == nil || c.Names.Removed == nil) {
				t.Errorf("names of %s: %+v", c.Class, c.Names)
			}
		}
		if len(lab.Classes) != len(model.Classes) || sum != *lab.New {
			t.Errorf("%d classes, %d new rows in them", len(lab.Classes), sum)
		}
	}
}
