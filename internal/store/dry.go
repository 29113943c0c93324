package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"syncd/internal/model"
)

// namesOfEach is how many names a dry pass tells of each kind of change to a class.
const namesOfEach = 5

// Names are those of the first objects, by name, that a dry pass found new, changed or removed: name_label as it would
// be after the pass, or else the uuid. The counts tell how many there are in all.
type Names struct {
	New, Changed, Removed []string
}

// RequireCurrent fails where the schema is not the one of this program. It changes nothing.
func (db *DB) RequireCurrent(ctx context.Context) error {
	migrations, err := db.Migrations(ctx)
	if err != nil {
		return err
	}
	pending := 0
	for _, m := range migrations {
		if m.Newer {
			return db.explain("looking at the schema", errors.New("it was made by a newer syncd: use that one"))
		}
		if m.AppliedAt == nil {
			pending++
		}
	}
	if pending == 0 {
		return nil
	}
	return &Error{Doing: "looking at the schema", Database: db.String(), Remedy: "run syncd migrate up",
		Err: fmt.Errorf("%d of %d migrations are pending", pending, len(migrations))}
}

// names tells what a dry pass is about to take back: the rows that its transaction wrote, and those that it would
// remove, which are still there.
func (w *writer) names(ctx context.Context) error {
	if !w.pass.options.Dry || !w.staged && len(w.goneOf) == 0 {
		return nil
	}
	for _, c := range model.Classes {
		name := "t.uuid"
		if f := c.Field("name_label"); f != nil {
			name = "coalesce(nullif(t." + f.Column + ", ''), t.uuid)"
		}
		rows, err := w.tx.Query(ctx, `SELECT kind, name FROM (
				SELECT kind, name, row_number() OVER (PARTITION BY kind ORDER BY name, id) AS n FROM (
					SELECT t.id, `+name+` AS name,
						CASE WHEN g.id IS NOT NULL THEN 'removed' WHEN p.live IS FALSE THEN 'new' ELSE 'changed' END AS kind
					FROM xen.`+c.SQLTable()+` t LEFT JOIN pass_object p ON p.id = t.id LEFT JOIN pass_gone g ON g.id = t.id AND g.removed
					WHERE t.pool_id = $1 AND (g.id IS NOT NULL OR t.xmin = pg_current_xact_id()::xid)) touched) numbered
			WHERE n <= $2 ORDER BY kind, n`, w.pass.poolID, namesOfEach)
		if err != nil {
			return err
		}
		names := &w.class(c.Name).Names
		of := map[string]*[]string{"new": &names.New, "changed": &names.Changed, "removed": &names.Removed}
		var kind, text string
		_, err = pgx.ForEachRow(rows, []any{&kind, &text}, func() error {
			*of[kind] = append(*of[kind], text)
			return nil
		})
		if err != nil {
			return fmt.Errorf("class %s: %w", c.Name, err)
		}
	}
	return nil
}
