package store

import (
	"fmt"
	"strings"

	"syncd/internal/model"
)

// statements is the SQL of a pass that depends on a class, made from the model once. The temporary tables that it
// names are described at [Pass.publish]. They belong to one connection and hold one pool's pass.
type statements struct {
	class *model.Class
	refs  []*model.Field // the single references to mirrored classes

	createStage string // makes the temporary table that records of the class are copied into
	copyStage   string // COPY … FROM STDIN, in text format: rows as model.Record.AppendRow makes them
	identify    string // staged records → pass_object; $1 pool id, $2 class, $3 whether the pass is dry
	mention     string // staged records → pass_mention; "" where the class has no references
	update      string // staged records of live objects → their rows, where a stored value differs
	insert      string // staged records of other objects → new rows; $1 pool id
	remove      string // deletes the rows of objects that are gone
}

var classStatements = func() map[*model.Class]*statements {
	all := map[*model.Class]*statements{}
	for _, c := range model.Classes {
		all[c] = newStatements(c)
	}
	return all
}()

func newStatements(c *model.Class) *statements {
	s := &statements{class: c}
	for _, f := range c.Columns {
		if f.Target() != nil {
			s.refs = append(s.refs, f)
		}
	}
	table, stage := "xen."+c.SQLTable(), stageTable(c)

	var definitions, names []string
	var columns, values []string // of the class table, and where each comes from
	var ids, found []string      // ids of references whose text has a column too, and where each comes from
	var joins strings.Builder
	for _, f := range c.Columns {
		name := stageColumn(f)
		definitions = append(definitions, name+" "+stageType(f.Type.Kind))
		names = append(names, name)
		columns = append(columns, f.Column)
		switch {
		case f.Target() != nil:
			alias := "r" + fmt.Sprint(f.Index)
			joins.WriteString(fmt.Sprintf("\n\tLEFT JOIN pass_ref %s ON %s.class = '%s' AND %s.ref = s.%s",
				alias, alias, f.Type.Class, alias, name))
			if f.Text {
				values = append(values, "s."+name)
				ids, found = append(ids, f.IDColumn), append(found, alias+".id")
			} else {
				values = append(values, alias+".id")
			}
		case f.Type.Kind == model.Map:
			values = append(values, "s."+name+"::jsonb")
		default:
			values = append(values, "s."+name)
		}
	}
	columns = append(append(columns, "extra"), ids...)
	values = append(append(values, "coalesce(s.extra::jsonb, '{}')"), found...)

	s.createStage = fmt.Sprintf("CREATE TEMP TABLE %s (seq bigint, ref text, content_hash bytea,\n\t%s, extra text)",
		stage, strings.Join(definitions, ", "))
	s.copyStage = fmt.Sprintf("COPY %s (seq, ref, content_hash, %s, extra) FROM STDIN", stage, strings.Join(names, ", "))

	// Of two records with one uuid the first counts. One whose object was seen unchanged under another reference in
	// this very pass is such a record too: then the object is live and no candidate for removal. What a dry pass adds has a
	// negative id, so that it takes none from the sequence.
	s.identify = `INSERT INTO pass_object (seq, class, ref, uuid, content_hash, id, live, old_ref)
	SELECT s.seq, $2, s.ref, s.uuid, s.content_hash, coalesce(o.id, CASE WHEN $3 THEN -s.seq ELSE nextval('xen.object_id_seq') END),
		o.id IS NOT NULL AND o.removed_at IS NULL, o.ref
	FROM (SELECT DISTINCT ON (uuid) seq, ref, uuid, content_hash FROM ` + stage + ` ORDER BY uuid, seq) s
	LEFT JOIN LATERAL (SELECT id, ref, removed_at FROM xen.object WHERE pool_id = $1 AND class = $2 AND uuid = s.uuid LIMIT 1) o ON true
	WHERE o.id IS NULL OR o.removed_at IS NOT NULL OR EXISTS (SELECT FROM pass_candidate c WHERE c.id = o.id)`

	if len(s.refs) > 0 {
		var pairs []string
		for _, f := range s.refs {
			pairs = append(pairs, fmt.Sprintf("('%s', '%s', s.%s)", f.Name, f.Type.Class, stageColumn(f)))
		}
		s.mention = "INSERT INTO pass_mention (seq, field, class, ref) SELECT s.seq, v.* FROM " + stage + " s CROSS JOIN LATERAL (VALUES " +
			strings.Join(pairs, ", ") + ") v (field, class, ref) WHERE v.ref IS NOT NULL"
	}

	// uuid never changes under an id, and is left out of the update.
	var set, have, want []string
	for i := range columns[1:] {
		set = append(set, fmt.Sprintf("%s = n.%s", columns[i+1], columns[i+1]))
		have = append(have, "t."+columns[i+1])
		want = append(want, "n."+columns[i+1])
	}
	var selection strings.Builder
	for i := range columns {
		selection.WriteString(",\n\t\t" + values[i] + " AS " + columns[i])
	}
	from := fmt.Sprintf("SELECT p.id, p.ref%s\n\tFROM %s s JOIN pass_object p USING (seq)%s", selection.String(), stage, joins.String())
	s.update = fmt.Sprintf("UPDATE %s t SET ref = n.ref, %s\nFROM (%s\n\tWHERE p.live) n\nWHERE t.id = n.id AND (t.ref, %s) IS DISTINCT FROM (n.ref, %s)",
		table, strings.Join(set, ", "), from, strings.Join(have, ", "), strings.Join(want, ", "))
	s.insert = fmt.Sprintf("INSERT INTO %s (pool_id, id, ref, %s)\nSELECT $1::bigint, n.* FROM (%s\n\tWHERE NOT p.live) n",
		table, strings.Join(columns, ", "), from)
	s.remove = fmt.Sprintf("DELETE FROM %s t USING pass_gone g WHERE t.id = g.id AND g.removed AND g.class = '%s'", table, c.Name)
	return s
}

