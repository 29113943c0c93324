package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// PoolStatus is how the mirror of one pool is doing.
type PoolStatus struct {
	Pool         string     `json:"pool"`
	UUID         *string    `json:"uuid"`             // nil before the first good pass
	LastSuccess  *time.Time `json:"last_success_at"`  // when the last good pass was published
	LastRun      *time.Time `json:"last_run_at"`      // when the last pass began
	LastStatus   *string    `json:"last_run_status"`  // of the last pass: running, ok, failed, skipped
	LastError    *string    `json:"last_error"`       // of the last pass that ended, nil where that was good
	RefusedUntil *time.Time `json:"left_alone_until"` // by the daemon, since the pool refused username and password; nil else
	Hosts        int64      `json:"hosts"`
	VMs          int64      `json:"vms"` // as inventory.vm counts them

	LastMode *string    `json:"last_success_mode"`   // how the last good pass read the pool: full, incremental, follow
	LastFull *time.Time `json:"last_full_at"`        // when the last pass that read everything was published
	Proven   *bool      `json:"last_success_proven"` // the pool confirmed what the last good pass stored; nil where it cannot
	Excluded []string   `json:"excluded_classes"`    // by the configuration, in the last pass that read everything; by name
}

// Status lists the pools that are stored, by name. It never migrates: on a database without the schema it fails with
// the remedy.
func (db *DB) Status(ctx context.Context) ([]PoolStatus, error) {
	conn, err := db.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	rows, err := conn.Query(ctx, `SELECT p.name, p.uuid, f.last_success_at, r.started_at, r.status, f.last_error,
			CASE WHEN p.refused_until > now() THEN p.refused_until END,
			(SELECT count(*) FROM inventory.host h WHERE h.pool = p.name),
			(SELECT count(*) FROM inventory.vm v WHERE v.pool = p.name),
			f.last_success_mode, f.last_full_at, f.last_success_proven,
			ARRAY(SELECT c.class FROM syncd.sync_class c WHERE c.note = $1 AND c.run_id =
				(SELECT id FROM syncd.sync_run WHERE pool_id = p.id AND status = 'ok' AND mode = 'full' ORDER BY id DESC LIMIT 1) ORDER BY 1)
		FROM syncd.pool p JOIN inventory.freshness f ON f.pool = p.name
		LEFT JOIN LATERAL (SELECT started_at, status FROM syncd.sync_run WHERE pool_id = p.id ORDER BY id DESC LIMIT 1) r ON true
		ORDER BY p.name`, Excluded)
	if err != nil {
		return nil, db.explain("reading the state of the pools", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[PoolStatus])
	return list, db.explain("reading the state of the pools", err)
}
