package store

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"syncd/internal/model"
)

// changes is what the pool told of its changes in this pass, on top of what was read of its classes or instead of it.
type changes struct {
	of     map[*model.Class]map[string]change // by reference
	undo   []undone                           // of the answer that is read, the latest last
	void   map[*model.Class][]int64           // places of staged records that no longer count
	answer bool                               // one is read
}

// change is the last that was told of an object: where its record is staged, or 0 where it is gone.
type change struct{ seq, generation int64 }

// undone is what was known of an object before a change.
type undone struct {
	class *model.Class
	ref   string
	was   change
	first bool // nothing was
}

// BeginChanges starts an answer that tells what changed. Where the one before was not ended, it forgets that.
func (p *Pass) BeginChanges(ctx context.Context) error {
	c := &p.changes
	if c.of == nil {
		c.of, c.void = map[*model.Class]map[string]change{}, map[*model.Class][]int64{}
	}
	if c.answer {
		for len(c.undo) > 0 {
			u := c.undo[len(c.undo)-1]
			c.undo = c.undo[:len(c.undo)-1]
			if now := c.of[u.class][u.ref]; now.seq > 0 {
				c.void[u.class] = append(c.void[u.class], now.seq)
			}
			c.of[u.class][u.ref] = u.was
			if u.first {
				delete(c.of[u.class], u.ref)
			}
		}
	}
	c.answer, c.undo = true, nil
	return nil
}

// Change takes an object as it is now, decoded, or without values where it was deleted. What was told of it before counts
// no more, unless it has a greater generation. What Stage counts as a fault is one here too, and changes nothing.
func (p *Pass) Change(ctx context.Context, rec *model.Record, deleted bool, generation int64) error {
	s, err := p.changing(ctx, rec.Class)
	if err != nil || s == nil {
		return err
	}
	s.seen++
	s.faults += int64(rec.Faults + rec.Replaced)
	if len(rec.Ref) > model.LongestKey || !deleted && (len(rec.UUID()) == 0 || len(rec.UUID()) > model.LongestKey) {
		s.faults++
		return nil
	}
	objects := p.changes.of[rec.Class]
	was, known := objects[string(rec.Ref)]
	if known && was.generation > generation {
		return nil
	}
	now := change{generation: generation}
	if !deleted {
		s.staged++
		p.seq++
		now.seq = p.seq
		p.buffer = rec.AppendRow(p.buffer, p.seq)
	}
	ref := string(rec.Ref)
	p.changes.undo = append(p.changes.undo, undone{rec.Class, ref, was, !known})
	objects[ref] = now
	if len(p.buffer) < flushBytes {
		return nil
	}
	return p.send(ctx, s, nil)
}

// changing is the stage of a class that has changes; nil where the class was left out when everything was read.
func (p *Pass) changing(ctx context.Context, class *model.Class) (*stage, error) {
	if p.open != nil && p.open.class == class {
		return p.open, nil
	}
	if err := p.endChanging(ctx); err != nil {
		return nil, err
	}
	s := p.stageOf(class)
	switch {
	case s == nil && p.counted[class.Name]:
		s = &stage{statements: classStatements[class]}
		p.stages = append(p.stages, s)
	case s == nil, s.note != "":
		return nil, nil
	}
	if p.changes.of[class] == nil {
		p.changes.of[class] = map[string]change{}
	}
	p.open = s
	return s, nil
}

// endChanging sends what is left of the class whose changes came last.
func (p *Pass) endChanging(ctx context.Context) error {
	s := p.open
	p.open = nil
	if s == nil || len(p.buffer) == 0 {
		return nil
	}
	return p.send(ctx, s, nil)
}

func (p *Pass) stageOf(class *model.Class) *stage {
	for _, s := range p.stages {
		if s.class == class {
			return s
		}
	}
	return nil
}

// EndChanges says that the answer was read to its end.
func (p *Pass) EndChanges(ctx context.Context) error {
	p.changes.answer, p.changes.undo = false, nil
	return p.endChanging(ctx)
}

