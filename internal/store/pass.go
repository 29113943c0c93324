package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"syncd/internal/model"
)

// PassOptions say which pool a pass is for and how careful it is.
type PassOptions struct {
	Pool string // the pool's name in the configuration

	// Wait is called once with a description of who is syncing the pool, before BeginPass waits for them. It may be nil.
	Wait func(holder string)

	// NoWait makes BeginPass return a *Busy instead of waiting.
	NoWait bool

	// Credentials are what the pool is asked with. Where Heed is set and the pool refused them within the last hour,
	// BeginPass returns a *LeftAlone, so that nobody locks an account.
	Credentials Credentials
	Heed        bool

	// MaxRemovedRatio is the share of the hosts, or of the real VMs, that may vanish at once: 0 to 1. Force accepts any.
	MaxRemovedRatio float64
	Force           bool

	// Exclude are the classes that the configuration leaves out: a reference to one of them leads nowhere, which is no news.
	Exclude []*model.Class

	// Dry makes a pass that writes nothing: no row, no run, no id. Publish then tells what it would have done.
	Dry bool
}

// Pass is one reading of one pool on its way into the database. It is used by one goroutine, and ended by Publish or
// by Fail.
type Pass struct {
	db         *DB
	conn       *pgx.Conn
	options    PassOptions
	poolID     int64
	locked     bool // conn has the lock of the pool
	runID      int64
	generation int64
	key        []byte // of its fingerprints; nil in a dry pass of a pool that has no row
	storedUUID string // of the pool, empty before its first good pass
	uuid       string // as Identify was told
	refused    bool   // the pool refused credentials in the last pass that asked
	started    time.Time

	flight       *flight // what goes on at conn; nil while nothing does
	buffer, sent []byte  // rows for COPY: those that are gathered, and those that are on their way

	stages    []*stage       // in the order in which the classes were first begun
	open      *stage         // the one between Begin and End
	dropped   []*model.Class // what was read of them counts no more, and clear is to take it away
	seq       int64
	tables    map[string]bool // the temporary tables that were made
	residents *residents

	since   map[string]time.Time // as Known told
	counted map[string]bool      // classes that the last full pass could read
	changes changes
	proof   Proof
}

// BeginPass waits until no other process syncs the pool, and opens a pass: a run row that says "running". Runs that
// a process left so by dying are closed. Where [PassOptions].NoWait keeps it from waiting, the run says "skipped" and the
// error is a *Busy; a pass that heeds a refusal has no run at all. A dry pass waits as well, so that it tells of one state, and opens no run.
func (db *DB) BeginPass(ctx context.Context, o PassOptions) (*Pass, error) {
	conn, err := db.connect(ctx)
	if err != nil {
		return nil, err
	}
	p := &Pass{db: db, conn: conn, options: o, tables: map[string]bool{}, counted: map[string]bool{}, residents: newResidents()}
	if err := p.begin(ctx); err != nil {
		p.close(ctx)
		return nil, db.explain("beginning a pass of pool "+o.Pool, err)
	}
	return p, nil
}

func (p *Pass) begin(ctx context.Context) error {
	var uuid *string
	for {
		if err := p.row(ctx); err != nil || p.poolID == 0 {
			return err
		}
		if err := p.lock(ctx); err != nil {
			return err
		}
		// Only now, under the lock: another pass may have published while this one waited.
		err := p.conn.QueryRow(ctx, `SELECT generation, uuid, fingerprint_key FROM syncd.pool WHERE id = $1`, p.poolID).
			Scan(&p.generation, &uuid, &p.key)
		if err == nil {
			break
		}
		if err != pgx.ErrNoRows {
			return err
		}
		// Forgotten in the meantime: this pass is the first one of a new row.
		p.locked = false
		if err := unlockPool(ctx, p.conn, p.poolID); err != nil {
			return err
		}
	}
	if uuid != nil {
		p.storedUUID = *uuid
	}
	if p.options.Dry {
		return nil
	}
	_, err := p.conn.Exec(ctx, `UPDATE syncd.sync_run SET status = 'failed', finished_at = now(),
		error = 'the process that made this pass ended before it was done' WHERE pool_id = $1 AND status = 'running'`, p.poolID)
	if err != nil {
		return err
	}
	if err := p.heed(ctx); err != nil {
		return err
	}
	// Where ctx ends in the midst of it the row may be there all the same, and nobody would close it.
	whole, cancel := outlive(ctx)
	defer cancel()
	return p.conn.QueryRow(whole, `INSERT INTO syncd.sync_run (pool_id) VALUES ($1) RETURNING id, started_at`, p.poolID).
		Scan(&p.runID, &p.started)
}

// outlive is for a statement that must not be cancelled, since nobody would know whether it was done: the context ends
// five seconds after ctx has.
func outlive(ctx context.Context) (context.Context, context.CancelFunc) {
	whole, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(5*time.Second, cancel) })
	return whole, func() {
		stop()
		cancel()
	}
}

