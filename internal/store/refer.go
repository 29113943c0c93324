package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"syncd/internal/model"
)

// dangling remembers the references of staged records that lead nowhere, and forgets those that no longer do.
func (w *writer) dangling(ctx context.Context) error {
	if !w.staged {
		return nil
	}
	err := w.execAll(ctx, `CREATE TEMP TABLE pass_dangling (id bigint, field text, ref text, class text, target text) ON COMMIT DROP`)
	if err != nil {
		return err
	}
	for _, s := range w.pass.stages {
		if s.staged > 0 && s.dangle != "" {
			if err := w.execAll(ctx, `INSERT INTO pass_dangling `+s.dangle); err != nil {
				return err
			}
		}
	}
	err = w.execAll(ctx, `DELETE FROM syncd.dangling d USING pass_object p WHERE d.id = p.id
		AND NOT EXISTS (SELECT FROM pass_dangling n WHERE n.id = d.id AND n.field = d.field)`)
	if err != nil {
		return err
	}
	_, err = w.exec(ctx, `INSERT INTO syncd.dangling AS d (id, field, ref, pool_id, class, target)
		SELECT id, field, ref, $1, class, target FROM pass_dangling n
		WHERE NOT EXISTS (SELECT FROM syncd.dangling o WHERE o.id = n.id AND o.field = n.field AND o.ref = n.ref)
		ON CONFLICT (id, field) DO UPDATE SET ref = excluded.ref`, w.pass.poolID)
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
			rows, err := w.tx.Query(ctx, repoint(f, c.SQLTable()), w.pass.poolID)
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
	err := w.execAll(ctx, `CREATE TEMP TABLE pass_found (id bigint, class text, field text, target_id bigint) ON COMMIT DROP`)
	if err != nil {
		return err
	}
	found, err := w.exec(ctx, `INSERT INTO pass_found SELECT d.id, d.class, d.field, p.id FROM pass_object p
		JOIN syncd.dangling d ON d.pool_id = $1 AND d.ref = p.ref AND d.target = p.class
		WHERE NOT EXISTS (SELECT FROM pass_gone g WHERE g.id = d.id AND g.removed)`, w.pass.poolID)
	if err != nil || found == 0 {
		return err
	}
	rows, err := w.tx.Query(ctx, `SELECT DISTINCT class, field FROM pass_found`)
	if err != nil {
		return err
	}
	type place struct{ Class, Field string }
	places, err := pgx.CollectRows(rows, pgx.RowToStructByPos[place])
	if err != nil {
		return err
	}
	for _, at := range places {
		c := model.Lookup(at.Class)
		f := c.Field(at.Field)
		changed, err := w.exec(ctx, fmt.Sprintf(`UPDATE xen.%s t SET %s = n.target_id FROM pass_found n
			WHERE n.class = $1 AND n.field = $2 AND t.id = n.id`, c.SQLTable(), f.Column), c.Name, f.Name)
		if err != nil {
			return err
		}
		w.class(c.Name).Changed += changed
	}
	return w.execAll(ctx, `DELETE FROM syncd.dangling d USING pass_found n WHERE d.id = n.id AND d.field = n.field`)
}

// removals deletes the rows of objects that are gone.
func (w *writer) removals(ctx context.Context) error {
	for _, c := range model.Classes {
		if w.class(c.Name).Removed == 0 {
			continue
		}
		if err := w.execAll(ctx, classStatements[c].remove); err != nil {
			return fmt.Errorf("class %s: %w", c.Name, err)
		}
	}
	return w.execAll(ctx, `DELETE FROM syncd.dangling d USING pass_gone g WHERE g.removed AND d.id = g.id`)
}
