package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// makeGroup makes ReaderGroup on a server that is not private, where our user may, and gives it its rights in a schema
// that is new, or to a group that is. Later it leaves them alone: an administrator may have taken some away. Tables of
// later migrations come with theirs; what the group reads it also sees the keys of.
func makeGroup(ctx context.Context, conn *pgx.Conn, applied []Migration) error {
	var exists, may bool
	err := conn.QueryRow(ctx, `SELECT to_regrole($1) IS NOT NULL, rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user`,
		ReaderGroup).Scan(&exists, &may)
	fresh := len(applied) > 0 && applied[0].Version == 1
	if err != nil || !exists && !may {
		return err
	}
	grant := func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1::int, -1)`, lockSpace); err != nil {
			return err
		}
		if !exists || fresh {
			if err := apply(ctx, tx, lackingRoles, ReaderGroup, Reader, 0, false); err != nil {
				return err
			}
			if err := apply(ctx, tx, lackingRights, ReaderGroup, readable, hidden); err != nil {
				return err
			}
		}
		return apply(ctx, tx, keyRights, ReaderGroup, readable, hidden)
	}
	err = pgx.BeginFunc(ctx, conn, grant)
	if code := sqlState(err); code == "42710" || code == "23505" { // duplicate: another database of the server got its group at the same instant
		err = pgx.BeginFunc(ctx, conn, grant)
	}
	if sqlState(err) == "42501" { // the tables are another's, whom check tells what to do
		return nil
	}
	return err
}

// LackingReaders lists the statements by which an administrator gives people ReaderGroup on a server that is not
// private: none where it is there with every right. The schema must be there.
func (db *DB) LackingReaders(ctx context.Context) ([]string, error) {
	conn, err := db.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	statements, err := lackingReaders(ctx, conn)
	return statements, db.explain("looking at the rights of "+ReaderGroup, err)
}

func lackingReaders(ctx context.Context, conn *pgx.Conn) ([]string, error) {
	var exists bool
	if err := conn.QueryRow(ctx, `SELECT to_regrole($1) IS NOT NULL`, ReaderGroup).Scan(&exists); err != nil {
		return nil, err
	}
	var statements []string
	if !exists {
		statements = append(statements, "CREATE ROLE "+ReaderGroup+" NOLOGIN")
	} else {
		rows, err := conn.Query(ctx, lackingRights, ReaderGroup, readable, hidden)
		if err != nil {
			return nil, err
		}
		lacking, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil || len(lacking) == 0 {
			return nil, err
		}
	}
	// All of them in few words, rather than one for each table. What the owner makes later must be for readers as well.
	var owner string
	var partly []string
	err := conn.QueryRow(ctx, `SELECT (SELECT quote_ident(pg_get_userbyid(relowner)) FROM pg_class WHERE oid = 'xen.object'::regclass),
		array_agg(format('REVOKE SELECT ON %s FROM %I; GRANT SELECT (%s) ON %1$s TO %2$I', name, $1::text, columns) ORDER BY name)
		FROM (SELECT attrelid::regclass::text AS name, string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns FROM pg_attribute
			WHERE EXISTS (SELECT FROM unnest($2::text[]) h WHERE h LIKE attrelid::regclass || '.%')
				AND attnum > 0 AND NOT attisdropped AND attrelid::regclass || '.' || attname <> ALL ($2::text[]) GROUP BY attrelid) tables`,
		ReaderGroup, hidden).Scan(&owner, &partly)
	if err != nil {
		return nil, err
	}
	const schemas = "xen, inventory, syncd"
	statements = append(statements,
		fmt.Sprintf("GRANT USAGE ON SCHEMA %s TO %s", schemas, ReaderGroup),
		fmt.Sprintf("GRANT SELECT ON ALL TABLES IN SCHEMA %s TO %s", schemas, ReaderGroup))
	statements = append(statements, partly...)
	return append(statements,
		fmt.Sprintf("ALTER DEFAULT PRIVILEGES FOR ROLE %s IN SCHEMA %s GRANT SELECT ON TABLES TO %s", owner, schemas, ReaderGroup)), nil
}
