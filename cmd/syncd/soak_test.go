package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"syncd/internal/xensim"
)

// soakTime is how long the daemon runs under faults: 10m from `make soak`; a short while without.
func soakTime(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("SYNCD_SOAK")
	if text == "" {
		return 8 * time.Second
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// sample is what a daemon holds. What /proc does not tell is 0.
type sample struct {
	Goroutines, Heap                    int64 // of the daemon's own, in bytes
	Files, Threads, Memory, Connections int64
}

// atMost keeps the smaller of each, so that samples taken during a pass do not count.
func (s *sample) atMost(o sample) {
	s.Goroutines, s.Heap, s.Files = min(s.Goroutines, o.Goroutines), min(s.Heap, o.Heap), min(s.Files, o.Files)
	s.Threads, s.Memory, s.Connections = min(s.Threads, o.Threads), min(s.Memory, o.Memory), min(s.Connections, o.Connections)
}

func (s sample) String() string {
	return fmt.Sprintf("goroutines %d, heap %.1f MB, files %d, threads %d, memory %.1f MB, connections %d",
		s.Goroutines, float64(s.Heap)/1e6, s.Files, s.Threads, float64(s.Memory)/1e6, s.Connections)
}

// soaked is syncd, and a goroutine more that writes how many there are into the file SYNCD_SOAK_FILE.
func soaked() {
	path := os.Getenv("SYNCD_SOAK_FILE")
	go func() {
		for range time.Tick(50 * time.Millisecond) {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			text, err := json.Marshal(sample{Goroutines: int64(runtime.NumGoroutine()), Heap: int64(m.HeapAlloc)})
			if err == nil {
				err = os.WriteFile(path+".new", text, 0o600)
			}
			if err == nil {
				err = os.Rename(path+".new", path)
			}
			if err != nil {
				panic(err)
			}
		}
	}()
	main()
}

// soak is a daemon under faults.
type soak struct {
	*mirror
	daemon *exec.Cmd
	log    bytes.Buffer
	file   string
	conn   *pgx.Conn
	random *rand.Rand
}

func newSoak(t *testing.T) *soak {
	t.Helper()
	dir := t.TempDir()
	s := &soak{mirror: newMirror(t, xensim.Options{Hosts: 3, VMs: 25}), file: filepath.Join(dir, "sample"), random: rand.New(rand.NewPCG(1, 2))}
	s.conn = connect(t, s.url)
	path := filepath.Join(dir, "syncd.yaml")
	more := "data_dir: data\ntimeouts: {connect: 2s, first_byte: 1s, idle: 1s, call: 10s}\nlimits: {record: 1MiB}\nmax_removed_ratio: 1"
	if err := os.WriteFile(path, []byte(configure(s.url, "@every 1s", more, "lab", s.options.URLs[0])), 0o600); err != nil {
		t.Fatal(err)
	}
	s.daemon = exec.Command("syncd-soaked", "run", "-c", path)
	s.daemon.Env = append(os.Environ(), "LAB_PASSWORD=xensim", "SYNCD_SOAK_FILE="+s.file)
	s.daemon.Stderr = &s.log
	if err := s.daemon.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.daemon.Process.Kill()
		s.daemon.Wait()
		if t.Failed() {
			lines := strings.Split(s.log.String(), "\n")
			t.Logf("it logged in the end:\n%s", strings.Join(lines[max(0, len(lines)-30):], "\n"))
		}
	})
	return s
}

