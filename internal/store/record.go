package store

import (
	"cmp"
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Below these numbers the brake does not act: a lab of two hosts may lose both.
const (
	brakeHosts = 3
	brakeVMs   = 10
)

// brake refuses a pass in which so much vanished at once that a fault of the pool is likelier than a change of it.
// Of VMs it counts the real ones: templates, snapshots and control domains are most of the rows.
func (w *writer) brake(ctx context.Context) error {
	o := w.pass.options
	if o.Force || w.removed("host") < brakeHosts && w.removed("VM") < brakeVMs {
		return nil
	}
	for _, kind := range []struct {
		name, table, where string
		least              int64
	}{
		{"hosts", "xen.host", "true", brakeHosts},
		{"VMs", "xen.vm", "NOT coalesce(t.is_a_template, false) AND NOT coalesce(t.is_a_snapshot, false) AND NOT coalesce(t.is_control_domain, false)", brakeVMs},
	} {
		var stored, removed int64
		// Rows that this pass adds are not there yet, nor those that it removes gone.
		err := w.tx.QueryRow(ctx, `SELECT count(*), count(g.id) FROM `+kind.table+` t
			LEFT JOIN pass_gone g ON g.id = t.id AND g.removed WHERE t.pool_id = $1 AND `+kind.where, w.pass.poolID).Scan(&stored, &removed)
		if err != nil {
			return err
		}
		if removed >= kind.least && float64(removed) > o.MaxRemovedRatio*float64(stored) {
			refused := &refusal{fmt.Sprintf("%d of %d %s of pool %s vanished at once, more than max_removed_ratio %g allows: nothing was changed; if they are really gone, accept it once with syncd sync --pool %s --force",
				removed, stored, kind.name, o.Pool, o.MaxRemovedRatio, o.Pool)}
			if o.Dry {
				w.result.Refused = refused
				return nil
			}
			return refused
		}
	}
	return nil
}

// count completes the counts.
func (w *writer) count(ctx context.Context) error {
	rows, err := w.query(ctx, `SELECT class, count(*) FROM syncd.dangling WHERE pool_id = $1 GROUP BY class`, w.pass.poolID)
	if err != nil {
		return err
	}
	var class string
	var count int64
	_, err = pgx.ForEachRow(rows, []any{&class, &count}, func() error {
		if i := w.place(class); i >= 0 {
			w.result.Classes[i].Dangling = count
		}
		return nil
	})
	return err
}

// keepRuns is how long passes are remembered that read only what changed.
const keepRuns = "7 days"

// prune forgets the older ones of them. A full pass does it, since those are few; it is the newest good pass itself.
func (w *writer) prune(ctx context.Context) error {
	if w.pass.proof.incremental() {
		return nil
	}
	_, err := w.exec(ctx, `WITH old AS (DELETE FROM syncd.sync_run
			WHERE pool_id = $1 AND mode IN ('incremental', 'follow') AND finished_at < now() - $2::interval RETURNING id)
		DELETE FROM syncd.sync_class c USING old WHERE c.run_id = old.id`, w.pass.poolID, keepRuns)
	return err
}

// record closes the run, with its counts.
func (w *writer) record(ctx context.Context) error {
	if w.pass.options.Dry {
		return nil
	}
	batch := &pgx.Batch{}
	for _, c := range w.result.Classes {
		if w.pass.proof.incremental() && c.New+c.Changed+c.Removed+c.Faults == 0 {
			continue // such passes may come every few seconds
		}
		batch.Queue(`INSERT INTO syncd.sync_class (run_id, class, seen, new, changed, removed, dangling, faults, note)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, nullif($9, ''))`,
			w.pass.runID, c.Class, c.Seen, c.New, c.Changed, c.Removed, c.Dangling, c.Faults, c.Note)
	}
	if err := w.tx.SendBatch(ctx, batch).Close(); err != nil {
		return err
	}
	p := w.pass
	return w.tx.QueryRow(ctx, `UPDATE syncd.sync_run SET status = 'ok', finished_at = clock_timestamp(), residency_mismatches = $2,
			mode = $3, reason = nullif($4, ''), rounds = $5, quiet = $6, counts_agree = $7, missed = $8
		WHERE id = $1 RETURNING finished_at`, p.runID, w.result.ResidencyMismatches, cmp.Or(p.proof.Mode, "full"), p.proof.Reason,
		p.proof.Rounds, p.proof.Quiet, w.agree, w.result.Missed).Scan(&w.result.Finished)
}
