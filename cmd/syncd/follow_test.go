package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"syncd/internal/pgtest"
)

// followed is a configuration of pools that are followed.
func followed(database, schedule, more string, pools ...string) string {
	return configure(database, schedule, "follow: true\nmin_interval: 1s\n"+more, pools...)
}

// polled waits until the pool is asked to tell of the next change.
func (p *simulated) polled(t *testing.T) {
	t.Helper()
	check(t, p.await(waiting))
}

// rename gives a VM another name, and waits until SQL has it.
func (p *simulated) rename(t *testing.T, conn *pgx.Conn, name string) {
	t.Helper()
	check(t, p.sim.Set("VM", p.sim.Objects("VM")[0].Ref, "name_label", name))
	until(t, conn, "EXISTS (SELECT FROM xen.vm WHERE name_label = '"+name+"')")
}

// hungUp wants every session logged out.
func (p *simulated) hungUp(t *testing.T) {
	t.Helper()
	if open, logins, _ := p.sim.Sessions(); open != 0 {
		t.Errorf("%d sessions of %d are left open", open, logins)
	}
}

const another = `EXISTS (SELECT FROM syncd.sync_run WHERE mode = 'full' AND reason = 'the master, its software, its toolstack''s start or what is read of it is another')`

func TestAChangeOfAFollowedPoolShowsAtOnceAndOverOneSession(t *testing.T) {
	t.Parallel()
	pool, url := simulate(t)
	dsn := pgtest.New(t)
	conn := connect(t, dsn)
	r := startRun(t, followed(dsn, "@daily", "", "lab", url))
	pool.polled(t)
	began := time.Now()
	pool.rename(t, conn, "renamed")
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	if mode := ask(t, conn, "SELECT last_success_mode FROM inventory.freshness WHERE last_success_proven"); mode != "follow" {
		t.Errorf("freshness tells of mode %s", mode)
	}
	if n := ask(t, conn, "SELECT string_agg(c.class, ' ') FROM syncd.sync_class c JOIN syncd.sync_run r ON r.id = c.run_id WHERE r.mode = 'follow'"); n != "VM" {
		t.Errorf("rows of classes %s, and a VM was renamed", n)
	}
	if _, logins, _ := pool.sim.Sessions(); logins != 1 {
		t.Errorf("%d logins", logins)
	}
	r.terminate(t)
	pool.hungUp(t)
}

func TestChangesOfAFollowedPoolArePublishedTogetherOnceInMinInterval(t *testing.T) {
	t.Parallel()
	pool, url := simulate(t)
	dsn := pgtest.New(t)
	conn := connect(t, dsn)
	r := startRun(t, followed(dsn, "@daily", "", "lab", url))
	pool.polled(t)
	for deadline := time.Now().Add(patience); ask(t, conn, "SELECT (count(*) >= 4)::text FROM syncd.sync_run WHERE mode = 'follow'") != "true"; {
		if time.Now().After(deadline) {
			t.Fatal("there were never four passes")
		}
		check(t, pool.sim.Set("VM", pool.sim.Objects("VM")[0].Ref, "name_label", time.Now().String()))
	}
	if early := ask(t, conn, `SELECT count(*)::text FROM (SELECT started_at - lag(finished_at) OVER (ORDER BY id) AS pause FROM syncd.sync_run) r
		WHERE pause < '1 s'`); early != "0" {
		t.Errorf("%s passes began less than a second after the one before", early)
	}
	r.terminate(t)
	pool.hungUp(t)
}

func TestAToolstackThatRestartsHasAFollowedPoolReadAnewAndFollowedOn(t *testing.T) {
	t.Parallel()
	for name, restart := range map[string]func(t *testing.T, p *simulated){
		"under a poll": func(_ *testing.T, p *simulated) { p.sim.Restart() },
		"under a pass": func(t *testing.T, p *simulated) {
			check(t, p.fault("restart:pool.get_all_records"))
			p.sim.Change(1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, url := simulate(t)
			dsn := pgtest.New(t)
			conn := connect(t, dsn)
			r := startRun(t, followed(dsn, "@daily", "", "lab", url))
			pool.polled(t)
			restart(t, pool)
			until(t, conn, another)
			pool.rename(t, conn, "renamed")
			r.terminate(t)
			pool.hungUp(t)
			if n := ask(t, conn, "SELECT count(*)::text FROM syncd.sync_run WHERE status = 'failed'"); n != "0" {
				t.Errorf("%s passes failed", n)
			}
		})
	}
}

