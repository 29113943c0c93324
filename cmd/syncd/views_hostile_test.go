package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"syncd/internal/xensim"
)

// viewNames lists every view of the inventory, so that one that comes later is held as well.
func viewNames(t testing.TB, conn *pgx.Conn) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), `SELECT viewname FROM pg_views WHERE schemaname = 'inventory' ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestNoViewFailsWhateverItsTablesHold(t *testing.T) {
	t.Parallel()
	m := newMirror(t, xensim.Options{Hosts: 3, VMs: 30})
	m.pass(t)
	conn := connect(t, m.url)
	views := viewNames(t, conn)
	kinds := map[string]string{"text": "c.type = 'text'", "number": "c.type = 'bigint'", "flag": "c.type = 'boolean'", "set": "c.type = 'text[]'",
		"map": "c.type = 'jsonb'", "time": "c.type = 'timestamp with time zone'", "float": "c.type = 'double precision'"}
	// every is what each value of a map becomes.
	every := func(value string) string {
		return `(SELECT jsonb_object_agg(key, ` + value + `) FROM jsonb_each(%[1]s))`
	}
	both := func(odd int) string {
		return fmt.Sprintf("CASE WHEN length('%%[1]s') %% 2 = %d THEN 9223372036854775807 ELSE -9223372036854775808 END", odd)
	}
	const odd = `E'\'"<b>&\\\\ %%s, | \n\t\x01 🚀\u00a0١٢' || chr(8238)`
	for name, to := range map[string]map[string]string{
		"numbers as large as can be": {"number": "9223372036854775807", "map": every(`to_jsonb('99999999999999999999'::text)`), "float": "'Infinity'"},
		"numbers as small as can be": {"number": "-9223372036854775808", "map": every(`to_jsonb('-9223372036854775808'::text)`), "float": "'-Infinity'"},
		// By the length of a column's name, so that one that is taken from another is at the other end.
		"numbers at both ends":        {"number": both(0)},
		"numbers at the other ends":   {"number": both(1)},
		"numbers that are none":       {"number": "0", "map": every(`'"0"'::jsonb`), "float": "'NaN'"},
		"nine digits":                 {"map": every(`'"999999999"'::jsonb`)},
		"digits of another script":    {"map": every(`to_jsonb('١٢٣'::text)`), "text": "'١٢٣'"},
		"odd texts":                   {"text": odd, "set": "ARRAY[" + odd + ", '']", "map": every("to_jsonb(" + odd + ")")},
		"odd keys":                    {"map": `jsonb_build_object(` + odd + `, 'x', '', '', '0/ip', '1.1.1.1 ::1', '999999999/ipv6/999999999', '::', '9999999999/ip', '.')`},
		"long texts":                  {"text": "repeat('x', 3000)", "map": every("to_jsonb(repeat('9', 3000))")},
		"empty texts":                 {"text": "''", "set": "'{}'", "map": every(`'""'::jsonb`)},
		"sets in maps":                {"map": every(`'["a", "b"]'::jsonb`)},
		"maps in maps":                {"map": every(`'{"a": null}'::jsonb`)},
		"nothing in maps":             {"map": "'{}'", "set": "ARRAY[NULL]::text[]"},
		"nothing":                     {"text": "NULL", "number": "NULL", "flag": "NULL", "set": "NULL", "map": "NULL", "time": "NULL", "float": "NULL"},
		"everything true":             {"flag": "true"},
		"everything false":            {"flag": "false"},
		"times of long ago":           {"time": "'0001-01-01'", "map": every(`'"00010101T00:00:00Z"'::jsonb`)},
		"times to come":               {"time": "'9999-12-31 23:59:59'", "map": every(`'"99991231T23:59:59Z"'::jsonb`)},
		"times that no calendar has":  {"map": every(`'"20240231T25:61:61Z"'::jsonb`)},
		"figures in another notation": {"map": every(`'"1e400"'::jsonb`)},
	} {
		t.Run(name, func(t *testing.T) {
			tx, err := conn.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer tx.Rollback(context.Background())
			for kind, value := range to {
				rows, err := tx.Query(t.Context(), `
					SELECT c.name, array_agg(c.column)
					FROM (SELECT a.attrelid::regclass::text AS name, quote_ident(a.attname) AS column, format_type(a.atttypid, NULL) AS type
					      FROM pg_attribute a
					      JOIN pg_class r ON r.oid = a.attrelid AND r.relkind = 'r' AND r.relnamespace = 'xen'::regnamespace
					      WHERE a.attnum > 0 AND NOT a.attisdropped AND NOT a.attnotnull AND a.attrelid <> 'xen.object'::regclass
					        AND NOT (a.attrelid = 'xen.vm'::regclass AND a.attname = 'power_state')
					        AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype = 'f' AND a.attnum = ANY (k.conkey))) c
					WHERE `+kinds[kind]+` GROUP BY c.name`)
				if err != nil {
					t.Fatal(err)
				}
				var table string
				var columns, statements []string
				_, err = pgx.ForEachRow(rows, []any{&table, &columns}, func() error {
					var sets []string
					for _, column := range columns {
						sets = append(sets, column+" = "+strings.ReplaceAll(value, "%[1]s", column))
					}
					statements = append(statements, "UPDATE "+table+" SET "+strings.Join(sets, ", "))
					return nil
				})
				if err != nil || len(statements) == 0 {
					t.Fatalf("%d tables have a %s: %v", len(statements), kind, err)
				}
				for _, statement := range statements {
					if _, err := tx.Exec(t.Context(), statement); err != nil {
						t.Fatalf("%s: %v", statement, err)
					}
				}
			}
			for _, view := range views {
				if _, err := tx.Exec(t.Context(), "SAVEPOINT view"); err != nil {
					t.Fatal(err)
				}
				rows, err := tx.Query(t.Context(), "SELECT * FROM inventory."+view)
				if err != nil {
					t.Fatal(err)
				}
				for rows.Next() {
				}
				if err := rows.Err(); err != nil {
					t.Errorf("inventory.%s: %v", view, err)
				}
				if _, err := tx.Exec(t.Context(), "ROLLBACK TO SAVEPOINT view"); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestAChainOfSnapshotsThatLeadsBackToItselfEnds(t *testing.T) {
	t.Parallel()
	m := newMirror(t, xensim.Options{Hosts: 1, VMs: 10})
	m.pass(t)
	conn := connect(t, m.url)
	_, err := conn.Exec(t.Context(), `
		UPDATE xen.vm SET is_a_snapshot = n.id <= 4, parent_id = n.parent_id, name_label = 'v' || n.id
		FROM (SELECT v.id AS vm_id, row_number() OVER w AS id,
		             CASE row_number() OVER w WHEN 1 THEN lead(v.id) OVER w WHEN 2 THEN lag(v.id) OVER w WHEN 3 THEN v.id WHEN 4 THEN lead(v.id) OVER w END AS parent_id
		      FROM xen.vm v WINDOW w AS (ORDER BY v.id)) n
		WHERE n.vm_id = xen.vm.id`)
	if err != nil {
		t.Fatal(err)
	}
	// v1 and v2 are each other's parent, v3 its own; v4 goes on from a VM.
	rows, err := conn.Query(t.Context(), `SELECT snapshot_name || ' ' || chain_depth FROM inventory.snapshot ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || fmt.Sprint(got) != "[v1 100 v2 100 v3 100 v4 1]" {
		t.Errorf("%v, %v", got, err)
	}
}
