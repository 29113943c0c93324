package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// cli is the command line: what every command takes, and the commands.
type cli struct {
	Config    string `short:"c" placeholder:"FILE" help:"The configuration. Default: syncd.yaml, then /etc/syncd/syncd.yaml."`
	LogFormat string `enum:",text,json" default:"" placeholder:"text|json" help:"How to log, on stderr. Default: text on a terminal, JSON otherwise."`
	LogLevel  string `enum:"debug,info,warn,error" default:"info" placeholder:"debug|info|warn|error" help:"The least that is logged (${default})."`

	Demo       demoCmd       `cmd:"" help:"Show what syncd does: a simulated pool and a private PostgreSQL, gone when it ends."`
	Run        runCmd        `cmd:"" help:"Migrate, then sync every pool on its schedule: the daemon."`
	Sync       syncCmd       `cmd:"" help:"Make one pass of every pool now: the database becomes equal to what the pools say."`
	Check      checkCmd      `cmd:"" help:"Try configuration, database and pools, and say what to do about each fault."`
	Status     statusCmd     `cmd:"" help:"Show how the mirror of each pool is doing."`
	Migrate    migrateCmd    `cmd:"" help:"Change or show the version of the database's schema."`
	Schema     configCmd     `cmd:"" name:"config" help:"About the configuration."`
	Dictionary dictionaryCmd `cmd:"" help:"Say what stands in each table, view and column."`
	Version    versionCmd    `cmd:"" help:"Show what this syncd was built from."`

	Init       initCmd       `cmd:"" help:"Make a commented configuration of one pool, after trying it; asks on a terminal."`
	Trust      trustCmd      `cmd:"" help:"Show the certificates of hosts, and pin them in the configuration."`
	Forget     forgetCmd     `cmd:"" help:"Remove a pool and all of its rows from the database."`
	Completion completionCmd `cmd:"" help:"Print a script for bash, zsh or fish that completes commands, flags and names of pools."`
	Candidates candidatesCmd `cmd:"" name:"__complete" hidden:"" passthrough:""`
}

// misuse is an error of whoever called the program: the command line, or the configuration.
type misuse struct{ error }

func (e misuse) Unwrap() error { return e.error }

// badConfig is a misuse whose lines begin with their place in a file.
type badConfig struct{ error }

func (e badConfig) Unwrap() error { return e.error }

// someFailed says that some pools were synced and others not.
type someFailed struct{ error }

func (e someFailed) Unwrap() error { return e.error }

// exitCode is what scripts go by.
func exitCode(err error) int {
	const ok, failed, misused, partly = 0, 1, 2, 3
	if err == nil {
		return ok
	}
	if _, is := errors.AsType[misuse](err); is {
		return misused
	}
	if _, is := errors.AsType[badConfig](err); is {
		return misused
	}
	if _, is := errors.AsType[someFailed](err); is {
		return partly
	}
	return failed
}

// run is the program. It has said its error on stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	err := dispatch(ctx, args, stdout, stderr)
	if err == nil {
		return nil
	}
	prefix := "syncd: "
	if _, is := errors.AsType[badConfig](err); is {
		prefix = ""
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintln(stderr, prefix+line)
	}
	return err
}

func dispatch(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var c cli
	helped := false
	parser, err := kong.New(&c, kong.Name("syncd"), kong.Writers(stdout, stderr), kong.Exit(func(int) { helped = true }),
		kong.Description("syncd keeps PostgreSQL equal to the inventory of XenServer and XCP-ng pools."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		return err
	}
	command, err := parser.Parse(args)
	if helped {
		return nil
	}
	if err != nil {
		return misuse{fmt.Errorf("%w (syncd --help lists commands and flags)", err)}
	}
	command.BindTo(ctx, (*context.Context)(nil))
	return command.Run(newProgram(&c, stdout, stderr))
}
