// Command syncd keeps PostgreSQL equal to the inventory of XenServer and XCP-ng pools.
//
// One file a command, named after it; init, demo and trust have more of their own (init_ask.go, demo_table.go …).
//
// What they share: cli.go has the command line and the errors that decide the exit code; program.go, embedded.go and
// pools.go open what the configuration names; pass.go makes one pass, progress.go tells how far it is, display.go,
// bars.go and lines.go show that; sessions.go logs out what killed processes left; table.go, fold.go and ago.go write for
// people, terminal.go asks them.
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
