package main

import (
	"cmp"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"

	"syncd/internal/config"
	"syncd/internal/schedule"
	"syncd/internal/xensim"
)

// number is what an environment variable says, for a run that is longer, or the same again.
func number(t *testing.T, name string, or int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return or
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// raced tells whether the race detector is on, which makes everything several times slower.
func raced() bool {
	info, _ := debug.ReadBuildInfo()
	return info != nil && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// TestChangesAndEverythingMakeOneMirror mirrors a pool twice: by passes that ask what changed, and by passes that read
// everything. After random steps, of life, of what goes wrong and of classes that are left out, both databases say the same
// whenever a pass was published, and in the end what a first pass would say.
//
// One difference is allowed: objects that go while everything is read, and whose deletion the pool forgets before it is
// asked. The pass says that the counts do not agree, and the next one, whatever it was to be, mends it and counts it as
// missed.
//
// SYNCD_STEPS makes it longer, SYNCD_SEED repeats a run.
func TestChangesAndEverythingMakeOneMirror(t *testing.T) {
	t.Parallel()
	const lines = 4
	steps := 400
	if testing.Short() || raced() {
		steps = 200
	}
	steps, seed := number(t, "SYNCD_STEPS", steps), number(t, "SYNCD_SEED", int(time.Now().UnixNano()))
	for line := range lines {
		t.Run(fmt.Sprint("line ", line), func(t *testing.T) {
			t.Parallel()
			o := xensim.Options{Hosts: 2, VMs: 6, Bare: line > 1, Seed: int64(line), Password: "hunter2"}
			if line == 1 {
				o.Release = "6.2" // tells of what is new twice
			}
			if line == 2 {
				o.Deletions = 16
			}
			tw := newTwins(t, o, rand.New(rand.NewPCG(uint64(seed), uint64(line))))
			tw.pass(t, passOptions{})
			for n := range steps / lines {
				tw.step(t)
				if t.Failed() {
					t.Fatalf("step %d of SYNCD_SEED=%d SYNCD_STEPS=%d; the last were\n\t%s", n+1, seed, steps,
						strings.Join(tw.story[max(0, len(tw.story)-40):], "\n\t"))
				}
			}
			tw.exclude(t, "message") // a first pass has none that the pool forgot
			tw.pass(t, passOptions{full: "full_schedule"})
			tw.changes.fresh(t, tw.pool)
			t.Log(tw.tally)
			if tw.tally["incremental"] < steps/lines/10 {
				t.Errorf("hardly any pass was incremental: %v", tw.tally)
			}
		})
	}
}

func TestADeletionThatThePoolForgotIsFoundByThePassThatWasNotToldOfIt(t *testing.T) {
	t.Parallel()
	for what, uuid := range map[string]string{"another comes": "another", "it comes again": ""} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			tw := newTwins(t, xensim.Options{Hosts: 1, VMs: 2, Bare: true, Password: "hunter2"}, nil)
			tw.pass(t, passOptions{})
			disk := tw.sim.Objects("VDI")[0]
			if err := tw.sim.Remove("VDI", disk.Ref); err != nil {
				t.Fatal(err)
			}
			tw.sim.Forget()
			tw.forgot = true
			fields := tw.again(&disk, "VDI", cmp.Or(uuid, disk.Fields["uuid"].(string)))
			if err := tw.sim.Add("VDI", "OpaqueRef:instead", fields); err != nil {
				t.Fatal(err)
			}
			tw.pass(t, passOptions{})
			if tw.tally["full"] != 2 {
				t.Errorf("%v", tw.tally)
			}
		})
	}
}

// twins are two mirrors of one pool.
type twins struct {
	*rand.Rand
	sim           *xensim.Sim
	door          *knocker
	changes, full *school
	pool          config.Pool
	config        string // path, of the first for a process of its own

	silent bool          // the pool forgets deletions without being told to
	forgot bool          // it did, since the last pass
	faults bool          // some wait for the next pass
	moving bool          // the pool changes under it
	churns bool          // or behind it, so that the next one is compared
	takes  time.Duration // the last pass that was a process of its own

	made  int // objects by the test
	story []string
	tally map[string]int
}

