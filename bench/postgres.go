package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"syncd/internal/pgembed"
)

// postgres is the throw-away server that every program writes to, each into a database of its own. It waits for the disk
// and has autovacuum as any server has out of its package.
type postgres struct {
	dir    string
	server *pgembed.Server
	conn   *pgx.Conn // to the database postgres
}

func startPostgres(ctx context.Context, noSync bool) (p *postgres, err error) {
	p = &postgres{}
	if p.dir, err = os.MkdirTemp("", "syncd-bench-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.stop())
		}
	}()
	if err := os.Chmod(p.dir, 0o711); err != nil { // the server's account may be another
		return nil, err
	}
	if p.server, err = pgembed.Start(ctx, pgembed.Options{Dir: filepath.Join(p.dir, "postgres"), NoSync: noSync}); err != nil {
		return nil, err
	}
	p.conn, err = pgx.Connect(ctx, p.server.URL("postgres"))
	return p, err
}

func (p *postgres) stop() error {
	ctx := context.Background()
	var err error
	if p.conn != nil {
		err = p.conn.Close(ctx)
	}
	if p.server != nil {
		err = errors.Join(err, p.server.Stop(ctx))
	}
	return errors.Join(err, os.RemoveAll(p.dir))
}

// fresh makes an empty database in place of one that may be there, and returns its URL.
func (p *postgres) fresh(ctx context.Context, name string) (url string, err error) {
	_, err = p.conn.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	if err == nil {
		_, err = p.conn.Exec(ctx, "CREATE DATABASE "+name)
	}
	return p.server.URL(name), err
}

// settle waits until nobody is connected, so that each has paid and said what it did, and writes what is due to the disk:
// nobody shall work for who was there before.
func (p *postgres) settle(ctx context.Context) error {
	if err := p.quiet(ctx); err != nil {
		return err
	}
	_, err := p.conn.Exec(ctx, "CHECKPOINT")
	return err
}

func (p *postgres) quiet(ctx context.Context) error {
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		var others int
		err := p.conn.QueryRow(ctx, `SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`).Scan(&others)
		if err != nil {
			return err
		}
		if others == 0 {
			time.Sleep(50 * time.Millisecond) // the server has yet to bury who has left
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%d connections do not end", others)
		}
	}
}

// position is how many bytes of WAL were ever written.
func (p *postgres) position(ctx context.Context) (bytes int64, err error) {
	err = p.conn.QueryRow(ctx, `SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint`).Scan(&bytes)
	return bytes, err
}

// cpu is what the server's processes used that have ended, in ticks of 10 ms: each connection is one. It is 0 where
// there is no /proc.
func (p *postgres) cpu() time.Duration {
	text, _ := os.ReadFile(filepath.Join(p.dir, "postgres", "data", "postmaster.pid"))
	pid, _, _ := strings.Cut(string(text), "\n")
	stat, _ := os.ReadFile("/proc/" + pid + "/stat")
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 15 {
		return 0
	}
	user, _ := strconv.Atoi(fields[13]) // cutime, the 16th field of proc(5)
	system, _ := strconv.Atoi(fields[14])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// watched does what it is given, and adds to its cost what that cost the server.
func (p *postgres) watched(ctx context.Context, do func() (run, error)) (run, error) {
	if err := p.settle(ctx); err != nil {
		return run{}, err
	}
	wal, err := p.position(ctx)
	if err != nil {
		return run{}, err
	}
	cpu := p.cpu()
	r, err := do()
	if err != nil {
		return run{}, err
	}
	if err := p.quiet(ctx); err != nil {
		return run{}, err
	}
	r.Server = p.cpu() - cpu
	end, err := p.position(ctx)
	r.WAL = end - wal
	return r, err
}

// in opens a connection to a database, for a moment.
func (p *postgres) in(ctx context.Context, url string, do func(*pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	return errors.Join(do(conn), conn.Close(ctx))
}

// set changes a setting of the running server.
func (p *postgres) set(ctx context.Context, setting string) error {
	_, err := p.conn.Exec(ctx, "ALTER SYSTEM SET "+setting)
	if err == nil {
		_, err = p.conn.Exec(ctx, "SELECT pg_reload_conf()")
	}
	return err
}
