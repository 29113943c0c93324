package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// Dictionary says what stands where in the schemas that people read, in the words of the database's own comments.
type Dictionary struct {
	Version int64            `json:"schema_version"` // of the newest migration that is applied
	Schemas []SchemaEntry    `json:"schemas"`        // inventory, xen, syncd
	refers  map[string][]Ref // by the table that they lead to
}

// SchemaEntry is a schema of the Dictionary.
type SchemaEntry struct {
	Schema  string          `json:"schema"`
	Comment string          `json:"comment"`
	Tables  []RelationEntry `json:"tables"` // views too, by name
}

// RelationEntry is a table or a view of the Dictionary.
type RelationEntry struct {
	Name    string        `json:"name"` // with its schema: inventory.vm
	Kind    string        `json:"kind"` // table, view or materialized view
	Comment string        `json:"comment"`
	Columns []ColumnEntry `json:"columns"` // in their order
}

// ColumnEntry is a column of the Dictionary.
type ColumnEntry struct {
	Name       string `json:"name"`
	Type       string `json:"type"` // as PostgreSQL writes it: timestamp with time zone
	Nullable   bool   `json:"nullable"`
	PrimaryKey bool   `json:"primary_key"`          // it is the primary key, or a part of it
	References string `json:"references,omitempty"` // the table that a foreign key leads to: xen.host
	Comment    string `json:"comment"`
}

// Ref is a foreign key of one column.
type Ref struct{ Table, Column string }

// ReferredBy lists the foreign keys that lead to a table, by their place in the Dictionary.
func (d *Dictionary) ReferredBy(table string) []Ref { return d.refers[table] }

// Dictionary reads the comments of the schemas that people read, with what somebody added there. It never migrates: a
// database without the schema is an error with the remedy.
func (db *DB) Dictionary(ctx context.Context) (*Dictionary, error) {
	conn, err := db.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	d := &Dictionary{refers: map[string][]Ref{}}
	// One snapshot, also while another process migrates.
	err = pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		return d.read(ctx, tx)
	})
	if err != nil {
		return nil, db.explain("reading the comments of the schema", err)
	}
	return d, nil
}

func (d *Dictionary) read(ctx context.Context, tx pgx.Tx) error {
	var there bool
	if err := tx.QueryRow(ctx, `SELECT to_regclass($1) IS NOT NULL`, versionTable).Scan(&there); err != nil {
		return err
	}
	if !there {
		return errors.New("the database has no schema of syncd yet: make it with syncd migrate up")
	}
	if err := tx.QueryRow(ctx, `SELECT max(version_id) FROM `+versionTable+` WHERE is_applied`).Scan(&d.Version); err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `
		SELECT n.nspname::text, coalesce(obj_description(n.oid, 'pg_namespace'), ''), n.nspname || '.' || c.relname,
			CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'table' END,
			coalesce(obj_description(c.oid, 'pg_class'), ''), a.attname::text, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
			EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p' AND a.attnum = ANY (k.conkey)),
			coalesce((SELECT fn.nspname || '.' || f.relname FROM pg_constraint k
				JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
				WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.conkey = ARRAY[a.attnum] ORDER BY k.oid LIMIT 1), ''),
			coalesce(col_description(c.oid, a.attnum), '')
		FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm')
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE n.nspname = ANY ($1::text[]) AND c.oid <> $2::text::regclass
		ORDER BY array_position($1::text[], n.nspname::text), c.relname COLLATE "C", a.attnum`, described, versionTable)
	if err != nil {
		return err
	}
	var schema SchemaEntry
	var table RelationEntry
	var column ColumnEntry
	_, err = pgx.ForEachRow(rows, []any{&schema.Schema, &schema.Comment, &table.Name, &table.Kind, &table.Comment,
		&column.Name, &column.Type, &column.Nullable, &column.PrimaryKey, &column.References, &column.Comment}, func() error {
		if n := len(d.Schemas); n == 0 || d.Schemas[n-1].Schema != schema.Schema {
			d.Schemas = append(d.Schemas, schema)
		}
		s := &d.Schemas[len(d.Schemas)-1]
		if n := len(s.Tables); n == 0 || s.Tables[n-1].Name != table.Name {
			s.Tables = append(s.Tables, table)
		}
		t := &s.Tables[len(s.Tables)-1]
		t.Columns = append(t.Columns, column)
		if column.References != "" {
			d.refers[column.References] = append(d.refers[column.References], Ref{table.Name, column.Name})
		}
		return nil
	})
	return err
}

// described are the readable schemas in the order in which a reader wants them.
var described = []string{"inventory", "xen", "syncd"}
