package pgembed_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	osexec "os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"syncd/internal/pgembed"
)

// helperEnv holds the directory on which this binary, run again, is to start a server.
const helperEnv = "PGEMBED_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperEnv); dir != "" {
		if err := helper(dir); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	status := m.Run()
	if dir, err := database(); err == nil {
		os.RemoveAll(filepath.Dir(dir))
	}
	os.Exit(status)
}

// helper starts a server, prints its URL, and stops it at the end of its input.
func helper(dir string) error {
	s, err := pgembed.Start(context.Background(), options(dir))
	if err != nil {
		return err
	}
	fmt.Println(s.URL("syncd"))
	io.Copy(io.Discard, os.Stdin)
	return s.Stop(context.Background())
}

// process is a helper that runs.
type process struct {
	cmd   *osexec.Cmd
	stdin io.Closer
	url   string // the first line that it printed
}

// run starts a helper; as is its user, nil for ours.
func run(t *testing.T, dir string, as *syscall.Credential) *process {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if as != nil { // who may not pass the folder of test binaries
		binary = copied(t, binary)
	}
	cmd := osexec.Command(binary)
	cmd.Env = append(os.Environ(), helperEnv+"="+dir)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		cmd.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return &process{cmd, stdin, strings.TrimSpace(line)}
}

func copied(t *testing.T, binary string) string {
	t.Helper()
	text, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder(t), "helper")
	if err := os.WriteFile(path, text, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// serverProcess is the id of the process that runs the server on dir.
func serverProcess(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "server.lock"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestKillingTheOwnerLeavesNoServerAndLosesNoRow(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux stops the children of a process that is killed")
	}
	dir := folder(t) + "/pg"
	copyDatabase(t, dir)
	owner := run(t, dir, nil)
	exec(t, owner.url, "CREATE TABLE word (w text)")
	exec(t, owner.url, "INSERT INTO word SELECT 'committed' FROM generate_series(1, 10000)")
	exec(t, owner.url, "BEGIN; CREATE TABLE numbered (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY); INSERT INTO numbered DEFAULT VALUES; COMMIT")
	exec(t, owner.url, "INSERT INTO numbered DEFAULT VALUES")
	server := serverProcess(t, dir)
	conn := connect(t, owner.url) // in the middle of something
	if _, err := conn.Exec(t.Context(), "BEGIN; INSERT INTO word VALUES ('not committed')"); err != nil {
		t.Fatal(err)
	}

	if err := owner.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	owner.cmd.Wait()
	s := start(t, dir)
	if got := ask(t, s.URL("syncd"), "SELECT count(*)::text FROM word"); got != "10000" {
		t.Errorf("%s rows after kill -9, want 10000", got)
	}
	exec(t, s.URL("syncd"), "INSERT INTO numbered DEFAULT VALUES") // under a number that is free
	if serverProcess(t, dir) == server {
		t.Error("it is the server of the owner that was killed")
	}
}

func TestAServerEndsWithItsKilledOwnerThoughNobodyStartsAnother(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux stops the children of a process that is killed")
	}
	dir := folder(t) + "/pg"
	copyDatabase(t, dir)
	owner := run(t, dir, nil)
	lock, err := os.Open(filepath.Join(dir, "server.lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := owner.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	gone := make(chan error, 1)
	go func() { gone <- syscall.Flock(int(lock.Fd()), syscall.LOCK_EX) }() // the server and all its processes hold it
	select {
	case err := <-gone:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(limit):
		t.Errorf("the server is there %v after its owner was killed", limit)
	}
}

func TestProcessesThatStartAtOnceShareOneServer(t *testing.T) {
	t.Parallel()
	dir := folder(t) + "/pg"
	processes := make(chan *process)
	const n = 3
	for range n {
		go func() { processes <- run(t, dir, nil) }()
	}
	servers := map[string]bool{}
	for range n {
		if p := <-processes; p != nil {
			servers[ask(t, p.url, "SELECT pg_postmaster_start_time()::text")] = true
			defer p.stdin.Close() // of all before one is waited for: the owner waits for the others
		}
	}
	if len(servers) != 1 {
		t.Errorf("%d servers", len(servers))
	}
}

func TestAProcessNumberThatIsSomebodyElsesByNowStopsNoStart(t *testing.T) {
	t.Parallel()
	for name, dead := range map[string]bool{"of a living process": false, "of a process that nobody waited for": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := folder(t) + "/pg"
			owner := copyDatabase(t, dir)
			other := osexec.Command("sleep", "60") // of the server's user: Postgres takes only such a one for a server
			other.Dir = "/"
			other.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
			if err := other.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				other.Process.Kill()
				other.Wait()
			})
			if dead {
				other.Process.Kill()
			}
			for _, path := range []string{"/data/postmaster.pid", "/socket/.s.PGSQL.5432.lock"} {
				write(t, dir+path, fmt.Sprintf("%d\n%s/data\n1700000000\n5432\n%s/socket\n\n\nready\n", other.Process.Pid, dir, dir))
				give(t, dir+path, owner)
			}
			if err := os.Chmod(dir+"/socket", 0o700); err != nil {
				t.Fatal(err)
			}
			start(t, dir)
		})
	}
}

