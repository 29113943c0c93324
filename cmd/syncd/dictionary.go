package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"syncd/internal/config"
	"syncd/internal/store"
)

type dictionaryCmd struct {
	Output string   `short:"o" enum:"markdown,html,json" default:"markdown" placeholder:"markdown|html|json" help:"How to print it (${default})."`
	Names  []string `arg:"" optional:"" name:"name" help:"Schemas, tables and views, such as inventory or xen.vm. Default: all."`
}

// Run prints what the database's comments say. It never migrates.
func (c *dictionaryCmd) Run(ctx context.Context, p *program) error {
	db, done, err := p.database(ctx)
	if err != nil {
		return err
	}
	defer done()
	d, err := db.Dictionary(ctx)
	if err != nil {
		return err
	}
	if err := selectFrom(d, c.Names); err != nil {
		return err
	}
	switch c.Output {
	case "json":
		return p.print("json", d, nil)
	case "html":
		return writeDictionaryPage(p.stdout, d)
	}
	return writeDictionary(p.stdout, d)
}

// selectFrom leaves in a dictionary what was named: schemas, or tables and views with or without theirs.
func selectFrom(d *store.Dictionary, names []string) error {
	if len(names) == 0 {
		return nil
	}
	used := map[string]bool{}
	var known []string
	for i := range d.Schemas {
		s := &d.Schemas[i]
		known = append(known, s.Schema)
		s.Tables = slices.DeleteFunc(s.Tables, func(t store.RelationEntry) bool {
			_, short, _ := strings.Cut(t.Name, ".")
			known = append(known, t.Name)
			if !slices.Contains(known, short) { // inventory.vm and xen.vm
				known = append(known, short)
			}
			wanted := false
			for _, name := range names {
				if l := strings.ToLower(name); l == s.Schema || l == t.Name || l == short {
					used[name], wanted = true, true
				}
			}
			return !wanted
		})
	}
	d.Schemas = slices.DeleteFunc(d.Schemas, func(s store.SchemaEntry) bool { return len(s.Tables) == 0 })
	for _, name := range names {
		if used[name] {
			continue
		}
		remedy := "name a schema (inventory, xen, syncd) or one of what syncd dictionary lists"
		if near := config.Nearest(name, known); len(near) > 0 {
			remedy = "did you mean " + strings.Join(near, " or ") + "?"
		}
		return misuse{fmt.Errorf("dictionary: there is no schema, table or view %s: %s", name, remedy)}
	}
	return nil
}

// writeDictionary writes it as Markdown, as docs/schema.md has it.
func writeDictionary(w io.Writer, d *store.Dictionary) error {
	b := &strings.Builder{}
	fmt.Fprintf(b, "# The schema of syncd\n\nEvery table, view and column, in the words of the database's own comments (schema version %d).\nMade by `syncd dictionary`.\n", d.Version)
	if diagram := diagramOf(d); diagram != "" {
		fmt.Fprintf(b, "\n## The main relations\n\nEach line is a foreign key of `xen`, which leads from the many to the one. Every table has `pool_id` as well.\n\n```mermaid\n%s```\n", diagram)
	}
	for _, s := range d.Schemas {
		fmt.Fprintf(b, "\n## %s\n\n%s\n\n| name | what it holds |\n|---|---|\n", s.Schema, markdown(sentence(s.Comment)))
		for _, t := range s.Tables {
			fmt.Fprintf(b, "| [%s](#%s) | %s |\n", markdown(t.Name), anchor(t.Name), markdown(t.Comment))
		}
		for _, t := range s.Tables {
			fmt.Fprintf(b, "\n### %s\n\n%s\n\n| column | type | meaning |\n|---|---|---|\n", markdown(t.Name), markdown(sentence(t.Comment)))
			for _, c := range t.Columns {
				fmt.Fprintf(b, "| %s | %s | %s |\n", markdown(c.Name), markdown(typeOf(c)), markdown(c.Comment))
			}
			if refs := d.ReferredBy(t.Name); len(refs) > 0 {
				var from []string
				for _, r := range refs {
					from = append(from, markdown(r.Table+"."+r.Column))
				}
				fmt.Fprintf(b, "\nReferred to by %s.\n", strings.Join(from, ", "))
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// typeOf is a column's type and what is a key about it: bigint → xen.host.
func typeOf(c store.ColumnEntry) string {
	typ := strings.NewReplacer("timestamp with time zone", "timestamptz").Replace(c.Type)
	switch {
	case c.References != "":
		typ += " → " + c.References
	case c.PrimaryKey:
		typ += ", primary key"
	}
	return typ
}

// sentence ends a comment that stands alone.
func sentence(comment string) string {
	if comment == "" {
		return "Without a comment."
	}
	return strings.TrimSuffix(comment, ".") + "."
}

// markdown is a text on one line in which Markdown finds no mark-up. People write comments as well.
func markdown(text string) string {
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "<", `\<`, ">", `\>`, "[", `\[`, "]", `\]`, "|", `\|`, "&", `\&`, "~", `\~`).
		Replace(printable(strings.Join(strings.Fields(text), " ")))
}

// anchor is the fragment that GitHub gives a heading.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' || r == '-' {
			return r
		}
		return -1
	}, strings.ToLower(heading))
}
