package xenapi

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"syncd/internal/model"
)

// writer makes answers of every form that XML and XML-RPC allow, the same ones for a seed.
type writer struct {
	*rand.Rand
	strings.Builder
}

func (w *writer) one(of ...string) { w.WriteString(of[w.IntN(len(of))]) }

// gap is what may stand between tags.
func (w *writer) gap() {
	for w.IntN(4) == 0 {
		w.one(" ", "\n\t", "<!-- </struct></value> & > -->", "<?p </value> ?>", "<!---->")
	}
}

// tag writes an element, with what inside writes.
func (w *writer) tag(name string, inside func()) {
	w.WriteString("<" + name)
	w.one("", "", "", " ", "\n")
	w.WriteString(">")
	inside()
	w.WriteString("</" + name)
	w.one("", "", "", " ", "\t\n")
	w.WriteString(">")
}

func (w *writer) spaced(name string, inside func()) {
	w.tag(name, func() { w.gap(); inside(); w.gap() })
}

func (w *writer) text() {
	for w.IntN(3) > 0 {
		w.one("a", " ", "\n", "OpaqueRef:1", "é😀", "&amp;", "&lt;", "&#65;", "&#x1F600;", "&#xFFFD;", "\"", "\\", "'", "{", ">", "]] ", "\u007f",
			"<![CDATA[</struct>&amp;]]>", "<![CDATA[]]>", "<!-- </value> -->", "<?x <value>?>", "NULL", "1", "-7", strings.Repeat("long ", 40))
	}
}

func (w *writer) members(names []string, value func(name string)) {
	w.gap()
	for _, name := range names {
		w.spaced("member", func() {
			if name == "" && w.IntN(2) == 0 {
				w.one("<name/>", "<name />")
			} else {
				w.tag("name", func() { w.WriteString(name) })
			}
			w.gap()
			value(name)
		})
		w.gap()
	}
}

func (w *writer) names() (names []string) {
	for i := range w.IntN(4) {
		names = append(names, []string{"a", "password", "R&amp;D &#60;key&gt;", "token2", ""}[w.IntN(5)]+fmt.Sprint(i)[:w.IntN(2)])
	}
	return names
}

// value writes any value, scalars from levels on.
func (w *writer) value(levels int) {
	if levels > 4 || w.IntN(3) > 0 {
		w.scalar()
		return
	}
	w.tag("value", func() {
		w.gap()
		switch w.IntN(4) {
		case 0:
			w.one("<struct/>", "<array><data/></array>", "<array> <data></data> </array>", "<struct ></struct>")
		case 1:
			w.tag("struct", func() { w.members(w.names(), func(string) { w.value(levels + 1) }) })
		default:
			w.spaced("array", func() {
				w.spaced("data", func() {
					for range w.IntN(4) {
						w.value(levels + 1)
						w.gap()
					}
				})
			})
		}
		w.gap()
	})
}

func (w *writer) scalar() {
	switch w.IntN(4) {
	case 0:
		w.one("<value/>", "<value />", "<value></value>", "<value><nil/></value>", "<value> <nil></nil> </value>", "<value><string/></value>",
			"<value><boolean>1</boolean></value>", "<value><boolean>0</boolean></value>", "<value><i4> 12 </i4></value>", "<value><i8>-9223372036854775808</i8></value>",
			"<value><double>nan</double></value>", "<value><double>-inf</double></value>", "<value><double>1.5e3</double></value>", "<value>12345678901234567890</value>",
			"<value><dateTime.iso8601>20240229T12:30:45Z</dateTime.iso8601></value>", "<value>2024-02-29T12:30:45.25+05:30</value>", "<value>19700101T00:00:00Z</value>",
			"<value>OpaqueRef:NULL</value>", "<value>true</value>", "<value>20230229T00:00:00Z</value>")
	case 1:
		w.tag("value", func() {
			w.gap()
			w.tag([]string{"string", "int", "double", "base64", "dateTime.iso8601", "boolean"}[w.IntN(6)], w.text)
			w.gap()
		})
	default:
		w.tag("value", w.text)
	}
}