// lock takes the pool's lock, or records that this pass is skipped where it is not to wait for it.
func (p *Pass) lock(ctx context.Context) error {
	if !p.options.NoWait {
		err := lockPool(ctx, p.conn, p.poolID, p.options.Wait)
		p.locked = err == nil
		return err
	}
	locked, err := tryLockPool(ctx, p.conn, p.poolID)
	p.locked = locked
	if err != nil || locked {
		return err
	}
	busy := &Busy{Pool: p.options.Pool, Holder: lockHolder(ctx, p.conn, p.poolID)}
	_, err = p.conn.Exec(ctx, `INSERT INTO syncd.sync_run (pool_id, finished_at, status, error) VALUES ($1, now(), 'skipped', $2)`,
		p.poolID, text(busy.Error()))
	if err != nil && sqlState(err) != "23503" { // foreign_key_violation: who has the lock is forgetting the pool
		return err
	}
	return busy
}

// row finds the pool's row by name, and makes it at the first attempt. To a dry pass a pool without one has the id 0,
// which no row has.
func (p *Pass) row(ctx context.Context) error {
	const find = `SELECT id FROM syncd.pool WHERE name = $1`
	err := p.conn.QueryRow(ctx, find, p.options.Pool).Scan(&p.poolID)
	if err != pgx.ErrNoRows {
		return err
	}
	if p.options.Dry {
		p.poolID = 0
		return nil
	}
	if _, err := p.conn.Exec(ctx, `INSERT INTO syncd.pool (name) VALUES ($1) ON CONFLICT (name) DO NOTHING`, p.options.Pool); err != nil {
		return err
	}
	return p.conn.QueryRow(ctx, find, p.options.Pool).Scan(&p.poolID)
}

// RunID is the key of the pass in syncd.sync_run; 0 for a dry pass.
func (p *Pass) RunID() int64 { return p.runID }

// Identify says which pool answered, by the uuid that it gives itself. It refuses an answer of another pool than the
// one stored under this name, and a pool that is stored under another name.
func (p *Pass) Identify(ctx context.Context, uuid string) error {
	if p.storedUUID != "" && p.storedUUID != uuid {
		return fmt.Errorf("pool %s is stored with uuid %s, and another one answered: %s: if a host was ejected or rebuilt, correct pools.urls; nothing was changed",
			p.options.Pool, p.storedUUID, uuid)
	}
	if err := p.wait(ctx); err != nil {
		return err
	}
	var other string
	err := p.conn.QueryRow(ctx, `SELECT name FROM syncd.pool WHERE uuid = $1 AND id <> $2`, uuid, p.poolID).Scan(&other)
	switch {
	case err == nil:
		return twoNames(uuid, other, p.options.Pool)
	case err != pgx.ErrNoRows:
		return p.db.explain("looking up the pool's uuid", err)
	}
	p.uuid = uuid
	return p.db.explain("noting that the pool took username and password", p.accepted(ctx))
}

func twoNames(uuid, stored, name string) error {
	return fmt.Errorf("the pool with uuid %s is stored as %s already, and is now read as %s: give it one name in the configuration", uuid, stored, name)
}

// Missing notes that this class cannot be read from this pool, and why. Its rows stay as they are.
func (p *Pass) Missing(class *model.Class, note string) {
	p.drop(class)
	p.stages = append(p.stages, &stage{statements: classStatements[class], note: note})
	p.open = nil
}

// Fail ends a pass that publishes nothing, and records why. It works also after ctx is cancelled and when the
// connection is lost; then its error says what could not be recorded.
func (p *Pass) Fail(ctx context.Context, cause error) error {
	return p.fail(ctx, closeRun, text(cause.Error()))
}

const closeRun = `UPDATE syncd.sync_run SET status = 'failed', finished_at = clock_timestamp(), error = $2
	WHERE id = $1 AND status = 'running'`

// fail ends the pass by a statement with the run's id and more arguments.
func (p *Pass) fail(ctx context.Context, close string, args ...any) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if p.options.Dry {
		p.close(ctx)
		return nil
	}
	p.land(ctx)
	args = append([]any{p.runID}, args...)
	_, err := p.conn.Exec(ctx, close, args...)
	p.close(ctx)
	if err == nil {
		return nil
	}
	// A cancelled statement costs pgx its connection; the database is there all the same.
	conn, err := p.db.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, close, args...)
	return p.db.explain("recording a failed pass", err)
}

func (p *Pass) close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	p.land(ctx)
	// The server ends a connection in its own time, and keeps the lock until then: the next pass would find it taken.
	if p.locked && p.conn.PgConn().TxStatus() == 'I' {
		_ = unlockPool(ctx, p.conn, p.poolID) // where it fails, the lock goes with the connection
	}
	p.conn.Close(ctx) // the temporary tables go with it
}
