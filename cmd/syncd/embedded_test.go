package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"syncd/internal/config"
	"syncd/internal/pgembed"
)

// openFolder is a folder that the server's user can pass, which t.TempDir's parent is not.
func openFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "syncd-embedded-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestBIToolsConnectWithThePasswordInDataDirWhichStays(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	var said bytes.Buffer
	p := newProgram(&cli{LogLevel: "debug"}, &said, &said)
	c := &config.Config{DataDir: dir, Database: config.Database{URL: config.Embedded, Listen: freeAddress(t)}}
	passwords := map[string]bool{}
	for range 2 {
		server, db, err := p.openEmbedded(t.Context(), c, pgembed.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "reader.password")
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", file, info.Mode())
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		password := strings.TrimSpace(string(text))
		passwords[password] = true
		conn, err := pgx.Connect(t.Context(), readerURL(c, password))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Exec(t.Context(), "SELECT * FROM inventory.resident_vm"); err != nil {
			t.Error(err)
		}
		conn.Close(t.Context())
		if strings.Contains(said.String(), password) {
			t.Errorf("the password was told: %s", said.String())
		}
		p.stop(t.Context(), server)
	}
	if len(passwords) != 1 {
		t.Errorf("%d passwords in two starts", len(passwords))
	}
}

func TestThoseWhoMakeAPasswordAtOnceHaveTheSame(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "reader.password")
	passwords := make([]string, 20)
	var all sync.WaitGroup
	for i := range passwords {
		all.Go(func() {
			var err error
			if passwords[i], err = readerPassword(path); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, password := range passwords {
		if len(password) < 26 || password != passwords[0] {
			t.Errorf("%q and %q", passwords[0], password)
		}
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("beside it lie %v, %v", left, err)
	}
	if err := os.WriteFile(path, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readerPassword(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("an empty file: %v", err)
	}
}
