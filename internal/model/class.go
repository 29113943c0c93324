package model

import (
	"crypto/sha256"
	_ "embed"
	"fmt"
	"strings"
)

//go:embed model.txt
var modelTxt string

// Classes lists the mirrored classes in the order in which a pass reads them: pool first, hosts before VMs.
var Classes = mustParse(modelTxt)

// Version identifies model.txt: a record's hash covers it, so that a field that is new here reaches rows whose
// bytes on the wire stay the same.
var Version = sha256.Sum256([]byte(modelTxt))

// Class is a class of XenAPI, such as VM.
type Class struct {
	Name   string   // as XenAPI spells it: VM_guest_metrics
	Fields []*Field // every field, in the order of model.txt

	// Columns are the stored fields; Columns[0] is uuid. A Record has one value for each, and one more for extra.
	Columns []*Field

	// Links are the sets of references to mirrored classes. Each is a column of texts, and a link table besides.
	Links []*Field

	// Since is the time that each object has of a class of which a pass reads only the new ones (get_since), and whose
	// objects stay when the pool has them no more; nil of every other class.
	Since *Field

	byName map[string]*Field
}

// Field is a field of a class.
type Field struct {
	Name  string // as XenAPI spells it: resident_on
	Type  Type
	Since string // the release or xapi version that brought it, as XenAPI's own documentation has it

	// Column is the field's column in SQL, and Index its place in Class.Columns; "" and -1 where it is not stored.
	Column string
	Index  int

	// IDColumn is where the id of the object is that a single reference to a mirrored class leads to: Column, or a column
	// of its own where Column keeps the text; "" for every other field.
	IDColumn string

	Mirror       bool     // the other side of a reference, not stored
	Volatile     bool     // moves without the inventory changing
	VolatileKeys []string // the keys of a map that do so
	Text         bool     // a reference whose text is kept besides the id
	Secret       bool     // a map in which credentials are kept: see SecretKey; a string is one itself, and is not stored
	Removed      bool     // declared obsolete by XenAPI
}

// Lookup finds a class by its XenAPI name; nil where it is not mirrored.
func Lookup(name string) *Class {
	for _, c := range Classes {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// SQLTable is the class's table in the schema xen: vm_guest_metrics.
func (c *Class) SQLTable() string { return strings.ToLower(c.Name) }

// Field finds a field by its XenAPI name; nil where the model lacks it.
func (c *Class) Field(name string) *Field { return c.byName[name] }

// FieldBytes is Field for a name still in the bytes of an answer; it allocates nothing.
func (c *Class) FieldBytes(name []byte) *Field { return c.byName[string(name)] }

// Extra is the index of the value that holds what the server sent and the model lacks.
func (c *Class) Extra() int { return len(c.Columns) }

// Target is the mirrored class that the field's single reference leads to; nil for every other field.
func (f *Field) Target() *Class {
	if f.IDColumn == "" {
		return nil
	}
	return Lookup(f.Type.Class)
}

// LinkTable is the table in the schema xen of one of the class's Links: pool_update_hosts. Its columns are pool_id,
// [Class.LinkColumn] and target_id.
func (c *Class) LinkTable(f *Field) string { return c.SQLTable() + "_" + strings.ToLower(f.Name) }

// LinkColumn is the column of the class's link tables in which its own id is: pool_update_id. That of the class pool is
// xen_pool_id, since pool_id is that of syncd.pool in every table.
func (c *Class) LinkColumn() string {
	if c.Name == "pool" {
		return "xen_pool_id"
	}
	return c.SQLTable() + "_id"
}

func mustParse(table string) []*Class {
	classes, err := parse(table)
	if err != nil {
		panic(err) // model.txt is part of the program
	}
	return classes
}

func parse(table string) ([]*Class, error) {
	var classes []*Class
	for n, line := range strings.Split(table, "\n") {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || line[0] == '#':
		case words[0] == "class" && len(words) == 2:
			classes = append(classes, &Class{Name: words[1], byName: map[string]*Field{}})
		case len(classes) > 0 && len(words) >= 4:
			if err := classes[len(classes)-1].add(words); err != nil {
				return nil, fmt.Errorf("model.txt:%d: %w", n+1, err)
			}
		default:
			return nil, fmt.Errorf("model.txt:%d: neither a class nor a field: %q", n+1, line)
		}
	}
	mirrored := map[string]bool{}
	for _, c := range classes {
		mirrored[c.Name] = true
	}
	for _, c := range classes {
		c.place(mirrored)
		if len(c.Columns) == 0 || c.Columns[0].Name != "uuid" {
			return nil, fmt.Errorf("model.txt: the first stored field of %s is not uuid", c.Name)
		}
	}
	return classes, nil
}

// add takes the words of a field's line: name, type, since, flags.
func (c *Class) add(words []string) error {
	typ, err := parseType(words[1])
	if err != nil {
		return err
	}
	f := &Field{Name: words[0], Type: typ, Since: words[2], Index: -1}
	for _, flag := range words[3:] {
		name, key, _ := strings.Cut(flag, ":")
		switch {
		case flag == "-":
		case flag == "mirror":
			f.Mirror = true
		case flag == "volatile":
			f.Volatile = true
		case name == "volatile" && key != "":
			f.VolatileKeys = append(f.VolatileKeys, key)
		case flag == "text" && typ.Kind == Ref:
			f.Text = true
		case flag == "since" && typ.Kind == Time:
			c.Since = f
		case flag == "secret":
			f.Secret = true
		case flag == "removed":
			f.Removed = true
		default:
			return fmt.Errorf("unknown flag %q", flag)
		}
	}
	if c.byName[f.Name] != nil {
		return fmt.Errorf("%s.%s stands twice", c.Name, f.Name)
	}
	c.Fields = append(c.Fields, f)
	c.byName[f.Name] = f
	return nil
}

// place gives the stored fields their columns. A reference is <field>_id where its class is mirrored and
// <field>_ref, the text, where it is not; so is a set of references.
func (c *Class) place(mirrored map[string]bool) {
	for _, f := range c.Fields {
		if f.Mirror || f.Secret && f.Type.Kind == String {
			continue
		}
		f.Column = strings.ToLower(f.Name)
		if c.Name == "VM" && f.Name == "order" { // a reserved word of SQL
			f.Column = "start_order"
		}
		switch {
		case f.Type.Kind == Ref && mirrored[f.Type.Class]:
			f.IDColumn = f.Column + "_id"
			if f.Column = f.IDColumn; f.Text {
				f.Column = strings.ToLower(f.Name) + "_ref"
			}
		case f.Type.Kind == Ref:
			f.Column += "_ref"
		case f.Type.Kind == Set && f.Type.Elem.Kind == Ref:
			f.Column += "_ref"
			if mirrored[f.Type.Elem.Class] {
				c.Links = append(c.Links, f)
			}
		}
		f.Index = len(c.Columns)
		c.Columns = append(c.Columns, f)
	}
}