func newTwins(t *testing.T, o xensim.Options, random *rand.Rand) *twins {
	t.Helper()
	sim, err := xensim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	door := &knocker{next: sim}
	server := httptest.NewServer(door)
	t.Cleanup(server.Close)
	yearly, err := schedule.Parse("@yearly")
	if err != nil {
		t.Fatal(err)
	}
	tw := &twins{Rand: random, sim: sim, door: door, changes: newSchool(t), full: newSchool(t), silent: o.Deletions > 0,
		takes: time.Second, tally: map[string]int{},
		pool: config.Pool{Name: "lab", URLs: []string{server.URL}, Username: "root", Password: "hunter2", MaxRemovedRatio: 1,
			Read: "auto", FullSchedule: yearly},
		config: filepath.Join(t.TempDir(), "syncd.yaml")}
	tw.exclude(t)
	return tw
}

// exclude leaves classes out from now on.
func (tw *twins) exclude(t *testing.T, names ...string) {
	t.Helper()
	tw.pool = leaving(tw.pool, names...)
	more := "full_schedule: '@yearly'\nmax_removed_ratio: 1\ndata_dir: data\nclasses: {exclude: [" + strings.Join(names, ", ") + "]}"
	text := configure(tw.changes.url, "@yearly", more, "lab", tw.pool.URLs[0])
	if err := os.WriteFile(tw.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (tw *twins) say(format string, args ...any) {
	tw.story = append(tw.story, fmt.Sprintf(format, args...))
}

// step does one thing, mostly to the pool, and often makes a pass after it.
func (tw *twins) step(t *testing.T) {
	t.Helper()
	switch n := tw.IntN(100); {
	case n < 3:
		tw.kill(t)
		return
	case n < 15:
		tw.trouble(t)
	case n < 17:
		tw.leave(t)
		return
	case n < 21:
		tw.say("a pass that is to read everything")
		tw.pass(t, passOptions{full: "full_schedule"})
		return
	default:
		tw.change(t)
	}
	if tw.IntN(3) == 0 {
		tw.pass(t, passOptions{})
	}
}

// pass makes one of what changed, and where it was published one of everything beside it, and compares.
func (tw *twins) pass(t *testing.T, o passOptions) {
	t.Helper()
	before, stood := content(t, tw.changes.conn), tw.stands(t)
	failed := ask(t, tw.changes.conn, `SELECT coalesce((SELECT status FROM syncd.sync_run ORDER BY id DESC LIMIT 1), 'ok')`) != "ok"
	r := makePass(t.Context(), slog.New(slog.DiscardHandler), tw.changes.db, tw.pool, o)
	open, _, _ := tw.sim.Sessions()
	if open > 0 && !tw.faults {
		t.Errorf("%d sessions are open", open)
	}
	tw.sim.Heal()
	tw.door.forget()
	tw.sim.Expire()
	moving, churns, faults := tw.moving, tw.churns, tw.faults
	tw.faults, tw.moving, tw.churns = false, false, false
	switch {
	case r.Result != "ok":
		tw.say("a pass failed: %s", r.Error)
		tw.tally[r.Result]++
		if d := diff.Diff(before, content(t, tw.changes.conn)) + diff.Diff(stood, tw.stands(t)); d != "" {
			t.Errorf("the pass failed and changed SQL (-before +after):\n%.3000s", d)
		}
		return
	case failed && (r.Mode != "full" || r.Reason != "the pass before failed" && o.full == ""):
		t.Errorf("the pass after a failed one is %s: %s", r.Mode, r.Reason)
	}
	quiet, agree := tw.proof(t, *r.Run)
	tw.say("a pass, %s: %s; quiet %s, agree %s", r.Mode, r.Reason, quiet, agree)
	tw.tally[r.Mode]++
	if r.Reason != "" {
		tw.tally[regexp.MustCompile(`[0-9]+|"[^"]*"`).ReplaceAllString(r.Reason, "N")]++
	}
	if churns || moving && quiet == "false" {
		tw.say("the pool did not rest, again")
		tw.pass(t, passOptions{})
		return
	}
	tw.follow(t)
	want, got := content(t, tw.full.conn), content(t, tw.changes.conn)
	switch {
	case slices.Equal(want, got) && agree == "false":
		t.Error("SQL equals the pool, and their counts do not agree")
	case r.Mode == "full" && moving && tw.silent && agree == "false":
		tw.tally["mended"]++
		again := tw.changes.pass(t, tw.pool, "ok", passOptions{})
		if again.Mode != "full" || again.Missed == nil || *again.Missed == 0 {
			t.Errorf("the pass after one whose counts did not agree is %s, and missed %v", again.Mode, again.Missed)
		}
		if d := diff.Diff(want, content(t, tw.changes.conn)); d != "" {
			t.Errorf("after two passes that read everything (-everything +what changed):\n%.6000s", d)
		}
	case !slices.Equal(want, got):
		t.Errorf("after a pass, %s (-everything +what changed):\n%.6000s", r.Mode, diff.Diff(want, got))
	case strings.HasPrefix(r.Reason, "the pool has ") && !faults && (r.Missed == nil || *r.Missed == 0):
		t.Errorf("%s, and nothing was missed", r.Reason)
	case r.Missed != nil && *r.Missed > 0 && !tw.forgot && !tw.silent:
		t.Errorf("%d differences were missed", *r.Missed)
	}
	tw.forgot = false
}

// follow makes a pass that reads everything, into the other database.
func (tw *twins) follow(t *testing.T) {
	t.Helper()
	pool := tw.pool
	pool.Read = "full"
	tw.full.pass(t, pool, "ok", passOptions{})
}

// stands is how far the first database is: its generation and the token go together.
func (tw *twins) stands(t *testing.T) string {
	t.Helper()
	return ask(t, tw.changes.conn, `SELECT coalesce(max(concat_ws(' ', generation, event_token, event_source, full_at)), '') FROM syncd.pool`)
}

func (tw *twins) proof(t *testing.T, run int64) (quiet, agree string) {
	t.Helper()
	err := tw.changes.conn.QueryRow(t.Context(), `SELECT coalesce(quiet::text, ''), coalesce(counts_agree::text, '') FROM syncd.sync_run
		WHERE id = $1`, run).Scan(&quiet, &agree)
	if err != nil {
		t.Fatal(err)
	}
	return quiet, agree
}

// kill makes a pass in a process of its own and kills it, at a call or at a random instant: SQL is as it was, or as it
// has to be, and the token goes with it.
func (tw *twins) kill(t *testing.T) {
	t.Helper()
	before, stood := content(t, tw.changes.conn), tw.stands(t)
	tw.follow(t)
	cmd := exec.Command("syncd", "sync", "-c", tw.config)
	cmd.Env = append(os.Environ(), "LAB_PASSWORD=hunter2")
	ended, began := make(chan error, 1), time.Now()
	die := func() { cmd.Process.Kill() }
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { ended <- cmd.Wait() }()
	call := []string{"", "", "session.logout", "session.logout", "event.from", "VM.get_all_records"}[tw.IntN(6)]
	if call != "" {
		tw.say("a pass is killed at %s", call)
		tw.door.at(call, die)
	} else {
		after := time.Duration(tw.Int64N(int64(tw.takes)*5/4) + 1)
		tw.say("a pass is killed after %v", after)
		timer := time.AfterFunc(after, die)
		defer timer.Stop()
	}
	err := <-ended
	tw.door.forget()
	tw.sim.Expire()
	if err == nil {
		tw.takes = time.Since(began)
	}
	until(t, tw.full.conn, fmt.Sprintf(`SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '%s' AND application_name LIKE 'syncd %%')`,
		ask(t, tw.changes.conn, `SELECT current_database()`)))
	got, stands := content(t, tw.changes.conn), tw.stands(t)
	want, fate := before, "it wrote nothing"
	if stands != stood {
		want, fate = content(t, tw.full.conn), "it was published"
	}
	tw.say("%s", fate)
	tw.tally["killed: "+fate]++
	if !slices.Equal(want, got) {
		t.Errorf("a pass was killed, and %s (-want +got):\n%.3000s", fate, diff.Diff(want, got))
	}
}
