package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"syncd/internal/model"
)

// overlap is how much is read again of what is read by its time: clocks are set back, another host becomes the master,
// and a VM that comes from another pool brings its messages along.
const overlap = time.Hour

// recent finds from when on this pass reads the classes of which it reads only the new objects. A time that is yet to come
// does not count: one message by a clock that went wrong would hide all that follow.
func (p *Pass) recent(ctx context.Context) error {
	p.since = map[string]time.Time{}
	for _, c := range model.Classes {
		if c.Since == nil {
			continue
		}
		var newest *time.Time
		err := p.conn.QueryRow(ctx, fmt.Sprintf(`SELECT max(%[1]s) FROM xen.%[2]s WHERE pool_id = $1 AND %[1]s <= now()`, c.Since.Column, c.SQLTable()), p.poolID).
			Scan(&newest)
		if err != nil {
			return err
		}
		if newest != nil {
			p.since[c.Name] = newest.Add(-overlap)
		}
	}
	return nil
}

// stored are the live objects of a class that this pass may be told of.
func (p *Pass) stored(ctx context.Context, class *model.Class) (pgx.Rows, error) {
	if since, ok := p.since[class.Name]; ok {
		return p.conn.Query(ctx, fmt.Sprintf(`SELECT o.ref, o.id, o.content_hash FROM xen.%[1]s t JOIN xen.object o USING (id)
			WHERE t.pool_id = $1 AND (t.%[2]s >= $2 OR t.%[2]s IS NULL) AND o.removed_at IS NULL`, class.SQLTable(), class.Since.Column), p.poolID, since)
	}
	return p.conn.Query(ctx, `SELECT ref, id, content_hash FROM xen.object
		WHERE pool_id = $1 AND class = $2 AND removed_at IS NULL`, p.poolID, class.Name)
}
