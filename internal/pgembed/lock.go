package pgembed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// tryLock locks a file, made where it is missing, for as long as it is open here or in a child that has it; nil
// where somebody else holds it. How is LOCK_EX, or LOCK_SH for one of several.
func tryLock(path string, how int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
	if err == nil {
		return f, nil
	}
	f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, nil
	}
	return nil, fmt.Errorf("lock %s: %w", path, err)
}

// lockServer returns server.lock, locked, which means that no process of an earlier server is left. A server that
// outlived its owner is told to stop: a new owner must not find its half-closed doors.
func (s *Server) lockServer(ctx context.Context) (*os.File, error) {
	for told := false; ; told = true {
		lock, err := tryLock(s.path("server.lock"), syscall.LOCK_EX)
		if lock != nil || err != nil {
			return lock, err
		}
		pid := readPID(s.path("server.lock"))
		if !told && pid > 0 {
			syscall.Kill(pid, syscall.SIGINT)
		}
		if err := wait(ctx); err != nil {
			return nil, fmt.Errorf("an earlier server (process %d) does not end: %w", pid, err)
		}
	}
}

// readPID is the process that a file begins with, 0 if none.
func readPID(path string) (pid int) {
	text, _ := os.ReadFile(path)
	fmt.Sscan(string(text), &pid)
	return pid
}

// label makes a process the text of a lock, and a word about it.
func label(lock *os.File, pid int, word string) error {
	if err := lock.Truncate(0); err != nil {
		return err
	}
	if _, err := lock.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := fmt.Fprintln(lock, pid, word)
	return err
}
