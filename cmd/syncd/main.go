// Command syncd keeps PostgreSQL equal to the inventory of XenServer and XCP-ng pools.
//
// One file a command: run.go, sync.go, check.go, status.go, migrate.go, init.go (with init_ask.go, init_try.go and fill.go),
// forget.go, completion.go, demo.go, schema.go, version.go. What they share is in cli.go (the command line and the errors
// that decide the exit code), program.go (configuration, database, log), table.go, fold.go and ago.go (tables for people),
// terminal.go (somebody who can be asked), pass.go, progress.go and
// sessions.go (one pass, how far it is, and what killed ones left open); display.go, bars.go and
// lines.go show that.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	// Who reads our output may go away. That must not end the process where it stands, with a session open.
	signal.Ignore(syscall.SIGPIPE)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(exitCode(err))
}
