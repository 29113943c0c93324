package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"slices"

	"github.com/jackc/pgx/v5"

	"syncd/internal/model"
)

// Excluded is the note of a class that the configuration leaves out.
const Excluded = "excluded by the configuration"

// Exclude says that a class of [PassOptions].Exclude is not asked for. What is stored of it goes, also of a class whose rows
// stay when the pool has them no more.
func (p *Pass) Exclude(ctx context.Context, class *model.Class) error {
	p.drop(class)
	s := &stage{statements: classStatements[class], note: Excluded}
	p.stages = append(p.stages, s)
	p.open = nil
	if p.storedUUID == "" && len(p.dropped) == 0 {
		return nil
	}
	if err := p.wait(ctx); err != nil {
		return err
	}
	return p.db.explain("loading what is stored of class "+class.Name, p.exclude(ctx, s))
}

func (p *Pass) exclude(ctx context.Context, s *stage) error {
	if err := p.clear(ctx); err != nil {
		return err
	}
	rows, err := p.conn.Query(ctx, `SELECT id FROM xen.object WHERE pool_id = $1 AND class = $2 AND removed_at IS NULL`, p.poolID, s.class.Name)
	if err != nil {
		return err
	}
	var candidates []byte
	var id int64
	_, err = pgx.ForEachRow(rows, []any{&id}, func() error {
		candidates = appendCandidate(candidates, s.class, id)
		return nil
	})
	if err != nil {
		return err
	}
	return p.identify(ctx, s, candidates)
}

// excludes tells whether the configuration leaves a class out.
func (p *Pass) excludes(class *model.Class) bool { return slices.Contains(p.options.Exclude, class) }

// excluded are the names of the classes that are left out, in the model's order.
func (p *Pass) excluded() []string {
	names := []string{}
	for _, class := range model.Classes {
		if p.excludes(class) {
			names = append(names, class.Name)
		}
	}
	return names
}

// fingerprintKey is the key of the fingerprints. Where other classes are left out it is another, so that the pass takes every record
// anew, and with it the references to classes that went or came.
func (p *Pass) fingerprintKey() []byte {
	names := p.excluded()
	if len(names) == 0 {
		return p.key
	}
	h := hmac.New(sha256.New, p.key)
	for _, name := range names {
		h.Write([]byte(name + "\n"))
	}
	return h.Sum(nil)
}

// forsake forgets references to classes that are left out, of records that this pass did not take: they have a class that
// this pool could not be asked for, or a fault. When they can be read again they are taken, for the class may be back by then.
func (w *writer) forsake(ctx context.Context) error {
	if len(w.pass.options.Exclude) == 0 || w.pass.proof.incremental() {
		return nil
	}
	_, err := w.exec(ctx, `WITH lost AS (DELETE FROM syncd.dangling WHERE pool_id = $1 AND target = ANY ($2::text[]) RETURNING id)
		UPDATE xen.object o SET content_hash = NULL FROM lost WHERE o.id = lost.id`, w.pass.poolID, w.pass.excluded())
	return err
}
