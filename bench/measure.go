package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// run is what one run of a program cost.
type run struct {
	Wall   time.Duration `json:"wall_ns"`
	CPU    time.Duration `json:"cpu_ns"`      // of the program: user and system
	Server time.Duration `json:"postgres_ns"` // CPU of the Postgres processes that served it
	RSS    int64         `json:"peak_rss_bytes"`
	WAL    int64         `json:"wal_bytes"`
	Counts counts        `json:"counts,omitzero"` // of syncd alone
	Served served        `json:"served,omitzero"` // what the pool did for it, where that is asked
}

// execute runs a program and returns what it printed, and its cost. Between us and it stands a small process of its own
// that waits for it: the kernel counts the memory of who starts a program as the program's.
func execute(ctx context.Context, env []string, command ...string) (out []byte, r run, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, r, err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, r, err
	}
	defer read.Close()
	cmd := exec.CommandContext(ctx, self, append([]string{measureWord}, command...)...)
	var stdout, stderr bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = append(os.Environ(), env...), &stdout, &stderr, []*os.File{write}
	err = cmd.Run()
	write.Close()
	if err == nil {
		err = json.NewDecoder(read).Decode(&r)
	}
	if err != nil {
		return nil, r, fmt.Errorf("%v: %w\n%s", command, err, stderr.Bytes())
	}
	return stdout.Bytes(), r, nil
}

// measure is the process between: it runs the command, and writes what it cost to file 3.
func measure(command []string) error {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return err
	}
	r := run{Wall: time.Since(start), CPU: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	r.RSS = cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
	return json.NewEncoder(os.NewFile(3, "cost")).Encode(r)
}
