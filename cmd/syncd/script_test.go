package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"syncd/internal/model"
	"syncd/internal/pgtest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"syncd": main, "syncd-soaked": soaked})
}

// TestStoriesOfTheCommandLine runs testdata/script. Each story has an empty database of its own (DATABASE), the
// password of every pool (LAB_PASSWORD), and as many simulated pools as it starts:
//
//	exits CODE COMMAND ARG…    runs a command and fails unless it exits so
//	talk CODE FILE COMMAND ARG…  runs it on a terminal, talks to it as FILE says (see talk), and fails unless it exits so
//	pool NAME [tls|oldtls] [FAULT]…  starts one of 2 hosts and 20 VMs; its URL is in NAME, its certificate in NAME.pem,
//	                           that one's fingerprint in NAME_SHA256; oldtls is TLS as releases before 7.0 speak it
//	fault NAME FAULT           breaks the answers to come, as xensim --fault does
//	change NAME N              makes N changes to its inventory
//	empty NAME                 takes away its VMs, but for templates and control domains
//	await NAME METHOD          waits for the next call of a method
//	runs NAME STATUS N         waits until N passes of the pool NAME of the database ended so
//	asked NAME N               fails unless N logins were tried, refused ones included
//	sessions NAME N            fails unless N sessions are open, and one was ever
func TestStoriesOfTheCommandLine(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			// As root the embedded database is another user, who must come to its folder.
			for _, folder := range []string{env.WorkDir, filepath.Dir(env.WorkDir)} {
				if err := os.Chmod(folder, 0o711); err != nil {
					return err
				}
			}
			env.Values[simulated{}] = map[string]*simulated{}
			env.Setenv("DATABASE", pgtest.Empty(env.T().(testing.TB)))
			env.Setenv("LAB_PASSWORD", "hunter2")
			env.Setenv("CLASSES", strconv.Itoa(len(model.Classes)))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"talk":     talk,
			"pool":     startPool,
			"fault":    onPool((*simulated).fault),
			"change":   onPool((*simulated).change),
			"empty":    onPool((*simulated).empty),
			"asked":    onPool((*simulated).asked),
			"await":    onPool((*simulated).await),
			"sessions": onPool((*simulated).sessions),
			"runs":     runs,
		},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARG...")
	}
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("%s exited with %d, want %s", args[1], code, args[0])
	}
}
