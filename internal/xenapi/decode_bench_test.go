package xenapi

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/kolo/xmlrpc"

	"syncd/internal/model"
)

// manyVMs is an answer of n VMs as a release of today sends them, about 9 KB each.
func manyVMs(n int) []byte { return manyRecords("VM", n) }

func manyRecords(class string, n int) []byte {
	var b bytes.Buffer
	b.WriteString(answerHead)
	for i := range n {
		ref := func(class string, k int) string {
			return fmt.Sprintf("OpaqueRef:%08x-%04x-4000-8000-%012x", len(class), k, i)
		}
		b.WriteString("<member><name>" + ref(class, 0) + "</name><value><struct>")
		for _, f := range model.Lookup(class).Fields {
			b.WriteString("<member><name>" + f.Name + "</name><value>" + wireValue(f, i, ref) + "</value></member>")
		}
		b.WriteString("</struct></value></member>")
	}
	b.WriteString(answerTail)
	return b.Bytes()
}

func wireValue(f *model.Field, i int, ref func(string, int) string) string {
	switch f.Type.Kind {
	case model.Int:
		return "4294967296"
	case model.Bool:
		return "<boolean>1</boolean>"
	case model.Float:
		return "<double>1</double>"
	case model.Time:
		return "<dateTime.iso8601>20240131T12:00:00Z</dateTime.iso8601>"
	case model.Ref:
		return ref(f.Type.Class, 0)
	case model.Set:
		if f.Name == "allowed_operations" {
			return "<array><data>" + strings.Repeat("<value>changing_dynamic_range</value><value>clean_shutdown</value>", 7) + "</data></array>"
		}
		return "<array><data><value>" + ref("set", 1) + "</value><value>" + ref("set", 0) + "</value></data></array>"
	case model.Map:
		return "<struct>" + strings.Repeat("<member><name>base_template_name</name><value>Debian Bookworm 12</value></member>", 2) + "</struct>"
	}
	switch f.Name {
	case "uuid":
		return fmt.Sprintf("%08x-0000-4000-8000-000000000000", i)
	case "recommendations":
		return strings.Repeat("&lt;restriction field=&quot;vcpus-max&quot; max=&quot;32&quot; /&gt;", 10)
	case "name_label":
		return fmt.Sprintf("web server %d", i)
	}
	return ""
}

// readRows is a benchmark of a class's answer, of which each record is handed on.
func readRows(b *testing.B, answer []byte, class string, each func(*model.Record) error) {
	b.SetBytes(int64(len(answer)))
	b.ReportAllocs()
	records := 0
	for b.Loop() {
		d := newDecoder(bytes.NewReader(answer), model.Lookup(class), defaultLimits)
		d.prints = printsOf(b, "secret")
		records = 0
		for rec, err := range d.records() {
			if err == nil {
				err = each(rec)
			}
			if err != nil {
				b.Fatal(err)
			}
			records++
		}
	}
	b.ReportMetric(float64(records), "records/op")
}

// What a record costs that is as it is stored: its end, its fingerprint, and a look for its reference.
func BenchmarkUnchanged(b *testing.B) {
	stored := map[string][16]byte{}
	note := func(rec *model.Record) error {
		stored[string(rec.Ref)] = rec.Hash
		return nil
	}
	look := func(rec *model.Record) error {
		if stored[string(rec.Ref)] != rec.Hash {
			return fmt.Errorf("%s is another", rec.Ref)
		}
		return nil
	}
	answer := manyVMs(1000)
	d := newDecoder(bytes.NewReader(answer), model.Lookup("VM"), defaultLimits)
	d.prints = printsOf(b, "secret")
	for rec := range d.records() {
		note(rec)
	}
	readRows(b, answer, "VM", look)
}

// What a record costs that is new or changed: the same, and all of its values as a line of COPY.
func BenchmarkDecodeToRows(b *testing.B) {
	benchmarkRows(b, manyVMs(1000), "VM")
}

// The same of small records.
func BenchmarkDecodeVBDsToRows(b *testing.B) {
	benchmarkRows(b, manyRecords("VBD", 10_000), "VBD")
}

func benchmarkRows(b *testing.B, answer []byte, class string) {
	var rows []byte
	readRows(b, answer, class, func(rec *model.Record) error {
		err := Decode(rec)
		if rows = rec.AppendRow(rows, 1); len(rows) > 512<<10 {
			rows = rows[:0]
		}
		return err
	})
}

func BenchmarkCut(b *testing.B) {
	readRows(b, manyVMs(1000), "VM", func(*model.Record) error { return nil })
}

func BenchmarkCutAndDecode(b *testing.B) {
	readRows(b, manyVMs(1000), "VM", Decode)
}

func BenchmarkSkip(b *testing.B) {
	answer := manyVMs(1000)
	b.SetBytes(int64(len(answer)))
	for b.Loop() {
		w := window{buf: answer, limits: Limits{Depth: 100}, pos: bytes.Index(answer, []byte("<value>"))}
		w.skip()
		if w.err != nil {
			b.Fatal(w.err)
		}
	}
}

// The floor: one look for each tag, and nothing done with it.
func BenchmarkBaselineIndexByte(b *testing.B) {
	answer := manyVMs(1000)
	b.SetBytes(int64(len(answer)))
	for b.Loop() {
		for rest := answer; ; {
			i := bytes.IndexByte(rest, '<')
			if i < 0 {
				break
			}
			rest = rest[i+1:]
		}
	}
}

// The fastest that encoding/xml has: tokens that nobody looks at, not even whether they match.
func BenchmarkBaselineEncodingXML(b *testing.B) {
	answer := manyVMs(1000)
	b.SetBytes(int64(len(answer)))
	b.ReportAllocs()
	for b.Loop() {
		for tokens := xml.NewDecoder(bytes.NewReader(answer)); ; {
			if _, err := tokens.RawToken(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// The usual library, on bytes that it does not stumble over: its texts say that they are strings.
func BenchmarkBaselineKolo(b *testing.B) {
	answer := regexp.MustCompile(`<value>([^<]*)</value>`).ReplaceAll(manyVMs(1000), []byte("<value><string>$1</string></value>"))
	b.SetBytes(int64(len(answer)))
	b.ReportAllocs()
	for b.Loop() {
		var got struct {
			Status string
			Value  map[string]any
		}
		if err := xmlrpc.Response(answer).Unmarshal(&got); err != nil || len(got.Value) != 1000 {
			b.Fatalf("%d records, %v", len(got.Value), err)
		}
	}
}
