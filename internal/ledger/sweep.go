package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

const (
	atOnce  = 4        // sessions that are settled at the same time
	largest = 64 << 10 // bytes that a file has at most
)

// Sweep hands the sessions whose processes are gone to settle, several at once, until ctx ends. Those of which settle
// returns true are forgotten, the others are found by the next Sweep. No two processes are handed the same one at the
// same time.
func (l *Ledger) Sweep(ctx context.Context, settle func(context.Context, Session) bool) {
	entries, err := os.ReadDir(l.dir)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			l.log.Warn("the sessions of earlier processes cannot be read", "err", err)
		}
		return
	}
	paths := make(chan string, len(entries))
	for _, entry := range entries {
		if entry.Type().IsRegular() && strings.HasSuffix(entry.Name(), ".json") {
			paths <- filepath.Join(l.dir, entry.Name())
		}
	}
	close(paths)
	var workers sync.WaitGroup
	for range atOnce {
		workers.Go(func() {
			for path := range paths {
				if ctx.Err() == nil {
					l.settle(ctx, path, settle)
				}
			}
		})
	}
	workers.Wait()
}

// settle hands on the session of one file, if its process is gone.
func (l *Ledger) settle(ctx context.Context, path string, settle func(context.Context, Session) bool) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return // logged out meanwhile
	case err != nil:
		l.log.Warn("a session of an earlier process cannot be read", "err", err)
		return
	}
	defer file.Close()
	if syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil || !isAt(path, file) {
		return
	}
	if info, err := file.Stat(); err == nil && info.Size() == 0 {
		l.remove(file) // it was made just now, and its maker makes another; or it was killed first
		return
	}
	session, err := read(file)
	if err != nil {
		// Its process was killed while it wrote: the session had not been used, and nobody knows it.
		l.log.Warn("a file among the sessions of earlier processes holds none, and is removed", "err", err)
		l.remove(file)
		return
	}
	if settle(ctx, session) {
		l.remove(file)
	}
}

// read does not show in its error what a file holds.
func read(file *os.File) (s Session, err error) {
	text, err := io.ReadAll(io.LimitReader(file, largest))
	if err != nil {
		return s, err
	}
	if json.Unmarshal(text, &s) != nil || s.URL == "" || s.Ref == "" {
		return s, fmt.Errorf("%s has no session in it", file.Name())
	}
	return s, nil
}
