package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"syncd/internal/model"
)

// keysOfModel are the keys that the model asks for: "table(column)", and "table(column) -> target".
func keysOfModel() (primary, foreign []string) {
	for _, c := range model.Classes {
		primary = append(primary, c.SQLTable()+"(id)")
		foreign = append(foreign, c.SQLTable()+"(pool_id) -> syncd.pool")
		for _, f := range c.Columns {
			if f.Target() != nil {
				foreign = append(foreign, fmt.Sprintf("%s(%s) -> xen.%s", c.SQLTable(), f.IDColumn, f.Target().SQLTable()))
			}
		}
		for _, f := range c.Links {
			table := c.LinkTable(f)
			primary = append(primary, table+"(pool_id)", table+"("+c.LinkColumn()+")", table+"(target_id)")
			foreign = append(foreign, table+"(pool_id) -> syncd.pool", fmt.Sprintf("%s(%s) -> xen.%s", table, c.LinkColumn(), c.SQLTable()),
				table+"(target_id) -> xen."+strings.ToLower(f.Type.Elem.Class))
		}
	}
	slices.Sort(primary)
	slices.Sort(foreign)
	return primary, foreign
}

// What tools ask of information_schema, and Metabase and the JDBC driver of pg_constraint.
const (
	// The server has no idea how many rows these views have, and joins them one by one where it may.
	ofSchema = `WITH t AS MATERIALIZED (SELECT * FROM information_schema.table_constraints WHERE table_schema = 'xen' AND table_name <> 'object'),
		k AS MATERIALIZED (SELECT * FROM information_schema.key_column_usage),
		r AS MATERIALIZED (SELECT * FROM information_schema.referential_constraints) `
	primaryOfSchema = ofSchema + `SELECT k.table_name || '(' || k.column_name || ')' FROM t
		JOIN k USING (constraint_schema, constraint_name, table_name) WHERE t.constraint_type = 'PRIMARY KEY'`
	foreignOfSchema = ofSchema + `SELECT k.table_name || '(' || k.column_name || ') -> ' || u.table_schema || '.' || u.table_name FROM t
		JOIN k USING (constraint_schema, constraint_name, table_name)
		JOIN r USING (constraint_schema, constraint_name)
		JOIN k u ON u.constraint_schema = r.unique_constraint_schema AND u.constraint_name = r.unique_constraint_name
			AND u.ordinal_position = k.position_in_unique_constraint
		WHERE t.constraint_type = 'FOREIGN KEY'`
	primaryOfCatalog = `SELECT c.relname || '(' || a.attname || ')' FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
		WHERE k.contype = 'p' AND c.relnamespace = 'xen'::regnamespace AND c.relname <> 'object'`
	foreignOfCatalog = `SELECT c.relname || '(' || a.attname || ') -> ' || k.confrelid::regclass FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
		WHERE k.contype = 'f' AND c.relnamespace = 'xen'::regnamespace AND c.relname <> 'object'`
)

func TestToolsThatLookForKeysFindThemAllAsReadersToo(t *testing.T) {
	t.Parallel()
	owner, reader := readersServer(t)
	admit(t, owner, "secret")
	primary, foreign := keysOfModel()
	for who, url := range map[string]string{"the owner": owner, "a reader": reader("secret")} {
		conn := connectTo(t, url)
		for sql, want := range map[string][]string{
			primaryOfSchema: primary, foreignOfSchema: foreign, primaryOfCatalog: primary, foreignOfCatalog: foreign,
		} {
			rows, err := conn.Query(t.Context(), sql)
			if err != nil {
				t.Fatal(err)
			}
			got, err := pgx.CollectRows(rows, pgx.RowTo[string])
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %s\n(-model +found)\n%s", who, sql, diff)
			}
		}
	}
}

func TestWhoSeesKeysCanReferToNothing(t *testing.T) {
	t.Parallel()
	owner, reader := readersServer(t)
	admit(t, owner, "secret")
	execAll(t, connectTo(t, owner), "CREATE SCHEMA own AUTHORIZATION reader")
	conn := connectTo(t, reader("secret"))
	execAll(t, conn, "SET default_transaction_read_only = off", "CREATE TABLE own.t (i bigint, u text)")
	for sql, code := range map[string]string{
		"ALTER TABLE own.t ADD FOREIGN KEY (i) REFERENCES xen.vm":         "42501", // no right
		"ALTER TABLE own.t ADD FOREIGN KEY (u) REFERENCES xen.vm (extra)": "42830", // no unique key
		"ALTER TABLE own.t ADD FOREIGN KEY (i) REFERENCES syncd.pool":     "42501",
	} {
		_, err := conn.Exec(t.Context(), sql)
		if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.Code != code {
			t.Errorf("%s: %v, want %s", sql, err, code)
		}
	}
}

func TestEveryTableOfTheMirrorIsAClassOrALinkOfTheModel(t *testing.T) {
	t.Parallel()
	db := open(t)
	want := []string{"object"}
	for _, c := range model.Classes {
		want = append(want, c.SQLTable())
		for _, f := range c.Links {
			table := c.LinkTable(f)
			want = append(want, table)
			got := query(t, db, `SELECT attname, atttypid::regtype, attnotnull FROM pg_attribute
				WHERE attrelid = ('xen.' || $1::text)::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`, table)
			if diff := cmp.Diff([]string{"pool_id|bigint|t", c.LinkColumn() + "|bigint|t", "target_id|bigint|t"}, got); diff != "" {
				t.Errorf("xen.%s (-model +schema):\n%s", table, diff)
			}
		}
	}
	slices.Sort(want)
	got := query(t, db, `SELECT relname FROM pg_class WHERE relnamespace = 'xen'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')`)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-model +schema)\n%s", diff)
	}
}