// look takes a sample.
func (s *soak) look(t *testing.T) (now sample) {
	t.Helper()
	if text, err := os.ReadFile(s.file); err != nil || json.Unmarshal(text, &now) != nil {
		t.Fatalf("the daemon tells nothing of itself: %v", err)
	}
	proc := fmt.Sprintf("/proc/%d/", s.daemon.Process.Pid)
	if files, err := os.ReadDir(proc + "fd"); err == nil {
		now.Files = int64(len(files))
	}
	if text, err := os.ReadFile(proc + "status"); err == nil {
		for line := range strings.Lines(string(text)) {
			fmt.Sscanf(line, "Threads: %d", &now.Threads)
			fmt.Sscanf(line, "VmRSS: %d kB", &now.Memory)
		}
		now.Memory *= 1024
	}
	err := s.conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'syncd %'`).Scan(&now.Connections)
	if err != nil {
		t.Fatal(err)
	}
	return now
}

// rest looks for the time of some passes, with no fault, and tells the least that the daemon held.
func (s *soak) rest(t *testing.T) sample {
	t.Helper()
	s.sim.Heal()
	s.await(t, 2) // the first may have begun under a fault
	least := s.look(t)
	for begun := time.Now(); time.Since(begun) < 3*time.Second; {
		least.atMost(s.look(t))
		<-time.After(20 * time.Millisecond)
	}
	return least
}

// await waits until so many passes more are good.
func (s *soak) await(t *testing.T, n int) {
	t.Helper()
	good := "SELECT count(*)::text FROM syncd.sync_run WHERE status = 'ok'"
	until(t, s.conn, fmt.Sprintf("(%s)::int >= %s + %d", good, ask(t, s.conn, good), n))
}

// faults are those that leave no session behind that the daemon could not know of: a login that is answered by nothing.
var faults = []string{
	"error=INTERNAL_ERROR:%s", "fault:%s", "html:%s", "status=503:%s", "error=HOST_STILL_BOOTING:%s", "redirect=http://127.0.0.1:1/:%s",
	"truncate=50:%s", "truncate=99:%s", "reset=1:%s", "reset=50:%s", "garbage:%s", "behead:%s", "stall=50:%s", "stall=0:%s", "delay=700ms:%s",
	"slow=2000:%s", "huge=3000000:%s", "nest=100000:%s", "expire:%s", "error=SESSION_INVALID,x:%s", "error=MESSAGE_METHOD_UNKNOWN,x:%s",
}

// disturb changes the pool, and breaks the next answer to some call, or the connections to the database.
func (s *soak) disturb(t *testing.T) {
	t.Helper()
	s.sim.Change(3)
	methods := []string{"pool", "host", "VM", "VBD", "VM_guest_metrics", "VIF", "SR"}
	method, kinds := methods[s.random.IntN(len(methods))]+".get_all_records", faults
	switch n := s.random.IntN(10); {
	case n == 0:
		method, kinds = "session.login_with_password", faults[:6] // which never come to the pool
	case n == 1:
		method, kinds = "session.logout", faults[:5] // which are tried again
	case n == 2:
		_, err := s.conn.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'syncd %'`)
		if err != nil {
			t.Fatal(err)
		}
	}
	inject(t, s.sim, fmt.Sprintf(kinds[s.random.IntN(len(kinds))], method))
}

func TestADaemonThatRunsUnderFaultsHoldsNoMoreInTheEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	t.Parallel()
	s := newSoak(t)
	s.await(t, 3)
	// The first faults make what stays, such as threads.
	for range 10 {
		s.disturb(t)
		<-time.After(300 * time.Millisecond)
	}
	before := s.rest(t)
	broken := 0
	for begun := time.Now(); time.Since(begun) < soakTime(t); broken++ {
		if broken%5 == 4 { // lest faults wait in a row
			s.sim.Heal()
		}
		s.disturb(t)
		<-time.After(time.Duration(300+s.random.IntN(900)) * time.Millisecond)
	}
	after := s.rest(t)
	s.await(t, 2)
	s.equal(t)

	if err := s.daemon.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := s.daemon.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	open, logins, _ := s.sim.Sessions()
	passes := ask(t, s.conn, "SELECT string_agg(status || ' ' || n, ', ' ORDER BY status) FROM (SELECT status, count(*) AS n FROM syncd.sync_run GROUP BY 1) r")
	figures := fmt.Sprintf("soak: %v, faults %d, passes: %s, logins %d, sessions open %d\nbefore: %v\nafter:  %v", soakTime(t), broken, passes, logins, open, before, after)
	t.Log(figures)
	if os.Getenv("SYNCD_SOAK") != "" {
		fmt.Println(figures)
	}
	for _, c := range []struct {
		what                string
		before, after, more int64
	}{
		{"goroutines", before.Goroutines, after.Goroutines, 0},
		{"files", before.Files, after.Files, 0},
		{"connections", 0, after.Connections, 0},
		{"threads", before.Threads, after.Threads, 8}, // Go never ends one, and makes one for each call of the system that blocks
		{"heap", before.Heap, after.Heap, 8 << 20},
		{"memory", before.Memory, after.Memory, 24 << 20},
		{"sessions", 0, int64(open), 0},
	} {
		if c.after > c.before+c.more {
			t.Errorf("%s: %d before, %d after", c.what, c.before, c.after)
		}
	}
}
