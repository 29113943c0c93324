package pgembed_test

import (
	"context"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"syncd/internal/pgembed"
)

// limit is for what takes well under a second on an idle machine.
const limit = 5 * time.Second

// folder is a new folder that the server's user can pass, which t.TempDir's parent, of mode 0700, is not.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pgembed-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

// nobody is a user for root, who cannot run a server; nil for others.
func nobody() *syscall.Credential {
	if os.Geteuid() != 0 {
		return nil
	}
	return &syscall.Credential{Uid: 65534, Gid: 65534}
}

func start(t *testing.T, dir string) *pgembed.Server {
	t.Helper()
	s, err := pgembed.Start(t.Context(), options(dir))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Stop(t.Context()) })
	return s
}

func options(dir string) pgembed.Options {
	return pgembed.Options{Dir: dir, Database: "syncd", NoSync: true, Log: slog.New(slog.DiscardHandler)}
}

// refused starts a server that must not start, for a reason that names all the words.
func refused(t *testing.T, dir string, words ...string) {
	t.Helper()
	s, err := pgembed.Start(t.Context(), options(dir))
	if err == nil {
		s.Stop(t.Context())
		t.Fatal("it started")
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("the error lacks %q: %v", word, err)
		}
	}
}

func stop(t *testing.T, s *pgembed.Server) {
	t.Helper()
	began := time.Now()
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > limit {
		t.Errorf("stopping took %v", took)
	}
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func ask(t *testing.T, url, sql string) (answer string) {
	t.Helper()
	conn := connect(t, url)
	if err := conn.QueryRow(t.Context(), sql).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func exec(t *testing.T, url, sql string) {
	t.Helper()
	if _, err := connect(t, url).Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// database is one that is made once and copied, since making one takes a second.
var database = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "pgembed-"); err != nil {
		return "", err
	}
	if err := os.Chmod(dir, 0o711); err != nil {
		return "", err
	}
	s, err := pgembed.Start(context.Background(), options(dir+"/pg"))
	if err != nil {
		return "", err
	}
	return dir + "/pg", s.Stop(context.Background())
})

