package main

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"syncd/internal/pgtest"
	"syncd/internal/xensim"
)

// Each process migrates, and makes its own pass of every pool, most of them after waiting for another's.
func TestFourProcessesSyncFiftyPoolsOnOneDatabaseAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("it makes 200 passes")
	}
	t.Parallel()
	const processes, pools = 4, 50
	url := pgtest.Empty(t)
	var named []string
	for i := range pools {
		sim, err := xensim.New(xensim.Options{Hosts: 1, VMs: 2, Bare: true, Seed: int64(i), Password: "hunter2"})
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(sim)
		t.Cleanup(func() {
			server.Close()
			if open, logins, _ := sim.Sessions(); open != 0 || logins != processes {
				t.Errorf("%d sessions are open after %d logins", open, logins)
			}
		})
		named = append(named, fmt.Sprint("pool", i), server.URL)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "syncd.yaml")
	if err := os.WriteFile(path, []byte(configure(url, "@daily", "data_dir: data", named...)), 0o600); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range processes {
		all.Go(func() {
			cmd := exec.Command("syncd", "sync", "-c", path)
			cmd.Env = append(os.Environ(), "LAB_PASSWORD=hunter2")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	all.Wait()
	conn := connect(t, url)
	for _, c := range []struct{ what, sql, want string }{
		{"deadlocks", "SELECT deadlocks::text FROM pg_stat_database WHERE datname = current_database()", "0"},
		{"passes by status", "SELECT string_agg(status || ' ' || n, ', ') FROM (SELECT status, count(*) AS n FROM syncd.sync_run GROUP BY 1) r", fmt.Sprint("ok ", processes*pools)},
		{"passes that overlap", `SELECT count(*)::text FROM syncd.sync_run a JOIN syncd.sync_run b USING (pool_id)
			WHERE a.id < b.id AND a.finished_at > b.started_at`, "0"},
		{"pools by generation", "SELECT string_agg(DISTINCT generation::text, ' ') FROM syncd.pool", strconv.Itoa(processes)},
		{"hosts", "SELECT count(*)::text FROM inventory.host", strconv.Itoa(pools)},
		{"locks", "SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())", "0"},
	} {
		if got := ask(t, conn, c.sql); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

func TestALockDiesWithTheProcessThatHoldsIt(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	pool, address := simulate(t)
	if err := pool.fault("stall=50:VM.get_all_records"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "syncd.yaml")
	if err := os.WriteFile(path, []byte(configure(url, "@daily", "data_dir: data", "lab", address)), 0o600); err != nil {
		t.Fatal(err)
	}
	start := func() (*exec.Cmd, *bytes.Buffer) {
		cmd, log := exec.Command("syncd", "sync", "-c", path), &bytes.Buffer{}
		cmd.Env, cmd.Stderr = append(os.Environ(), "LAB_PASSWORD=hunter2"), log
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { cmd.Process.Kill() })
		return cmd, log
	}
	holder, _ := start()
	if err := pool.await("VM.get_all_records"); err != nil {
		t.Fatal(err)
	}
	waiter, log := start()
	until(t, connect(t, url), "SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	holder.Wait()
	if err := waiter.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
	if want := fmt.Sprintf("waiting for the pool, which is being synced by syncd %d on ", holder.Process.Pid); !strings.Contains(log.String(), want) {
		t.Errorf("it did not say %q:\n%s", want, log)
	}
	got := ask(t, connect(t, url), "SELECT string_agg(status, ' ' ORDER BY id) FROM syncd.sync_run")
	if got != "failed ok" {
		t.Errorf("the passes are %s", got)
	}
}