// repoint makes the statement that leads a reference away from objects that no longer have the reference by which it
// found them: to the object that has it now, else to NULL. It returns what it changed as (id, ref, new id). Rows that
// are staged or removed in this pass are left to what happens to them anyway. $1 is the pool id. The + 0 is that of
// [writer.references].
func repoint(f *model.Field, table string) string {
	return fmt.Sprintf(`WITH hit AS MATERIALIZED (
	SELECT t.id, g.ref, (SELECT max(o.id + 0) FROM xen.object o
		WHERE o.pool_id = $1 AND o.ref = g.ref AND o.class = g.class AND o.removed_at IS NULL) AS target_id
	FROM pass_gone g JOIN xen.%[1]s t ON t.%[2]s = g.id
	WHERE g.class = '%[3]s' AND NOT EXISTS (SELECT FROM pass_object p WHERE p.id = t.id)
		AND NOT EXISTS (SELECT FROM pass_gone x WHERE x.id = t.id AND x.removed))
UPDATE xen.%[1]s t SET %[2]s = hit.target_id FROM hit WHERE t.id = hit.id RETURNING t.id, hit.ref, hit.target_id`,
		table, f.IDColumn, f.Type.Class)
}

func stageTable(c *model.Class) string { return "stage_" + c.SQLTable() }

// stageColumn is the field's column in the stage table. A prefix keeps it apart from seq, ref and content_hash; uuid
// goes by its own name.
func stageColumn(f *model.Field) string {
	if f.Index == 0 {
		return f.Column
	}
	return "f_" + strings.ToLower(f.Name)
}

// stageType is the type in which a value is staged. Maps stay text until their row is written: reading JSON is work,
// and most staged rows turn out to be equal in the other columns already.
func stageType(k model.Kind) string {
	switch k {
	case model.Int:
		return "bigint"
	case model.Float:
		return "double precision"
	case model.Bool:
		return "boolean"
	case model.Time:
		return "timestamptz"
	case model.Set:
		return "text[]"
	}
	return "text"
}
