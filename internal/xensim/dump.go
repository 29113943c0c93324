package xensim

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"syncd/internal/model"
)

// dump reads a xapi database, as xe pool-dump-database writes it:
//
//	<database><manifest/><table name="VM"><row ref="OpaqueRef:…" name__label="…" …/></table>…</database>
//
// It goes through the file once. A field is served where some row of its class has it; a mirror, which old releases do not
// store, where some row has its reference. A class without rows has the fields of the releases that the others have
// some of, since objects of it may come; one that the newest of these had not, and that has no table, is not there.
type dump struct {
	xml   *xml.Decoder
	inv   *inventory
	begun bool            // the first element was seen
	table *table          // the one that is being read; nil of a class that is not mirrored
	seen  map[string]bool // CLASS.FIELD
	since map[string]bool // releases that brought these
	named map[string]bool // the tables that are there, be they empty
}

// readDump makes an inventory of a dump. An error names the file and the line.
func readDump(path string) (*inventory, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading a database dump: %w", err)
	}
	defer file.Close()
	return parseDump(path, bufio.NewReader(file))
}

func parseDump(name string, r io.Reader) (*inventory, error) {
	d := &dump{
		xml:  xml.NewDecoder(r),
		inv:  newInventory(0, func(*model.Class) []*model.Field { return nil }),
		seen: map[string]bool{}, since: map[string]bool{}, named: map[string]bool{},
	}
	for {
		token, err := d.xml.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = d.token(token)
		}
		if err != nil {
			line, _ := d.xml.InputPos()
			return nil, fmt.Errorf("%s:%d: %w", name, line, err)
		}
	}
	if len(d.inv.tables["pool"].rows) == 0 || len(d.inv.tables["host"].rows) == 0 {
		return nil, fmt.Errorf("%s: this database has no pool or no host: make one with xe pool-dump-database", name)
	}
	for name := range d.since {
		if n := brought(name); n < len(releases) {
			d.inv.age = max(d.inv.age, n)
		}
	}
	for _, t := range d.inv.tables {
		if d.named[t.class.Name] || arrived(t.class.Name, d.inv.age) {
			t.served = d.served(t)
		}
	}
	return d.inv, nil
}

func (d *dump) served(t *table) []*model.Field {
	var fields []*model.Field
	for _, f := range t.class.Fields {
		path := t.class.Name + "." + f.Name
		if d.seen[path] || d.seen[mirrors[path]] || len(t.rows) == 0 && d.since[f.Since] {
			fields = append(fields, f)
		}
	}
	return inWireOrder(t.class, fields)
}

func (d *dump) token(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		switch name := t.Name.Local; {
		case !d.begun && name != "database":
			return fmt.Errorf("this is no database dump, since it begins with <%s>: make one with xe pool-dump-database", name)
		case name == "table":
			class := attribute(t, "name")
			d.table, d.named[class] = d.inv.tables[class], true
		case name == "row" && d.table != nil:
			return d.row(t)
		}
		d.begun = true
	case xml.EndElement:
		if t.Name.Local == "table" {
			d.table = nil
		}
	}
	return nil
}

func attribute(element xml.StartElement, name string) string {
	for _, a := range element.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// row adds an object. Names that begin with an underscore are the database's own.
func (d *dump) row(element xml.StartElement) error {
	class, ref := d.table.class, attribute(element, "ref")
	if ref == "" {
		return fmt.Errorf("a row of %s has no ref", class.Name)
	}
	values := fields{}
	for _, a := range element.Attr {
		if a.Name.Local == "ref" || strings.HasPrefix(a.Name.Local, "_") {
			continue
		}
		f := class.Field(strings.ReplaceAll(a.Name.Local, "__", "_"))
		if f == nil {
			continue
		}
		path := class.Name + "." + f.Name
		d.seen[path], d.since[f.Since] = true, true
		if mirrors[path] != "" {
			continue
		}
		v, err := parseStored(f.Type, unescape.Replace(a.Value))
		if err != nil {
			return fmt.Errorf("%s of %s %s: %w", f.Name, class.Name, ref, err)
		}
		values[f.Name] = v
	}
	return d.inv.add(class.Name, ref, values)
}

// unescape takes back what the database does to white space, which an attribute would not keep.
var unescape = strings.NewReplacer("%.", " ", "%_", " ", "%t", "\t", "%n", "\n", "%r", "\r", "%%", "%")

// parseStored reads a value as the database writes it.
func parseStored(t model.Type, s string) (any, error) {
	switch t.Kind {
	case model.Int:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is no integer", s)
		}
		return n, nil
	case model.Float:
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is no number", s)
		}
		return f, nil
	case model.Bool:
		if s != "true" && s != "false" {
			return nil, fmt.Errorf("%q is neither true nor false", s)
		}
		return s == "true", nil
	case model.Time:
		v, err := time.Parse("20060102T15:04:05Z", s)
		if err != nil {
			return nil, fmt.Errorf("%q is no time such as 20100810T07:15:00Z", s)
		}
		return v, nil
	case model.Set, model.Map:
		e, err := parseExpression(s)
		if err != nil {
			return nil, err
		}
		return e.value(t)
	}
	return s, nil
}
