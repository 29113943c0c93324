package store

import (
	"context"
	"fmt"
)

// Inspection is what a server is, and what our user may not do there.
type Inspection struct {
	Version string   // as the server says it: 15.4 (Debian 15.4-1)
	User    string   // whom we are there
	Lacks   []string // rights that a pass needs: TEMPORARY on the database, UPDATE on xen.vm; none where all are there
}

// Inspect asks what the server is and whether our user may do there what migrations and passes do. It changes nothing.
func (db *DB) Inspect(ctx context.Context) (*Inspection, error) {
	conn, err := db.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	i := &Inspection{}
	var all int
	// CREATE on the database is needed only until the schemas are there. Five are enough to see what is the matter.
	err = conn.QueryRow(ctx, `WITH lacking AS (
			SELECT r.privilege || ' on ' || c.oid::regclass AS what
			FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			CROSS JOIN (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) r (privilege)
			WHERE n.nspname IN ('syncd', 'xen') AND c.relkind = 'r'
				AND has_schema_privilege(n.oid, 'USAGE') AND NOT has_table_privilege(c.oid, r.privilege)
			UNION ALL
			SELECT 'SELECT on ' || c.oid::regclass
			FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE n.nspname = 'inventory' AND c.relkind = 'v' AND has_schema_privilege(n.oid, 'USAGE') AND NOT has_table_privilege(c.oid, 'SELECT')
			UNION ALL
			SELECT 'USAGE on the schema ' || nspname FROM pg_namespace
			WHERE nspname IN ('syncd', 'xen', 'inventory') AND NOT has_schema_privilege(oid, 'USAGE')
			UNION ALL
			SELECT r.privilege || ' on the database' FROM (VALUES ('TEMPORARY', true), ('CREATE', to_regnamespace('xen') IS NULL)) r (privilege, needed)
			WHERE r.needed AND NOT has_database_privilege(current_database(), r.privilege))
		SELECT current_setting('server_version'), current_user::text,
			coalesce((SELECT array_agg(what ORDER BY what) FROM (SELECT what FROM lacking ORDER BY what LIMIT 5) five), '{}'),
			(SELECT count(*) FROM lacking)`).Scan(&i.Version, &i.User, &i.Lacks, &all)
	if err != nil {
		return nil, db.explain("inspecting the server", err)
	}
	if more := all - len(i.Lacks); more > 0 {
		i.Lacks = append(i.Lacks, fmt.Sprintf("%d more", more))
	}
	return i, nil
}
