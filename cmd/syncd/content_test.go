package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"syncd/internal/model"
)

// content is a line for every row of a mirror, keys left out: references are what they lead to.
func content(t *testing.T, conn *pgx.Conn) []string {
	t.Helper()
	rows, _ := conn.Query(t.Context(), contentSQL)
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

var contentSQL = func() string {
	all := []string{
		`SELECT concat_ws(' ', 'dangling', o.class, o.uuid, d.field, d.ref, d.target) FROM syncd.dangling d JOIN xen.object o USING (id)`,
		`SELECT concat_ws(' ', 'object', class, uuid, ref, content_hash IS NULL) FROM xen.object WHERE removed_at IS NULL`,
		`SELECT concat_ws(' ', 'count', class, live, left_out) FROM syncd.object_count`,
		`SELECT 'inventory.host ' || t FROM inventory.host t`,
		`SELECT 'inventory.vm ' || t FROM inventory.vm t`,
		`SELECT 'inventory.resident_vm ' || t FROM inventory.resident_vm t`,
	}
	for _, c := range model.Classes {
		columns := []string{"uuid", "ref", "extra"}
		for _, f := range c.Columns[1:] {
			if f.Target() != nil {
				columns = append(columns, "(SELECT class || ' ' || uuid FROM xen.object o WHERE o.id = t."+f.IDColumn+")")
			}
			if f.Target() == nil || f.Text {
				columns = append(columns, f.Column)
			}
		}
		all = append(all, fmt.Sprintf("SELECT 'xen.%s ' || ROW(%s)::text FROM xen.%[1]s t", c.SQLTable(), strings.Join(columns, ", ")))
		for _, f := range c.Links {
			all = append(all, fmt.Sprintf(`SELECT concat_ws(' ', 'xen.%s', a.uuid, b.uuid) FROM xen.%[1]s l
				JOIN xen.object a ON a.id = l.%[2]s JOIN xen.object b ON b.id = l.target_id`, c.LinkTable(f), c.LinkColumn()))
		}
	}
	return strings.Join(all, "\nUNION ALL ")
}()
