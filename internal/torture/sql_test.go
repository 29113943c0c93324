package torture

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"syncd/internal/model"
)

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

// ask returns one value.
func ask[T any](t *testing.T, conn *pgx.Conn, sql string, args ...any) (answer T) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return answer
}

func execute(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// until waits for a condition of SQL.
func until(t *testing.T, conn *pgx.Conn, condition string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !ask[bool](t, conn, `SELECT `+condition); {
		if time.Now().After(end) {
			t.Fatalf("not within a minute: %s", condition)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// The conditions and statements about the connections of syncd to this database.
const (
	ours      = ` FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'syncd %'`
	gone      = `NOT EXISTS (SELECT` + ours + `)`
	waits     = `EXISTS (SELECT` + ours + ` AND wait_event_type = 'Lock')`
	terminate = `SELECT count(pg_terminate_backend(pid))` + ours
)

// dump is every row that a pass publishes, keys and all: what it must not touch is the same in two dumps.
func dump(t *testing.T, url string) map[string][]string {
	t.Helper()
	conn := connect(t, url)
	defer conn.Close(t.Context())
	tables := []string{"xen.object", "syncd.dangling", "(SELECT id, name, uuid, generation FROM syncd.pool)"}
	for _, c := range model.Classes {
		tables = append(tables, "xen."+c.SQLTable())
	}
	return lines(t, conn, tables, func(table string) string { return `SELECT t::text FROM ` + table + ` t ORDER BY 1` })
}

// content is every row in a form that does not depend on the database: references are uuids.
func content(t *testing.T, url string) map[string][]string {
	t.Helper()
	conn := connect(t, url)
	defer conn.Close(t.Context())
	by := map[string]string{"syncd.dangling": `SELECT o.class || ' ' || o.uuid || ' ' || d.field || ' ' || d.ref
		FROM syncd.dangling d JOIN xen.object o USING (id) ORDER BY 1`}
	tables := []string{"syncd.dangling"}
	for _, c := range model.Classes {
		parts := []string{`to_jsonb(t) - 'id' - 'pool_id'`}
		for _, f := range c.Columns {
			if f.Target() != nil {
				parts = append(parts, fmt.Sprintf(`jsonb_build_object('%s', (SELECT uuid FROM xen.%s WHERE id = t.%s))`, f.IDColumn, f.Target().SQLTable(), f.IDColumn))
			}
		}
		table := "xen." + c.SQLTable()
		tables = append(tables, table)
		by[table] = `SELECT (` + strings.Join(parts, " || ") + `)::text FROM ` + table + ` t ORDER BY 1`
		for _, f := range c.Links {
			table := "xen." + c.LinkTable(f)
			tables = append(tables, table)
			by[table] = fmt.Sprintf(`SELECT a.uuid || ' ' || b.uuid FROM %s l
				JOIN xen.object a ON a.id = l.%s JOIN xen.object b ON b.id = l.target_id ORDER BY 1`, table, c.LinkColumn())
		}
	}
	return lines(t, conn, tables, func(table string) string { return by[table] })
}

func lines(t *testing.T, conn *pgx.Conn, tables []string, query func(table string) string) map[string][]string {
	t.Helper()
	// One snapshot.
	tx, err := conn.BeginTx(t.Context(), pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(context.WithoutCancel(t.Context()))
	all := map[string][]string{}
	for _, table := range tables {
		rows, _ := tx.Query(t.Context(), query(table))
		all[table], err = pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatalf("%s: %v", table, err)
		}
	}
	return all
}

// differ fails where two dumps differ. There may be thousands of lines: it shows the first.
func differ(t *testing.T, what string, want, got map[string][]string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s:\n%.3000s", what, diff)
	}
}

// sound fails where SQL is not one committed state.
func sound(t *testing.T, url string) {
	t.Helper()
	conn := connect(t, url)
	defer conn.Close(t.Context())
	classes := len(model.Classes)
	faults := map[string]string{
		"runs that say running, and are not the newest": `syncd.sync_run r WHERE status = 'running'
			AND EXISTS (SELECT FROM syncd.sync_run n WHERE n.pool_id = r.pool_id AND n.id > r.id)`,
		"runs without the rows of each class": fmt.Sprintf(`syncd.sync_run r WHERE (SELECT count(*) FROM syncd.sync_class c WHERE c.run_id = r.id)
			<> CASE WHEN status <> 'ok' THEN 0 WHEN mode = 'full' THEN %d END`, classes),
		"rows of classes in which nothing was written": `syncd.sync_class c JOIN syncd.sync_run r ON r.id = c.run_id
			WHERE r.mode <> 'full' AND c.new + c.changed + c.removed + c.faults = 0`,
		"good runs without a mode":                        `syncd.sync_run WHERE (status = 'ok') <> (mode IS NOT NULL)`,
		"ended runs without an end, or with one too many": `syncd.sync_run WHERE (finished_at IS NULL) <> (status = 'running')`,
		"pools whose generation is not the number of their good passes": `syncd.pool p
			WHERE generation <> (SELECT count(*) FROM syncd.sync_run r WHERE r.pool_id = p.id AND status = 'ok')`,
		"dangling references whose target is there": `syncd.dangling d JOIN xen.object o
			ON o.pool_id = d.pool_id AND o.class = d.target AND o.ref = d.ref WHERE o.removed_at IS NULL`,
		"dangling references of what is gone":           `syncd.dangling d JOIN xen.object o USING (id) WHERE o.removed_at IS NOT NULL`,
		"objects with a fingerprint that is not theirs": `xen.object WHERE (content_hash IS NULL) <> (removed_at IS NOT NULL)`,
	}
	for _, c := range model.Classes {
		table := "xen." + c.SQLTable()
		faults["rows and objects of "+c.Name+" that do not match"] = fmt.Sprintf(`%s t
			FULL JOIN (SELECT * FROM xen.object WHERE class = '%s' AND removed_at IS NULL) o USING (id, pool_id, uuid, ref)
			WHERE t.power IS NULL OR o.class IS NULL`, `(SELECT id, pool_id, uuid, ref, true AS power FROM `+table+`)`, c.Name)
		if c.Since != nil {
			continue // of it a pass sees what is new
		}
		// What changed meanwhile is seen twice.
		faults["full passes that saw fewer of "+c.Name+" than there are rows"] = fmt.Sprintf(`syncd.sync_class s JOIN syncd.sync_run r ON r.id = s.run_id
			WHERE r.id = (SELECT max(id) FROM syncd.sync_run WHERE status = 'ok') AND r.mode = 'full' AND s.class = '%s' AND s.faults = 0 AND s.note IS NULL
			AND s.seen < (SELECT count(*) FROM %s)`, c.Name, table)
		faults["counts of "+c.Name+" that are not those of its rows"] = fmt.Sprintf(`syncd.object_count
			WHERE class = '%s' AND live <> (SELECT count(*) FROM %s)`, c.Name, table)
		for _, f := range c.Columns {
			if f.Target() != nil {
				faults["references of "+c.Name+"."+f.Name+" that lead somewhere and dangle"] = fmt.Sprintf(`syncd.dangling d JOIN %s t USING (id)
					WHERE d.field = '%s' AND t.%s IS NOT NULL`, table, f.Name, f.IDColumn)
			}
		}
	}
	for what, from := range faults {
		if n := ask[int](t, conn, `SELECT count(*) FROM `+from); n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
}

// lastRun is the newest pass: its status and its error.
func lastRun(t *testing.T, url string) (status, text string) {
	t.Helper()
	conn := connect(t, url)
	defer conn.Close(t.Context())
	return ask[string](t, conn, `SELECT status FROM syncd.sync_run ORDER BY id DESC LIMIT 1`),
		strings.TrimSpace(ask[string](t, conn, `SELECT coalesce(error, '') FROM syncd.sync_run ORDER BY id DESC LIMIT 1`))
}
