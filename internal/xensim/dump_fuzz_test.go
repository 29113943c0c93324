package xensim

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"syncd/internal/model"
)

var (
	dumpTable = regexp.MustCompile(`(?s)<table name=["'][A-Za-z_]+["']>.*?</table>`)
	dumpRow   = regexp.MustCompile(`(?s)<row .*?/>`)
)

// addDumps adds the first rows of each table of the dumps of real pools, where those are beside this repository.
func addDumps(f *testing.F) {
	files, _ := filepath.Glob(filepath.Join("..", "..", "..", "shared", "xapi-dumps", "*.xml"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		var small strings.Builder
		small.WriteString("<database>")
		for _, table := range dumpTable.FindAllString(string(text), -1) {
			name := table[:strings.Index(table, ">")+1]
			if !regexp.MustCompile(`"(pool|host|VM|VM_guest_metrics|PBD)"`).MatchString(name) {
				continue
			}
			small.WriteString(name + strings.Join(dumpRow.FindAllString(table, 1), "") + "</table>")
		}
		f.Add([]byte(small.String() + "</database>"))
	}
}

func FuzzADumpIsReadOrRefusedInOneLineThatNamesIt(f *testing.F) {
	addDumps(f)
	f.Add([]byte(`<database><table name="pool"><row ref="OpaqueRef:p" uuid="u"/></table><table name="host"><row ref="OpaqueRef:h" other_config="(('a' 'b'))"/></table></database>`))
	f.Add([]byte(`<database><table name="VM"><row ref="r" tags="('a%.b' 'c')" memory__target="-1"/><row ref="r"/></table></database>`))
	f.Add([]byte("<?xml version='1.0' encoding='latin1'?><database>"))
	f.Add([]byte(`<other/>`))
	f.Fuzz(func(t *testing.T, text []byte) {
		inv, err := parseDump("dump.xml", strings.NewReader(string(text)))
		if (inv == nil) == (err == nil) {
			t.Fatalf("inventory %v with error %v", inv, err)
		}
		if err != nil {
			if !strings.HasPrefix(err.Error(), "dump.xml:") || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q", err)
			}
			return
		}
		for _, class := range model.Classes {
			refs := map[string]bool{}
			for _, o := range inv.tables[class.Name].rows {
				if o.ref == "" || refs[o.ref] {
					t.Errorf("class %s has the reference %q twice, or empty", class.Name, o.ref)
				}
				refs[o.ref] = true
			}
		}
	})
}

func FuzzASetOrMapOfADumpIsReadOrRefused(f *testing.F) {
	for _, text := range []string{"()", "('a' 'b')", "(('k' 'v') ('l' '(\\'a\\' \\'b\\')'))", "(('a' 'b')", "(a b", ")", "('", `("a\\"" 'b')`, "((a b) c)", "b'"} {
		f.Add(text)
	}
	set, dictionary := model.Lookup("VM").Field("tags").Type, model.Lookup("VM").Field("other_config").Type
	f.Fuzz(func(t *testing.T, text string) {
		for _, typ := range []model.Type{set, dictionary} {
			v, err := parseStored(typ, text)
			if (v == nil) == (err == nil) {
				t.Errorf("%q is %v with error %v", text, v, err)
			}
		}
	})
}
