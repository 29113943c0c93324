package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// terminal is somebody who can be asked. Questions go to stderr, so that stdout stays what the command is for.
type terminal struct {
	in    *os.File
	lines *bufio.Reader
	out   io.Writer
}

// errNoAnswer is the end of the input, Ctrl-D, in the place of an answer.
var errNoAnswer = errors.New("no answer")

// terminal is false where nobody can be asked: in a pipe, or from cron.
func (p *program) terminal() (*terminal, bool) {
	out, ok := p.stderr.(*os.File)
	if !ok || !term.IsTerminal(int(out.Fd())) || !term.IsTerminal(int(os.Stdin.Fd())) {
		return nil, false
	}
	return &terminal{in: os.Stdin, lines: bufio.NewReader(os.Stdin), out: out}, true
}

// say tells of what is wrong with an answer, and fits it into 80 columns.
func (t *terminal) say(err error) {
	for _, line := range breakLines(err.Error(), 78) {
		fmt.Fprintln(t.out, " ", line)
	}
}

// ask returns a line without blanks around it, or the default where that is empty.
func (t *terminal) ask(ctx context.Context, question, otherwise string) (string, error) {
	if otherwise != "" {
		question += " [" + otherwise + "]"
	}
	fmt.Fprint(t.out, question, ": ")
	line, err := t.wait(ctx, func() (string, error) { return t.lines.ReadString('\n') })
	if line = strings.TrimSpace(line); line == "" {
		line = otherwise
	}
	return line, err
}

// confirm is true only for yes.
func (t *terminal) confirm(ctx context.Context, question string) (bool, error) {
	answer, err := t.ask(ctx, question+" (yes or no)", "no")
	return strings.EqualFold(answer, "yes") || strings.EqualFold(answer, "y"), err
}

// secret returns a line that the screen does not show. Ctrl-C is no answer. The terminal is told before the question
// is shown: what is typed at once, or is pasted, is not shown either.
func (t *terminal) secret(ctx context.Context, question string) (string, error) {
	fd := int(t.in.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return "", fmt.Errorf("hiding what is typed: %w", err)
	}
	defer term.Restore(fd, before)
	screen := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{t.in, t.out}, "")
	return t.wait(ctx, func() (string, error) { return screen.ReadPassword(question + ": ") })
}

// wait reads until ctx ends. What still reads then ends with the program.
func (t *terminal) wait(ctx context.Context, read func() (string, error)) (string, error) {
	type answer struct {
		line string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		line, err := read()
		answers <- answer{line, err}
	}()
	a := answer{err: errors.New("interrupted")}
	select {
	case a = <-answers:
	case <-ctx.Done():
	}
	if a.err != nil {
		fmt.Fprint(t.out, "\r\n") // what is said next is no answer
	}
	if a.err == io.EOF {
		a.err = errNoAnswer
	}
	return a.line, a.err
}
