package store

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// createIdentified makes the tables of what identify finds out.
const createIdentified = `CREATE TEMP TABLE pass_candidate (class name, id bigint);
	CREATE TEMP TABLE pass_object (seq bigint, class text, ref text, uuid text, content_hash bytea, id bigint, live boolean, old_ref text);
	CREATE TEMP TABLE pass_mention (seq bigint, field text, class text, ref text)`

// identify gives the staged records of a class that was read to its end their objects, and notes what they refer to,
// while the pool has the rest still to send. It reads rows of xen.object that nobody else writes as long as this pass has
// the pool's lock; where it lost the lock, the fence will tell. Candidates are rows of pass_candidate.
func (p *Pass) identify(ctx context.Context, s *stage, candidates []byte) error {
	if s.staged == 0 && len(candidates) == 0 {
		return nil
	}
	err := p.temp(ctx, "pass_object", createIdentified)
	if err != nil {
		return err
	}
	if err := p.copy(ctx, `COPY pass_candidate (class, id) FROM STDIN`, candidates); err != nil || s.staged == 0 {
		return err
	}
	// How many there are is all that the planner has to know; the other columns are wide.
	if _, err := p.conn.Exec(ctx, `ANALYZE `+stageTable(s.class)+` (seq, uuid)`); err != nil {
		return err
	}
	tag, err := p.conn.Exec(ctx, s.identify, pgx.QueryExecModeExec, p.poolID, s.class.Name, p.options.Dry)
	if err != nil {
		return err
	}
	s.leftOut = s.staged - tag.RowsAffected()
	s.faults += s.leftOut
	if s.mention != "" {
		_, err = p.conn.Exec(ctx, s.mention)
	}
	return err
}

// clear empties the temporary tables of what was read of classes that were begun again or turned out to be missing. What
// they mentioned does no harm.
func (p *Pass) clear(ctx context.Context) error {
	for _, class := range p.dropped {
		if p.tables["pass_object"] {
			for _, table := range []string{"pass_candidate", "pass_object"} {
				if _, err := p.conn.Exec(ctx, `DELETE FROM `+table+` WHERE class = $1`, pgx.QueryExecModeExec, class.Name); err != nil {
					return err
				}
			}
		}
		if p.tables[stageTable(class)] {
			if _, err := p.conn.Exec(ctx, `TRUNCATE `+stageTable(class)); err != nil {
				return err
			}
		}
	}
	p.dropped = nil
	return nil
}
