package pgembed

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// account is the user that the server runs as: this process's own, or another where this process is root, since
// Postgres refuses to run as root.
type account struct{ uid, gid uint32 }

// credential is nil where the account is this process's own.
func (a account) credential() *syscall.Credential {
	if int(a.uid) == os.Geteuid() {
		return nil
	}
	return &syscall.Credential{Uid: a.uid, Gid: a.gid}
}

func (a account) String() string {
	if u, err := user.LookupId(strconv.Itoa(int(a.uid))); err == nil {
		return u.Username
	}
	return fmt.Sprintf("%d", a.uid)
}

// accountFor is the account for a database: as root the one that it belongs to already, so that a user postgres that
// appears later locks nobody out.
func accountFor(data string) (account, error) {
	self := account{uint32(os.Geteuid()), uint32(os.Getegid())}
	info, err := os.Stat(data)
	if err == nil {
		stat := info.Sys().(*syscall.Stat_t)
		owner := account{stat.Uid, stat.Gid}
		switch {
		case owner.uid == 0:
			return owner, fmt.Errorf("%s belongs to root, as whom Postgres does not run: give it to another user, such as `chown -R postgres %s`", data, data)
		case self.uid != 0 && owner.uid != self.uid:
			return owner, fmt.Errorf("%s belongs to the user %v: run syncd as that user or as root", data, owner)
		}
		return owner, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return self, err
	}
	if self.uid != 0 {
		return self, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(err1, err2); err != nil {
			return self, fmt.Errorf("user %s: %w", name, err)
		}
		return account{uint32(uid), uint32(gid)}, nil
	}
	return self, errors.New("as root it needs another user to run as, and there is neither postgres nor nobody: make one with `useradd --system postgres`")
}

// prepare makes the directory and the socket's, and finds the account.
func (s *Server) prepare(dir string) error {
	mode := fs.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711 // the server's user passes; what is private is so below
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if err := mkdirs(dir, mode); err != nil {
		return err
	}
	if s.dir, err = filepath.EvalSymlinks(dir); err != nil {
		return err
	}
	if s.as, err = accountFor(s.path("data")); err != nil {
		return err
	}
	s.socket = s.path("socket")
	if !fits(s.socket) {
		// Every process must find the same one, so that its name follows from the directory's.
		s.socket = filepath.Join(os.TempDir(), fmt.Sprintf("syncd-%x", sha256.Sum256([]byte(s.dir)))[:22])
		if !fits(s.socket) {
			return fmt.Errorf("%s is too long a path for a socket: set TMPDIR to a shorter one", s.socket)
		}
	}
	for _, dir := range []string{s.dir, filepath.Dir(s.socket)} {
		if err := passable(dir, s.as); err != nil {
			return err
		}
	}
	return private(s.socket, s.as)
}

// fits tells whether a directory can hold a socket that clients can name: the system's limit of a path, and a comma
// separates hosts in a URL.
func fits(dir string) bool {
	limit := 107
	if runtime.GOOS != "linux" {
		limit = 103
	}
	return len(filepath.Join(dir, socketName+"65535")) <= limit && !strings.Contains(dir, ",")
}

// mkdirs is os.MkdirAll with the mode as it is said, whatever the umask.
func mkdirs(dir string, mode fs.FileMode) error {
	err := os.Mkdir(dir, mode)
	if errors.Is(err, fs.ErrNotExist) {
		if err := mkdirs(filepath.Dir(dir), mode); err != nil {
			return err
		}
		err = os.Mkdir(dir, mode)
	}
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.Chmod(dir, mode)
}

// private makes a directory that only the account can enter, and refuses one of anybody else: in a shared temporary
// directory another user may have been there first.
func private(dir string, as account) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	uid := info.Sys().(*syscall.Stat_t).Uid
	if !info.IsDir() || info.Mode().Perm() != 0o700 || uid != as.uid && int(uid) != os.Geteuid() {
		return fmt.Errorf("%s is not a directory of mode 0700 of the user %v: remove it", dir, as)
	}
	if uid == as.uid {
		return nil
	}
	return os.Lchown(dir, int(as.uid), int(as.gid))
}

// passable says which folder on the way to dir the account cannot pass.
func passable(dir string, as account) error {
	if int(as.uid) == os.Geteuid() {
		return nil
	}
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return err
	}
	for {
		info, err := os.Stat(dir)
		if err != nil {
			return err
		}
		stat := info.Sys().(*syscall.Stat_t)
		bit := fs.FileMode(0o001)
		switch {
		case stat.Uid == as.uid:
			bit = 0o100
		case stat.Gid == as.gid:
			bit = 0o010
		}
		if info.Mode()&bit == 0 {
			return fmt.Errorf("the user %v, as whom Postgres runs, cannot pass the folder %s: `chmod o+x %s`, or set data_dir to another place", as, dir, dir)
		}
		if dir == filepath.Dir(dir) {
			return nil
		}
		dir = filepath.Dir(dir)
	}
}
