package pgtest

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"syncd/internal/pgembed"
)

// dsnEnv is the environment variable that names a server to use instead of one of our own.
const dsnEnv = "SYNCD_TEST_DSN"

const prefix = "syncd-test-" // of the directories

// testServer is where this binary's databases are.
type testServer struct {
	url   func(database string) string
	admin string // the URL to create and drop databases with

	dir    string         // of the private server; empty for SYNCD_TEST_DSN
	keeper io.WriteCloser // a line on it keeps dir
}

// server is there for the first test that asks. Nobody stops it: it ends with this process, and its directory then goes.
var server = sync.OnceValues(func() (*testServer, error) {
	if dsn := os.Getenv(dsnEnv); dsn != "" {
		return foreign(dsn)
	}
	parent := cmp.Or(memory(), os.TempDir())
	removeKept(parent)
	dir, err := os.MkdirTemp(parent, prefix)
	if err != nil {
		return nil, err
	}
	keeper, err := removeAtEnd(dir)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o711); err != nil { // root's server runs as another user
		return nil, err
	}
	dir = filepath.Join(dir, "pg")
	s, err := pgembed.Start(context.Background(), pgembed.Options{Dir: dir, NoSync: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	return &testServer{url: s.URL, admin: s.URL("postgres"), dir: dir, keeper: keeper}, nil
})

// memory is a folder whose files are in memory; empty, which is the temporary folder, where there is none with room or
// TMPDIR says where to go. A database is hundreds of files: on a slow disk a copy takes half a second, here 25 ms.
func memory() string {
	const dir, room = "/dev/shm", 2 << 30
	var fs syscall.Statfs_t
	if os.Getenv("TMPDIR") != "" || syscall.Statfs(dir, &fs) != nil || uint64(fs.Bavail)*uint64(fs.Bsize) < room {
		return ""
	}
	return dir
}

func foreign(dsn string) (*testServer, error) {
	u, err := url.Parse(dsn)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return nil, fmt.Errorf("%s is not the URL of a server, such as postgres://user:password@host:5432/postgres", dsnEnv)
	}
	return &testServer{admin: dsn, url: func(database string) string {
		of := *u
		of.Path = "/" + database
		return of.String()
	}}, nil
}

// removeAtEnd starts a shell that outlives this process and removes dir once its input ends, which is when this process
// does, in whatever way. A line of input has it leave dir alone.
func removeAtEnd(dir string) (io.WriteCloser, error) {
	// The server may still be writing, so that the first try can leave something.
	cmd := exec.Command("sh", "-c", `read -r keep || for i in 1 2 3 4 5; do rm -rf "$0" && break; sleep 1; done`, dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Ctrl-C is not for it
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	return stdin, cmd.Start()
}

// removeKept removes what tests that failed a day ago left, unless it is another user's.
func removeKept(parent string) {
	kept, _ := filepath.Glob(filepath.Join(parent, prefix+"*"))
	for _, dir := range kept {
		if info, err := os.Lstat(dir); err == nil && time.Since(info.ModTime()) > 24*time.Hour {
			os.RemoveAll(dir)
		}
	}
}

// keep leaves a failed test's database where it is, and says how to look at it.
func (s *testServer) keep(t testing.TB, name string) {
	t.Helper()
	if s.dir == "" {
		t.Logf("the database is kept: psql '%s'", s.url(name))
		return
	}
	bin := "…"
	if conn, err := s.connect(context.Background()); err == nil {
		conn.QueryRow(context.Background(), `SELECT setting FROM pg_config WHERE name = 'BINDIR'`).Scan(&bin)
		conn.Close(context.Background())
	}
	as := ""
	if os.Geteuid() == 0 {
		as = fmt.Sprintf("runuser -u $(stat -c %%U %s/data) -- ", s.dir)
	}
	fmt.Fprintln(s.keeper, "keep")
	t.Logf("the database is kept; its server ends with the tests. Start it again with\n\tcd / && %s%s/postgres -D %s/data -k %s/socket -c listen_addresses=\nlook at it with\n\tpsql '%s'\nand remove %s when done, or tests do a day later",
		as, bin, s.dir, s.dir, s.url(name), filepath.Dir(s.dir))
}
