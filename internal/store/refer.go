package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"syncd/internal/model"
)

// dangling remembers the references of staged records that lead nowhere, and forgets those that no longer do.
func (w *writer) dangling(ctx context.Context) error {
	if !w.staged {
		return nil
	}
	steps := []string{`CREATE TEMP TABLE pass_dangling (id bigint, field text, ref text, class text, target text)`}
	if w.lost {
		steps = append(steps, `INSERT INTO pass_dangling SELECT p.id, m.field, m.ref, p.class, m.class FROM pass_ref r
			JOIN pass_mention m ON m.class = r.class AND m.ref = r.ref JOIN pass_object p USING (seq) WHERE r.id IS NULL
				AND m.class <> ALL ('{`+strings.Join(w.pass.excluded(), ",")+`}')`)
	}
	err := w.execAll(ctx, append(steps, `DELETE FROM syncd.dangling d USING pass_object p WHERE d.id = p.id
		AND NOT EXISTS (SELECT FROM pass_dangling n WHERE n.id = d.id AND n.field = d.field)`)...)
	if err == nil {
		err = w.stray(ctx)
	}
	if err != nil {
		return err
	}
	_, err = w.exec(ctx, `INSERT INTO syncd.dangling AS d (id, field, ref, pool_id, class, target)
		SELECT id, field, ref, $1::bigint, class, target FROM pass_dangling n
		WHERE NOT EXISTS (SELECT FROM syncd.dangling o WHERE o.id = n.id AND o.field = n.field AND o.ref = n.ref)
		ON CONFLICT (id, field) DO UPDATE SET ref = excluded.ref`, w.pass.poolID)
	return err
}

// stray ends a pass that read only what changed, where a record refers to an object that it should have been told of. It
// was told of one that is known to be gone: a snapshot goes on to name the VM that it was taken of. And one that is known
// not to be there may be named again, as by the snapshot of a VM whose host of affinity is gone.
func (w *writer) stray(ctx context.Context) error {
	if !w.pass.proof.incremental() {
		return nil
	}
	var class, field, target string
	err := w.tx.QueryRow(ctx, `SELECT class, field, target FROM pass_dangling n
		WHERE NOT EXISTS (SELECT FROM syncd.dangling o WHERE o.pool_id = $1 AND o.ref = n.ref AND o.target = n.target)
			AND NOT EXISTS (SELECT FROM xen.object o
				WHERE o.pool_id = $1 AND o.ref = n.ref AND o.class = n.target AND o.removed_at IS NOT NULL) LIMIT 1`,
		pgx.QueryExecModeExec, w.pass.poolID).Scan(&class, &field, &target)
	if err == pgx.ErrNoRows {
		return nil
	}
	if err == nil {
		err = &Stale{fmt.Sprintf("%s.%s leads to an object of class %s that is not there", class, field, target)}
	}
	return err
}

// repoint takes the references of unchanged records away from objects that are gone or have another reference now.
// Such a record still holds the old reference, so what is stored becomes what a first load would make of it.
func (w *writer) repoint(ctx context.Context) error {
	for _, c := range model.Classes {
		for _, f := range classStatements[c].refs {
			if !w.goneOf[f.Target()] {
				continue
			}
			rows, err := w.query(ctx, repoint(f, c.SQLTable()), w.pass.poolID)
			if err != nil {
				return err
			}
			var lost []int64
			var refs []string
			var id int64
			var ref string
			var target *int64
			_, err = pgx.ForEachRow(rows, []any{&id, &ref, &target}, func() error {
				w.class(c.Name).Changed++
				if target == nil {
					lost, refs = append(lost, id), append(refs, ref)
				}
				return nil
			})
			if err != nil {
				return fmt.Errorf("%s.%s: %w", c.Name, f.Name, err)
			}
			if len(lost) == 0 {
				continue
			}
			_, err = w.exec(ctx, `INSERT INTO syncd.dangling (id, field, ref, pool_id, class, target)
				SELECT u.id, $1, u.ref, $2, $3, $4 FROM unnest($5::bigint[], $6::text[]) u (id, ref)
				ON CONFLICT (id, field) DO UPDATE SET ref = excluded.ref`,
				f.Name, w.pass.poolID, c.Name, f.Type.Class, lost, refs)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// returned fills in references that dangled until this pass brought an object that has them.
func (w *writer) returned(ctx context.Context) error {
	if !w.staged {
		return nil
	}
	rows, err := w.query(ctx, `SELECT d.class, d.field, d.id, p.id FROM pass_object p JOIN syncd.dangling d ON d.pool_id = $1 AND d.ref = p.ref AND d.target = p.class
		WHERE NOT EXISTS (SELECT FROM pass_gone g WHERE g.id = d.id AND g.removed)`, w.pass.poolID)
	if err != nil {
		return err
	}
	type place struct{ class, field string }
	type pairs struct{ ids, targets []int64 }
	found := map[place]*pairs{}
	var at place
	var id, target int64
	_, err = pgx.ForEachRow(rows, []any{&at.class, &at.field, &id, &target}, func() error {
		if found[at] == nil {
			found[at] = &pairs{}
		}
		found[at].ids, found[at].targets = append(found[at].ids, id), append(found[at].targets, target)
		return nil
	})
	if err != nil {
		return err
	}
	for at, n := range found {
		c := model.Lookup(at.class)
		f := c.Field(at.field)
		changed, err := w.exec(ctx, fmt.Sprintf(`UPDATE xen.%s t SET %s = n.target_id
			FROM unnest($1::bigint[], $2::bigint[]) n (id, target_id) WHERE t.id = n.id`, c.SQLTable(), f.IDColumn), n.ids, n.targets)
		if err != nil {
			return err
		}
		w.class(c.Name).Changed += changed
		if _, err := w.exec(ctx, `DELETE FROM syncd.dangling WHERE field = $1 AND id = ANY($2::bigint[])`, f.Name, n.ids); err != nil {
			return err
		}
	}
	return nil
}

// removals deletes the rows of objects that are gone.
func (w *writer) removals(ctx context.Context) error {
	for _, c := range model.Classes {
		if w.removed(c.Name) == 0 {
			continue
		}
		if err := w.execAll(ctx, classStatements[c].remove); err != nil {
			return fmt.Errorf("class %s: %w", c.Name, err)
		}
	}
	if len(w.goneOf) == 0 {
		return nil
	}
	return w.execAll(ctx, `DELETE FROM syncd.dangling d USING pass_gone g WHERE g.removed AND d.id = g.id`)
}