func TestAServerThatWasStartedByHandIsLeftAlone(t *testing.T) {
	t.Parallel()
	dir := folder(t) + "/pg"
	owner := copyDatabase(t, dir)
	s := start(t, dir)
	postgres := ask(t, s.URL("syncd"), "SELECT setting FROM pg_config WHERE name = 'BINDIR'") + "/postgres"
	stop(t, s)
	byHand := osexec.Command(postgres, "-D", dir+"/data", "-k", dir+"/socket", "-p", "5433", "-c", "listen_addresses=")
	byHand.Dir = "/"
	byHand.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
	log, err := byHand.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := byHand.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		byHand.Process.Signal(syscall.SIGQUIT)
		byHand.Wait()
	})
	lines := bufio.NewScanner(log)
	for lines.Scan() && !strings.Contains(lines.Text(), "ready to accept connections") {
	}
	refused(t, dir, "postmaster.pid", "already exists", strconv.Itoa(byHand.Process.Pid))
	if got := ask(t, strings.Replace(s.URL("syncd"), "5432", "5433", 1), "SELECT 'ä'"); got != "ä" {
		t.Errorf("got %q", got)
	}
}

func TestAServerThatEndsByItselfIsReported(t *testing.T) {
	t.Parallel()
	dir := folder(t) + "/pg"
	copyDatabase(t, dir)
	said, saying := io.Pipe()
	o := options(dir)
	o.Log = slog.New(slog.NewTextHandler(saying, &slog.HandlerOptions{Level: slog.LevelError}))
	s, err := pgembed.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Stop(t.Context()) })
	if err := syscall.Kill(serverProcess(t, dir), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(said).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(line, "signal: killed") || !strings.Contains(line, "server.log") {
		t.Errorf("it said %s", line)
	}
	stop(t, s)
	start(t, dir) // and it recovers
}

func TestRootIsToldWhichFolderTheServersUserCannotPass(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root runs the server as another user")
	}
	closed := folder(t)
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	refused(t, closed+"/a/b/pg", "chmod o+x "+closed+"`", "data_dir")
}

func TestAnOrdinaryUserRunsTheServerAsThemselves(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("every other test does that, unless it is root's")
	}
	dir := folder(t)
	give(t, dir, nobody())
	p := run(t, dir+"/pg", nobody())
	if got := ask(t, p.url, "SELECT 'ä'"); got != "ä" {
		t.Errorf("got %q", got)
	}
	info, err := os.Stat(dir + "/pg")
	if err != nil {
		t.Fatal(err)
	}
	if stat := info.Sys().(*syscall.Stat_t); stat.Uid != nobody().Uid || info.Mode().Perm() != 0o700 {
		t.Errorf("%s belongs to %d and has mode %v", info.Name(), stat.Uid, info.Mode())
	}
	if err := p.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("the helper ended with %v", err)
	}
	// Root may take the database over: the server stays its owner's.
	if got := ask(t, start(t, dir+"/pg").URL("syncd"), "SELECT 'ä'"); got != "ä" {
		t.Errorf("got %q", got)
	}
}
