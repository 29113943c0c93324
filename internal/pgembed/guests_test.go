package pgembed_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"syncd/internal/pgembed"
)

func textLog(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

// logged starts a server and returns the lines that it logs.
func logged(t *testing.T, o pgembed.Options) (*pgembed.Server, *bufio.Scanner) {
	t.Helper()
	said, saying := io.Pipe()
	o.Log = textLog(saying)
	s, err := pgembed.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		go io.Copy(io.Discard, said)
		s.Stop(t.Context())
	})
	return s, bufio.NewScanner(said)
}

// await reads lines until one holds the words.
func await(t *testing.T, lines *bufio.Scanner, words string) string {
	t.Helper()
	for lines.Scan() {
		if strings.Contains(lines.Text(), words) {
			return lines.Text()
		}
	}
	t.Fatalf("nothing was said of %q: %v", words, lines.Err())
	return ""
}

func TestAnOwnerStopsOnceItsGuestsAreGone(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"Stop", "kill -9"} {
		t.Run(end, func(t *testing.T) {
			t.Parallel()
			dir := folder(t) + "/pg"
			copyDatabase(t, dir)
			owner, said := logged(t, options(dir))
			guest := run(t, dir, nil)
			conn := connect(t, guest.url)
			stopped := make(chan error)
			go func() { stopped <- owner.Stop(t.Context()) }()
			line := await(t, said, "waiting for ")
			if pid := fmt.Sprint(guest.cmd.Process.Pid); runtime.GOOS == "linux" && !strings.Contains(line, "("+pid+")") {
				t.Errorf("the guest is %s, and it said %s", pid, line)
			}
			late := start(t, dir) // while the owner waits
			if err := conn.Ping(t.Context()); err != nil {
				t.Errorf("the server left its guest: %v", err)
			}
			conn.Close(t.Context())
			stop(t, late)
			if end == "Stop" {
				guest.stdin.Close()
			} else if err := guest.cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			if err := <-stopped; err != nil {
				t.Error(err)
			}
			if conn, err := pgx.Connect(t.Context(), owner.URL("syncd")); err == nil {
				conn.Close(t.Context())
				t.Error("the server answers though its last guest is gone")
			}
		})
	}
}

func TestAnOwnerThatIsInterruptedWaitsForNobody(t *testing.T) {
	t.Parallel()
	dir := folder(t) + "/pg"
	copyDatabase(t, dir)
	owner := start(t, dir)
	start(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	began := time.Now()
	if err := owner.Stop(ctx); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > limit {
		t.Errorf("it took %v", took)
	}
}

func TestThoseWhoComeAndGoAlwaysFindAServer(t *testing.T) {
	t.Parallel()
	dir := folder(t) + "/pg"
	copyDatabase(t, dir)
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			for range 5 {
				s, err := pgembed.Start(t.Context(), options(dir))
				if err != nil {
					t.Error(err)
					return
				}
				conn, err := pgx.Connect(t.Context(), s.URL("syncd"))
				if err == nil {
					_, err = conn.Exec(t.Context(), "SELECT pg_sleep(0.01)")
					conn.Close(t.Context())
				}
				if err != nil {
					t.Error(err)
				}
				if err := s.Stop(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

func TestAGuestWhoseOwnerIsKilledIsToldAndTheNextStartIsRight(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux stops the children of a process that is killed")
	}
	dir := folder(t) + "/pg"
	copyDatabase(t, dir)
	owner := run(t, dir, nil)
	guest := start(t, dir)
	conn := connect(t, guest.URL("syncd"))
	if err := owner.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "SELECT pg_sleep(60)"); err == nil {
		t.Error("the guest does not notice")
	}
	next := start(t, dir) // while the guest is still there
	if got := ask(t, next.URL("syncd"), "SELECT 'ä'"); got != "ä" {
		t.Errorf("got %q", got)
	}
	stop(t, guest)
	stop(t, next)
}

func TestOneWhoStaysStartsTheServerAgain(t *testing.T) {
	t.Parallel()
	dir := folder(t) + "/pg"
	copyDatabase(t, dir)
	o := options(dir)
	o.Stay = true
	first, err := pgembed.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { first.Stop(t.Context()) })
	second, said := logged(t, o)
	stop(t, first) // who does not wait for those who stay
	await(t, said, "runs again")
	if got := ask(t, second.URL("syncd"), "SELECT 'ä'"); got != "ä" {
		t.Errorf("got %q", got)
	}

	if err := syscall.Kill(serverProcess(t, dir), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	await(t, said, "runs again")
	if got := ask(t, second.URL("syncd"), "SELECT 'ä'"); got != "ä" {
		t.Errorf("got %q", got)
	}
}

func TestOneWhoStaysWaitsForThoseWhoDoNot(t *testing.T) {
	t.Parallel()
	dir := folder(t) + "/pg"
	copyDatabase(t, dir)
	short := start(t, dir)
	began := ask(t, short.URL("syncd"), "SELECT pg_postmaster_start_time()::text")
	said, saying := io.Pipe()
	o := options(dir)
	o.Stay, o.Log = true, textLog(saying)
	started := make(chan *pgembed.Server)
	go func() {
		s, err := pgembed.Start(t.Context(), o)
		if err != nil {
			t.Error(err)
		}
		started <- s
	}()
	await(t, bufio.NewScanner(said), "waiting for a command")
	stop(t, short)
	stays := <-started
	if stays == nil {
		return
	}
	t.Cleanup(func() { stays.Stop(t.Context()) })
	if ask(t, stays.URL("syncd"), "SELECT pg_postmaster_start_time()::text") == began {
		t.Error("it joined a server that was soon gone")
	}
}
