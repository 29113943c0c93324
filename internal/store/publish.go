package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"syncd/internal/model"
)

// Result is what a published pass did, or what a dry one would have done.
type Result struct {
	RunID               int64 // with the two times of its row; zero after a dry pass, which has none
	Started, Finished   time.Time
	ResidencyMismatches *int64        // nil where only changes were read
	Missed              *int64        // differences that no pass was told of; nil where that is not known
	Classes             []ClassResult // in the order in which the classes were read

	Refused error // why Publish would have refused the pass: the deletion brake; nil after a pass that is not dry
}

// ClassResult is a row of syncd.sync_class: see the comments there.
type ClassResult struct {
	Class                                         string
	Seen, New, Changed, Removed, Dangling, Faults int64
	Note                                          string

	Names Names // after a dry pass
}

// ErrFenced says that somebody else published a pass over the same pool after this one had begun, so that what this
// one found out is no longer true. Nothing was changed.
var ErrFenced error = &refusal{"another syncd published this pool in the meantime; nothing was changed, the next pass starts from there"}

// Publish makes the database equal to what was read, in one transaction, and ends the pass. After an error nothing
// was changed, and the pass is to be ended by Fail. A dry pass does the same work and takes all of it back, so that its
// counts are those of the pass that it stands for.
//
// It works on these temporary tables, which go with the connection:
//
//	stage_<class>   the staged records, in the types of their columns; references as text, maps as text
//	pass_candidate  live objects of classes that were read whose stored record was not seen again as it is
//	pass_object     one row for each staged record that counts, with its object's id: an old one or a new one
//	pass_mention    the references that staged records hold, and in which field
//	pass_ref        each of these references with the live object that it leads to; NULL where that is none
//	pass_gone       objects that no longer have the reference that is stored: removed, or known by another one now
//	pass_dangling   references of staged records that lead nowhere
func (p *Pass) Publish(ctx context.Context) (*Result, error) {
	if err := p.wait(ctx); err != nil {
		return nil, err
	}
	result, err := p.publish(ctx)
	if err != nil {
		if sqlState(err) == "23505" && p.storedUUID == "" {
			// Two names for a new pool, in their first passes at the same time.
			if e := p.Identify(ctx, p.uuid); e != nil {
				return nil, e
			}
		}
		return nil, p.db.explain("publishing pool "+p.options.Pool, err)
	}
	if !p.options.Dry {
		p.analyze(ctx, result)
	}
	p.close(ctx)
	return result, nil
}

func (p *Pass) publish(ctx context.Context) (*Result, error) {
	if err := p.clear(ctx); err != nil {
		return nil, err
	}
	if err := p.settle(ctx); err != nil {
		return nil, err
	}
	tx, err := p.conn.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	result := &Result{RunID: p.runID, Started: p.started}
	if p.proof.Since {
		result.Missed = new(int64)
	}
	w := &writer{pass: p, tx: tx, result: result}
	for _, s := range p.stages {
		result.Classes = append(result.Classes, ClassResult{Class: s.class.Name, Seen: s.seen, Faults: s.faults, Note: s.note})
		w.staged = w.staged || s.staged > 0
	}
	for _, step := range []func(context.Context) error{
		w.fence, w.objects, w.gone, w.brake, w.miss, w.references, w.rows, w.dangling, w.repoint, w.forsake, w.returned, w.links, w.names, w.removals,
		w.mismatches, w.count, w.tally, w.record, w.prune,
	} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	if p.options.Dry {
		return result, tx.Rollback(ctx)
	}
	// The foreign keys are checked while ctx can still cancel it; what is left takes a moment.
	if err := w.execAll(ctx, `SET CONSTRAINTS ALL IMMEDIATE`); err != nil {
		return nil, err
	}
	whole, cancel := outlive(ctx)
	defer cancel()
	return result, tx.Commit(whole)
}

