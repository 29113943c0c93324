package pgtest

import (
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

	"syncd/internal/pgembed"
)

// testServer is where this binary's databases are.
type testServer struct {
	url    func(database string) string
	dir    string    // of the private server; empty where SYNCD_TEST_DSN names another
	keeper io.Writer // a line on it keeps dir
}

// server is started by the first test that asks. Nobody stops it: it ends with this process, and its directory goes
// then too.
var server = sync.OnceValues(func() (*testServer, error) {
	if dsn := os.Getenv("SYNCD_TEST_DSN"); dsn != "" {
		u, err := url.Parse(dsn)
		if err != nil {
			return nil, fmt.Errorf("SYNCD_TEST_DSN is no URL such as postgres://user:password@host/postgres: %w", err)
		}
		return &testServer{url: func(database string) string { return u.JoinPath("/", "..", database).String() }}, nil
	}
	dir, err := os.MkdirTemp("", "syncd-test-")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o711); err != nil { // as root the server is another user
		return nil, err
	}
	keeper, err := removeAtEnd(dir)
	if err != nil {
		return nil, err
	}
	s, err := pgembed.Start(context.Background(), pgembed.Options{Dir: filepath.Join(dir, "pg"), NoSync: true,
		Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	return &testServer{url: s.URL, dir: dir, keeper: keeper}, nil
})

// removeAtEnd starts a shell that outlives this process: it removes dir once its input ends, which is when this process
// does, however that happens. A line of input makes it leave dir alone.
func removeAtEnd(dir string) (io.Writer, error) {
	// The server writes until it is gone itself, so that the first try may leave something.
	cmd := exec.Command("sh", "-c", `read -r keep || for i in 1 2 3 4 5; do rm -rf "$0" && break; sleep 1; done`, dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Ctrl-C is not for it
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	return pipe, cmd.Start()
}

// keep leaves a failed test's database where it is.
func (s *testServer) keep(t testing.TB, name string) {
	if s.dir == "" {
		t.Logf("kept: psql %q", s.url(name))
		return
	}
	fmt.Fprintln(s.keeper, "keep")
	t.Logf("kept: start the server in %s, then psql %q", s.dir, s.url(name))
}
