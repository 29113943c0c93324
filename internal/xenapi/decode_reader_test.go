package xenapi

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"

	"syncd/internal/model"

	"github.com/google/go-cmp/cmp"
)

// trap is an answer with most of what XML allows in it, two records.
var trap = "<?xml version=\"1.0\"?>\n<!-- a --><methodResponse ><params><param><value><struct><member><name>Status</name><value><string>Success</string></value></member>" +
	"<member><name>more</name><value><array><data/></array></value></member><member><name>Value</name><value><struct>" +
	member("OpaqueRef:1", "<struct>"+member("uuid", "<![CDATA[</struct>]]>")+member("other_config", " <struct>"+
		member("R&D <key></names>", "v &amp; &#x20;<!-- - -- -->")+"<member><name/><value/></member></struct> ")+
		member("tags", "<array><data>\n<value>a</value><value>ü</value><?p?></data></array>")+
		member("is_a_template", "\n<boolean>1</boolean>\n")+"<member>\n<name>VCPUs_max</name\n><value ><nil/></value></member></struct>") +
	"\n" + member("OpaqueRef:2", "<struct />") +
	"</struct></value></member><member><name>last</name><value/></member></struct></value></param></params></methodResponse>\n"

func TestHowTheBytesComeInMakesNoDifference(t *testing.T) {
	t.Parallel()
	answer := trap + "<!-- the end --> "
	wantRefs, wantRaws, err := cutAll(strings.NewReader(answer), "VM", defaultLimits)
	if err != nil || len(wantRefs) != 2 {
		t.Fatalf("%q, %v", wantRefs, err)
	}
	for name, reader := range map[string]func(io.Reader) io.Reader{
		"a byte at a time":         iotest.OneByteReader,
		"half of what is asked":    iotest.HalfReader,
		"the end with the last":    iotest.DataErrReader,
		"bytes, the end with them": func(r io.Reader) io.Reader { return iotest.DataErrReader(iotest.OneByteReader(r)) },
		"nothing every other time": func(r io.Reader) io.Reader { return &hesitant{r: iotest.OneByteReader(r)} },
	} {
		refs, raws, err := cutAll(reader(strings.NewReader(answer)), "VM", defaultLimits)
		if diff := cmp.Diff([][]string{wantRefs, wantRaws}, [][]string{refs, raws}); diff != "" || err != nil {
			t.Errorf("%s: %s, %v", name, diff, err)
		}
	}
}

// hesitant returns nothing and no error every other time.
type hesitant struct {
	r     io.Reader
	reads int
}

func (h *hesitant) Read(p []byte) (int, error) {
	if h.reads++; h.reads%2 == 1 {
		return 0, nil
	}
	return h.r.Read(p)
}

func TestRecordsLargerThanTheWindowComeOutWhole(t *testing.T) {
	t.Parallel()
	var answer strings.Builder
	answer.WriteString(answerHead)
	var want []string
	for _, size := range []int{10, firstWindow - 1, firstWindow, 3*firstWindow + 7, 5, 900_000, 10} {
		record := "<struct>" + member("name_label", strings.Repeat("x", size)) + "</struct>"
		want = append(want, record)
		answer.WriteString(member("OpaqueRef:1", record))
	}
	for _, r := range []io.Reader{strings.NewReader(answer.String() + answerTail), iotest.HalfReader(strings.NewReader(answer.String() + answerTail))} {
		_, raws, err := cutAll(r, "VM", defaultLimits)
		if err != nil || !cmp.Equal(want, raws) {
			t.Errorf("%d records, %v", len(raws), err)
		}
	}
}

func TestAnAnswerCutAnywhereIsAnError(t *testing.T) {
	t.Parallel()
	end := strings.LastIndex(trap, ">") + 1
	for cut := range end {
		_, _, err := cutAll(strings.NewReader(trap[:cut]), "VM", defaultLimits)
		if _, blank := errors.AsType[*NotXMLRPC](err); err == nil || !errors.Is(err, io.ErrUnexpectedEOF) && !(blank && cut == 0) {
			t.Fatalf("cut at %d, behind %q: %v", cut, trap[max(0, cut-20):cut], err)
		}
		_, err = newDecoder(strings.NewReader(trap[:cut]), nil, defaultLimits).text()
		if err == nil {
			t.Fatalf("cut at %d: a text", cut)
		}
	}
	failing := `<methodResponse><params><param><value><struct>` + member("Status", "Failure") +
		member("ErrorDescription", "<array><data><value>SESSION_INVALID</value></data></array>") + `</struct></value></param></params></methodResponse>`
	fault := "<methodResponse><fault><value><struct>" + member("faultCode", "<int>1</int>") + member("faultString", "x") + "</struct></value></fault></methodResponse>"
	for _, answer := range []string{failing, fault} {
		for cut := 1; cut < len(answer); cut++ {
			if _, err := newDecoder(strings.NewReader(answer[:cut]), nil, defaultLimits).text(); !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("cut at %d, behind %q: %v", cut, answer[:cut], err)
			}
		}
	}
}

func TestAnErrorOfTheReaderComesOutAnywhere(t *testing.T) {
	t.Parallel()
	for cut := range len(trap) + 1 {
		broken := io.MultiReader(strings.NewReader(trap[:cut]), iotest.ErrReader(net.ErrClosed))
		_, _, err := cutAll(broken, "VM", defaultLimits)
		if !errors.Is(err, net.ErrClosed) {
			t.Fatalf("broken at %d of %d: %v", cut, len(trap), err)
		}
	}
	_, _, err := cutAll(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(trap))), "VM", defaultLimits)
	if !errors.Is(err, iotest.ErrTimeout) {
		t.Errorf("a timeout is %v", err)
	}
	_, _, err = cutAll(readerFunc(func([]byte) (int, error) { return 0, nil }), "VM", defaultLimits)
	if !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a reader that never reads is %v", err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestAnErrorEndsTheRecordsThatCameBefore(t *testing.T) {
	t.Parallel()
	answer := manyVMs(20)
	n, failed := 0, false
	for _, err := range newDecoder(bytes.NewReader(answer[:len(answer)/2]), model.Lookup("VM"), defaultLimits).records() {
		if failed {
			t.Error("something comes behind the error")
		}
		if err != nil {
			failed = true
			continue
		}
		n++
	}
	if !failed || n == 0 || n >= 20 {
		t.Errorf("%d records, failed %v", n, failed)
	}
}
