package schedule

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// wall is a clock that can be set, within the fake time of a test.
type wall struct {
	mu    sync.Mutex
	ahead time.Duration // of the bubble's time
}

func (w *wall) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.ahead)
}

func (w *wall) set(text string) {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ahead = time.Until(t)
}

// diary is what loops did, a line each.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) add(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, fmt.Sprintf(format, args...))
}

func must(t *testing.T, spec string) Schedule {
	t.Helper()
	s, err := Parse(spec)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// run starts loops that end with the test, or when the function that it returns is called, which waits for them.
func run(t *testing.T, loops ...*Loop) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	for _, l := range loops {
		running.Go(func() { l.Run(ctx) })
		synctest.Wait() // so that they come in their order
	}
	return func() {
		cancel()
		running.Wait()
	}
}

// passes are the instants at which a loop on that clock works during so much time.
func passes(t *testing.T, spec, from string, during time.Duration) (instants []string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var w wall
		w.set(from)
		var d diary
		stop := run(t, &Loop{Schedule: must(t, spec), now: w.now, Work: func(context.Context) { d.add("%s", w.now().UTC().Format("02 15:04:05")) }})
		time.Sleep(during)
		stop()
		instants = d.lines
	})
	return instants
}

func TestTheFirstPassIsAtOnceAndTheOthersWhenTheyAreDue(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		spec   string
		during time.Duration
		want   []string
	}{
		{"*/5 * * * *", 12 * time.Minute, []string{"31 23:58:30", "01 00:00:00", "01 00:05:00", "01 00:10:00"}},
		{"@every 90s", 4 * time.Minute, []string{"31 23:58:30", "01 00:00:00", "01 00:01:30"}},
		{"@every 1s", 3 * time.Second, []string{"31 23:58:30", "31 23:58:31", "31 23:58:32"}},
		{"0 0 3 * *", 4 * 24 * time.Hour, []string{"31 23:58:30", "03 00:00:00"}},
	} {
		if diff := cmp.Diff(c.want, passes(t, c.spec, "2026-12-31T23:58:30Z", c.during-time.Millisecond)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", c.spec, diff)
		}
	}
}

func TestOnTheDayWithoutAnHourNoPassIsLostButTheOneInIt(t *testing.T) {
	t.Parallel()
	// In Berlin 02:00 is 03:00 on 29 March 2026; that is 01:00 UTC.
	for _, c := range []struct {
		spec string
		want []string
	}{
		{"CRON_TZ=Europe/Berlin 0 * * * *", []string{"28 23:50:00", "29 00:00:00", "29 01:00:00", "29 02:00:00", "29 03:00:00"}},
		{"CRON_TZ=Europe/Berlin */30 1-3 * * *", []string{"28 23:50:00", "29 00:00:00", "29 00:30:00", "29 01:00:00", "29 01:30:00"}},
		{"CRON_TZ=Europe/Berlin 30 2 * * *", []string{"28 23:50:00"}},
		{"CRON_TZ=Europe/Berlin @every 1h", []string{"28 23:50:00", "29 00:50:00", "29 01:50:00", "29 02:50:00"}},
	} {
		if diff := cmp.Diff(c.want, passes(t, c.spec, "2026-03-28T23:50:00Z", 4*time.Hour-time.Second)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", c.spec, diff)
		}
	}
}

func TestOnTheDayWithAnHourTwiceFrequentPassesGoOnThroughBoth(t *testing.T) {
	t.Parallel()
	// In Berlin 03:00 is 02:00 on 25 October 2026; that is 01:00 UTC.
	for _, c := range []struct {
		spec string
		want []string
	}{
		{"CRON_TZ=Europe/Berlin 0 * * * *", []string{"24 23:50:00", "25 00:00:00", "25 01:00:00", "25 02:00:00", "25 03:00:00"}},
		{"CRON_TZ=Europe/Berlin */30 2 * * *", []string{"24 23:50:00", "25 00:00:00", "25 00:30:00", "25 01:00:00", "25 01:30:00"}},
		{"CRON_TZ=Europe/Berlin 30 2 * * *", []string{"24 23:50:00", "25 00:30:00", "25 01:30:00"}},
		{"CRON_TZ=Europe/Berlin @every 1h", []string{"24 23:50:00", "25 00:50:00", "25 01:50:00", "25 02:50:00"}},
	} {
		if diff := cmp.Diff(c.want, passes(t, c.spec, "2026-10-24T23:50:00Z", 4*time.Hour-time.Second)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", c.spec, diff)
		}
	}
}

func TestAClockThatIsSetIsFollowedWithinTheMinute(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, to string
		want     []string
	}{
		{"forward over several instants, which become one", "15:20:10", []string{"12:00", "15:20", "16:00"}},
		{"forward, short of the next", "12:59:50", []string{"12:00", "13:00", "14:00"}},
		{"back over an instant, which comes again", "10:58:40", []string{"12:00", "11:00", "12:00"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			var w wall
			w.set("2026-06-01T12:00:30Z")
			var d diary
			stop := run(t, &Loop{Schedule: must(t, "0 * * * *"), now: w.now, Work: func(context.Context) { d.add("%s", w.now().Format("15:04")) }})
			time.Sleep(10*time.Minute + 7*time.Second)
			w.set("2026-06-01T" + c.to + "Z")
			time.Sleep(90 * time.Minute)
			stop()
			if diff := cmp.Diff(c.want, d.lines); diff != "" {
				t.Errorf("%s: -want +got:\n%s", c.name, diff)
			}
		})
	}
}

