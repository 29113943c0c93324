package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
)

// machine is where the figures come from.
type machine struct {
	CPU      string `json:"cpu"`
	Cores    int    `json:"cores"`
	MemoryGB int    `json:"memory_gb"`
	OS       string `json:"os"`
	Go       string `json:"go"`
	Postgres string `json:"postgres"`
	Python   string `json:"python"`   // with psycopg2; empty where the scripts did not run
	Load     string `json:"load"`     // of the machine when it began: what else it did
	Commit   string `json:"commit"`   // of syncd
	Modified bool   `json:"modified"` // it was not all committed
}

// theMachine leaves out what this system does not tell.
func (b *bench) theMachine(ctx context.Context) machine {
	output := func(name string, args ...string) string {
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Dir = b.root
		out, _ := cmd.Output()
		return string(bytes.TrimSpace(out))
	}
	m := machine{Cores: runtime.NumCPU(), Go: runtime.Version(), OS: output("uname", "-sr"), Load: b.load,
		Commit: output("git", "rev-parse", "--short", "HEAD"), Modified: output("git", "status", "--porcelain", "--untracked-files=no") != ""}
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if model := regexp.MustCompile(`model name\s*: (.*)`).FindSubmatch(text); model != nil {
			m.CPU = string(model[1])
		}
	}
	var pages, size int
	if _, err := fmt.Sscan(output("getconf", "_PHYS_PAGES"), &pages); err == nil {
		if _, err := fmt.Sscan(output("getconf", "PAGE_SIZE"), &size); err == nil {
			m.MemoryGB = (pages*size + 1<<29) >> 30
		}
	}
	b.postgres.conn.QueryRow(ctx, "SHOW server_version").Scan(&m.Postgres)
	m.Postgres, _, _ = strings.Cut(m.Postgres, " ")
	if python := findPython(); python != "" {
		m.Python = output(python, "-c", "import platform, psycopg2; print(platform.python_version(), 'psycopg2', psycopg2.__version__.split()[0])")
	}
	return m
}

// load is the first of the load averages: how many processes ran in the last minute.
func load() string {
	text, _ := os.ReadFile("/proc/loadavg")
	one, _, _ := strings.Cut(string(text), " ")
	return one
}
