package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// Holdings is what is stored of one pool.
type Holdings struct {
	Pool        string
	LastSuccess *time.Time // when its last good pass was published; nil before the first
	Live        int64      // objects that exist now: the rows of xen.* but for xen.object
	Removed     int64      // objects of which only xen.object knows
	Passes      int64      // rows of syncd.sync_run
	Hosts, VMs  int64      // as inventory.host and inventory.vm count them
}

// UnknownPool says that nothing is stored under a name.
type UnknownPool struct {
	Name  string
	Known []string // the pools that are stored
}

func (e *UnknownPool) Error() string {
	if len(e.Known) == 0 {
		return fmt.Sprintf("nothing is stored of a pool %q, nor of any other", e.Name)
	}
	return fmt.Sprintf("nothing is stored of a pool %q, write one of %s", e.Name, strings.Join(e.Known, ", "))
}

func (*UnknownPool) outcome() {}

// Holdings counts what is stored of a pool. Its error is an [*UnknownPool] where that is nothing.
func (db *DB) Holdings(ctx context.Context, pool string) (*Holdings, error) {
	doing := "counting what is stored of pool " + pool
	conn, err := db.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	id, err := storedPool(ctx, conn, pool)
	if err != nil {
		return nil, db.explain(doing, err)
	}
	h := &Holdings{Pool: pool}
	err = conn.QueryRow(ctx, `SELECT (SELECT last_success_at FROM inventory.freshness WHERE pool = $2),
			(SELECT count(*) FROM xen.object WHERE pool_id = $1 AND removed_at IS NULL),
			(SELECT count(*) FROM xen.object WHERE pool_id = $1 AND removed_at IS NOT NULL),
			(SELECT count(*) FROM syncd.sync_run WHERE pool_id = $1),
			(SELECT count(*) FROM inventory.host WHERE pool = $2), (SELECT count(*) FROM inventory.vm WHERE pool = $2)`, id, pool).
		Scan(&h.LastSuccess, &h.Live, &h.Removed, &h.Passes, &h.Hosts, &h.VMs)
	return h, db.explain(doing, err)
}

// Forget removes a pool and every row of it from the schemas of syncd, in one transaction. It waits until no pass over
// the pool runs; wait, which may be nil, is told who makes one. Its error is an [*UnknownPool] where nothing is stored.
func (db *DB) Forget(ctx context.Context, pool string, wait func(holder string)) error {
	conn, err := db.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx)) // the lock goes with it
	return db.explain("forgetting pool "+pool, forget(ctx, conn, pool, wait))
}

func forget(ctx context.Context, conn *pgx.Conn, pool string, wait func(string)) error {
	id, err := storedPool(ctx, conn, pool)
	if err != nil {
		return err
	}
	if err := lockPool(ctx, conn, id, wait); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		// Foreign keys are looked at when the transaction ends, so that the order is of no matter.
		tag, err := tx.Exec(ctx, `DELETE FROM syncd.pool WHERE id = $1`, id)
		if err == nil && tag.RowsAffected() == 0 { // whoever held the lock has forgotten it too
			_, err = storedPool(ctx, tx, pool)
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM syncd.sync_class WHERE run_id IN (SELECT id FROM syncd.sync_run WHERE pool_id = $1)`, id)
		if err != nil {
			return err
		}
		tables, err := tablesOfPools(ctx, tx)
		if err != nil {
			return err
		}
		for _, table := range tables {
			if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE pool_id = $1`, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// tablesOfPools are the tables whose rows belong to a pool, whichever migration made them, as SQL writes their names.
func tablesOfPools(ctx context.Context, tx pgx.Tx) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE n.nspname IN ('syncd', 'xen', 'history') AND c.relkind IN ('r', 'p') AND NOT c.relispartition
			AND a.attname = 'pool_id' AND NOT a.attisdropped
		ORDER BY 1`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// querier is a connection or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// storedPool finds the key of a pool. Its error is an [*UnknownPool] where it has no row.
func storedPool(ctx context.Context, q querier, pool string) (int64, error) {
	rows, err := q.Query(ctx, `SELECT id, name FROM syncd.pool ORDER BY name`)
	if err != nil {
		return 0, err
	}
	var id, found int64
	var name string
	unknown := &UnknownPool{Name: pool}
	_, err = pgx.ForEachRow(rows, []any{&id, &name}, func() error {
		if name == pool {
			found = id
		}
		unknown.Known = append(unknown.Known, name)
		return nil
	})
	if err == nil && found == 0 {
		err = unknown
	}
	return found, err
}