func TestAnInstantAtWhichThePassStillRunsIsSkippedAndToldOf(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var d diary
		long := true
		stop := run(t, &Loop{
			Schedule: must(t, "@every 10s"),
			Work: func(context.Context) {
				d.add("work %v", time.Since(began))
				if long {
					long = false
					time.Sleep(25 * time.Second)
				}
			},
			Skipped: func(due, since time.Time) { d.add("skip %v of %v", due.Sub(began), since.Sub(began)) },
		})
		time.Sleep(45 * time.Second)
		stop()
		want := []string{"work 0s", "skip 10s of 0s", "skip 20s of 0s", "work 30s", "work 40s"}
		if diff := cmp.Diff(want, d.lines); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}

func TestTheEndOfTheContextIsToldToTheWorkAndWaitsForIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		done := false
		stop := run(t, &Loop{Schedule: must(t, "@hourly"), Work: func(ctx context.Context) {
			<-ctx.Done()
			time.Sleep(5 * time.Second) // to log out
			done = true
		}})
		stop()
		if !done {
			t.Error("Run returned before the work had")
		}
	})
}

func TestWithAContextThatHasEndedNothingIsDone(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	l := &Loop{Schedule: must(t, "@hourly"), Work: func(context.Context) { t.Error("it worked") }}
	l.Run(ctx)
}

func TestAScheduleThatNeverComesWorksOnceAndThenWaitsForItsEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := 0
		stop := run(t, &Loop{Work: func(context.Context) { n++ }})
		time.Sleep(24 * time.Hour)
		stop()
		if n != 1 {
			t.Errorf("worked %d times", n)
		}
	})
}

func TestLoopsThatShareAnInstantAreSpreadOverThePlaces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		places := NewPlaces(3)
		var d diary
		var loops []*Loop
		for i := range 7 {
			loops = append(loops, &Loop{
				Schedule: must(t, "@every 1m"), Places: places,
				Work: func(context.Context) {
					d.add("%v %d", time.Since(began), i)
					time.Sleep(10 * time.Second)
				},
				Skipped: func(due, since time.Time) { t.Error("skipped", due) },
			})
		}
		stop := run(t, loops...)
		time.Sleep(59 * time.Second)
		stop()
		slices.Sort(d.lines)
		want := []string{"0s 0", "0s 1", "0s 2", "10s 3", "10s 4", "10s 5", "20s 6"}
		if diff := cmp.Diff(want, d.lines); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}

func TestEachLoopHasItsTurnWhenThereIsMoreWorkThanPlaces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		places := NewPlaces(1)
		var d diary
		var loops []*Loop
		for i := range 3 {
			loops = append(loops, &Loop{
				Schedule: must(t, "@every 1s"), Places: places,
				Work: func(context.Context) {
					d.add("%d", i)
					time.Sleep(1500 * time.Millisecond)
				},
				Skipped: func(due, since time.Time) {
					if due.Sub(began) < time.Second {
						t.Error("skipped the first")
					}
				},
			})
		}
		stop := run(t, loops...)
		time.Sleep(90 * time.Second)
		stop()
		turns := map[string]int{}
		for _, line := range d.lines {
			turns[line]++
		}
		for i := range 3 {
			if n := turns[fmt.Sprint(i)]; n < 19 || n > 21 {
				t.Errorf("loop %d had %d turns of about 60, want a third: %v", i, n, turns)
			}
		}
	})
}

func TestAPassThatWaitsForAPlaceCountsAsRunning(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		places := NewPlaces(1)
		places <- struct{}{} // taken
		var d diary
		stop := run(t, &Loop{
			Schedule: must(t, "@every 10s"), Places: places,
			Work:    func(context.Context) { d.add("work %v", time.Since(began)) },
			Skipped: func(due, since time.Time) { d.add("skip %v of %v", due.Sub(began), since.Sub(began)) },
		})
		time.Sleep(15 * time.Second)
		<-places
		time.Sleep(10 * time.Second)
		stop()
		want := []string{"skip 10s of 0s", "work 15s", "work 20s"}
		if diff := cmp.Diff(want, d.lines); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}

func TestWhoWaitsForAPlaceWhenTheContextEndsDoesNotWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		places := NewPlaces(1)
		places <- struct{}{} // taken, and never given back
		stop := run(t, &Loop{Schedule: must(t, "@hourly"), Places: places, Work: func(context.Context) { t.Error("it worked") }})
		time.Sleep(time.Minute)
		stop()
	})
}

func TestALoopThatIsStuckLeavesTheOthersTheirPlaces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		places := NewPlaces(2)
		n := 0
		stop := run(t,
			&Loop{Schedule: must(t, "@every 1s"), Places: places, Work: func(ctx context.Context) { <-ctx.Done() }, Skipped: func(due, since time.Time) {}},
			&Loop{Schedule: must(t, "@every 1s"), Places: places, Work: func(context.Context) { n++ }, Skipped: func(due, since time.Time) { t.Error("delayed") }})
		time.Sleep(9500 * time.Millisecond)
		stop()
		if n != 10 {
			t.Errorf("worked %d times in as many seconds, want 10", n)
		}
	})
}
