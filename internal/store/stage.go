package store

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"syncd/internal/model"
)

// flushBytes is how much is gathered before it is copied to the server.
const flushBytes = 512 << 10

// stage is what a pass knows of one class.
type stage struct {
	*statements
	note   string  // why the class was not read
	read   bool    // to its end
	known  *roster // the live objects, and those staged; nil once the class is read
	buffer []byte  // rows for COPY that were not sent yet

	seen, staged, faults int64
}

// Begin starts a class: it loads which objects of it are live. A class that was begun before is started again from
// nothing.
func (p *Pass) Begin(ctx context.Context, class *model.Class) error {
	err := p.beginClass(ctx, class)
	return p.db.explain("loading what is stored of class "+class.Name, err)
}

func (p *Pass) beginClass(ctx context.Context, class *model.Class) error {
	if err := p.temp(ctx, "pass_candidate", `CREATE TEMP TABLE pass_candidate (class text, id bigint)`); err != nil {
		return err
	}
	if old := p.drop(class); old != nil {
		_, err := p.conn.Exec(ctx, `DELETE FROM pass_candidate WHERE class = $1`, class.Name)
		if err != nil {
			return err
		}
		if p.tables[stageTable(class)] {
			if _, err := p.conn.Exec(ctx, `TRUNCATE `+stageTable(class)); err != nil {
				return err
			}
		}
	}
	s := &stage{statements: classStatements[class], known: newRoster()}
	p.stages = append(p.stages, s)
	p.open = s
	if class.Name == "host" {
		p.residents = newResidents()
	}
	rows, err := p.conn.Query(ctx, `SELECT ref, id, content_hash FROM xen.object
		WHERE pool_id = $1 AND class = $2 AND removed_at IS NULL`, p.poolID, class.Name)
	if err != nil {
		return err
	}
	var ref, hash pgtype.DriverBytes
	var id int64
	_, err = pgx.ForEachRow(rows, []any{&ref, &id, &hash}, func() error {
		m := s.known.add(ref)
		m.id = id
		copy(m.hash[:], hash)
		return nil
	})
	return err
}

// drop forgets what was read of a class.
func (p *Pass) drop(class *model.Class) *stage {
	for i, s := range p.stages {
		if s.class == class {
			p.stages = append(p.stages[:i], p.stages[i+1:]...)
			return s
		}
	}
	return nil
}

// Unchanged tells whether the record of the open class that has this reference has the bytes that are stored. Then
// there is nothing more to do about it; else it must be decoded and staged.
func (p *Pass) Unchanged(rec *model.Record) bool {
	m := p.open.known.find(rec.Ref)
	if m == nil || m.seen || m.hash != rec.Hash {
		return false
	}
	m.seen, m.same = true, true
	p.open.seen++
	return true
}

// Stage takes a decoded record of the open class. One without a uuid, with keys that no index could hold, or under a
// reference that this answer has had already, is counted as a fault and left out: a row that it may belong to stays as
// it is.
func (p *Pass) Stage(ctx context.Context, rec *model.Record) error {
	s := p.open
	s.seen++
	s.faults += int64(rec.Faults + rec.Replaced)
	m := s.known.find(rec.Ref)
	switch {
	case m != nil && m.seen:
		s.faults++
		return nil
	case len(rec.UUID()) == 0, len(rec.UUID()) > model.LongestKey, len(rec.Ref) > model.LongestKey:
		s.faults++
		if m != nil {
			m.seen, m.same = true, true
		}
		return nil
	case m == nil:
		m = s.known.add(rec.Ref)
	}
	m.seen = true
	s.staged++
	p.seq++
	s.buffer = rec.AppendRow(s.buffer, p.seq)
	if len(s.buffer) < flushBytes {
		return nil
	}
	return p.flush(ctx, s)
}

// End says that the open class was read to its end: what it did not have is gone.
func (p *Pass) End(ctx context.Context) error {
	s := p.open
	if err := p.flush(ctx, s); err != nil {
		return err
	}
	// Also an object whose record changed is a candidate: its reference may lead to another uuid by now.
	var candidates []byte
	for _, m := range s.known.members {
		if m.id != 0 && !m.same {
			candidates = append(candidates, s.class.Name...)
			candidates = append(candidates, '\t')
			candidates = strconv.AppendInt(candidates, m.id, 10)
			candidates = append(candidates, '\n')
		}
	}
	if len(candidates) > 0 {
		if err := p.copy(ctx, `COPY pass_candidate (class, id) FROM STDIN`, candidates); err != nil {
			return p.db.explain("staging class "+s.class.Name, err)
		}
	}
	s.known, s.buffer, s.read, p.open = nil, nil, true, nil
	return nil
}

// flush sends the gathered rows.
func (p *Pass) flush(ctx context.Context, s *stage) error {
	if len(s.buffer) == 0 {
		return nil
	}
	err := p.temp(ctx, stageTable(s.class), s.createStage)
	if err == nil {
		err = p.copy(ctx, s.copyStage, s.buffer)
	}
	s.buffer = s.buffer[:0]
	return p.db.explain("staging class "+s.class.Name, err)
}

// temp makes a temporary table when it is first needed.
func (p *Pass) temp(ctx context.Context, name, create string) error {
	if p.tables[name] {
		return nil
	}
	_, err := p.conn.Exec(ctx, create)
	p.tables[name] = err == nil
	return err
}

func (p *Pass) copy(ctx context.Context, statement string, rows []byte) error {
	_, err := p.conn.PgConn().CopyFrom(ctx, bytes.NewReader(rows), statement)
	return err
}

// text makes a string storable: Postgres has neither NUL nor invalid UTF-8.
func text(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", "\uFFFD"), "\uFFFD")
}