// copyDatabase puts a copy of a database in dir. It returns the user that it belongs to, nil where that is ours.
func copyDatabase(t *testing.T, dir string) *syscall.Credential {
	t.Helper()
	from, err := database()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	if out, err := osexec.Command("cp", "-a", from+"/data", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	info, err := os.Stat(filepath.Join(dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	stat := info.Sys().(*syscall.Stat_t)
	if int(stat.Uid) == os.Geteuid() {
		return nil
	}
	return &syscall.Credential{Uid: stat.Uid, Gid: stat.Gid}
}

// give makes a file the user's, nil for ours.
func give(t *testing.T, path string, to *syscall.Credential) {
	t.Helper()
	if to == nil {
		return
	}
	if err := os.Chown(path, int(to.Uid), int(to.Gid)); err != nil {
		t.Fatal(err)
	}
}

// tree is every file below dir with its text.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			files[path] = "a folder"
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, path))
		files[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestRowsAreThereWhenTheServerStartsAgain(t *testing.T) {
	t.Parallel()
	dir := folder(t) + `/it's/a "path"/\n $HOME 100%+` // nothing of it is there yet
	o := options(dir)
	o.NoSync = false // as in production
	for n, want := range []string{"1", "2"} {
		s, err := pgembed.Start(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Stop(t.Context()) })
		url := s.URL("syncd")
		if n == 0 {
			exec(t, url, "CREATE TABLE word (w text)")
		}
		exec(t, url, "INSERT INTO word VALUES ('now')")
		if got := ask(t, url, "SELECT count(*)::text FROM word"); got != want {
			t.Errorf("start %d: %s rows, want %s", n+1, got, want)
		}
		stop(t, s)
		if conn, err := pgx.Connect(t.Context(), url); err == nil {
			conn.Close(t.Context())
			t.Error("the server answers after Stop")
		}
	}
}

func TestTheServerIsPrivateAndReadsAllLetters(t *testing.T) {
	t.Parallel()
	dir := folder(t) + "/pg"
	url := start(t, dir).URL("syncd")
	got := map[string]string{}
	for name := range map[string]bool{"listen_addresses": true, "server_encoding": true, "TimeZone": true, "jit": true} {
		got[name] = ask(t, url, "SHOW "+name)
	}
	want := map[string]string{"listen_addresses": "", "server_encoding": "UTF8", "TimeZone": "UTC", "jit": "off"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	if got := ask(t, url, "SELECT string_agg(w, '' ORDER BY w) FROM unnest('{a,B,ä,☃}'::text[]) w"); got != "Baä☃" {
		t.Errorf("text is ordered %s, not by its bytes", got)
	}
	for _, name := range []string{"data", "socket"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o700 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
}

func TestASecondStartJoinsTheServerAndDoesNotStopIt(t *testing.T) {
	t.Parallel()
	dir := folder(t) + "/pg"
	copyDatabase(t, dir)
	first := start(t, dir)
	second := start(t, dir)
	if first.URL("syncd") != second.URL("syncd") {
		t.Errorf("two servers: %s and %s", first.URL("syncd"), second.URL("syncd"))
	}
	stop(t, second)
	conn := connect(t, second.URL("syncd"))
	if err := conn.Ping(t.Context()); err != nil {
		t.Errorf("the second's Stop stopped the first's server: %v", err)
	}
	stop(t, first)
	if err := conn.Ping(t.Context()); err == nil {
		t.Error("the server answers after its owner's Stop")
	}
}

func TestPathsMayHoldAnything(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{
		"letters":               "ünï☃",
		"a comma":               "a,b", // separates hosts in a URL
		"too long for a socket": strings.Repeat("long/", 30),
		"the longest for it":    "", // filled in below
		"one too long for it":   "",
		"a link":                "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := folder(t)
			room := 107 - len(dir+"/"+"/socket/.s.PGSQL.65535")
			switch name {
			case "the longest for it":
				path = strings.Repeat("x", room)
			case "one too long for it":
				path = strings.Repeat("x", room+1)
			case "a link":
				path = "link"
				if err := os.Symlink(folder(t), filepath.Join(dir, path)); err != nil {
					t.Fatal(err)
				}
			}
			dir = filepath.Join(dir, path)
			copyDatabase(t, dir)
			s := start(t, dir)
			if u, err := url.Parse(s.URL("")); err != nil {
				t.Error(err)
			} else if host := u.Query().Get("host"); filepath.Dir(host) == os.TempDir() {
				t.Cleanup(func() { os.RemoveAll(host) })
			}
			if got := ask(t, s.URL("syncd"), "SELECT 'ä'"); got != "ä" {
				t.Errorf("got %q", got)
			}
			stop(t, s)
		})
	}
}

func TestADatabaseOfAnotherMajorVersionIsRefusedAndUntouched(t *testing.T) {
	t.Parallel()
	dir := folder(t) + "/pg"
	write(t, dir+"/data/PG_VERSION", "9.6\n")
	write(t, dir+"/data/base/1/1259", "rows")
	before := tree(t, dir+"/data")
	give(t, dir+"/data", nobody())
	refused(t, dir, "9.6", "has version", "install Postgres 9.6", "pg_upgrade")
	if diff := cmp.Diff(before, tree(t, dir+"/data")); diff != "" {
		t.Errorf("the data changed (-before +after):\n%s", diff)
	}
}

func TestAnInterruptedInitIsBegunAnew(t *testing.T) {
	t.Parallel()
	dir := folder(t) + "/pg"
	write(t, dir+"/init/PG_VERSION", "15\n")
	write(t, dir+"/init/base/1/1259", "half")
	start(t, dir)
	if _, err := os.Stat(dir + "/init"); err == nil {
		t.Error("the half database is still there")
	}
}

func TestAFolderThatIsNoDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	dir := folder(t) + "/pg"
	write(t, dir+"/data/thesis.tex", "years of work")
	give(t, dir+"/data", nobody())
	refused(t, dir, dir+"/data", "no PG_VERSION")
	if _, err := os.Stat(dir + "/data/thesis.tex"); err != nil {
		t.Error(err)
	}
}

func TestTheErrorOfAServerThatDoesNotStartHasTheEndOfItsLog(t *testing.T) {
	t.Parallel()
	dir := folder(t) + "/pg"
	copyDatabase(t, dir)
	write(t, dir+"/server.log", strings.Repeat("an old line\n", 200_000))
	write(t, dir+"/data/postgresql.auto.conf", "nonsense = on\n")
	refused(t, dir, "exit status 1", dir+"/server.log", `unrecognized configuration parameter "nonsense"`)
	info, err := os.Stat(dir + "/server.log")
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 10_000 {
		t.Errorf("a long log was not begun anew: %d bytes", info.Size())
	}
}

func TestAMachineWithoutPostgresIsToldHowToGetIt(t *testing.T) {
	empty := folder(t)
	t.Setenv(pgembed.BinEnv, empty)
	refused(t, folder(t)+"/pg", empty, pgembed.BinEnv, "apt install", "dnf install", "brew install", "database.url")
}

func TestASocketFolderOfSomebodyElseIsRefused(t *testing.T) {
	dir := folder(t) + "/a,b"
	copyDatabase(t, dir)
	tmp := folder(t)
	t.Setenv("TMPDIR", tmp)
	stop(t, start(t, dir))
	made, err := filepath.Glob(tmp + "/syncd-*")
	if err != nil || len(made) != 1 {
		t.Fatalf("the socket's folder is not alone in %s: %v, %v", tmp, made, err)
	}
	if err := os.Chmod(made[0], 0o777); err != nil {
		t.Fatal(err)
	}
	refused(t, dir, made[0], "0700")
	if err := os.RemoveAll(made[0]); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(folder(t), made[0]); err != nil {
		t.Fatal(err)
	}
	refused(t, dir, made[0], "0700")
}
