// Command xensim serves a simulated XenServer pool: generated, or read from a database dump. See package xensim.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"syncd/internal/xensim"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitMisuse = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// cli is the command line.
type cli struct {
	Listen   string   `default:"127.0.0.1:8080" help:"Address to serve on; port 0 takes a free one." placeholder:"HOST:PORT"`
	TLS      bool     `help:"Serve https, with a certificate made for this run."`
	Hosts    int      `default:"3" help:"Hosts of the generated pool."`
	VMs      int      `name:"vms" default:"30" help:"VMs of the generated pool, without templates and snapshots."`
	Seed     int64    `default:"1" help:"The same seed makes the same pool and the same life of it."`
	Rate     float64  `default:"0" help:"Changes a second: VMs start, stop, migrate, appear, vanish." placeholder:"CHANGES"`
	Release  string   `help:"Release whose fields the generated pool has, such as 4.1; today's without it." placeholder:"VERSION"`
	DB       string   `name:"db" help:"Database dump to serve in place of a generated pool, from xe pool-dump-database." placeholder:"FILE"`
	User     string   `default:"root" help:"Account that can log in."`
	Password string   `default:"xensim" help:"Its password."`
	Role     string   `help:"Its role: pool-admin without it, or read-only."`
	Fault    []string `sep:"none" help:"Break answers on purpose; see the kinds below. A fault meets every method, once; a count of -1 is for ever." placeholder:"KIND[=ARG][:METHOD[:COUNT]]"`
	Verbose  bool     `short:"v" help:"Log every call to stderr."`
}

// run is the program; it returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var c cli
	exited := false
	parser, err := kong.New(&c, kong.Name("xensim"), kong.Writers(stdout, stderr), kong.Exit(func(int) { exited = true }),
		kong.Description("A simulated XenServer pool over real HTTP.\n\nKinds of --fault:\n\n"+xensim.FaultHelp()))
	if err == nil {
		_, err = parser.Parse(args)
	}
	switch {
	case exited: // --help was asked for and given
		return exitOK
	case err != nil:
		fmt.Fprintf(stderr, "xensim: %v; xensim --help lists the flags\n", err)
		return exitMisuse
	}
	sim, code, err := c.pool(stderr)
	if err != nil {
		fmt.Fprintf(stderr, "xensim: %v\n", err)
		return code
	}
	if err := c.serve(ctx, sim, stdout); err != nil {
		fmt.Fprintf(stderr, "xensim: %v\n", err)
		return exitFailed
	}
	return exitOK
}

// pool makes the pool of these flags.
func (c *cli) pool(stderr io.Writer) (*xensim.Sim, int, error) {
	level := slog.LevelInfo
	if c.Verbose {
		level = slog.LevelDebug
	}
	o := xensim.Options{
		Hosts: c.Hosts, VMs: c.VMs, Seed: c.Seed, Rate: c.Rate, Release: c.Release, Dump: c.DB,
		User: c.User, Password: c.Password, Role: c.Role,
		Log: slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: level})),
	}
	for _, s := range c.Fault {
		f, err := xensim.ParseFault(s)
		if err != nil {
			return nil, exitMisuse, err
		}
		o.Faults = append(o.Faults, f)
	}
	sim, err := xensim.New(o)
	return sim, exitMisuse, err
}

// serve answers until the context ends, then prints what became of the sessions.
func (c *cli) serve(ctx context.Context, sim *xensim.Sim, stdout io.Writer) error {
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listening on %s: %w; give another --listen", c.Listen, err)
	}
	url := "http://" + listener.Addr().String()
	if c.TLS {
		cert, err := selfSigned(time.Now())
		if err != nil {
			return err
		}
		listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{cert}})
		url = "https://" + listener.Addr().String()
	}
	fmt.Fprintln(stdout, "listening on "+url)
	server := &http.Server{Handler: sim, ReadHeaderTimeout: time.Minute}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	wg.Go(func() { sim.Live(ctx) })
	wg.Go(func() {
		<-ctx.Done()
		server.Close() // ends the calls that are under way: some stall for ever on purpose
	})
	err = server.Serve(listener)
	cancel()
	wg.Wait()
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving on %s: %w", c.Listen, err)
	}
	open, logins, logouts := sim.Sessions()
	fmt.Fprintf(stdout, "sessions open %d, logins %d, logouts %d\n", open, logins, logouts)
	return nil
}
