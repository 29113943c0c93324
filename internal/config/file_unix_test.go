//go:build unix

package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"syncd/internal/config"
)

func TestAPipeIsRefusedAndNotWaitedFor(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "syncd.yaml")
	text := "database: {url: embedded}\npools:\n  - {name: lab, urls: [https://xen1], username: root, password_file: pipe, tls: {ca_file: pipe}}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, pipe, "/dev/zero"} {
		_, err := config.Load(path)
		if err == nil || !strings.Contains(err.Error(), "is a pipe or a device") {
			t.Errorf("%s: %v", path, err)
		}
	}
}
