package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// lockSpace is the first half of every advisory lock of syncd ("sync" in ASCII); the second is the pool's id, or 0
// for migrations.
const lockSpace = 0x73796e63

// Busy says that another process is syncing the pool, and that a pass which does not wait was skipped for it.
type Busy struct {
	Pool   string // its name in the configuration
	Holder string // who is syncing it, such as "syncd 4711 on mon1, connected from 10.0.0.7 since 15:04:05 UTC"
}

func (e *Busy) Error() string { return fmt.Sprintf("pool %s is being synced by %s", e.Pool, e.Holder) }
func (*Busy) outcome()        {}

// lockPool takes a pool's advisory lock, which lives as long as the connection. Where another process has it, wait,
// which may be nil, is told of whom before lockPool waits for them.
func lockPool(ctx context.Context, conn *pgx.Conn, poolID int64, wait func(holder string)) error {
	locked, err := tryLockPool(ctx, conn, poolID)
	if err != nil || locked {
		return err
	}
	if wait != nil {
		wait(lockHolder(ctx, conn, poolID))
	}
	_, err = conn.Exec(ctx, `SELECT pg_advisory_lock($1::int, $2::int)`, lockSpace, poolID)
	return err
}

// tryLockPool is lockPool where nobody has the lock, and false where somebody has.
func tryLockPool(ctx context.Context, conn *pgx.Conn, poolID int64) (locked bool, err error) {
	err = conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1::int, $2::int)`, lockSpace, poolID).Scan(&locked)
	return locked, err
}

// unlockPool gives the lock back before the connection ends.
func unlockPool(ctx context.Context, conn *pgx.Conn, poolID int64) error {
	_, err := conn.Exec(ctx, `SELECT pg_advisory_unlock($1::int, $2::int)`, lockSpace, poolID)
	return err
}

// lockHolder describes who has a pool's lock, as far as our user may see.
func lockHolder(ctx context.Context, conn *pgx.Conn, poolID int64) string {
	var name, address string
	var since *time.Time
	err := conn.QueryRow(ctx, `SELECT a.application_name, coalesce(host(a.client_addr), 'a local socket'), a.backend_start
		FROM pg_locks l JOIN pg_stat_activity a USING (pid)
		WHERE l.locktype = 'advisory' AND l.granted AND l.classid = $1::int::oid AND l.objid = $2::int::oid AND l.objsubid = 2
			AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
		lockSpace, poolID).Scan(&name, &address, &since)
	if err != nil || name == "" {
		return "another process"
	}
	text := fmt.Sprintf("%s, connected from %s", name, address)
	if since != nil {
		text += " since " + since.Local().Format("15:04:05 MST")
	}
	return text
}
