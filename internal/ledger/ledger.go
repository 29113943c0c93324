package ledger

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Session is one that was open at a pool.
type Session struct {
	Pool   string    `json:"pool"`      // its name in the configuration
	URL    string    `json:"url"`       // of the member that issued it, the only one that knows it
	Ref    string    `json:"session"`   // a credential
	Issued time.Time `json:"issued_at"` // when the login was answered
}

// Ledger is a folder of sessions. It is safe for use by several goroutines and processes. Nothing is kept in a nil one.
type Ledger struct {
	dir string
	log *slog.Logger
}

// New is a ledger in this folder, which is made when it is first needed.
func New(dir string, log *slog.Logger) *Ledger { return &Ledger{dir, log} }

// Pool returns what is told of each session of a pool, before it is used: the URL of the member that issued it, and its
// reference. What that returns is called once, with whether the session was logged out.
func (l *Ledger) Pool(name string) func(url, ref string) (ended func(loggedOut bool)) {
	if l == nil {
		return nil
	}
	return func(url, ref string) func(bool) {
		file, err := l.write(Session{Pool: name, URL: url, Ref: ref, Issued: time.Now().UTC()})
		if err != nil {
			l.log.Warn("a session could not be noted; should this process be killed, it stays open at the pool for 24 hours",
				"pool", name, "err", err)
			return func(bool) {}
		}
		return func(loggedOut bool) {
			if loggedOut {
				l.remove(file)
			}
			file.Close() // and with it the lock
		}
	}
}

// write makes the file of a session, locked and on the disk.
func (l *Ledger) write(s Session) (*os.File, error) {
	if err := l.folder(); err != nil {
		return nil, err
	}
	text, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	file, err := l.create()
	if err != nil {
		return nil, err
	}
	_, err = file.Write(append(text, '\n'))
	if err := errors.Join(err, file.Sync(), syncFolder(l.dir)); err != nil {
		l.remove(file)
		file.Close()
		return nil, err
	}
	return file, nil
}

// folder makes the folder one that only this user can enter.
func (l *Ledger) folder() error {
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return err
	}
	info, err := os.Stat(l.dir)
	if err != nil || info.Mode().Perm() == 0o700 {
		return err
	}
	return os.Chmod(l.dir, 0o700)
}

// create makes an empty file and locks it. Somebody who sweeps in between takes it for an orphan and removes it.
func (l *Ledger) create() (*os.File, error) {
	for range 10 {
		path := filepath.Join(l.dir, fmt.Sprintf("%d-%s.json", os.Getpid(), rand.Text()))
		file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return nil, err
		}
		if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
			l.remove(file)
			file.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		if isAt(path, file) {
			return file, nil
		}
		file.Close()
	}
	return nil, fmt.Errorf("%s: its files vanish as soon as they are made", l.dir)
}

// isAt tells whether a file is still the one of that name.
func isAt(path string, file *os.File) bool {
	there, err := os.Lstat(path)
	if err != nil {
		return false
	}
	info, err := file.Stat()
	return err == nil && os.SameFile(there, info)
}

func (l *Ledger) remove(file *os.File) {
	if err := os.Remove(file.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.log.Warn("the note of a session that is over could not be removed", "err", err)
	}
}

// syncFolder makes sure that a file is found after the power was lost.
func syncFolder(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}
