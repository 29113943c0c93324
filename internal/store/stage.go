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
const flushBytes = 256 << 10

// stage is what a pass knows of one class.
type stage struct {
	*statements
	note  string  // why the class was not read
	read  bool    // to its end
	known *roster // the live objects, and those staged; nil once the class is read

	live                 int64 // objects before this pass
	seen, staged, faults int64
	unstored, leftOut    int64 // of the faults: records without a key and without a row, and records whose uuid another one has
}

// Begin starts a class: it loads which objects of it are live. A class that was begun before is started again from
// nothing.
func (p *Pass) Begin(ctx context.Context, class *model.Class) error {
	p.buffer = p.buffer[:0]
	p.drop(class)
	s := &stage{statements: classStatements[class], known: newRoster()}
	p.stages = append(p.stages, s)
	p.open = s
	if class.Name == "host" {
		p.residents = newResidents()
	}
	if p.storedUUID == "" && len(p.dropped) == 0 {
		return nil // nothing is stored of this pool, and what goes on behind may go on
	}
	if err := p.wait(ctx); err != nil {
		return err
	}
	err := p.load(ctx, s)
	return p.db.explain("loading what is stored of class "+class.Name, err)
}

func (p *Pass) load(ctx context.Context, s *stage) error {
	if err := p.clear(ctx); err != nil {
		return err
	}
	rows, err := p.stored(ctx, s.class)
	if err != nil {
		return err
	}
	var ref, hash pgtype.DriverBytes
	var id int64
	_, err = pgx.ForEachRow(rows, []any{&ref, &id, &hash}, func() error {
		m := s.known.add(ref)
		m.id = id
		copy(m.hash[:], hash)
		s.live++
		return nil
	})
	return err
}

// drop forgets what was read of a class.
func (p *Pass) drop(class *model.Class) {
	for i, s := range p.stages {
		if s.class == class {
			p.stages = append(p.stages[:i], p.stages[i+1:]...)
			p.dropped = append(p.dropped, class)
			return
		}
	}
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
		} else {
			s.unstored++
		}
		return nil
	case m == nil:
		m = s.known.add(rec.Ref)
	}
	m.seen = true
	s.staged++
	p.seq++
	p.buffer = rec.AppendRow(p.buffer, p.seq)
	if len(p.buffer) < flushBytes {
		return nil
	}
	return p.send(ctx, s, nil)
}

// End says that the open class was read to its end: what it did not have is gone. What is left to send goes behind, and
// its error is that of the next step.
func (p *Pass) End(ctx context.Context) error {
	s := p.open
	// Also an object whose record changed is a candidate: its reference may lead to another uuid by now. What is read by its
	// time stays when it is not there any more.
	var candidates []byte
	for _, m := range s.known.members {
		if m.id != 0 && !m.same && (m.seen || s.class.Since == nil) {
			candidates = appendCandidate(candidates, s.class, m.id)
		}
	}
	s.known, s.read, p.open = nil, true, nil
	return p.send(ctx, s, func(ctx context.Context) error { return p.identify(ctx, s, candidates) })
}

// appendCandidate appends a row of pass_candidate, as COPY wants it.
func appendCandidate(b []byte, class *model.Class, id int64) []byte {
	b = append(b, class.Name...)
	b = append(b, '\t')
	b = strconv.AppendInt(b, id, 10)
	return append(b, '\n')
}

// send copies the gathered rows behind, and does what is to follow, if anything. The next rows are gathered in the other
// buffer.
func (p *Pass) send(ctx context.Context, s *stage, then func(context.Context) error) error {
	if err := p.wait(ctx); err != nil {
		return err
	}
	rows := p.buffer
	p.buffer, p.sent = p.sent[:0], rows
	return p.behind(ctx, func(ctx context.Context) (err error) {
		if len(rows) > 0 {
			if err = p.temp(ctx, stageTable(s.class), s.createStage); err == nil {
				err = p.copy(ctx, s.copyStage, rows)
			}
		}
		if err == nil && then != nil {
			err = then(ctx)
		}
		return p.db.explain("staging class "+s.class.Name, err)
	})
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
