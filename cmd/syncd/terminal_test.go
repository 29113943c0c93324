package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/creack/pty"
	"github.com/rogpeppe/go-internal/testscript"
)

// talk is the command that runs a program on a terminal of 80 by 24 and talks to it, as a file says:
//
//	expect REGEXP   waits until the screen shows it, behind what was expected before
//	type TEXT       types it and Enter
//	keys TEXT       types it, \t and its like as in Go
//
// All that the screen showed is in the file screen afterwards.
func talk(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: talk CODE FILE COMMAND ARG...")
	}
	ts.Check(ts.Exec("env"))
	env := strings.Split(strings.TrimSpace(ts.ReadFile("stdout")), "\n")
	path, err := exec.LookPath(args[2])
	ts.Check(err)
	cmd := exec.Command(path, args[3:]...)
	cmd.Dir, cmd.Env = ts.MkAbs("."), append(env, "TERM=dumb")
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	ts.Check(err)
	defer terminal.Close()
	s := &screen{chunks: make(chan []byte)}
	go s.watch(terminal)
	err = s.follow(ts.ReadFile(args[1]), terminal)
	if err != nil {
		cmd.Process.Kill()
	}
	s.rest()
	code := 0
	if exit, ok := errors.AsType[*exec.ExitError](cmd.Wait()); ok {
		code = exit.ExitCode()
	}
	ts.Check(os.WriteFile(ts.MkAbs("screen"), s.shown, 0o600))
	if err != nil {
		ts.Fatalf("%v\nthe screen:\n%s", err, s.shown)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("%s exited with %d, want %s\nthe screen:\n%s", args[2], code, args[0], s.shown)
	}
}

// screen is what a terminal showed.
type screen struct {
	chunks chan []byte // what comes, closed at its end
	shown  []byte
	seen   int // as far as it was expected
}

// watch hands on what comes from a terminal. Its end is an error on Linux.
func (s *screen) watch(terminal io.Reader) {
	defer close(s.chunks)
	for {
		chunk := make([]byte, 4096)
		n, err := terminal.Read(chunk)
		if n > 0 {
			s.chunks <- chunk[:n]
		}
		if err != nil {
			return
		}
	}
}

func (s *screen) follow(talk string, keyboard io.Writer) error {
	for line := range strings.Lines(talk) {
		do, what, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		var err error
		switch do {
		case "expect":
			err = s.expect(what)
		case "type":
			_, err = io.WriteString(keyboard, what+"\r")
		case "keys":
			if what, err = strconv.Unquote(`"` + what + `"`); err == nil {
				_, err = io.WriteString(keyboard, what)
			}
		default:
			err = fmt.Errorf("cannot %q", do)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *screen) expect(what string) error {
	want, err := regexp.Compile("(?m)" + what)
	if err != nil {
		return err
	}
	late := time.After(30 * time.Second)
	for {
		if at := want.FindIndex(s.shown[s.seen:]); at != nil {
			s.seen += at[1]
			return nil
		}
		select {
		case chunk, ok := <-s.chunks:
			if !ok {
				return fmt.Errorf("it ended before it showed %s", what)
			}
			s.shown = append(s.shown, bytes.ReplaceAll(chunk, []byte("\r"), nil)...)
		case <-late:
			return fmt.Errorf("it does not show %s", what)
		}
	}
}

// rest waits for the end.
func (s *screen) rest() {
	for chunk := range s.chunks {
		s.shown = append(s.shown, bytes.ReplaceAll(chunk, []byte("\r"), nil)...)
	}
}
