package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"time"

	"syncd/internal/xensim"
)

// pool is the simulated pool: a process of its own, so that none of its work counts as that of who reads it. It lives
// only when it is told to.
type pool struct {
	hosts, vms int
	http, tls  string // its URLs
	cold       served // what it cost to tell of everything, when nothing was ready

	cmd   *exec.Cmd
	in    io.WriteCloser
	lines *bufio.Scanner
}

func startPool(ctx context.Context, hosts, vms int) (*pool, error) {
	p := &pool{hosts: hosts, vms: vms}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p.cmd = exec.CommandContext(ctx, self, servePoolWord, fmt.Sprint(hosts), fmt.Sprint(vms))
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	p.lines = bufio.NewScanner(out)
	line, err := p.line()
	if err != nil {
		return nil, err
	}
	p.http, p.tls, _ = strings.Cut(line, " ")
	p.cold, err = p.served()
	return p, err
}

// change lets n things happen in the pool, and what ticks anyway.
func (p *pool) change(n int) error {
	_, err := p.ask(changeWord, n)
	return err
}

// edit changes n objects in the pool, the same in a pool of any size; what is told of them is not made ready.
func (p *pool) edit(n int) error {
	_, err := p.ask(editWord, n)
	return err
}

// served is what a pool did so far to answer calls.
type served struct {
	Bytes int64         `json:"bytes"` // of the answers
	Time  time.Duration `json:"time_ns"`
}

func (s served) since(before served) served {
	return served{s.Bytes - before.Bytes, s.Time - before.Time}
}

func (p *pool) served() (s served, err error) {
	line, err := p.ask(servedWord, 0)
	if err == nil {
		_, err = fmt.Sscan(line, &s.Bytes, (*int64)(&s.Time))
	}
	return s, err
}

// What the process is asked for, each with a number.
const (
	changeWord = "change"
	editWord   = "edit"
	servedWord = "served"
)

func (p *pool) ask(word string, n int) (string, error) {
	fmt.Fprintln(p.in, word, n)
	return p.line()
}

func (p *pool) line() (string, error) {
	if !p.lines.Scan() {
		return "", errors.Join(errors.New("the simulated pool ended"), p.lines.Err(), p.stop())
	}
	return p.lines.Text(), nil
}

// stop ends the process: it reads to the end of its input.
func (p *pool) stop() error {
	p.in.Close()
	return p.cmd.Wait()
}

// servePool is that process: it prints the URLs, and does what each line that it reads asks for.
func servePool(hosts, vms int, in io.Reader, out io.Writer) error {
	sim, err := xensim.New(xensim.Options{Hosts: hosts, VMs: vms, Seed: 1})
	if err != nil {
		return err
	}
	l := life{sim: sim}
	if err := l.legible(); err != nil {
		return err
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b := buffered{w, bufio.NewWriterSize(w, 256<<10)}
		sim.ServeHTTP(b, r)
		b.buf.Flush()
	})
	plain, secure := httptest.NewUnstartedServer(handler), httptest.NewUnstartedServer(handler)
	plain.Start()
	defer plain.Close()
	secure.StartTLS()
	defer secure.Close()
	// Whoever asks first waits until the answers are made. That shall be nobody who is measured.
	if _, err := get(plain.URL); err != nil {
		return err
	}
	fmt.Fprintln(out, plain.URL, secure.URL)
	for lines := bufio.NewScanner(in); lines.Scan(); {
		var word string
		var n int
		if _, err := fmt.Sscan(lines.Text(), &word, &n); err != nil {
			return fmt.Errorf("what is %q? %w", lines.Text(), err)
		}
		var err error
		reply := "done"
		switch word {
		case changeWord:
			if err = l.change(n); err == nil {
				_, err = get(plain.URL)
			}
		case editWord:
			err = l.edit(n)
		case servedWord:
			var all served
			for _, s := range sim.Served() {
				all.Bytes, all.Time = all.Bytes+s.Bytes, all.Time+s.Time
			}
			reply = fmt.Sprint(all.Bytes, " ", int64(all.Time))
		}
		if err != nil {
			return err
		}
		fmt.Fprintln(out, reply)
	}
	return nil
}

// buffered spares the server a system call for each record, whose cost would be that of the simulator.
type buffered struct {
	http.ResponseWriter
	buf *bufio.Writer
}

func (b buffered) Write(p []byte) (int, error) { return b.buf.Write(p) }
