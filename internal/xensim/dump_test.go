package xensim

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/model"
)

// storedRow is a row of a dump as it is written.
type storedRow map[string]string

// storedRows reads a dump in the simplest way there is: whole, by class and reference.
func storedRows(t *testing.T, path string) map[string]map[string]storedRow {
	t.Helper()
	var dump struct {
		Tables []struct {
			Name string `xml:"name,attr"`
			Rows []struct {
				Attrs []xml.Attr `xml:",any,attr"`
			} `xml:"row"`
		} `xml:"table"`
	}
	if err := xml.Unmarshal([]byte(read(t, path)), &dump); err != nil {
		t.Fatal(err)
	}
	tables := map[string]map[string]storedRow{}
	for _, table := range dump.Tables {
		rows := map[string]storedRow{}
		for _, row := range table.Rows {
			r := storedRow{}
			for _, a := range row.Attrs {
				r[strings.ReplaceAll(a.Name.Local, "__", "_")] = a.Value
			}
			rows[r["ref"]] = r
		}
		tables[table.Name] = rows
	}
	return tables
}

func eachDump(t *testing.T, test func(t *testing.T, path string)) {
	files, _ := filepath.Glob(filepath.Join(shared(t, "xapi-dumps"), "*.xml"))
	if len(files) != 8 {
		t.Fatalf("%d dumps, not 8", len(files))
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			test(t, file)
		})
	}
}

func TestADumpIsServedRowForRow(t *testing.T) {
	t.Parallel()
	eachDump(t, func(t *testing.T, path string) {
		stored := storedRows(t, path)
		s := newSim(t, Options{Dump: path})
		session := login(t, s)
		for _, class := range model.Classes {
			body := call(t, s, class.Name+".get_all_records", session)
			if strings.Contains(body, "MESSAGE_METHOD_UNKNOWN") && len(stored[class.Name]) == 0 {
				continue // the release that the dump is of lacks the class
			}
			refs, _ := records(t, body)
			if len(refs) != len(stored[class.Name]) {
				t.Errorf("%s: %d records of %d rows", class.Name, len(refs), len(stored[class.Name]))
			}
			for _, o := range s.Objects(class.Name) {
				row := stored[class.Name][o.Ref]
				for name, value := range o.Fields {
					text, isText := value.(string)
					if isText && !strings.Contains(row[name], "%") && text != row[name] {
						t.Errorf("%s %s: %s is %q, stored as %q", class.Name, o.Ref, name, text, row[name])
					}
				}
			}
		}
	})
}

func TestADumpServesTheFieldsOfItsReleaseOnly(t *testing.T) {
	t.Parallel()
	eachDump(t, func(t *testing.T, path string) {
		stored := storedRows(t, path)
		s := newSim(t, Options{Dump: path})
		for _, class := range model.Classes {
			columns := map[string]bool{}
			for _, row := range stored[class.Name] {
				for name := range row {
					columns[name] = true
				}
			}
			for _, o := range s.Objects(class.Name) {
				for _, f := range class.Fields {
					if _, served := o.Fields[f.Name]; served != columns[f.Name] && mirrors[class.Name+"."+f.Name] == "" {
						t.Fatalf("%s.%s: served %v, stored %v", class.Name, f.Name, served, columns[f.Name])
					}
				}
			}
		}
		for _, o := range s.Objects("host") {
			if o.Fields["resident_VMs"] == nil {
				t.Error("no host.resident_VMs, which every release sends")
			}
		}
	})
}

func TestHostsOfADumpHaveTheVMsThatAreResidentOnThem(t *testing.T) {
	t.Parallel()
	want := map[string]int{ // with control domains
		"george-xapi-db.xml": 1, "snapshots.xml": 2, "cowley1.xml": 5, "Cowley-db.xml": 9, "boston-db.xml": 4, "xapidb_app.xml": 4,
		"tampa-poolof16and23-xapi-db.xml": 6, "tampa-db_inc_snapshots.xml": 4,
	}
	eachDump(t, func(t *testing.T, path string) {
		s := newSim(t, Options{Dump: path})
		resident := 0
		for _, o := range s.Objects("host") {
			resident += len(o.Fields["resident_VMs"].([]any))
		}
		if resident != want[filepath.Base(path)] {
			t.Errorf("%d VMs are resident, not %d", resident, want[filepath.Base(path)])
		}
		consistent(t, s)
	})
}

