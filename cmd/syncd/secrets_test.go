package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"syncd/internal/xensim"
)

// A password holds one of these in its middle, so that it is found however the rest of it is escaped.
const (
	poolSecret     = "XYZZYpool"  // of the account at the pool
	wrongSecret    = "XYZZYwrong" // which the pool refuses
	recordSecret   = "XYZZYrecord"
	databaseSecret = "XYZZYdatabase"
)

const poolPassword = `s3cr&t'<"` + poolSecret + `">%20`

// leaks keeps what came out, by where, and what must be nowhere in it.
type leaks struct {
	mu      sync.Mutex
	out     map[string]string
	secrets map[string]bool
}

func (l *leaks) keep(where, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.out[where] += text + "\n"
}

func (l *leaks) secret(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.secrets[text] = true
}

func (l *leaks) search(t *testing.T) {
	t.Helper()
	for where, text := range l.out {
		for secret := range l.secrets {
			if i := strings.Index(text, secret); i >= 0 {
				t.Errorf("%s has the secret %s: …%s…", where, secret, text[max(0, i-200):min(len(text), i+100)])
			}
		}
	}
}

var loginAnswer = regexp.MustCompile(`OpaqueRef:([0-9a-f-]{36})`)

// secretive serves a pool whose records are full of secrets, and notes the sessions that it issues.
func secretive(t *testing.T, l *leaks) (*xensim.Sim, string) {
	t.Helper()
	sim, err := xensim.New(xensim.Options{Hosts: 2, VMs: 5, Password: poolPassword})
	if err != nil {
		t.Fatal(err)
	}
	for class, field := range map[string]string{"PBD": "device_config", "host": "power_on_config", "SR": "sm_config", "pool": "other_config", "Cluster": "cluster_config"} {
		for _, o := range sim.Objects(class) {
			err := sim.Set(class, o.Ref, field, map[string]string{
				"chappassword": recordSecret, "token": recordSecret, "incoming_chappassword": recordSecret, "power_on_password_secret": recordSecret,
				"options": "rw,password=" + recordSecret, "location": "//u:" + recordSecret + "@nas/share", "target": "10.0.0.9"})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, o := range sim.Objects("Cluster") {
		if err := sim.Set("Cluster", o.Ref, "cluster_token", recordSecret); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what is missing the simulator misses too
		r.Body = io.NopCloser(bytes.NewReader(body))
		if bytes.Contains(body, []byte("login_with_password")) {
			w = &noting{w, l}
		}
		sim.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return sim, server.URL
}

// noting notes the session in a login's answer.
type noting struct {
	http.ResponseWriter
	leaks *leaks
}

func (n *noting) Write(p []byte) (int, error) {
	if m := loginAnswer.FindSubmatch(p); m != nil {
		n.leaks.secret(string(m[1]))
	}
	return n.ResponseWriter.Write(p)
}

func TestNoSecretIsPrintedLoggedStoredOrInTheProcessList(t *testing.T) {
	t.Parallel()
	l := &leaks{out: map[string]string{}, secrets: map[string]bool{poolSecret: true, wrongSecret: true, recordSecret: true, databaseSecret: true}}
	sim, pool := secretive(t, l)
	dir := openFolder(t)
	listen := freeAddress(t)
	write := func(name, text string) string {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	config := func(name, database, url, account string) string {
		t.Helper()
		return write(name, fmt.Sprintf("database: %s\ndata_dir: data\nschedule: '@daily'\npools:\n- {name: lab, urls: [%q], username: root, %s}\n", database, url, account))
	}
	write("right", poolPassword+"\n")
	write("wrong", wrongSecret+"\n")
	embedded := fmt.Sprintf("{url: embedded, listen: %q}", listen)
	good := config("good.yaml", embedded, pool, "password_file: right")
	command := func(code int, args ...string) string {
		t.Helper()
		cmd := exec.Command("syncd", args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "LAB_PASSWORD="+poolPassword)
		out, _ := cmd.CombinedOutput()
		if got := cmd.ProcessState.ExitCode(); got != code {
			t.Errorf("syncd %q exits with %d, want %d:\n%s", args, got, code, out)
		}
		l.keep(fmt.Sprintf("syncd %q", args), string(out))
		return string(out)
	}

	// A daemon holds the database. Its statements are logged, and what runs is looked at all the time.
	daemonLog, err := os.Create(filepath.Join(dir, "daemon.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer daemonLog.Close()
	daemon := exec.Command("syncd", "run", "--log-level", "debug", "-c", good)
	daemon.Dir, daemon.Stdout, daemon.Stderr = dir, daemonLog, daemonLog
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { daemon.Process.Kill(); daemon.Wait() })
	watched := make(chan struct{})
	looks := watchProcesses(l, watched)
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) { // a command that finds no database starts one, and ends it
		if log, _ := os.ReadFile(daemonLog.Name()); strings.Contains(string(log), `"msg":"synced"`) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the daemon made no pass")
		}
	}
	owner := (&url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/" + embeddedName,
		RawQuery: url.Values{"host": {filepath.Join(dir, "data/postgres/socket")}}.Encode()}).String()
	conn := connect(t, owner)
	for _, sql := range []string{"ALTER SYSTEM SET log_statement = 'all'", "ALTER SYSTEM SET log_min_duration_statement = 0", "SELECT pg_reload_conf()"} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	readers, err := os.ReadFile(filepath.Join(dir, "data/reader.password"))
	if err != nil {
		t.Fatal(err)
	}
	l.secret(strings.TrimSpace(string(readers)))

	for _, args := range [][]string{{"sync"}, {"sync", "-o", "json"}, {"sync", "--dry-run"}, {"check"}, {"check", "-o", "json"}, {"status"}, {"status", "-o", "json"},
		{"migrate", "status"}, {"migrate", "down"}, {"migrate", "up"}, {"sync", "--log-format", "text"}, {"config", "schema"}, {"version"}, {"completion", "bash"},
		{"init", "--url", pool, "--name", "lab", "--username", "root", "--password-env", "LAB_PASSWORD", "--output", "made.yaml"}} {
		command(0, append(args, "-c", good, "--log-level", "debug")...)
	}
	made, err := os.ReadFile(filepath.Join(dir, "made.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	l.keep("made.yaml", string(made))

	// A server that repeats what it was sent, and every other kind of answer.
	for _, f := range []xensim.Fault{
		{Kind: "error", Arg: "INTERNAL_ERROR," + poolPassword, Method: "session.login_with_password"},
		{Kind: "error", Arg: "INTERNAL_ERROR," + poolPassword, Method: "VM.get_all_records"},
		{Kind: "error", Arg: "SESSION_INVALID," + poolPassword, Method: "VM.get_all_records", Count: -1},
		{Kind: "redirect", Arg: "http://127.0.0.1/" + poolPassword, Method: "host.get_all_records"},
		{Kind: "garbage", Method: "session.login_with_password"}, {Kind: "truncate", Arg: "80", Method: "session.login_with_password"},
		{Kind: "status", Arg: "503", Method: "pool.get_all_records"}, {Kind: "fault", Method: "VBD.get_all_records"},
		{Kind: "truncate", Arg: "50", Method: "PBD.get_all_records", Count: -1}, {Kind: "reset", Arg: "50", Method: "PBD.get_all_records", Count: -1},
	} {
		sim.Heal()
		sim.Inject(f)
		command(1, "sync", "-c", good, "--log-level", "debug")
		if !strings.Contains("session.login_with_password pool.get_all_records host.get_all_records", f.Method) {
			continue // check does not call it
		}
		sim.Heal()
		sim.Inject(f)
		command(1, "check", "-c", good, "--log-level", "debug")
	}
	sim.Heal()
	sim.Inject(xensim.Fault{Kind: "error", Arg: "INTERNAL_ERROR," + poolPassword, Method: "session.logout", Count: -1})
	command(0, "sync", "-c", good, "--log-level", "debug") // leaves its session in the ledger
	sim.Heal()
	sim.Inject(xensim.Fault{Kind: "expire", Method: "VM.get_all_records"})
	command(0, "sync", "-c", good, "--log-level", "debug")

	refused := config("refused.yaml", embedded, pool, "password_file: wrong")
	command(1, "sync", "-c", refused, "--log-level", "debug")
	command(1, "check", "-c", refused, "--log-level", "debug")
	elsewhere := config("elsewhere.yaml", `{url: "postgres://syncd:`+databaseSecret+`@127.0.0.1:1/inventory"}`, pool, "password_file: right")
	command(1, "sync", "-c", elsewhere, "--log-level", "debug")
	command(1, "check", "-c", elsewhere, "--log-level", "debug")
	for i, c := range []struct{ database, url, account string }{
		{`{url: "postgres://syncd:` + databaseSecret + `@ho st:x/inventory"}`, pool, "password_file: right"},
		{`{url: "mysql://syncd:` + databaseSecret + `@host/inventory"}`, pool, "password_file: right"},
		{`{url: embedded, password: ` + databaseSecret + `}`, pool, "password_file: right"},
		{`{url: embedded}`, "https://root:" + wrongSecret + "@xen1", "password_file: right"},
		{`{url: embedded}`, pool, "password: " + wrongSecret},
		{`{url: embedded}`, pool, "password_file: right, pasword: [" + wrongSecret},
	} {
		command(2, "check", "-c", config(fmt.Sprintf("bad%d.yaml", i), c.database, c.url, c.account))
	}

	if _, err := conn.Exec(t.Context(), "SET search_path TO xen, syncd, inventory"); err != nil {
		t.Fatal(err)
	}
	dump := ask(t, conn, `SELECT string_agg(database_to_xml::text, '') FROM database_to_xml(true, false, '')`)
	if !strings.Contains(dump, "10.0.0.9") || !strings.Contains(dump, "incoming_chappassword") {
		t.Error("the dump lacks what stands beside the secrets")
	}
	l.keep("the database", dump)
	command(0, "forget", "lab", "--yes", "-c", good, "--log-level", "debug")

	close(watched)
	if n := <-looks; n == 0 {
		t.Log("this system has no process list in /proc")
	}
	if err := daemon.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	daemon.Wait()
	for _, file := range []string{"daemon.log", "data/postgres/server.log"} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		l.keep(file, string(text))
	}
	if !strings.Contains(l.out["data/postgres/server.log"], "UPDATE syncd.sync_run") || !strings.Contains(l.out["daemon.log"], "synced") || len(l.secrets) < 20 {
		t.Errorf("too little was looked at: %d secrets, %s", len(l.secrets), l.out["daemon.log"])
	}
	l.search(t)
}

// watchProcesses keeps the command lines of all processes until done is closed, and tells how many it saw.
func watchProcesses(l *leaks, done <-chan struct{}) <-chan int {
	seen := make(chan int, 1)
	go func() {
		lines := map[string]bool{}
		again := time.NewTicker(10 * time.Millisecond) // a command of syncd lives longer
		defer again.Stop()
		for {
			files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
			for _, file := range files {
				if line, err := os.ReadFile(file); err == nil && !lines[string(line)] { // else it has ended
					lines[string(line)] = true
					l.keep("the process list", string(line))
				}
			}
			select {
			case <-done:
				seen <- len(lines)
				return
			case <-again.C:
			}
		}
	}()
	return seen
}
