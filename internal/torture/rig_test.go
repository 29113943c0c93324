package torture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"syncd/internal/pgtest"
	"syncd/internal/xensim"
)

const (
	password = "hunter2"
	memory   = 128 << 20 // bytes that a syncd may need
)

// rig is a pool, its door, a database, and the configuration that leads from one to the other.
type rig struct {
	sim      *xensim.Sim
	door     *door
	database string // URL
	config   string // path
	dir      string
}

// newRig sets up a small pool, before its first pass. Settings are lines of the configuration.
func newRig(t *testing.T, database string, o xensim.Options, settings ...string) *rig {
	t.Helper()
	o.Password = password
	sim, err := xensim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{sim: sim, door: newDoor(t, sim), database: database, dir: t.TempDir()}
	r.config = filepath.Join(r.dir, "syncd.yaml")
	text := strings.Join(settings, "\n") + fmt.Sprintf(`
data_dir: data
full_schedule: "@yearly"
pools:
  - name: lab
    urls: ["http://%s"]
    username: root
    password_env: LAB_PASSWORD
`, r.door.addr)
	if err := os.WriteFile(r.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return r
}

// outcome is how a process of syncd ended.
type outcome struct {
	code   int      // -1 where a signal ended it
	errors []string // the lines of stderr that are no log, without "syncd: "
	stderr string
}

func (o outcome) String() string { return fmt.Sprintf("exit %d\n%s", o.code, o.stderr) }

// process is a syncd that runs.
type process struct {
	cmd    *exec.Cmd
	stderr bytes.Buffer
	end    context.CancelFunc
	peak   chan int64 // of its memory, once it is gone
}

// start begins a pass into a database.
func (r *rig) start(t *testing.T, database string, flags ...string) *process {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	p := &process{cmd: exec.CommandContext(ctx, binary, append([]string{"sync", "-c", r.config}, flags...)...), end: cancel}
	p.cmd.Env = append(os.Environ(), "SYNCD_DATABASE_URL="+database, "LAB_PASSWORD="+password)
	p.cmd.Stderr = &p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.peak = make(chan int64, 1)
	go func() { p.peak <- peakOf(p.cmd.Process.Pid) }()
	return p
}

var highWater = regexp.MustCompile(`VmHWM:\s*([0-9]+) kB`)

// peakOf watches the peak of a process's resident memory, in bytes, until the process is gone; 0 beside Linux. What
// wait4 tells counts the peak of this process too, which is what the other was until it ran a program of its own.
func peakOf(pid int) (peak int64) {
	for {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		m := highWater.FindSubmatch(status)
		if err != nil || m == nil { // one that ended has no memory
			return peak
		}
		// Before it runs syncd it has the memory of this process.
		if program, _ := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid)); program == binary {
			peak, _ = strconv.ParseInt(string(m[1]), 10, 64)
			peak *= 1024
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// wait returns how it ended, and checks what holds of every syncd: its memory, and that it keeps its secrets.
func (p *process) wait(t *testing.T) outcome {
	t.Helper()
	defer p.end()
	err := p.cmd.Wait()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		t.Fatal(err)
	}
	o := outcome{code: p.cmd.ProcessState.ExitCode(), stderr: p.stderr.String()}
	for line := range strings.Lines(o.stderr) {
		if !strings.HasPrefix(line, "{") {
			o.errors = append(o.errors, strings.TrimPrefix(strings.TrimSpace(line), "syncd: "))
		}
	}
	if strings.Contains(o.stderr, password) {
		t.Errorf("it tells the password: %s", o.stderr)
	}
	peak := <-p.peak
	figures.pass(peak)
	if peak > memory {
		t.Errorf("it needed %.1f MB of memory", float64(peak)/1e6)
	}
	return o
}

// sync makes one pass.
func (r *rig) sync(t *testing.T, flags ...string) outcome {
	t.Helper()
	return r.start(t, r.database, flags...).wait(t)
}

// good makes one pass that must succeed.
func (r *rig) good(t *testing.T) {
	t.Helper()
	if o := r.sync(t); o.code != 0 {
		t.Fatalf("a pass in peace: %v", o)
	}
}

// equal fails unless SQL says what a first pass into another database says.
func (r *rig) equal(t *testing.T) {
	t.Helper()
	fresh := pgtest.New(t)
	if o := r.start(t, fresh, "--force").wait(t); o.code != 0 {
		t.Fatalf("a pass into a fresh database: %v", o)
	}
	differ(t, "SQL is not what the pool says (-fresh database +SQL)", content(t, fresh), content(t, r.database))
}

// door is the way to a pool. It can be shut, and something can be made to happen when a call comes through.
type door struct {
	addr  string
	slams atomic.Bool // connections are made, and reset at once

	closed atomic.Bool // nobody listens

	mu     sync.Mutex
	server *http.Server
	knocks map[string]func() bool // by method; true: the call is not to come through
	pool   http.Handler
}

func newDoor(t *testing.T, pool http.Handler) *door {
	d := &door{pool: pool, knocks: map[string]func() bool{}, addr: "127.0.0.1:0"}
	if err := d.open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.shut)
	return d
}

// open listens, at the address that it had before.
func (d *door) open() error {
	listener, err := net.Listen("tcp", d.addr)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed.Store(false)
	d.addr = listener.Addr().String()
	d.server = &http.Server{Handler: d}
	go d.server.Serve(slammable{listener, &d.slams}) // until shut
	return nil
}

// shut ends every connection and refuses new ones.
func (d *door) shut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed.Store(true)
	d.server.Close()
}

// at makes something happen once, when the next call of a method comes.
func (d *door) at(method string, happens func() (stop bool)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.knocks[method] = happens
}

var methodName = regexp.MustCompile(`<methodName>([^<]*)`)

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if m := methodName.FindSubmatch(body); m != nil {
		d.mu.Lock()
		happens := d.knocks[string(m[1])]
		delete(d.knocks, string(m[1]))
		d.mu.Unlock()
		if happens != nil && happens() {
			panic(http.ErrAbortHandler)
		}
	}
	d.pool.ServeHTTP(w, r)
}

// slammable is a listener that can reset whoever comes.
type slammable struct {
	net.Listener
	slams *atomic.Bool
}

func (s slammable) Accept() (net.Conn, error) {
	for {
		conn, err := s.Listener.Accept()
		if err != nil || !s.slams.Load() {
			return conn, err
		}
		conn.(*net.TCPConn).SetLinger(0)
		conn.Close()
	}
}