// writer carries out the steps of one publishing transaction, in the order in which they stand here.
type writer struct {
	pass   *Pass
	tx     pgx.Tx
	result *Result

	staged bool                  // any record
	goneOf map[*model.Class]bool // classes of objects in pass_gone
	agree  *bool                 // the pool counts as many objects as are stored; nil where it does not count
	lost   bool                  // any reference in pass_ref leads nowhere
}

// place is where the counts of a class stand in the result, or -1.
func (w *writer) place(name string) int {
	return slices.IndexFunc(w.result.Classes, func(c ClassResult) bool { return c.Class == name })
}

// removed is how many objects of a class are gone.
func (w *writer) removed(name string) int64 {
	if i := w.place(name); i >= 0 {
		return w.result.Classes[i].Removed
	}
	return 0
}

// class finds the counts of a class in the result; a class that was not read has none until now.
func (w *writer) class(name string) *ClassResult {
	i := w.place(name)
	if i < 0 {
		i = len(w.result.Classes)
		w.result.Classes = append(w.result.Classes, ClassResult{Class: name})
	}
	return &w.result.Classes[i]
}

// exec runs one statement. Each is run once in a pass, so that to prepare it would be a round trip for nothing.
func (w *writer) exec(ctx context.Context, sql string, args ...any) (int64, error) {
	tag, err := w.tx.Exec(ctx, sql, append([]any{pgx.QueryExecModeExec}, args...)...)
	return tag.RowsAffected(), err
}

// query is exec for a statement that returns rows.
func (w *writer) query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return w.tx.Query(ctx, sql, append([]any{pgx.QueryExecModeExec}, args...)...)
}

// execAll runs statements that return nothing, one behind the other, in one round trip.
func (w *writer) execAll(ctx context.Context, statements ...string) error {
	_, err := w.tx.Exec(ctx, strings.Join(statements, ";\n"))
	return err
}

// fence raises the pool's generation, which must be as it was when the pass began, and leaves for the next pass what it
// can go on from.
func (w *writer) fence(ctx context.Context) error {
	p := w.pass
	if p.poolID == 0 {
		return nil // a dry pass of a pool that has no row yet
	}
	raised, err := w.exec(ctx, `UPDATE syncd.pool SET generation = generation + 1, uuid = $3,
			event_token = nullif($4, ''), event_source = nullif($5, ''), full_at = CASE WHEN $6 THEN now() ELSE full_at END
		WHERE id = $1 AND generation = $2`, p.poolID, p.generation, p.uuid, p.proof.Token, p.proof.Source, !p.proof.incremental())
	if err == nil && raised != 1 {
		return ErrFenced
	}
	return err
}

// objects brings the registry up to date with the staged records.
func (w *writer) objects(ctx context.Context) error {
	if !w.staged {
		return nil
	}
	if err := w.execAll(ctx, `CREATE INDEX ON pass_object (id)`, `ANALYZE pass_object (seq, class, ref, id, live, old_ref)`); err != nil {
		return err
	}
	_, err := w.exec(ctx, `INSERT INTO xen.object (id, pool_id, class, uuid, ref, content_hash) OVERRIDING SYSTEM VALUE
		SELECT id, $1::bigint, class, uuid, ref, content_hash FROM pass_object WHERE old_ref IS NULL`, w.pass.poolID)
	if err != nil {
		return err
	}
	return w.execAll(ctx, `UPDATE xen.object o SET ref = p.ref, content_hash = p.content_hash, removed_at = NULL
		FROM pass_object p WHERE p.old_ref IS NOT NULL AND o.id = p.id`)
}

