package torture

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"syncd/internal/pgembed"
	"syncd/internal/pgtest"
	"syncd/internal/xensim"
)

const (
	vm      = "VM.get_all_records"
	lockVMs = `BEGIN; LOCK TABLE xen.vm IN SHARE MODE` // lets everybody read, and no pass publish a VM
)

// rename gives every VM another name: a pass has something to write to xen.vm, and only that.
func (r *rig) rename(t *testing.T) {
	t.Helper()
	for n, v := range r.sim.Objects("VM") {
		if err := r.sim.Set("VM", v.Ref, "name_label", fmt.Sprint("renamed ", n)); err != nil {
			t.Fatal(err)
		}
	}
}

// mirrored is a rig after a first pass, with news from the pool.
func mirrored(t *testing.T, database string) *rig {
	t.Helper()
	r := newRig(t, database, xensim.Options{Hosts: 2, VMs: 15, Bare: true}, short...)
	r.good(t)
	r.rename(t)
	return r
}

// failed checks a pass that met a fault of the database: one line that matches, nothing changed, no session.
func (r *rig) failed(t *testing.T, o outcome, line string, before map[string][]string) {
	t.Helper()
	if o.code != 1 || len(o.errors) != 1 || !regexp.MustCompile(line).MatchString(o.errors[0]) {
		t.Errorf("want exit 1 and one line that matches %s: %v", line, o)
	}
	differ(t, "the pass failed and changed SQL (-before +after)", before, dump(t, r.database))
	sound(t, r.database)
	r.loggedOut(t)
}

// peace makes a pass that is right.
func (r *rig) peace(t *testing.T) {
	t.Helper()
	r.good(t)
	r.equal(t)
	sound(t, r.database)
	r.loggedOut(t)
	_, logins, _ := r.sim.Sessions()
	figures.done(logins, 0)
}

func (r *rig) loggedOut(t *testing.T) {
	t.Helper()
	if open, _, _ := r.sim.Sessions(); open != 0 {
		t.Errorf("%d sessions are open", open)
	}
}

// phases are the calls during which something happens to the database; at a logout everything was read.
var phases = []string{"session.login_with_password", "pool.get_all_records", "host.get_all_records", vm, "VBD.get_all_records", "session.logout", events}

func TestAConnectionThatIsTerminatedEndsThePass(t *testing.T) {
	t.Parallel()
	for i, phase := range phases {
		if !whole && i%2 == 0 {
			continue
		}
		t.Run(phase, func(t *testing.T) {
			t.Parallel()
			r := mirrored(t, pgtest.New(t))
			before := dump(t, r.database)
			r.door.at(phase, func() bool {
				conn := connect(t, r.database)
				execute(t, conn, terminate)
				until(t, conn, gone)
				return false
			})
			r.failed(t, r.sync(t, flags(phase)...), `^sync lab: database .*(57P01|was lost).*tries again`, before)
			r.peace(t)
		})
	}
	t.Run("publishing", func(t *testing.T) {
		t.Parallel()
		r := mirrored(t, pgtest.New(t))
		before := dump(t, r.database)
		conn := connect(t, r.database)
		execute(t, conn, lockVMs)
		p := r.start(t, r.database)
		until(t, connect(t, r.database), waits)
		execute(t, connect(t, r.database), terminate)
		o := p.wait(t)
		execute(t, conn, `ROLLBACK`)
		r.failed(t, o, `^sync lab: database .*publishing pool lab: .*57P01`, before)
		r.peace(t)
	})
}

func TestALockOfSomebodyElseIsWaitedFor(t *testing.T) {
	t.Parallel()
	r := mirrored(t, pgtest.New(t))
	conn, look := connect(t, r.database), connect(t, r.database)
	execute(t, conn, lockVMs)
	p := r.start(t, r.database)
	until(t, look, waits)
	r.loggedOut(t) // however long it waits, the pool has its session back
	execute(t, conn, `ROLLBACK`)
	if o := p.wait(t); o.code != 0 {
		t.Errorf("the lock was given back: %v", o)
	}
	r.equal(t)

	r.sim.Change(5)
	r.rename(t)
	before := dump(t, r.database)
	execute(t, conn, lockVMs)
	p = r.start(t, r.database)
	until(t, look, waits)
	asked := time.Now()
	p.cmd.Process.Signal(syscall.SIGTERM)
	o := p.wait(t)
	if took := time.Since(asked); took > 10*time.Second {
		t.Errorf("SIGTERM ended it after %v", took)
	}
	execute(t, conn, `ROLLBACK`)
	r.failed(t, o, `^sync: interrupted`, before)
	r.peace(t)
}

func TestAReadOnlyDatabaseIsAnErrorWithTheRemedy(t *testing.T) {
	t.Parallel()
	r := mirrored(t, pgtest.New(t))
	before := dump(t, r.database)
	conn := connect(t, r.database)
	set := func(value string) {
		execute(t, conn, `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = `+value+`', current_database()); END $$`)
	}
	set("on")
	o := r.sync(t)
	execute(t, conn, `SET default_transaction_read_only = off`)
	set("off")
	r.failed(t, o, `^(sync lab: )?database .*25006.*use the primary`, before)
	r.peace(t)
}

