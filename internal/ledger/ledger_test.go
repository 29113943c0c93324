package ledger_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/ledger"
)

const ref = "OpaqueRef:0badf00d-0000-4000-8000-000000000000"

// book is a ledger in a folder of the test's own, and what it logs.
func book(t *testing.T) (l *ledger.Ledger, dir string, log *bytes.Buffer) {
	t.Helper()
	dir, log = filepath.Join(t.TempDir(), "data", "sessions"), new(bytes.Buffer)
	return ledger.New(dir, slog.New(slog.NewTextHandler(log, nil))), dir, log
}

// swept are the sessions that a sweep hands out.
func swept(t *testing.T, l *ledger.Ledger, settled bool) []ledger.Session {
	t.Helper()
	var mu sync.Mutex
	var list []ledger.Session
	l.Sweep(t.Context(), func(_ context.Context, s ledger.Session) bool {
		mu.Lock()
		defer mu.Unlock()
		if age := time.Since(s.Issued); age < 0 || age > time.Minute {
			t.Errorf("it was issued %v ago", age)
		}
		s.Issued = time.Time{}
		list = append(list, s)
		return settled
	})
	slices.SortFunc(list, func(a, b ledger.Session) int { return strings.Compare(a.Ref, b.Ref) })
	return list
}

func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestASessionIsInAFileForItsUserAloneAsLongAsItIsOpen(t *testing.T) {
	t.Parallel()
	l, dir, log := book(t)
	ended := l.Pool("lab")("https://10.0.0.11", ref)
	for path, want := range map[string]os.FileMode{filepath.Dir(dir): 0o700, dir: 0o700, filepath.Join(dir, files(t, dir)[0]): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode().Perm(), want)
		}
	}
	if got := swept(t, l, true); len(got) > 0 {
		t.Errorf("one that is in use was swept: %v", got)
	}
	ended(true)
	if left := files(t, dir); len(left) > 0 || log.Len() > 0 {
		t.Errorf("left: %s, log: %s", left, log)
	}
}

func TestASessionThatWasNotLoggedOutIsHandedOutUntilItIsSettled(t *testing.T) {
	t.Parallel()
	l, dir, log := book(t)
	var want []ledger.Session
	for i := range 9 {
		s := ledger.Session{Pool: "lab", URL: "https://10.0.0.11", Ref: fmt.Sprint(ref, i)}
		l.Pool(s.Pool)(s.URL, s.Ref)(false)
		want = append(want, s)
	}
	for _, settled := range []bool{false, true} {
		if diff := cmp.Diff(want, swept(t, l, settled)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	if got := swept(t, l, true); len(got) > 0 || len(files(t, dir)) > 0 || log.Len() > 0 {
		t.Errorf("left: %v, %s, log: %s", got, files(t, dir), log)
	}
}

func TestNoSessionIsHandedOutTwiceAtATime(t *testing.T) {
	t.Parallel()
	l, _, _ := book(t)
	l.Pool("lab")("https://10.0.0.11", ref)(false)
	l.Sweep(t.Context(), func(context.Context, ledger.Session) bool {
		if got := swept(t, l, true); len(got) > 0 {
			t.Errorf("handed out while it is settled: %v", got)
		}
		return true
	})
}

func TestSessionsThatAreMadeWhileOthersSweepAreKept(t *testing.T) {
	t.Parallel()
	l, dir, log := book(t)
	done := make(chan struct{})
	var sweeper sync.WaitGroup
	sweeper.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				l.Sweep(t.Context(), func(_ context.Context, s ledger.Session) bool {
					t.Errorf("one in use was swept: %v", s)
					return true
				})
			}
		}
	})
	var ended []func(bool)
	for i := range 100 {
		ended = append(ended, l.Pool("lab")("https://10.0.0.11", fmt.Sprint(ref, i)))
	}
	close(done)
	sweeper.Wait()
	if n := len(files(t, dir)); n != len(ended) || log.Len() > 0 {
		t.Errorf("%d files of %d sessions, log: %s", n, len(ended), log)
	}
	for _, end := range ended {
		end(true)
	}
}

func TestFilesWithNoSessionAreRemovedAndSaid(t *testing.T) {
	t.Parallel()
	l, dir, log := book(t)
	l.Pool("lab")("https://10.0.0.11", ref)(true) // makes the folder
	for name, text := range map[string]string{
		"1-EMPTY.json": "", "2-HALF.json": `{"pool":"lab","url":"https://10.0.0.11","session":"` + ref,
		"3-OTHER.json": `["` + ref + `"]`, "4-LACKING.json": `{"session":"` + ref + `"}`, "5-BYTES.json": "\x00\xff",
		"6-LARGE.json": `{"url":"https://10.0.0.11","session":"` + strings.Repeat("x", 1<<20) + `"}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "7-PIPE.json"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "8-FOLDER.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "note.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := swept(t, l, true); len(got) > 0 {
		t.Errorf("swept %v", got)
	}
	if diff := cmp.Diff([]string{"7-PIPE.json", "8-FOLDER.json", "note.txt"}, files(t, dir)); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	if n := strings.Count(log.String(), "level=WARN"); n != 5 || strings.Contains(log.String(), "0badf00d") {
		t.Errorf("%d warnings:\n%s", n, log)
	}
}

func TestASweepEndsWithItsContext(t *testing.T) {
	t.Parallel()
	l, dir, _ := book(t)
	for range 20 {
		l.Pool("lab")("https://10.0.0.11", ref)(false)
	}
	ctx, cancel := context.WithCancel(t.Context())
	l.Sweep(ctx, func(context.Context, ledger.Session) bool { cancel(); return false })
	if n := len(files(t, dir)); n != 20 {
		t.Errorf("%d are left", n)
	}
}

func TestAFolderThatCannotBeWrittenIsWarnedAboutAndKeepsNobodyFromWork(t *testing.T) {
	t.Parallel()
	l, dir, log := book(t)
	if err := os.WriteFile(filepath.Dir(dir), []byte("a file where data_dir should be"), 0o600); err != nil {
		t.Fatal(err)
	}
	l.Pool("lab")("https://10.0.0.11", ref)(true)
	l.Sweep(t.Context(), func(context.Context, ledger.Session) bool { return true })
	if got := log.String(); !strings.Contains(got, "could not be noted") || !strings.Contains(got, "pool=lab") || strings.Contains(got, "0badf00d") {
		t.Errorf("the log:\n%s", got)
	}
}

func TestAFolderThatOthersCanEnterIsClosed(t *testing.T) {
	t.Parallel()
	l, dir, _ := book(t)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	l.Pool("lab")("https://10.0.0.11", ref)(true)
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestNoLedgerKeepsNothing(t *testing.T) {
	t.Parallel()
	var l *ledger.Ledger
	if l.Pool("lab") != nil {
		t.Error("somebody is told")
	}
}