// gone finds the objects that are not there any more, and those that go by another reference now.
func (w *writer) gone(ctx context.Context) error {
	w.goneOf = map[*model.Class]bool{}
	if !w.pass.tables["pass_object"] {
		return nil // every record is as it was
	}
	err := w.execAll(ctx, `CREATE TEMP TABLE pass_gone (id bigint, class text, ref text, removed boolean)`,
		`INSERT INTO pass_gone SELECT o.id, o.class, o.ref, true FROM pass_candidate c JOIN xen.object o USING (id)
			WHERE NOT EXISTS (SELECT FROM pass_object p WHERE p.id = c.id)`,
		`INSERT INTO pass_gone SELECT id, class, old_ref, false FROM pass_object WHERE live AND ref <> old_ref`,
		`ANALYZE pass_gone`,
		`UPDATE xen.object o SET removed_at = now(), content_hash = NULL FROM pass_gone g WHERE g.removed AND o.id = g.id`)
	if err != nil {
		return err
	}
	rows, err := w.query(ctx, `SELECT class, count(*) FILTER (WHERE removed) FROM pass_gone GROUP BY class`)
	if err != nil {
		return err
	}
	var class string
	var removed int64
	_, err = pgx.ForEachRow(rows, []any{&class, &removed}, func() error {
		w.goneOf[model.Lookup(class)] = true
		w.class(class).Removed = removed
		return nil
	})
	return err
}

// references finds the objects that staged records refer to.
func (w *writer) references(ctx context.Context) error {
	if !w.staged {
		return nil
	}
	// What this pass staged is found in its own tables, which have statistics. The rest is looked up one by one, by an
	// index: a join with xen.object would be planned by statistics that a young database does not have. And max(id) would be
	// looked for from the highest id down, hence the + 0.
	err := w.execAll(ctx, `CREATE TEMP TABLE pass_ref (class text, ref text, id bigint)`, `ANALYZE pass_mention`,
		`INSERT INTO pass_ref SELECT p.class, p.ref, p.id FROM pass_object p
			WHERE EXISTS (SELECT FROM pass_mention m WHERE m.class = p.class AND m.ref = p.ref)`,
		`ANALYZE pass_ref`)
	if err != nil {
		return err
	}
	_, err = w.exec(ctx, `INSERT INTO pass_ref SELECT m.class, m.ref, (SELECT max(o.id + 0) FROM xen.object o
			WHERE o.pool_id = $1 AND o.ref = m.ref AND o.class = m.class AND o.removed_at IS NULL)
		FROM (SELECT DISTINCT class, ref FROM pass_mention m
			WHERE NOT EXISTS (SELECT FROM pass_ref r WHERE r.class = m.class AND r.ref = m.ref)) m`, w.pass.poolID)
	if err != nil {
		return err
	}
	if err := w.execAll(ctx, `ANALYZE pass_ref`); err != nil {
		return err
	}
	return w.tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pass_ref WHERE id IS NULL)`, pgx.QueryExecModeExec).Scan(&w.lost)
}

// rows writes the class tables.
func (w *writer) rows(ctx context.Context) error {
	for _, s := range w.pass.stages {
		if s.staged == 0 {
			continue
		}
		counts := w.class(s.class.Name)
		var err error
		if counts.Changed, err = w.update(ctx, s); err != nil {
			return fmt.Errorf("class %s: %w", s.class.Name, err)
		}
		if counts.New, err = w.exec(ctx, s.insert, w.pass.poolID); err != nil {
			return fmt.Errorf("class %s: %w", s.class.Name, err)
		}
	}
	return nil
}

// update writes the rows of live objects that differ, and counts those that no pass was told of.
func (w *writer) update(ctx context.Context, s *stage) (changed int64, err error) {
	if w.result.Missed == nil || s.class.Since != nil {
		return w.exec(ctx, s.update)
	}
	var missed int64
	err = w.tx.QueryRow(ctx, `WITH u AS (`+s.update+` RETURNING t.ref)
		SELECT count(*), count(*) FILTER (WHERE NOT EXISTS (SELECT FROM pass_change c WHERE c.class = $1 AND c.ref = u.ref)) FROM u`,
		pgx.QueryExecModeExec, s.class.Name).Scan(&changed, &missed)
	*w.result.Missed += missed
	return changed, err
}