func TestWhatAUserBuiltOnOurTablesStays(t *testing.T) {
	t.Parallel()
	r := mirrored(t, pgtest.New(t))
	conn := connect(t, r.database)
	execute(t, conn, `CREATE VIEW public.mine AS SELECT v.*, h.name_label AS host FROM xen.vm v LEFT JOIN xen.host h ON h.id = v.resident_on_id`)
	r.peace(t)

	// A reference to a row of ours keeps the row, and says why.
	v := r.sim.Objects("VM")[0]
	execute(t, conn, `CREATE TABLE public.note (vm bigint REFERENCES xen.vm, text text)`)
	execute(t, conn, `INSERT INTO public.note SELECT id, 'billed to Ann' FROM xen.vm WHERE uuid = '`+v.Fields["uuid"].(string)+`'`)
	if err := r.sim.Remove("VM", v.Ref); err != nil {
		t.Fatal(err)
	}
	before := dump(t, r.database)
	r.failed(t, r.sync(t), `^sync lab: database .*23503.*something that you built refers to these rows`, before)
	execute(t, conn, `DELETE FROM public.note`)
	r.peace(t)
	if n := ask[int](t, conn, `SELECT count(*) FROM public.mine`); n != len(r.sim.Objects("VM")) {
		t.Errorf("the user's view has %d rows", n)
	}
}

// server is a PostgreSQL of one test, on a URL that stays when it is started again.
type server struct {
	*pgembed.Server
	dir string
}

func (s *server) start(t *testing.T) {
	t.Helper()
	var err error
	s.Server, err = pgembed.Start(t.Context(), pgembed.Options{Dir: s.dir, Database: "mirror", NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
}

func (s *server) stop(t *testing.T) {
	t.Helper()
	if err := s.Stop(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
}

func newServer(t *testing.T, dir string) *server {
	t.Helper()
	s := &server{dir: filepath.Join(dir, "pg")}
	s.start(t)
	t.Cleanup(func() { s.stop(t) })
	return s
}

// folder is one that the server's own user can come to.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "syncd-torture-pg-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestADatabaseThatIsDownOrRestartsEndsThePass(t *testing.T) {
	t.Parallel()
	s := newServer(t, folder(t))
	r := mirrored(t, s.URL("mirror"))

	t.Run("restarted under a call", func(t *testing.T) {
		for _, phase := range phases {
			before := dump(t, r.database)
			r.door.at(phase, func() bool {
				s.stop(t)
				s.start(t)
				return false
			})
			r.failed(t, r.sync(t, flags(phase)...), `^sync lab: database .*(57P01|was lost).*tries again`, before)
			r.peace(t)
			r.rename(t)
			r.sim.Change(3)
			if !whole && phase == "pool.get_all_records" {
				break
			}
		}
	})
	t.Run("down", func(t *testing.T) {
		before := dump(t, r.database)
		s.stop(t)
		o := r.sync(t)
		s.start(t)
		r.failed(t, o, `^database .*no such file or directory: no server has its socket there: is PostgreSQL running`, before)
		r.peace(t)
	})
	t.Run("down under a call", func(t *testing.T) {
		r.rename(t)
		r.sim.Change(3)
		before := dump(t, r.database)
		r.door.at(vm, func() bool { s.stop(t); return false })
		o := r.sync(t, flags(vm)...)
		s.start(t)
		r.failed(t, o, `^sync lab: database .*(57P01|was lost).*tries again`, before)
		r.peace(t)
	})
	t.Run("at its connection limit", func(t *testing.T) {
		r.rename(t)
		r.sim.Change(3)
		before := dump(t, r.database)
		var all []*pgx.Conn
		for len(all) < 100 {
			conn, err := pgx.Connect(t.Context(), r.database)
			if err != nil {
				break
			}
			all = append(all, conn)
		}
		o := r.sync(t)
		for _, conn := range all {
			conn.Close(t.Context())
		}
		until(t, connect(t, r.database), `count(*) < 10 FROM pg_stat_activity`)
		r.failed(t, o, `^database .*53300.*raise max_connections`, before)
		r.peace(t)
	})
}

func TestAFullDiskEndsThePass(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	if err := mount(dir, 256<<20); err != nil {
		t.Skipf("SKIPPED: a small file system needs root on Linux: %v", err)
	}
	t.Cleanup(func() {
		if err := unmount(dir); err != nil {
			t.Error(err)
		}
	})
	s := newServer(t, dir)
	r := newRig(t, s.URL("mirror"), xensim.Options{Hosts: 2, VMs: 15, Bare: true}, short...)
	r.good(t)
	before := dump(t, r.database)
	for n := range 1000 {
		err := r.sim.Add("network", fmt.Sprint("OpaqueRef:many-", n), map[string]any{"uuid": fmt.Sprint("many-", n),
			"name_description": strings.Repeat(fmt.Sprint("text that nothing makes smaller ", n*7919, " "), 40)})
		if err != nil {
			t.Fatal(err)
		}
	}
	ballast := filepath.Join(dir, "ballast")
	fill(t, ballast, free(t, dir)-1<<20)
	o := r.sync(t)
	t.Logf("%v", o)
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	s.stop(t) // a server that could not write its log is down, and needs its owner to start it
	s.start(t)
	r.failed(t, o, `^sync lab: database .*(53100.*free space|57P0.*tries again|was lost.*tries again)`, before)
	r.peace(t)
}

// fill makes a file of a size.
func fill(t *testing.T, path string, size int64) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for chunk := make([]byte, 1<<20); size > 0; size -= int64(len(chunk)) {
		if _, err := f.Write(chunk[:min(size, int64(len(chunk)))]); err != nil {
			t.Fatal(err)
		}
	}
}
