package torture

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// whole asks for everything instead of the sample.
var whole = os.Getenv("SYNCD_TORTURE") != ""

// binary is the syncd that is tortured.
var binary string

func TestMain(m *testing.M) {
	flag.Parse()
	// What the tests wait for is mostly time that a stalled answer takes.
	flag.Set("test.parallel", "8")
	dir, err := os.MkdirTemp("", "syncd-torture-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binary = filepath.Join(dir, "syncd")
	build := exec.Command("go", "build", "-o", binary, "syncd/cmd/syncd")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building syncd: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	if whole {
		fmt.Println(figures.String())
	}
	os.RemoveAll(dir)
	os.Exit(code)
}

// figures are what a run of the whole comes to.
var figures tally

type tally struct {
	mu                   sync.Mutex
	began                time.Time
	cases, passes, kills int
	logins, unknown      int
	peak                 int64 // bytes of resident memory

}

func (f *tally) String() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return fmt.Sprintf("torture: %d cases, %d passes, %d kills in %.0f s; peak memory %.1f MB; %d logins, %d sessions left that syncd could not know or reach",
		f.cases, f.passes, f.kills, time.Since(f.began).Seconds(), float64(f.peak)/1e6, f.logins, f.unknown)
}

// pass counts a process of syncd.
func (f *tally) pass(peak int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.began.IsZero() {
		f.began = time.Now()
	}
	f.passes++
	f.peak = max(f.peak, peak)
}

// done counts a case, and says now and then how far the run is.
func (f *tally) done(logins, unknown int) {
	f.mu.Lock()
	f.cases++
	f.logins += logins
	f.unknown += unknown
	say := whole && f.cases%20 == 0
	f.mu.Unlock()
	if say {
		fmt.Println(f)
	}
}

func (f *tally) kill() {
	f.mu.Lock()
	f.kills++
	say := whole && f.kills%20 == 0
	f.mu.Unlock()
	if say {
		fmt.Println(f)
	}
}