// ForgetChanges takes back all changes.
func (p *Pass) ForgetChanges(ctx context.Context) error {
	if err := p.endChanging(ctx); err != nil {
		return err
	}
	if err := p.wait(ctx); err != nil {
		return err
	}
	for class, objects := range p.changes.of {
		for _, c := range objects {
			if c.seq > 0 {
				p.changes.void[class] = append(p.changes.void[class], c.seq)
			}
		}
		p.changes.of[class] = map[string]change{}
	}
	p.changes.answer, p.changes.undo = false, nil
	if !p.tables["pass_change"] {
		return nil
	}
	// A pass that was not published had settled them.
	_, err := p.conn.Exec(ctx, `TRUNCATE pass_change`)
	return err
}

// settle makes of the staged records and the changes what would have been staged if the pool had been read as it is
// behind them: of each object the last record, and those that are gone are candidates for removal.
func (p *Pass) settle(ctx context.Context) error {
	if p.changes.of == nil {
		return nil
	}
	err := p.temp(ctx, "pass_change", `CREATE TEMP TABLE pass_change (class text, ref text, seq bigint)`)
	if err != nil {
		return err
	}
	var rows [][]any
	for class, objects := range p.changes.of {
		for ref, c := range objects {
			rows = append(rows, []any{class.Name, ref, c.seq})
		}
	}
	_, err = p.conn.CopyFrom(ctx, pgx.Identifier{"pass_change"}, []string{"class", "ref", "seq"}, pgx.CopyFromRows(rows))
	if err == nil && len(rows) > 0 {
		_, err = p.conn.Exec(ctx, `ANALYZE pass_change`)
	}
	if err != nil {
		return err
	}
	for class, objects := range p.changes.of {
		if len(objects) > 0 || len(p.changes.void[class]) > 0 {
			if err := p.settleClass(ctx, p.stageOf(class)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Pass) settleClass(ctx context.Context, s *stage) error {
	class := s.class.Name
	if p.tables[stageTable(s.class)] {
		_, err := p.conn.Exec(ctx, `DELETE FROM `+stageTable(s.class)+` s USING pass_change c
			WHERE c.class = $1 AND c.ref = s.ref AND s.seq <> c.seq`, pgx.QueryExecModeExec, class)
		if err != nil {
			return err
		}
		_, err = p.conn.Exec(ctx, `DELETE FROM `+stageTable(s.class)+` WHERE seq = ANY ($1::bigint[])`,
			pgx.QueryExecModeExec, p.changes.void[s.class])
		if err != nil {
			return err
		}
		err = p.conn.QueryRow(ctx, `SELECT count(*) FROM `+stageTable(s.class), pgx.QueryExecModeExec).Scan(&s.staged)
		if err != nil {
			return err
		}
	}
	if err := p.temp(ctx, "pass_object", createIdentified); err != nil {
		return err
	}
	// One by one, by an index, and no join: see references.
	_, err := p.conn.Exec(ctx, `INSERT INTO pass_candidate (class, id) SELECT c.class, c.id FROM (
			SELECT c.class, (SELECT max(o.id + 0) FROM xen.object o
				WHERE o.pool_id = $1 AND o.ref = c.ref AND o.class = c.class AND o.removed_at IS NULL) AS id
			FROM pass_change c WHERE c.class = $2 OFFSET 0) c
		WHERE c.id IS NOT NULL AND NOT EXISTS (SELECT FROM pass_candidate x WHERE x.id = c.id)`, pgx.QueryExecModeExec, p.poolID, class)
	if err != nil {
		return err
	}
	again := []string{`DELETE FROM pass_object WHERE class = '` + class + `'`}
	if p.tables[stageTable(s.class)] {
		again = append(again, `DELETE FROM pass_mention m USING `+stageTable(s.class)+` s WHERE m.seq = s.seq`)
	}
	if _, err := p.conn.Exec(ctx, strings.Join(again, ";\n")); err != nil {
		return err
	}
	s.faults -= s.leftOut
	s.leftOut = 0
	return p.identify(ctx, s, nil)
}