func TestAFollowedPoolWhoseMasterMovesIsFollowedThere(t *testing.T) {
	t.Parallel()
	m := newMembers(t, 2)
	pool := &simulated{m.pool(t, 1), &calls{}}
	m.become(pool.calls.through(pool.sim), nil)
	dsn := pgtest.New(t)
	conn := connect(t, dsn)
	r := startRun(t, followed(dsn, "@daily", "", "lab", m.url(0)), "LAB_PASSWORD=xensim")
	pool.polled(t)
	m.become(pool.sim.Member(net.JoinHostPort(m.address(1), m.port)), pool.sim)
	check(t, pool.sim.Set("pool", pool.sim.Objects("pool")[0].Ref, "master", pool.sim.Objects("host")[1].Ref))
	r.logs(t, `"level":"INFO"`, "the pool has another master, "+m.url(1))
	until(t, conn, another)
	pool.rename(t, conn, "renamed")
	r.terminate(t)
}

func TestAFollowedPoolThatIsOutOfReachIsTriedByItsScheduleAndFollowedAgain(t *testing.T) {
	t.Parallel()
	pool, _ := simulate(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	address := listener.Addr().String()
	serve := func() *httptest.Server {
		s := &httptest.Server{Listener: listener, Config: &http.Server{Handler: pool.calls.through(pool.sim)}}
		s.Start()
		t.Cleanup(s.Close)
		return s
	}
	server := serve()
	dsn := pgtest.New(t)
	conn := connect(t, dsn)
	r := startRun(t, followed(dsn, "@every 1s", "", "lab", "http://"+address))
	pool.polled(t)
	server.CloseClientConnections()
	server.Close()
	r.logs(t, `"level":"INFO"`, "the session in which the pool was followed is lost")
	r.logs(t, `"level":"ERROR"`, `"msg":"the pass failed"`, "connection refused")
	for deadline := time.Now().Add(patience); ; {
		if listener, err = net.Listen("tcp", address); err == nil {
			break
		}
		if time.Now().After(deadline) { // somebody was given the port for a connection
			t.Fatal(err)
		}
	}
	serve()
	r.logs(t, `"msg":"synced"`, `"mode":"full"`)
	pool.rename(t, conn, "renamed")
	until(t, conn, "EXISTS (SELECT FROM syncd.sync_run WHERE mode = 'follow')")
	r.terminate(t)
	if open, _, _ := pool.sim.Sessions(); open > 1 { // that of before could not be logged out, and is left to the next start
		t.Errorf("%d sessions are left open", open)
	}
}

func TestWaitingForChangesTakesNoPlaceFromAnotherPool(t *testing.T) {
	t.Parallel()
	lab, labURL := simulate(t)
	east, eastURL := simulateSeed(t, 1)
	dsn := pgtest.New(t)
	conn := connect(t, dsn)
	r := startRun(t, followed(dsn, "@daily", "parallel: 1", "lab", labURL, "east", eastURL))
	lab.polled(t)
	east.polled(t)
	lab.rename(t, conn, "of lab")
	east.rename(t, conn, "of east")
	lab.rename(t, conn, "of lab again")
	r.terminate(t)
	lab.hungUp(t)
	east.hungUp(t)
}

func TestAPoolThatCannotTellWhatChangedIsReadByItsSchedule(t *testing.T) {
	t.Parallel()
	pool, url := simulate(t)
	check(t, pool.fault("error=MESSAGE_METHOD_UNKNOWN,event.from:event.from:-1"))
	dsn := pgtest.New(t)
	r := startRun(t, followed(dsn, "@every 1s", "", "lab", url))
	until(t, connect(t, dsn), "(SELECT count(*) FROM syncd.sync_run WHERE mode = 'full' AND reason = 'the pool cannot tell what changed') >= 3")
	r.terminate(t)
	pool.hungUp(t)
	if n := strings.Count(strings.Join(r.log, "\n"), `"level":"WARN","msg":"the pool does not tell what changed`); n != 1 {
		t.Errorf("it is said %d times", n)
	}
}
