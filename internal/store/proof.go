package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"syncd/internal/model"
)

// Proof is how a pass read its pool, and what it knows of the result: syncd.sync_run and the next pass want it. The zero
// value is a pass that read everything and cannot tell what changed meanwhile.
type Proof struct {
	Mode   string // full, incremental, or follow: incremental, when the pool said that something changed
	Reason string // why a full pass was made; "" where it is the only kind

	Rounds int  // answers that told what changed
	Quiet  bool // the last of them told of nothing
	Since  bool // what changed since the pass before is known, so that a full pass can tell what that one missed

	Counts map[string]int64 // objects of the pool, by class, behind the last answer; nil where it did not tell

	Token, Source string // what the next pass can go on from; empty where it cannot
}

// Prove says how the pass was read, before it is published.
func (p *Pass) Prove(proof Proof) { p.proof = proof }

// Stale says that a pass that read only what changed cannot be right. Nothing was changed; a full pass is due at once.
type Stale struct{ Reason string }

func (e *Stale) Error() string { return "what changed is not enough to go by: " + e.Reason }

func (p *Proof) incremental() bool { return p.Mode == "incremental" || p.Mode == "follow" }

// tally brings syncd.object_count up to date, and compares it with what the pool counts.
func (w *writer) tally(ctx context.Context) error {
	p := w.pass
	if p.proof.incremental() {
		return w.compare(ctx)
	}
	agree := p.proof.Counts != nil
	var classes []string
	var lives, leftOut []*int64
	for _, s := range p.stages {
		classes, lives, leftOut = append(classes, s.class.Name), append(lives, nil), append(leftOut, nil)
		if s.note != "" || s.class.Since != nil {
			continue // nobody knows how many the pool has
		}
		n := s.live + w.class(s.class.Name).New - w.removed(s.class.Name)
		out := s.unstored + s.leftOut
		if told, ok := p.proof.Counts[s.class.Name]; ok {
			agree = agree && told == n+out
			out = max(told-n, 0) // of one that is here and not there the next pass is to find out
		}
		lives[len(lives)-1], leftOut[len(leftOut)-1] = &n, &out
	}
	if p.proof.Counts != nil {
		w.agree = &agree
	}
	_, err := w.exec(ctx, `INSERT INTO syncd.object_count AS c (pool_id, class, live, left_out)
		SELECT $1::bigint, * FROM unnest($2::text[], $3::bigint[], $4::bigint[])
		ON CONFLICT (pool_id, class) DO UPDATE SET live = excluded.live, left_out = excluded.left_out
			WHERE (c.live, c.left_out) IS DISTINCT FROM (excluded.live, excluded.left_out)`, p.poolID, classes, lives, leftOut)
	return err
}

// compare does so for a pass that read only what changed: where the pool counts other objects, something was missed.
func (w *writer) compare(ctx context.Context) error {
	p := w.pass
	for _, s := range p.stages {
		if s.leftOut > 0 && s.class.Since == nil { // an object that was made anew under another reference, and whose end the pool forgot
			return &Stale{fmt.Sprintf("a record of class %s has the uuid of an object that is there under another reference", s.class.Name)}
		}
	}
	var classes []string
	var more []int64
	for _, c := range w.result.Classes {
		if n := c.New - c.Removed; n != 0 {
			classes, more = append(classes, c.Class), append(more, n)
		}
	}
	if len(classes) > 0 {
		_, err := w.exec(ctx, `UPDATE syncd.object_count c SET live = c.live + n.more
			FROM unnest($2::text[], $3::bigint[]) n (class, more) WHERE c.pool_id = $1 AND c.class = n.class`, p.poolID, classes, more)
		if err != nil {
			return err
		}
	}
	if p.proof.Counts == nil {
		return nil
	}
	w.agree = new(true)
	rows, err := w.query(ctx, `SELECT class, live, left_out FROM syncd.object_count WHERE pool_id = $1 AND live IS NOT NULL`, p.poolID)
	if err != nil {
		return err
	}
	var class string
	var live, leftOut int64
	_, err = pgx.ForEachRow(rows, []any{&class, &live, &leftOut}, func() error {
		if told, ok := p.proof.Counts[class]; ok && told != live+leftOut {
			return &Stale{fmt.Sprintf("the pool has %d objects of class %s, and here are %d", told, class, live+leftOut)}
		}
		return nil
	})
	return err
}

// untold are the classes of which the pool is not asked what changed.
var untold = func() (names []string) {
	for _, c := range model.Classes {
		if c.Since != nil {
			names = append(names, c.Name)
		}
	}
	return names
}()

// miss counts what a full pass found new or gone, and the passes before should have been told of. What it found changed
// is counted where it is written.
func (w *writer) miss(ctx context.Context) error {
	if w.result.Missed == nil {
		return nil
	}
	var from []string
	if w.staged {
		from = append(from, "pass_object o WHERE NOT o.live")
	}
	if len(w.goneOf) > 0 {
		from = append(from, "pass_gone o WHERE o.removed")
	}
	for _, f := range from {
		var n int64
		err := w.tx.QueryRow(ctx, `SELECT count(*) FROM `+f+` AND o.class <> ALL ($1) AND NOT EXISTS (SELECT FROM pass_change c WHERE c.class = o.class AND c.ref = o.ref)`,
			pgx.QueryExecModeExec, untold).Scan(&n)
		if err != nil {
			return err
		}
		*w.result.Missed += n
	}
	return nil
}

// recall reads what the last passes left for this one to go by.
func (p *Pass) recall(ctx context.Context, k *Known) error {
	rows, err := p.conn.Query(ctx, `SELECT class, live FROM syncd.object_count WHERE pool_id = $1`, p.poolID)
	if err != nil {
		return err
	}
	stored := map[string]bool{}
	var class string
	var live *int64
	_, err = pgx.ForEachRow(rows, []any{&class, &live}, func() error {
		stored[class] = true
		if live != nil {
			p.counted[class] = true
			k.Live += *live
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, c := range model.Classes {
		if !stored[c.Name] {
			k.Unread = c.Name
		}
	}
	return p.conn.QueryRow(ctx, `SELECT coalesce(event_token, ''), coalesce(event_source, ''), coalesce(full_at, to_timestamp(0)),
			coalesce((SELECT r.status = 'failed' FROM syncd.sync_run r
				WHERE r.pool_id = p.id AND r.status IN ('ok', 'failed') ORDER BY r.id DESC LIMIT 1), false)
		FROM syncd.pool p WHERE p.id = $1`, p.poolID).Scan(&k.Token, &k.Source, &k.FullAt, &k.Failed)
}
