package store

import (
	"context"
	"strings"

	"syncd/internal/model"
)

// analyze counts the rows of a pool's first load for Postgres, which would do so in a minute or more, or never where the
// server is stopped behind the pass. Until then it takes the new tables for empty, and whoever asks waits for the plan that it
// makes of that. Passes themselves rely on no statistics. It counts what joins and conditions go by; autovacuum will count
// the rest, which is wide. What our role may not, or somebody else does already, is left out.
func (p *Pass) analyze(ctx context.Context, result *Result) {
	if p.storedUUID != "" {
		return
	}
	tables := []string{"xen.object (pool_id, class, uuid, ref, removed_at)"}
	for _, c := range result.Classes {
		if c.New == 0 {
			continue
		}
		class := model.Lookup(c.Class)
		columns := []string{"pool_id"}
		for _, f := range class.Columns {
			switch k := f.Type.Kind; {
			case f.Target() != nil:
				columns = append(columns, f.IDColumn)
			case k == model.Bool || k == model.Enum:
				columns = append(columns, f.Column)
			}
		}
		tables = append(tables, "xen."+class.SQLTable()+" ("+strings.Join(columns, ", ")+")")
	}
	_, _ = p.conn.Exec(ctx, "ANALYZE (SKIP_LOCKED) "+strings.Join(tables, ", "))
}
