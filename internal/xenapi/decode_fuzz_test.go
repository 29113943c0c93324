package xenapi

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"syncd/internal/model"

	"github.com/google/go-cmp/cmp"
)

// FuzzDecode holds the decoder against encoding/xml. Whatever comes, it must not panic, must not depend on how the bytes
// come in, and must not take a part of an answer for the whole; where the oracle can read the answer, it must read the
// same.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(trap), 100)
	f.Add([]byte(answering("")), 200)
	f.Add(manyVMs(1), 4000)
	for _, members := range []string{
		member("other_config", "<struct>"+member("R&D <key>", "v")+member("a &lt; b", "&#x1F600;")+"</struct>"),
		member("VCPUs_max", "<i4>5</i4>") + member("VCPUs_max", "abc") + member("new", "<array><data><value><nil/></value></data></array>"),
		member("snapshot_time", "<dateTime.iso8601>20080101T00:00:00.5+02:00</dateTime.iso8601>") + member("HVM_shadow_multiplier", "<double>-inf</double>"),
		member("is_a_template", " <boolean>1</boolean> ") + member("tags", "<array><data><value>b</value><value><![CDATA[a]]></value></data></array>"),
		member("xenstore_data", "<struct>"+member("password", "x")+"</struct>") + member("resident_on", "OpaqueRef:NULL"),
		member("VBDs", "<array><data><value>OpaqueRef:1</value></data></array>") + member("name_label", "\x00\xff&#0;"),
	} {
		f.Add([]byte(answering(members)), len(members))
	}
	f.Add([]byte("<methodResponse><fault><value><struct>"+member("faultCode", "<int>1</int>")+"</struct></value></fault></methodResponse>"), 20)
	files, _ := filepath.Glob(filepath.Join(recorded, "*.xml"))
	for _, file := range files {
		if answer, err := os.ReadFile(file); err == nil && len(answer) < 5000 {
			f.Add(answer, len(answer)/2)
		}
	}

	limits := Limits{Record: 1 << 20, Depth: 1 << 20, Answer: 1 << 30}
	class := model.Lookup("VM")
	f.Fuzz(func(t *testing.T, answer []byte, cut int) {
		want, oracleErr := oracleRecords(answer)
		n := 0
		var failed error
		for rec, err := range newDecoder(bytes.NewReader(answer), class, limits).records() {
			if err != nil {
				failed = err
				break
			}
			if err := Decode(rec); err != nil {
				t.Fatalf("a record was cut that cannot be decoded: %v", err)
			}
			for range Refs(rec, "VBDs") {
			}
			if oracleErr == nil && n < len(want) {
				checkRecord(t, rec, want[n])
			}
			n++
		}
		if oracleErr == nil && (failed != nil || n != len(want)) {
			t.Fatalf("%d records, %v; encoding/xml reads %d", n, failed, len(want))
		}

		refs, raws, err := cutAll(bytes.NewReader(answer), "VM", limits)
		slowRefs, slowRaws, slowErr := cutAll(iotest.OneByteReader(bytes.NewReader(answer)), "VM", limits)
		if diff := cmp.Diff([]any{refs, raws, text(err)}, []any{slowRefs, slowRaws, text(slowErr)}); diff != "" {
			t.Fatalf("a byte at a time differs: %s", diff)
		}
		if end := bytes.LastIndexByte(answer, '>'); failed == nil && end > 0 {
			cut = max(cut, -cut, 0) % (end + 1)
			if behind := bytes.TrimSpace(answer[cut:]); !bytes.HasPrefix(behind, []byte("<!--")) && !bytes.HasPrefix(behind, []byte("<?")) {
				checkCut(t, answer[:cut], limits)
			}
		}

		got, err := newDecoder(bytes.NewReader(answer), nil, limits).text()
		if value, bad := oracleSuccess(answer); bad == nil {
			if s, isText := value.(string); isText && (err != nil || got != s) {
				t.Fatalf("text %q, %v; encoding/xml reads %q", got, err, s)
			}
		}
	})
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// checkCut reads the beginning of an answer that was good. Only what ends behind </methodResponse> is whole.
func checkCut(t *testing.T, part []byte, limits Limits) {
	t.Helper()
	_, _, err := cutAll(bytes.NewReader(part), "VM", limits)
	_, page := errors.AsType[*NotXMLRPC](err)
	whole := strings.Contains(string(part), "</methodResponse")
	if err == nil && !whole {
		t.Fatalf("a part is taken for the whole: %q", part)
	}
	if err != nil && !page && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatalf("a part of a good answer is %v: %q", err, part)
	}
}