// Since 6.0 the database stores the mirrors too: then they must be what is derived here.
func TestMirrorsAreThoseThatADumpStores(t *testing.T) {
	t.Parallel()
	eachDump(t, func(t *testing.T, path string) {
		stored := storedRows(t, path)
		s := newSim(t, Options{Dump: path})
		for mirror := range mirrors {
			class, field, _ := strings.Cut(mirror, ".")
			for _, o := range s.Objects(class) {
				text, ok := stored[class][o.Ref][field]
				if !ok {
					continue
				}
				want := aReference.FindAllString(text, -1)
				var got []string
				for _, ref := range o.Fields[field].([]any) {
					got = append(got, ref.(string))
				}
				slices.Sort(want)
				slices.Sort(got)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s of %s (-stored +derived):\n%s", mirror, o.Ref, diff)
				}
			}
		}
	})
}

func TestValuesOfADumpAreUnescaped(t *testing.T) {
	t.Parallel()
	path := writeDump(t, `<database><manifest/>
		<table name="pool"><row ref="OpaqueRef:p" uuid="p" other_config="(('a \'b\'' 'two%nlines') ('' '\\') ('nested' '(\'x\')'))" tags="('a%.b' 'c%_%%')"/></table>
		<table name="host"><row ref="OpaqueRef:h" uuid="h" name__label="R&amp;D%t" API_version__major="1" enabled="true" __mtime="3" odd="1"/></table>
		<table name="VM_metrics"><row ref="OpaqueRef:m" VCPUs__flags="(('0' '(\'online\' \'running\')'))" VCPUs__utilisation="(('0' '0.25'))" start_time="20100810T07:15:00Z"/></table>
	</database>`)
	s := newSim(t, Options{Dump: path})
	pool, host, metrics := s.Objects("pool")[0].Fields, s.Objects("host")[0].Fields, s.Objects("VM_metrics")[0].Fields
	got := []any{pool["other_config"], pool["tags"], host["name_label"], host["API_version_major"], metrics["VCPUs_flags"], metrics["VCPUs_utilisation"]}
	want := []any{
		map[string]any{"a 'b'": "two\nlines", "": `\`, "nested": "('x')"}, []any{"a b", "c %"}, "R&D\t", int64(1),
		map[string]any{"0": []any{"online", "running"}}, map[string]any{"0": 0.25},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, served := host["odd"]; served || len(host) != 4 {
		t.Errorf("host has the fields %v", host)
	}
}

func TestABadDumpIsRefusedWithItsLine(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"":                             ": this database has no pool or no host: make one with xe pool-dump-database",
		"<html>\n</html>":              ":1: this is no database dump, since it begins with <html>: make one with xe pool-dump-database",
		"<database>\n<table name='VM'": ":2: XML syntax error on line 2: unexpected EOF",
		"<database>\n<table name='VM'>\n<row uuid='x'/></table></database>":                      ":3: a row of VM has no ref",
		"<database>\n<table name='VM'>\n<row ref='r' domid='x'/></table></database>":             `:3: domid of VM r: "x" is no integer`,
		"<database>\n<table name='VM'>\n<row ref='r' is_a_template='1'/></table></database>":     `:3: is_a_template of VM r: "1" is neither true nor false`,
		"<database>\n<table name='VM'>\n<row ref='r' snapshot_time='1'/></table></database>":     `:3: snapshot_time of VM r: "1" is no time such as 20100810T07:15:00Z`,
		"<database>\n<table name='VM'>\n<row ref='r' tags=\"('a\"/></table></database>":          `:3: tags of VM r: a string has no closing quote: "a"`,
		"<database>\n<table name='VM'>\n<row ref='r' tags=\"() ()\"/></table></database>":        `:3: tags of VM r: there is more behind the closing bracket: " ()"`,
		"<database>\n<table name='VM'>\n<row ref='r' platform=\"('a')\"/></table></database>":    ":3: platform of VM r: an entry of a map is no pair of a key and a value",
		"<database>\n<table name='VM'>\n<row ref='r'/>\n<row ref='r'/></table></database>":       ":4: VM r is there already",
		"<database>\n<table name='pool'><row ref='p'/></table>\n<table name='host'/></database>": ": this database has no pool or no host: make one with xe pool-dump-database",
	} {
		path := writeDump(t, content)
		_, err := New(Options{Dump: path})
		if err == nil || err.Error() != path+want {
			t.Errorf("%q:\n got %v\nwant %s", content, err, path+want)
		}
	}
}

func writeDump(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "dump.xml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
