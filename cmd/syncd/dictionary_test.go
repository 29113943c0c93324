package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"syncd/internal/pgtest"
	"syncd/internal/store"
)

var update = flag.Bool("update", false, "write docs/schema.md as it should be")

func TestTheDictionaryInDocsIsCurrent(t *testing.T) {
	t.Parallel()
	const path = "../../docs/schema.md"
	var got bytes.Buffer
	if err := writeDictionary(&got, dictionary(t, pgtest.New(t))); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Errorf("docs/schema.md (-it +the schema); write it anew by go test ./cmd/syncd -run TheDictionaryInDocs -update:\n%s", diff)
	}
}

func TestTheDiagramHasEveryMainRelation(t *testing.T) {
	t.Parallel()
	diagram := diagramOf(dictionary(t, pgtest.New(t)))
	for _, relation := range mainRelations {
		table, column, _ := strings.Cut(relation, ".")
		if !regexp.MustCompile(`(?m)^    ` + table + ` \}o--o\| [a-z_]+ : ` + column + `$`).MatchString(diagram) {
			t.Errorf("%s is not in the diagram:\n%s", relation, diagram)
		}
	}
}

func TestTheDictionaryBearsWhatPeopleWriteIntoComments(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	const comment = "Tom & <b>Jerry</b> | \x1b[31m`x` *y*\n<script>document.title = 'taken'</script> [z](javascript:1)"
	_, err = conn.Exec(t.Context(), `CREATE VIEW inventory."my <i>view</i>" AS SELECT 1 AS "a|b";
		COMMENT ON VIEW inventory."my <i>view</i>" IS `+literal(comment)+`; COMMENT ON COLUMN inventory."my <i>view</i>"."a|b" IS `+literal(comment))
	if err != nil {
		t.Fatal(err)
	}
	d := dictionary(t, url)
	if err := selectFrom(d, []string{"inventory"}); err != nil {
		t.Fatal(err)
	}
	var text, page bytes.Buffer
	if err := writeDictionary(&text, d); err != nil {
		t.Fatal(err)
	}
	const want = `| a\|b | integer | Tom \& \<b\>Jerry\</b\> \| ?\[31m\` + "`x\\`" + ` \*y\* \<script\>document.title = 'taken'\</script\> \[z\](javascript:1) |`
	if !slices.Contains(strings.Split(text.String(), "\n"), want) {
		t.Errorf("there is no line\n%s\nin\n%s", want, text.String())
	}
	if err := writeDictionaryPage(&page, d); err != nil {
		t.Fatal(err)
	}
	document := opened(t, page.Bytes(), "#q=jerry")
	for _, want := range []string{"<title>The schema of syncd</title>", "&lt;script&gt;document.title = 'taken'&lt;/script&gt;", "my &lt;i&gt;view&lt;/i&gt;"} {
		if !strings.Contains(document, want) {
			t.Errorf("the document lacks %s", want)
		}
	}
	if strings.Contains(document, "<b>Jerry") {
		t.Error("a comment is mark-up of the page")
	}
}

func TestTheDictionaryPageFindsWords(t *testing.T) {
	t.Parallel()
	var page bytes.Buffer
	if err := writeDictionaryPage(&page, dictionary(t, pgtest.New(t))); err != nil {
		t.Fatal(err)
	}
	// Names of tables that are shown, and how many of their columns are.
	shown := func(fragment string) (tables []string, columns int, count string) {
		document := opened(t, page.Bytes(), fragment)
		for _, section := range regexp.MustCompile(`(?s)<section class="table"( hidden="")?>.*?</section>`).FindAllStringSubmatch(document, -1) {
			if section[1] == "" {
				tables = append(tables, regexp.MustCompile(`<h3 id="([^"]*)"`).FindStringSubmatch(section[0])[1])
				columns += strings.Count(section[0], "<tr><td>")
			}
		}
		return tables, columns, regexp.MustCompile(`<span id="count" role="status">([^<]*)</span>`).FindStringSubmatch(document)[1]
	}
	if tables, _, count := shown(""); !slices.Contains(tables, "xen.vm") || !slices.Contains(tables, "syncd.pool") || count != "" {
		t.Errorf("without a search: %v, %q", tables, count)
	}
	if tables, columns, count := shown("#q=Residency_Mismatches"); !cmp.Equal(tables, []string{"syncd.sync_run"}) || columns != 1 || count != "1 column" {
		t.Errorf("for one column's name: %v, %d, %q", tables, columns, count)
	}
	if tables, columns, _ := shown("#q=inventory.freshness+error"); !cmp.Equal(tables, []string{"inventory.freshness"}) || columns != 1 {
		t.Errorf("for a table's name and a column's: %v, %d", tables, columns)
	}
	if tables, _, count := shown("#q=%zz"); len(tables) != 0 || count != "0 columns" {
		t.Errorf("for a fragment that is no text: %v, %q", tables, count)
	}
}

// dictionary is that of a database.
func dictionary(t *testing.T, url string) *store.Dictionary {
	t.Helper()
	db, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	d, err := db.Dictionary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// literal is a text in SQL.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
