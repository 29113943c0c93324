package pgembed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

var errStuck = errors.New("postgres does not end")

const logLimit = 1 << 20 // bytes; a longer server.log is begun anew at a start

// launch makes the database if need be and starts its server. The caller owns the directory.
func (s *Server) launch(ctx context.Context, o Options) error {
	word := ""
	if o.Stay {
		word = stays
	}
	if err := label(s.owner, os.Getpid(), word); err != nil {
		return err
	}
	lock, err := s.lockServer(ctx)
	if err != nil {
		return err
	}
	defer lock.Close() // the server has it too
	major, err := s.dataVersion()
	if err != nil {
		return err
	}
	bin, err := findBinaries(ctx, major, s.as)
	if err != nil {
		return err
	}
	if major == "" {
		if err := s.init(ctx, bin, lock, o.NoSync); err != nil {
			return err
		}
	}
	return s.serve(ctx, bin, lock, o)
}

// dataVersion is the major version of the database, empty where there is none yet.
func (s *Server) dataVersion() (string, error) {
	data := s.path("data")
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if err == nil {
		return strings.TrimSpace(string(text)), nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	entries, err := os.ReadDir(data)
	if len(entries) > 0 {
		return "", fmt.Errorf("%s is neither empty nor a database (it has no PG_VERSION): move it away or restore it", data)
	}
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return "", err
}

// init makes the database under another name, which it loses only once it is whole.
func (s *Server) init(ctx context.Context, bin binaries, lock *os.File, noSync bool) error {
	dir := s.path("init")
	if err := os.RemoveAll(dir); err != nil { // of a start that was interrupted
		return err
	}
	if err := private(dir, s.as); err != nil {
		return err
	}
	args := []string{"--pgdata=" + dir, "--username=postgres", "--encoding=UTF8", "--locale=C",
		"--auth-local=trust", "--auth-host=scram-sha-256"}
	if noSync {
		args = append(args, "--no-sync")
	}
	// Bytes order text, so that an index serves LIKE; but letters beyond ASCII are letters where the system knows them.
	out, err := s.initdb(ctx, bin, lock, append(args, "--lc-ctype=C.UTF-8"))
	if err != nil && strings.Contains(out, "invalid locale") {
		out, err = s.initdb(ctx, bin, lock, args)
	}
	if err != nil {
		return fmt.Errorf("initdb: %w%s", err, quote(out))
	}
	if err := os.Rename(dir, s.path("data")); err != nil || noSync {
		return err
	}
	return syncDir(s.dir)
}

func (s *Server) initdb(ctx context.Context, bin binaries, lock *os.File, args []string) (output string, err error) {
	var out strings.Builder
	c, err := s.spawn(bin.path("initdb"), args, lock, &out)
	if err != nil {
		return "", err
	}
	select {
	case <-c.done:
		return out.String(), c.err
	case <-ctx.Done():
		c.cmd.Process.Signal(syscall.SIGTERM) // it removes what it made
		<-c.done
		return "", context.Cause(ctx)
	}
}

// serve starts the server and waits until it answers.
func (s *Server) serve(ctx context.Context, bin binaries, lock *os.File, o Options) error {
	host, port, err := o.address()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(s.path("server.log"), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close() // the server has it too
	info, err := log.Stat()
	if err != nil {
		return err
	}
	from := info.Size()
	if from > logLimit {
		if err := log.Truncate(0); err != nil {
			return err
		}
		from = 0
	}
	if err := errors.Join(s.sweep(port), s.writeRules(o)); err != nil {
		return err
	}
	c, err := s.spawn(bin.path("postgres"), s.settings(host, port, o.NoSync), lock, log)
	if err != nil {
		return err
	}
	s.child = c
	for {
		if p := s.postmaster(); p.ready && p.pid == c.cmd.Process.Pid {
			go s.watch(c)
			return s.linkSocket(port)
		}
		select {
		case <-c.done:
			s.child = nil
			return fmt.Errorf("postgres: %w; %s ends with:%s", c.err, log.Name(), tail(log, from))
		default:
		}
		if err := wait(ctx); err != nil {
			return fmt.Errorf("%w; %s ends with:%s", err, log.Name(), tail(log, from))
		}
	}
}

// settings are the server's arguments. They stand here, and postgresql.conf stays as initdb made it.
func (s *Server) settings(host string, port int, noSync bool) []string {
	settings := []string{
		"listen_addresses=" + host,
		"port=" + strconv.Itoa(port),
		`unix_socket_directories="` + strings.ReplaceAll(s.socket, `"`, `""`) + `"`,
		"hba_file=" + s.path("pg_hba.conf"),
		"cluster_name=syncd",
		"max_connections=50",
		// Nobody replicates it. Yet wal_level stays as it is by default: with minimal, a sequence that was made and used in
		// one transaction goes back to its start in a crash, and gives numbers that are taken.
		"max_wal_senders=0",
		"max_wal_size=512MB",   // bounds the time of a recovery
		"checkpoint_warning=0", // and is no business of the operator's
		"jit=off",              // costs more than it gives on queries this small
		"timezone=UTC",
		"log_timezone=UTC",
		"log_destination=stderr",
		"logging_collector=off",
		"log_checkpoints=off",
		"log_autovacuum_min_duration=-1",
	}
	if noSync {
		settings = append(settings, "fsync=off", "full_page_writes=off")
	}
	args := []string{"-D", s.path("data")}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	return args
}

// sweep removes what a killed server left. Postgres would, unless the process number in it is somebody's by now, or that
// of a process whom nobody buried: in a container both happen. That our servers are gone is known: we have their lock.
func (s *Server) sweep(port int) error {
	data := s.path("data")
	stale := []string{s.socketFile(port) + ".lock"}
	pidFile := filepath.Join(data, "postmaster.pid")
	// A server works in its data directory. One in this directory was started by hand: Postgres will say so.
	cwd, _ := os.Readlink(fmt.Sprintf("/proc/%d/cwd", readPID(pidFile)))
	if runtime.GOOS == "linux" && cwd != data {
		stale = append(stale, pidFile)
	}
	for _, path := range stale {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// spawn starts a program of Postgres. It gets the lock, and little of our environment: there may be passwords in it.
func (s *Server) spawn(path string, args []string, lock *os.File, out io.Writer) (*child, error) {
	cmd := exec.Command(path, args...)
	cmd.Dir = s.path("") // not where we are: that may be closed to the account
	cmd.Env = []string{"LC_ALL=C", "TZ=UTC", "PATH=" + os.Getenv("PATH")}
	for _, name := range []string{"LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR"} {
		if value, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	cmd.Stderr = out
	cmd.ExtraFiles = []*os.File{lock}
	c, err := spawn(cmd, s.as)
	if err != nil {
		return nil, err
	}
	if err := label(lock, cmd.Process.Pid, ""); err != nil {
		cmd.Process.Kill()
		return nil, err
	}
	return c, nil
}

// watch says when the server ends though nobody stopped it.
func (s *Server) watch(c *child) {
	<-c.done
	if !c.stopped.Load() {
		s.log.Error("the embedded Postgres ended", "err", c.err, "log", s.path("server.log"))
	}
}

// tail is the end of a log, no earlier than from.
func tail(log *os.File, from int64) string {
	const limit = 2000
	if info, err := log.Stat(); err == nil {
		from = max(from, info.Size()-limit)
	}
	text, _ := io.ReadAll(io.NewSectionReader(log, from, limit))
	return quote(string(text))
}

// quote indents the lines of a program's output below an error.
func quote(output string) string {
	return "\n\t" + strings.ReplaceAll(strings.TrimSpace(output), "\n", "\n\t")
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
