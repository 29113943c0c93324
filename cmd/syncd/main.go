// Command syncd keeps PostgreSQL equal to the inventory of XenServer and XCP-ng pools.
//
// One file a command: run.go, sync.go, check.go, status.go, migrate.go, schema.go, version.go. What they share is in cli.go
// (the command line and the errors that decide the exit code), program.go (configuration, database, log), table.go,
// pass.go and progress.go (one pass, and how far it is); display.go, bars.go and lines.go show that.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(exitCode(err))
}
