package store

import (
	"context"
	"fmt"

	"syncd/internal/model"
)

// link is the SQL of a set of references that has a table of its own, beside the texts in the table of its class.
type link struct {
	class, target *model.Class

	gone    string // removes the rows of holders that are gone
	stale   string // removes rows that the texts no longer say, or whose object is gone; $1 pool id
	missing string // adds rows that are not there; $1 pool id
}

// links makes them from the model: of staged holders, and of all that the pool has. The + 0 is that of [writer.references].
func links(staged bool) []link {
	var all []link
	for _, c := range model.Classes {
		for _, f := range c.Links {
			l := link{class: c, target: model.Lookup(f.Type.Elem.Class)}
			table, own := "xen."+c.LinkTable(f), c.LinkColumn()
			among, holders := "", fmt.Sprintf(`SELECT t.id, t.%s AS refs FROM xen.%s t JOIN xen.object h USING (id)
					WHERE t.pool_id = $1 AND h.removed_at IS NULL`, f.Column, c.SQLTable())
			if staged {
				among = fmt.Sprintf(" AND EXISTS (SELECT FROM pass_object p WHERE p.id = l.%s AND p.class = '%s')", own, c.Name)
				holders = fmt.Sprintf(`SELECT p.id, s.%s AS refs FROM %s s JOIN pass_object p USING (seq)`, stageColumn(f), stageTable(c))
			}
			l.gone = fmt.Sprintf(`DELETE FROM %s l USING pass_gone g WHERE g.removed AND g.id = l.%s`, table, own)
			l.stale = fmt.Sprintf(`DELETE FROM %s l WHERE l.pool_id = $1%s AND NOT EXISTS (
				SELECT FROM xen.%s t JOIN xen.object o ON o.id = l.target_id
				WHERE t.id = l.%s AND o.removed_at IS NULL AND o.ref = ANY (t.%s))`, table, among, c.SQLTable(), own, f.Column)
			l.missing = fmt.Sprintf(`INSERT INTO %s (pool_id, %s, target_id)
				SELECT $1::bigint, n.id, n.target_id FROM (
					SELECT h.id, (SELECT max(o.id + 0) FROM xen.object o
						WHERE o.pool_id = $1 AND o.ref = r.ref AND o.class = '%s' AND o.removed_at IS NULL) AS target_id
					FROM (%s) h CROSS JOIN LATERAL unnest(h.refs) r (ref)) n
				WHERE n.target_id IS NOT NULL
				ON CONFLICT DO NOTHING`, table, own, l.target.Name, holders)
			all = append(all, l)
		}
	}
	return all
}

var linksOfStaged, linksOfAll = links(true), links(false)

// links makes the tables of sets of references say what the texts say: of staged records, and of all where an object
// appeared or vanished that such a text may lead to.
func (w *writer) links(ctx context.Context) error {
	for i, l := range linksOfStaged {
		if w.goneOf[l.class] {
			if err := w.execAll(ctx, l.gone); err != nil {
				return fmt.Errorf("class %s: %w", l.class.Name, err)
			}
		}
		if w.goneOf[l.target] || w.appeared(l.target) {
			l = linksOfAll[i]
		} else if s := w.pass.stageOf(l.class); s == nil || s.staged == 0 {
			continue
		}
		for _, sql := range []string{l.stale, l.missing} {
			if _, err := w.exec(ctx, sql, w.pass.poolID); err != nil {
				return fmt.Errorf("class %s: %w", l.class.Name, err)
			}
		}
	}
	return nil
}

// appeared tells whether objects of a class are new.
func (w *writer) appeared(class *model.Class) bool {
	i := w.place(class.Name)
	return i >= 0 && w.result.Classes[i].New > 0
}
