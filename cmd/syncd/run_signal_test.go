package main

import (
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"syncd/internal/pgtest"
)

func TestSIGTERMInEveryPhaseEndsRunLoggedOutWithExitCode0(t *testing.T) {
	t.Parallel()
	// Each phase is reached by a run that stays in it for long; empty asks for a database without the schema.
	type stage struct {
		t     *testing.T
		pool  *simulated
		conn  *pgx.Conn // to the database, to hold locks
		watch *pgx.Conn // another: in a transaction pg_stat_activity stands still
		run   func() *running

		more  string   // of the configuration
		pools []string // names and URLs
	}
	blocked := `EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity
		WHERE datname = current_database() AND application_name LIKE 'syncd %'))`
	exec := func(s *stage, sql string) {
		s.t.Helper()
		if _, err := s.conn.Exec(s.t.Context(), sql); err != nil {
			s.t.Fatal(err)
		}
	}
	// call is the phase in which an answer is waited for that a fault holds back.
	call := func(fault, method string, times int) func(s *stage) *running {
		return func(s *stage) *running {
			check(s.t, s.pool.fault(fault))
			r := s.run()
			for range times {
				check(s.t, s.pool.await(method))
			}
			return r
		}
	}
	for _, c := range []struct {
		phase string
		empty bool
		reach func(s *stage) *running
	}{
		{"waiting for another who migrates", true, func(s *stage) *running {
			exec(s, "SELECT pg_advisory_lock(x'73796e63'::bigint << 32)")
			r := s.run()
			until(s.t, s.watch, `EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_try_advisory_lock%' AND pid <> pg_backend_pid())`)
			return r
		}},
		{"migrating", true, func(s *stage) *running {
			exec(s, "BEGIN; CREATE SCHEMA xen") // which its first migration waits for
			r := s.run()
			until(s.t, s.watch, blocked)
			return r
		}},
		{"beginning a pass", false, func(s *stage) *running {
			exec(s, "BEGIN; LOCK syncd.sync_run IN ACCESS EXCLUSIVE MODE")
			r := s.run()
			until(s.t, s.watch, blocked)
			return r
		}},
		{"logging in", false, call("delay=2s:session.login_with_password", "session.login_with_password", 1)},
		{"waiting for a toolstack that starts", false, call("error=HOST_STILL_BOOTING:session.login_with_password:-1", "session.login_with_password", 3)},
		{"before an answer", false, call("stall=0:VM.get_all_records", "VM.get_all_records", 1)},
		{"in the midst of an answer", false, call("stall=50:VM.get_all_records", "VM.get_all_records", 1)},
		{"in a slow answer", false, call("slow=100:VM.get_all_records", "VM.get_all_records", 1)},
		{"logging out", false, call("delay=2s:session.logout", "session.logout", 1)},
		{"publishing", false, func(s *stage) *running {
			exec(s, "BEGIN; LOCK xen.vm IN ACCESS EXCLUSIVE MODE")
			r := s.run()
			until(s.t, s.watch, blocked)
			return r
		}},
		{"waiting for a place", false, func(s *stage) *running {
			s.more, s.pools = "parallel: 1", append(s.pools, "other", s.pools[1])
			return call("stall=0:VM.get_all_records", "VM.get_all_records", 1)(s)
		}},
		{"waiting for a change", false, func(s *stage) *running {
			s.more = "follow: true"
			r := s.run()
			s.pool.polled(s.t)
			return r
		}},
		{"idle", false, func(s *stage) *running {
			r := s.run()
			r.logs(s.t, `"msg":"synced"`)
			return r
		}},
	} {
		t.Run(c.phase, func(t *testing.T) {
			t.Parallel()
			pool, url := simulate(t)
			database := pgtest.New
			if c.empty {
				database = pgtest.Empty
			}
			dsn := database(t)
			s := &stage{t: t, pool: pool, conn: connect(t, dsn), watch: connect(t, dsn), pools: []string{"lab", url}}
			s.run = func() *running { return startRun(t, configure(dsn, "@daily", s.more, s.pools...)) }
			r := c.reach(s)
			r.terminate(t)
			if open, _, _ := pool.sim.Sessions(); open != 0 {
				t.Errorf("%d sessions are left open", open)
			}
			for _, line := range r.log {
				if !strings.HasPrefix(line, "{") || strings.Contains(line, `"level":"ERROR"`) || strings.Contains(line, `"level":"WARN"`) {
					t.Errorf("it complained: %s", line)
				}
			}
			if _, err := s.conn.Exec(t.Context(), "ROLLBACK"); err != nil {
				t.Error(err)
			}
			if c.empty {
				return
			}
			if n := ask(t, s.conn, "SELECT count(*)::text FROM syncd.sync_run WHERE status = 'running' OR finished_at IS NULL"); n != "0" {
				t.Errorf("%s runs are left running", n)
			}
		})
	}
}

func TestSIGTERMEndsRunWhileItWaitsForItsDatabase(t *testing.T) {
	t.Parallel()
	r := startRun(t, configure("postgres://syncd:hunter3@127.0.0.1:1/inventory", "@daily", "", "lab", "http://127.0.0.1:1"))
	r.logs(t, `"level":"WARN"`, "trying again in 1s", "connection refused: is PostgreSQL running there?")
	r.logs(t, `"level":"WARN"`, "trying again in 2s")
	r.terminate(t)
	if log := strings.Join(r.log, "\n"); strings.Contains(log, "hunter3") {
		t.Errorf("the log shows the password:\n%s", log)
	}
}

func TestSIGTERMEndsRunThoughTheOtherSidesHaveFallenSilent(t *testing.T) {
	t.Parallel()
	for name, left := range map[string]int{"the database": 0, "the database and the pool": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := pgtest.New(t)
			proxy := silencer(t, connect(t, dsn).Config().Host)
			pool, url := simulate(t)
			check(t, pool.fault("stall=50:VM.get_all_records"))
			if left > 0 {
				check(t, pool.fault("stall=0:session.logout:-1"))
			}
			name := dsn[strings.LastIndex(dsn, "/")+1 : strings.Index(dsn, "?")]
			r := startRun(t, configure("postgres://postgres@"+proxy.address+"/"+name+"?sslmode=disable", "@daily", "", "lab", url))
			check(t, pool.await("VM.get_all_records"))
			proxy.silent.Store(true)
			r.terminate(t)
			if open, _, _ := pool.sim.Sessions(); open > left {
				t.Errorf("%d sessions are left open", open)
			}
		})
	}
}

// silence is a way to a server that can be cut as a broken network does it: nothing comes through, and nobody is told.
type silence struct {
	address string
	silent  atomic.Bool
}

func silencer(t *testing.T, socket string) *silence {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	s := &silence{address: listener.Addr().String()}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { client.Close() })
			server, err := net.Dial("unix", socket+"/.s.PGSQL.5432")
			if err != nil {
				return
			}
			t.Cleanup(func() { server.Close() })
			go io.Copy(s.gate(server), client)
			go io.Copy(s.gate(client), server)
		}
	}()
	return s
}

// gate writes nothing while it is silent.
func (s *silence) gate(to io.Writer) io.Writer { return gate{s, to} }

type gate struct {
	*silence
	to io.Writer
}

func (g gate) Write(p []byte) (int, error) {
	if g.silent.Load() {
		return len(p), nil
	}
	return g.to.Write(p)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
