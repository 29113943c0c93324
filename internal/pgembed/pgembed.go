package pgembed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// patience bounds a start. What a server has to recover after a crash is bounded by max_wal_size, so that a
	// minute is plenty.
	patience = time.Minute
	pause    = 10 * time.Millisecond // between two looks at a lock or a socket
)

// Options of a private server.
type Options struct {
	Dir      string       // holds all of the server and nothing else; made where it is missing
	Database string       // created where it is missing; empty: none beside `postgres`
	NoSync   bool         // never wait for the disk: a power cut may lose the database. For tests
	Stay     bool         // keep a server running until Stop, whatever becomes of this one or its owner. For daemons
	Listen   string       // a loopback HOST:PORT for TCP; empty: the Unix socket alone
	Members  string       // the role whose members may connect to Database there, with their passwords; nobody else may
	Log      *slog.Logger // nil: slog.Default()
}

// Server is a private server that was started, or found running.
type Server struct {
	dir    string // absolute and without links
	socket string // the directory of the socket
	as     account
	log    *slog.Logger

	owner *os.File // owner.lock; nil where another process owns the server
	child *child   // postgres; nil as well
	guest *os.File // guests.lock, where another process owns the server and waits for this one

	leave  context.CancelFunc // ends stay; nil without Options.Stay
	stayed chan struct{}      // closed once stay has ended
}

// Start returns a server on o.Dir that answers. It starts one unless another process has; of several that start at
// once, one does. Ctx and a minute bound the start, not the server's life.
func Start(ctx context.Context, o Options) (*Server, error) {
	s, err := start(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("start the embedded Postgres in %s: %w", o.Dir, err)
	}
	return s, nil
}

func start(ctx context.Context, o Options) (*Server, error) {
	s := &Server{log: cmp.Or(o.Log, slog.Default())}
	if err := s.prepare(o.Dir); err != nil {
		return nil, err
	}
	err := s.launchOrJoin(ctx, o)
	if err == nil && o.Database != "" {
		err = s.create(ctx, o.Database)
	}
	if err != nil {
		return nil, errors.Join(err, s.Stop(ctx))
	}
	if o.Stay {
		ctx, s.leave = context.WithCancel(context.WithoutCancel(ctx))
		s.stayed = make(chan struct{})
		go s.stay(ctx, o)
	}
	return s, nil
}

func (s *Server) launchOrJoin(ctx context.Context, o Options) (err error) {
	bounded, cancel := bound(ctx)
	defer func() { cancel() }()
	for said := false; ; {
		if s.owner, err = tryLock(s.path("owner.lock"), syscall.LOCK_EX); err != nil {
			return err
		}
		if s.owner != nil {
			return s.launch(bounded, o)
		}
		if o.Stay && !s.ownerStays() {
			// It would take the server away in the midst of our work, or wait for us who stay. It is soon gone.
			if !said {
				said = true
				s.log.Info("waiting for a command of syncd that uses the embedded Postgres", "process", readPID(s.path("owner.lock")))
			}
			cancel()
			bounded, cancel = bound(ctx)
		} else if joined, err := s.join(bounded, o); joined || err != nil {
			return err
		}
		if err := wait(bounded); err != nil {
			return fmt.Errorf("another process has %s, yet no server answers in %s: %w", s.path("owner.lock"), s.socket, err)
		}
	}
}

// bound is ctx with an end, for what takes a moment.
func bound(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, patience, fmt.Errorf("it did not answer within %v", patience))
}

// URL is that of a database of this server, for its superuser; psql takes it too.
func (s *Server) URL(database string) string {
	query := url.Values{"host": {s.socket}, "port": {strconv.Itoa(socketPort)}}
	u := url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/" + database,
		RawQuery: strings.ReplaceAll(query.Encode(), "+", "%20")} // libpq takes + for itself
	return u.String()
}

// Stop ends the server if this process started it. It waits until every other process that uses the server has called its
// own Stop or is gone, ten minutes at most; when ctx ends, or has ended, it waits no longer, and their connections fail.
// Stopping itself takes less than a second: a server that needs longer to tidy up recovers at its next start instead.
func (s *Server) Stop(ctx context.Context) error {
	if s.leave != nil {
		s.leave()
		<-s.stayed
		s.leave = nil
	}
	if s.guest != nil {
		s.guest.Close()
		s.guest = nil
	}
	if s.owner == nil {
		return nil
	}
	defer s.owner.Close()
	s.owner = nil
	if s.child == nil {
		return nil
	}
	if last := s.outlast(ctx); last != nil {
		defer last.Close()
	}
	return s.child.stop()
}

func (s *Server) path(name string) string { return filepath.Join(s.dir, name) }

// postmaster is what a server says of itself in postmaster.pid. One that was killed may have left its word.
type postmaster struct {
	pid    int
	port   string
	listen string // the first address, empty where there is no TCP
	ready  bool   // it accepts connections
}

func (s *Server) postmaster() (p postmaster) {
	text, _ := os.ReadFile(filepath.Join(s.path("data"), "postmaster.pid"))
	lines := strings.Split(string(text), "\n")
	if len(lines) < 8 {
		return p
	}
	p.pid, _ = strconv.Atoi(lines[0])
	p.port, p.listen, p.ready = lines[3], lines[5], strings.TrimSpace(lines[7]) == "ready"
	return p
}

// ping tells whether the server lets one in. One that is starting logs each that it turns away: ask postmaster first.
func (s *Server) ping(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// create makes a database unless it is there.
func (s *Server) create(ctx context.Context, database string) error {
	conn, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	var there bool
	err = conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, database).Scan(&there)
	if err != nil || there {
		return err
	}
	_, err = conn.Exec(ctx, `CREATE DATABASE `+pgx.Identifier{database}.Sanitize())
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && (e.Code == "42P04" || e.Code == "23505") {
		return nil // duplicate_database, unique_violation: another process was faster
	}
	return err
}

// wait pauses between two looks; its error is why ctx ended.
func wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(pause):
		return nil
	}
}
