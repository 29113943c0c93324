package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// The first argument of this program where it runs itself for a part of the work.
const (
	servePoolWord = "serve-pool"
	measureWord   = "measure"
	getWord       = "get"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := dispatch(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func dispatch(ctx context.Context, args []string) error {
	word := ""
	if len(args) > 0 {
		word = args[0]
	}
	switch word {
	case servePoolWord:
		hosts, _ := strconv.Atoi(args[1])
		vms, _ := strconv.Atoi(args[2])
		return servePool(hosts, vms, os.Stdin, os.Stdout)
	case measureWord:
		return measure(args[1:])
	case getWord:
		n, err := get(args[1])
		fmt.Println(n)
		return err
	case "profile":
		return profile(ctx, args[1:])
	}
	return compare(ctx, args)
}

// options are what the command line says.
type options struct {
	hosts, vms int
	repeats    int
	growth     sizes
	out        string

	benchDecoder, noSync bool
}

// sizes are numbers of VMs, as 1000,10000.
type sizes []int

func (s *sizes) String() string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint([]int(*s)), " ", ","), "[]")
}

func (s *sizes) Set(text string) error {
	*s = nil
	for word := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 || n > mostVMs {
			return fmt.Errorf("%q is not a number of VMs from 1 to %d", word, mostVMs)
		}
		*s = append(*s, n)
	}
	return nil
}

const mostVMs = 50_000

func parse(args []string) (o options, err error) {
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	o.growth = sizes{1000, 10_000, 50_000}
	f.IntVar(&o.vms, "vms", 10_000, "VMs of the pool on which the programs are compared")
	f.IntVar(&o.hosts, "hosts", 0, "its hosts (default: one for each hundred VMs)")
	f.IntVar(&o.repeats, "repeats", 5, "how often each is run; figures count from five")
	f.Var(&o.growth, "growth", "numbers of VMs with which syncd's memory and CPU are measured")
	f.BoolVar(&o.benchDecoder, "decoder", true, "run the benchmarks of the decoder too")
	f.BoolVar(&o.noSync, "nosync", false, "let Postgres not wait for the disk: a look that is quick, whose figures do not count")
	f.StringVar(&o.out, "out", "docs/bench", "folder for the table, the figures as JSON, and the chart")
	f.SetOutput(io.Discard) // an error is told once, by main
	if err = f.Parse(args); errors.Is(err, flag.ErrHelp) {
		f.SetOutput(os.Stdout)
		f.Usage()
	}
	if err != nil {
		return o, err
	}
	if o.vms < 1 || o.vms > mostVMs || o.repeats < 1 || f.NArg() > 0 {
		return o, fmt.Errorf("give --vms from 1 to %d, --repeats from 1, and nothing beside flags", mostVMs)
	}
	if o.hosts == 0 {
		o.hosts = max(o.vms/100, 2)
	}
	slices.Sort(o.growth)
	o.growth = slices.Compact(o.growth)
	return o, nil
}

// compare is the benchmark.
func compare(ctx context.Context, args []string) (err error) {
	o, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	b, err := newBench(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	if err := b.measureAll(ctx); err != nil {
		return err
	}
	return b.report(ctx)
}

// moduleRoot is the folder of the module that this program belongs to, seen from the folder it was started in.
func moduleRoot() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	return filepath.Dir(strings.TrimSpace(string(out))), err
}
