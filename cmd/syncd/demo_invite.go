package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// question is one that people have, and how to ask it.
type question struct{ title, sql string }

var questions = []question{
	{"How full is each host?", `
SELECT host_name, count(vm_uuid) AS vms, sum(vcpus) AS vcpus, cpu_count,
       sum(memory_bytes) / 2^30 AS gib, memory_total_bytes / 2^30 AS of_gib
FROM inventory.host LEFT JOIN inventory.vm USING (pool, host_uuid, host_name)
GROUP BY pool, host_uuid, host_name, cpu_count, memory_total_bytes
ORDER BY sum(memory_bytes) / memory_total_bytes DESC NULLS LAST LIMIT 5;`},
	{"What runs, and how much memory was it promised?", `
SELECT coalesce(os_name, 'unknown') AS system, count(*) AS vms,
       sum(memory_bytes) / 2^30 AS gib
FROM inventory.vm WHERE power_state = 'Running'
GROUP BY 1 ORDER BY 3 DESC LIMIT 5;`},
	{"What is switched off and still takes disk?", `
SELECT vm_name, disk_bytes / 2^30 AS gib
FROM inventory.vm WHERE power_state = 'Halted'
ORDER BY disk_bytes DESC, vm_name LIMIT 5;`},
}

// invite says how to connect, and answers three questions over the connection that it names for BI tools.
func (d *demo) invite(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, d.reader)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for _, q := range questions {
		fmt.Fprintf(d.stdout, "\n%s\n%s\n\n", d.sheet.bold(q.title), indent(strings.TrimSpace(q.sql)))
		if err := d.answer(ctx, conn, q.sql); err != nil {
			return err
		}
	}
	socket, err := url.Parse(d.server.URL(embeddedName))
	if err != nil {
		return err
	}
	fmt.Fprintf(d.stdout, `
%s
  psql, as the owner:
    psql -h %s -U postgres %s
  Grafana, Metabase, Power BI … and psql, for reading only:
    %s
  syncd itself:
    %s status -c %s

%s
`, d.sheet.bold("Connect while this runs, from another terminal"), socket.Query().Get("host"), embeddedName, d.reader, os.Args[0], d.config.Path,
		d.sheet.bold("Every 5 seconds a pass takes over what changed. Ctrl-C ends the demo."))
	return nil
}

// answer prints what a query returns.
func (d *demo) answer(ctx context.Context, conn *pgx.Conn, sql string) error {
	results, err := conn.PgConn().Exec(ctx, sql).ReadAll() // values as text
	if err != nil {
		return err
	}
	numbers := []uint32{pgtype.Int8OID, pgtype.Float8OID, pgtype.NumericOID}
	var columns []column
	for _, f := range results[0].FieldDescriptions {
		columns = append(columns, column{title: f.Name, right: slices.Contains(numbers, f.DataTypeOID), limit: 40})
	}
	columns[0].title = "  " + columns[0].title
	var rows [][]string
	for _, values := range results[0].Rows {
		var row []string
		for _, value := range values {
			row = append(row, oneLine(string(value)))
		}
		row[0] = "  " + row[0]
		rows = append(rows, row)
	}
	d.sheet.grid(columns, rows, func(int) bool { return false })
	return nil
}

func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }
