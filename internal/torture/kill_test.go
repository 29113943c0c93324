package torture

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/pgtest"
	"syncd/internal/xensim"
)

// TestAKilledPassLeavesOneCommittedState kills syncd at random instants while the pool changes. Half of the passes
// meet a pool that changes between passes only: SQL must be the state of before or the state of now. The others
// meet one that changes under them: SQL must be sound.
func TestAKilledPassLeavesOneCommittedState(t *testing.T) {
	t.Parallel()
	kills, lines := 8, 2
	if whole {
		kills, lines = 200, 4
	}
	for line := range lines {
		t.Run(fmt.Sprint("line ", line), func(t *testing.T) {
			t.Parallel()
			seed := uint64(time.Now().UnixNano())
			k := &killing{
				rig:    newRig(t, pgtest.New(t), xensim.Options{Hosts: 3, VMs: 60, Bare: true, Seed: int64(line)}, "max_removed_ratio: 1"),
				twin:   pgtest.New(t),
				random: rand.New(rand.NewPCG(uint64(line), seed)),
			}
			k.good(t)
			k.follow(t)
			for n := range kills / lines {
				k.strike(t, n%2 == 1)
				if t.Failed() {
					t.Fatalf("after %d kills, with seed %d", n+1, seed)
				}
			}
			k.good(t)
			k.equal(t)
			sound(t, k.database)
			// Those left are of processes that died between their login and its answer, a hundredth of a pass.
			open, logins, _ := k.sim.Sessions()
			if open > 1+kills/lines/10 {
				t.Errorf("%d sessions of the killed are open after %d logins", open, logins)
			}
			figures.done(logins, open)
		})
	}
}

// killing is a rig whose passes die.
type killing struct {
	*rig
	twin   string // a database whose passes live: what SQL must be when a pass was published
	state  map[string][]string
	takes  time.Duration // a pass
	random *rand.Rand
}

// follow makes a pass into the twin, which tells what the pool says now.
func (k *killing) follow(t *testing.T) (before, now map[string][]string) {
	t.Helper()
	began := time.Now()
	if o := k.start(t, k.twin).wait(t); o.code != 0 {
		t.Fatalf("the twin's pass: %v", o)
	}
	k.takes = time.Since(began)
	before = k.state
	k.state = content(t, k.twin)
	return before, k.state
}

// strike kills one pass, under which the pool may change, looks at SQL, and makes a pass that lives.
func (k *killing) strike(t *testing.T, changing bool) {
	t.Helper()
	k.sim.Change(1 + k.random.IntN(15))
	before, now := k.follow(t)

	after := time.Duration(k.random.Int64N(int64(k.takes * 5 / 4)))
	p := k.start(t, k.database)
	k.live(after, changing)
	p.cmd.Process.Kill()
	o := p.wait(t)
	if o.code > 0 {
		t.Errorf("it failed before it was killed: %v", o)
	}
	conn := connect(t, k.database)
	until(t, conn, gone) // a server may be at its COMMIT still
	conn.Close(t.Context())

	sound(t, k.database)
	if got := content(t, k.database); !changing && !cmp.Equal(got, before) && !cmp.Equal(got, now) {
		t.Errorf("killed after %v of %v: SQL is neither the state of before nor of now", after, k.takes)
		differ(t, "before", before, got)
		differ(t, "now", now, got)
	}
	k.good(t)
	_, now = k.follow(t)
	differ(t, fmt.Sprintf("killed after %v of %v: the next pass (-twin +SQL)", after, k.takes), now, content(t, k.database))
	figures.kill()
}

// live lets time pass, in which the pool may change.
func (k *killing) live(d time.Duration, changing bool) {
	end := time.After(d)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-end:
			return
		case <-tick.C:
			if changing {
				k.sim.Change(1)
			}
		}
	}
}
