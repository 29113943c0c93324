package pgembed

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// BinEnv is the environment variable that names a folder with Postgres's programs; where it is set no other is
// looked at.
const BinEnv = "SYNCD_POSTGRES_BIN"

// globs are where packages put the programs.
var globs = []string{
	"/usr/lib/postgresql/*/bin",         // Debian's kin
	"/usr/pgsql-*/bin",                  // postgresql.org's packages for Red Hat's kin
	"/opt/homebrew/opt/postgresql*/bin", // Homebrew
	"/usr/local/opt/postgresql*/bin",    // Homebrew on Intel
	"/usr/local/pgsql/bin",              // built from source
}

// binaries are the programs of one installation.
type binaries struct {
	dir   string
	major string // 15
}

func (b binaries) path(program string) string { return filepath.Join(b.dir, program) }

// findBinaries finds an installation of that major version; where it is empty the one on PATH, else the newest.
func findBinaries(ctx context.Context, major string, as account) (binaries, error) {
	var others []string
	for _, dir := range candidates(ctx) {
		version, err := majorVersion(ctx, dir, as)
		switch {
		case err != nil:
			others = append(others, fmt.Sprintf("%s does not work (%v)", dir, err))
		case major == "" || version == major:
			return binaries{dir, version}, nil
		default:
			others = append(others, fmt.Sprintf("%s has version %s", dir, version))
		}
	}
	looked := "looked in the folder that " + BinEnv + " names, PATH, pg_config --bindir, " + strings.Join(globs, ", ")
	if dir := os.Getenv(BinEnv); dir != "" {
		looked = "looked in " + dir + " alone, which " + BinEnv + " names"
	}
	if len(others) > 0 {
		looked += "; " + strings.Join(others, "; ")
	}
	if major != "" {
		return binaries{}, fmt.Errorf("its data is of Postgres %s, which is not on this machine (%s); nothing was changed: "+
			"install Postgres %s (`apt install postgresql-%s`), or bring the data to another version with pg_upgrade", major, looked, major, major)
	}
	return binaries{}, fmt.Errorf("no Postgres server on this machine (%s): install one (`apt install postgresql`, "+
		"`dnf install postgresql-server` or `brew install postgresql@17`), or set database.url to a server that runs elsewhere", looked)
}

// candidates are the folders that hold both programs, the user's own choice first, then the newest.
func candidates(ctx context.Context) []string {
	if dir := os.Getenv(BinEnv); dir != "" {
		return []string{dir}
	}
	var dirs []string
	if path, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(path))
	}
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	var packaged []string
	for _, glob := range globs {
		matches, _ := filepath.Glob(glob) // the patterns are good
		packaged = append(packaged, matches...)
	}
	slices.SortStableFunc(packaged, func(a, b string) int { return cmp.Compare(number(b), number(a)) })

	var found []string
	for _, dir := range append(dirs, packaged...) {
		// PATH often holds a link to one program of an installation: the others are beside its target.
		program, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
		if err != nil {
			continue
		}
		dir = filepath.Dir(program)
		if _, err := os.Stat(filepath.Join(dir, "initdb")); err == nil && !slices.Contains(found, dir) {
			found = append(found, dir)
		}
	}
	return found
}

var digits = regexp.MustCompile(`[0-9]+`)

// number is the first in a text, 0 where there is none.
func number(s string) int {
	n, _ := strconv.Atoi(digits.FindString(s))
	return n
}

// majorVersion asks the programs, as the account that will run them: it may be kept from their folder.
func majorVersion(ctx context.Context, dir string, as account) (string, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as.credential()}
	cmd.Dir = "/"
	out, err := cmd.Output() // postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)
	if err != nil {
		return "", err
	}
	return digits.FindString(string(out)), nil
}