// field writes a value that suits a field, mostly.
func (w *writer) field(f *model.Field) {
	switch {
	case f == nil || w.IntN(4) == 0:
		w.value(0)
	case f.Type.Kind == model.Map:
		w.spaced("value", func() {
			w.tag("struct", func() { w.members(w.names(), func(string) { w.value(2) }) })
		})
	case f.Type.Kind == model.Set:
		w.spaced("value", func() {
			w.spaced("array", func() {
				w.spaced("data", func() {
					for range w.IntN(5) {
						w.tag("value", w.text)
					}
				})
			})
		})
	default:
		w.scalar()
	}
}

// answer writes a success with some records of class.
func (w *writer) answer(class *model.Class) string {
	w.one("", `<?xml version="1.0"?>`, `<?xml version="1.0" encoding="UTF-8"?>`)
	w.gap()
	w.spaced("methodResponse", func() {
		w.spaced("params", func() {
			w.spaced("param", func() {
				w.spaced("value", func() {
					w.tag("struct", func() {
						w.members([]string{"Status", "Extra", "Value", "More"}[:3+w.IntN(2)], func(name string) {
							switch name {
							case "Status":
								w.one("<value>Success</value>", "<value><string>Success</string></value>", "<value><![CDATA[Success]]><!----></value>")
							case "Value":
								w.spaced("value", func() { w.tag("struct", func() { w.records(class) }) })
							default:
								w.value(0)
							}
						})
					})
				})
			})
		})
	})
	w.gap()
	return w.String()
}

func (w *writer) records(class *model.Class) {
	var refs []string
	for i := range w.IntN(4) {
		refs = append(refs, fmt.Sprint("OpaqueRef:&amp;", i))
	}
	w.members(refs, func(string) {
		var fields []string
		for _, i := range w.Perm(len(class.Fields))[:w.IntN(min(15, len(class.Fields)))] {
			fields = append(fields, class.Fields[i].Name)
		}
		fields = append(fields, []string{"new", "secret_new", "&lt;new&gt;"}[:w.IntN(4)]...)
		w.spaced("value", func() {
			w.tag("struct", func() { w.members(fields, func(name string) { w.field(class.Field(name)) }) })
		})
	})
}

func TestAnswersOfEveryFormAreReadAsEncodingXMLReadsThem(t *testing.T) {
	t.Parallel()
	records := 0
	for seed := range uint64(1500) {
		w := &writer{Rand: rand.New(rand.NewPCG(seed, 1))}
		class := model.Classes[w.IntN(len(model.Classes))]
		answer := w.answer(class)
		want, err := oracleRecords([]byte(answer))
		if err != nil {
			t.Fatalf("seed %d: the answer is %v: %s", seed, err, answer)
		}
		n := 0
		for rec, err := range newDecoder(iotest.HalfReader(strings.NewReader(answer)), class, defaultLimits).records() {
			if err == nil {
				err = Decode(rec)
			}
			if err != nil || n == len(want) {
				t.Fatalf("seed %d: %v: %s", seed, err, answer)
			}
			checkRecord(t, rec, want[n])
			n++
		}
		if n != len(want) {
			t.Errorf("seed %d: %d records, want %d: %s", seed, n, len(want), answer)
		}
		records += n

		cut := w.IntN(strings.LastIndex(answer, "</methodResponse"))
		if _, _, err := cutAll(strings.NewReader(answer[:cut]), class.Name, defaultLimits); err == nil {
			t.Errorf("seed %d: cut at %d it is taken for the whole: %s", seed, cut, answer)
		}
		if t.Failed() {
			return
		}
	}
	if records < 1000 {
		t.Errorf("%d records are too few to say something", records)
	}
}
