package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Known is what the last good pass knew of the pool.
type Known struct {
	UUID    string   // of the pool; empty before its first good pass
	Members []string // addresses of its hosts, those first that were live then
	Key     []byte   // of the fingerprints that are stored, a secret; another one where other classes are left out

	Token, Source string               // as that pass left them in its Proof
	FullAt        time.Time            // when everything was read last; long ago where it never was
	Failed        bool                 // the pass before this one failed
	Live          int64                // objects that are stored
	Since         map[string]time.Time // by class: see [model.Class].Since; none where nothing is stored of it
	Unread        string               // a class that no pass has read yet; empty where there is none
}

// Known tells how to find the pool again where the configuration does not lead to it any more.
func (p *Pass) Known(ctx context.Context) (Known, error) {
	rows, err := p.conn.Query(ctx, `SELECT h.address FROM xen.host h LEFT JOIN xen.host_metrics m ON m.id = h.metrics_id
		WHERE h.pool_id = $1 AND h.address <> '' ORDER BY coalesce(m.live, false) DESC, h.id`, p.poolID)
	if err != nil {
		return Known{}, p.db.explain("reading the addresses of the hosts", err)
	}
	members, err := pgx.CollectRows(rows, pgx.RowTo[string])
	k := Known{UUID: p.storedUUID, Members: members, Key: p.fingerprintKey()}
	if err == nil && p.poolID != 0 {
		err = p.recall(ctx, &k)
	}
	if err == nil {
		err = p.recent(ctx)
	}
	k.Since = p.since
	return k, p.db.explain("reading what the last pass knew of the pool", err)
}
