package pgembed

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"
)

// hospitality bounds how long an owner that wants to stop waits for its guests.
const hospitality = 10 * time.Minute

// join makes this process a guest of the server that another one owns. It is false while there is none that answers, or
// while its owner, who lets nobody in then, is stopping it. An owner waits for no guest who stays.
func (s *Server) join(ctx context.Context, o Options) (bool, error) {
	guest, err := tryLock(s.path("guests.lock"), syscall.LOCK_SH)
	if guest == nil {
		return false, err
	}
	if !s.postmaster().ready || s.ping(ctx) != nil {
		return false, guest.Close()
	}
	s.log.Debug("connected to the embedded Postgres of another process", "dir", s.dir)
	s.noteListen(o)
	if o.Stay {
		return true, guest.Close()
	}
	s.guest = guest
	return true, nil
}

// outlast returns a lock that keeps new guests out, once the last one is gone. It is nil where the owner has waited
// long enough, or was told not to, or where the server ended before.
func (s *Server) outlast(ctx context.Context) *os.File {
	ctx, cancel := context.WithTimeout(ctx, hospitality)
	defer cancel()
	began, said := time.Now(), false
	for {
		lock, err := tryLock(s.path("guests.lock"), syscall.LOCK_EX)
		if lock != nil {
			return lock
		}
		if err != nil {
			s.log.Warn("nobody knows who uses the embedded Postgres, which stops now", "err", err)
			return nil
		}
		if !said && time.Since(began) > time.Second {
			said = true
			s.log.Info("waiting for " + s.guests() + ", which use the embedded Postgres of this one; Ctrl-C ends the waiting, and then their work")
		}
		select {
		case <-s.child.done:
			return nil
		default:
		}
		if wait(ctx) != nil {
			s.log.Warn("the embedded Postgres stops, though it is used by " + s.guests())
			return nil
		}
	}
}

// guests names the processes that hold guests.lock, as far as the system tells.
func (s *Server) guests() string {
	others := "other processes of syncd"
	var stat syscall.Stat_t
	locks, err := os.Open("/proc/locks")
	if err != nil || syscall.Stat(s.path("guests.lock"), &stat) != nil {
		return others
	}
	defer locks.Close()
	var pids []string
	for lines := bufio.NewScanner(locks); lines.Scan(); {
		// 1: FLOCK  ADVISORY  READ 4711 fd:01:1311789 0 EOF
		f := strings.Fields(lines.Text())
		if len(f) > 5 && f[1] == "FLOCK" && f[3] == "READ" && strings.HasSuffix(f[5], fmt.Sprintf(":%d", stat.Ino)) {
			pids = append(pids, f[4])
		}
	}
	if len(pids) == 0 {
		return others
	}
	slices.Sort(pids)
	return others + " (" + strings.Join(slices.Compact(pids), ", ") + ")"
}
