package xenapi

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"syncd/internal/model"

	"github.com/google/go-cmp/cmp"
)

var defaultLimits = Options{}.withDefaults().Limits

const (
	envelopeHead = `<?xml version="1.0"?><methodResponse><params><param><value><struct><member><name>Status</name><value>Success</value></member><member><name>Value</name><value>`
	envelopeTail = `</value></member></struct></value></param></params></methodResponse>`
	answerHead   = envelopeHead + `<struct>`
	answerTail   = `</struct>` + envelopeTail
)

// answering is an answer with one record whose struct has these members.
func answering(members string) string {
	return answerHead + `<member><name>OpaqueRef:1</name><value><struct>` + members + `</struct></value></member>` + answerTail
}

func member(name, value string) string {
	return `<member><name>` + name + `</name><value>` + value + `</value></member>`
}

// cutAll reads an answer of a class: references, and raw records under them.
func cutAll(r io.Reader, class string, limits Limits) (refs []string, raws []string, err error) {
	for rec, err := range newDecoder(r, model.Lookup(class), limits).records() {
		if err != nil {
			return refs, raws, err
		}
		refs, raws = append(refs, string(rec.Ref)), append(raws, string(rec.Raw))
	}
	return refs, raws, nil
}

func TestRecordsAreCutWhereTheyEnd(t *testing.T) {
	t.Parallel()
	for name, members := range map[string]string{
		"nothing in it":                   ``,
		"a struct in a struct":            member("other_config", `<struct>`+member("a", `<struct>`+member("b", `<struct></struct>`)+`</struct>`)+`</struct>`),
		"arrays in arrays":                member("tags", `<array><data><value><array><data></data></array></value><value>x</value></data></array>`),
		"an end tag in CDATA":             member("name_label", `<![CDATA[</struct></value></member>]]>`),
		"an end tag in a comment":         member("name_label", `<!-- </struct></value> -->web`),
		"a comment between members":       `<!-- </struct> > -->` + member("name_label", "web") + `<!---->`,
		"an instruction":                  `<?php echo "</struct>" ?>` + member("name_label", `<?x </value>?>`),
		"an end tag in a name":            member("other_config", `<struct>`+member("</struct></value></member>", "x")+`</struct>`),
		"raw markup in a name":            member("other_config", `<struct>`+member(`R&D <key> "q"`, "x")+member(`<![CDATA[`, "y")+member(`<!--`, "z")+`</struct>`),
		"a name that ends like another":   member("other_config", `<struct>`+member("a</names>", "x")+member("</name", "y")+`</struct>`),
		"an empty name":                   member("other_config", `<struct>`+member("", "x")+`<member><name/><value/></member></struct>`),
		"pretty printing":                 "\n\t<member>\r\n <name>uuid</name> <value> <struct> <member > <name >a</name\n> <value >b</value > </member > </struct > </value>\n</member>\n ",
		"every empty value":               member("a", "") + `<member><name>b</name><value/></member>` + member("c", "<string/>") + member("d", "<string></string>") + member("e", "<struct/>") + member("f", "<array><data/></array>") + member("g", "<nil/>") + member("h", "<nil></nil>"),
		"every type":                      member("a", "<int>1</int>") + member("b", "<i4>1</i4>") + member("c", "<i8>1</i8>") + member("d", "<boolean>1</boolean>") + member("e", "<double>nan</double>") + member("f", "<dateTime.iso8601>20080101T00:00:00Z</dateTime.iso8601>") + member("g", "<base64>AAAA</base64>"),
		"a greater-than sign":             member("name_label", "a > b ]]&gt;"),
		"bytes that are no UTF-8":         member("name_label", "\xff\xfe\x00\xc3"),
		"a reference that XML has not":    member("name_label", "&nbsp; &; & &#; &#xZZ;"),
		"space around a typed value":      member("a", " <int>1</int>\n<!-- -->"),
		"CDATA that ends in brackets":     member("a", `<![CDATA[]]]]>`) + member("b", `<![CDATA[]]>`),
		"a comment that is nearly closed": member("a", `<!-- -- -> --->`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			second := `<member><name>OpaqueRef:2</name><value><struct></struct></value></member>`
			answer := answerHead + `<member><name>OpaqueRef:1</name><value><struct>` + members + `</struct></value></member>` + second + answerTail
			refs, raws, err := cutAll(strings.NewReader(answer), "VM", defaultLimits)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"OpaqueRef:1", "OpaqueRef:2"}, refs); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([]string{"<struct>" + members + "</struct>", "<struct></struct>"}, raws); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheEnvelopeMayBePrettyPrinted(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"as xapi sends it":         answering(""),
		"a byte order mark":        "\uFEFF" + answering(""),
		"white space everywhere":   strings.ReplaceAll(strings.ReplaceAll(answering(""), "><", ">\n  <"), "<value>\n  Success", "<value>Success"),
		"no declaration":           strings.TrimPrefix(answering(""), `<?xml version="1.0"?>`),
		"comments around it":       "<!-- a -->" + strings.TrimPrefix(answering(""), `<?xml version="1.0"?>`) + "\n<!-- b --><?c?>\n",
		"typed strings":            strings.Replace(answering(""), "Success", "<string>Success</string>", 1),
		"members that nobody asks": strings.Replace(answering(""), "<member><name>Value", member("Duration", "<double>0.1</double>")+"<member><name>Value", 1),
		"a member behind Value":    strings.Replace(answering(""), "</struct></value></param>", member("Duration", "<struct>"+member("Value", "")+"</struct>")+"</struct></value></param>", 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refs, _, err := cutAll(strings.NewReader(answer), "VM", defaultLimits)
			if err != nil || len(refs) != 1 || refs[0] != "OpaqueRef:1" {
				t.Errorf("records %q, %v", refs, err)
			}
		})
	}
}

func TestReferencesAreDecodedNames(t *testing.T) {
	t.Parallel()
	var answer strings.Builder
	answer.WriteString(answerHead)
	for _, name := range []string{"OpaqueRef:a", "a&amp;b &lt;c&gt;", "R&D <key>", "", "\xff"} {
		answer.WriteString(member(name, "<struct/>"))
	}
	refs, raws, err := cutAll(strings.NewReader(answer.String()+answerTail), "VM", defaultLimits)
	if diff := cmp.Diff([]string{"OpaqueRef:a", "a&b <c>", "R&D <key>", "", "\uFFFD"}, refs); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if raws[0] != "<struct/>" {
		t.Errorf("raw %q", raws[0])
	}
}

func TestAnEmptyClassHasNoRecords(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"<struct></struct>", "<struct/>", " <struct>\n</struct> "} {
		refs, _, err := cutAll(strings.NewReader(envelopeHead+value+envelopeTail), "VM", defaultLimits)
		if len(refs) != 0 || err != nil {
			t.Errorf("%s: %q, %v", value, refs, err)
		}
	}
}

func TestWhatIsNoAnswerIsRefused(t *testing.T) {
	t.Parallel()
	ok := answering(member("uuid", "u"))
	replace := func(old, new string) string {
		if !strings.Contains(ok, old) {
			panic(old)
		}
		return strings.Replace(ok, old, new, 1)
	}
	status := member("Status", "Success")
	for name, c := range map[string]struct{ answer, what string }{
		"a DOCTYPE inside":            {replace("<params>", `<!DOCTYPE a [<!ENTITY b "c">]><params>`), "DOCTYPE"},
		"a DOCTYPE in a value":        {replace(">u<", "><!DOCTYPE a><"), "DOCTYPE"},
		"CDATA between tags":          {replace("<params>", "<![CDATA[ ]]><params>"), "CDATA"},
		"CDATA before a typed value":  {replace(">u<", "><![CDATA[ ]]><int>1</int><"), "behind text"},
		"a mismatched tag":            {replace("</value></member></struct></value></member></struct>", "</value></struct></member></struct></value></member></struct>"), "</struct> instead of </member>"},
		"a mismatched type":           {replace(">u<", "><int>1</i4><"), "</i4> instead of </int>"},
		"text between members":        {replace("<member><name>uuid", "x<member><name>uuid"), "text between tags"},
		"text before a type":          {replace(">u<", ">x<int>1</int><"), "<int> behind text"},
		"text behind a type":          {replace(">u<", "><int>1</int>x<"), "text between tags"},
		"a tag in text":               {replace(">u<", "><string>a<b>c</b></string><"), `the tag "<b>"`},
		"two types":                   {replace(">u<", "><int>1</int><int>1</int><"), "<int> instead of </value>"},
		"an unknown type":             {replace(">u<", "><float>1</float><"), `the tag "<float>"`},
		"an attribute":                {replace("<params>", `<params a="b">`), "the tag"},
		"a value without a name":      {replace("<name>uuid</name>", ""), "<value> instead of <name>"},
		"a name without a value":      {replace("<value>u</value>", ""), "</member> instead of <value>"},
		"two values":                  {replace("<value>u</value>", "<value>u</value><value>u</value>"), "<value> instead of </member>"},
		"an array without data":       {replace(">u<", "><array><value/></array><"), "<value/> instead of <data>"},
		"a name in an array":          {replace(">u<", "><array><data><name>a</name></data></array><"), "<name> instead of <value>"},
		"something behind it":         {ok + "x", "behind the end"},
		"a second answer behind it":   {ok + ok, "behind the end"},
		"a NUL behind it":             {ok + "\x00", "behind the end"},
		"a DOCTYPE behind it":         {ok + "<!DOCTYPE a>", "DOCTYPE"},
		"two params":                  {replace("</param>", "</param><param><value/></param>"), "<param> instead of </params>"},
		"no params":                   {"<methodResponse></methodResponse>", "instead of <params>"},
		"a value that is no struct":   {"<methodResponse><params><param><value><array><data/></array></value></param></params></methodResponse>", "without the Status"},
		"a Value that is text":        {envelopeHead + "OpaqueRef:1" + envelopeTail, "no struct of records"},
		"a Value that is an array":    {envelopeHead + "<array><data></data></array>" + envelopeTail, "no struct of records"},
		"a record that is text":       {answerHead + member("OpaqueRef:7", "x") + answerTail, `"OpaqueRef:7", that is no struct`},
		"a record that is an array":   {answerHead + member("OpaqueRef:7", "<array><data/></array>") + answerTail, "that is no struct"},
		"no Status":                   {replace(status, ""), "a Value before its Status"},
		"Status behind Value":         {strings.Replace(replace(status, ""), "</struct></value></param>", status+"</struct></value></param>", 1), "a Value before its Status"},
		"two of Status":               {replace(status, status+status), "a second Status"},
		"a Failure behind a Success":  {replace("</struct></value></param>", member("Status", "Failure")+"</struct></value></param>"), "a second Status"},
		"a Status of another kind":    {replace("Success", "Pending"), `Status "Pending"`},
		"a Status that is a number":   {replace("Success", "<struct/>"), "no text"},
		"two of Value":                {replace("</struct></value></param>", member("Value", "<struct/>")+"</struct></value></param>"), "a second Value"},
		"a Success without Value":     {replace("<name>Value</name>", "<name>Walue</name>"), `Status "Success" that says no more`},
		"an empty envelope":           {"<methodResponse><params><param><value><struct/></value></param></params></methodResponse>", `Status "" that says no more`},
		"a Failure without a reason":  {replace("Success", "Failure"), `Status "Failure" that says no more`},
		"a Failure with a text":       {strings.Replace(replace("Success", "Failure"), "<member><name>Value", member("ErrorDescription", "x")+"<member><name>Value", 1), "no array of texts"},
		"a tag without an end":        {replace("<params>", "<params"+strings.Repeat(" ", 100)+">"), "a tag that XML-RPC has not"},
		"a fault that is text":        {"<methodResponse><fault><value>x</value></fault></methodResponse>", "a fault that is no struct"},
		"something behind a fault":    {"<methodResponse><fault><value><struct/></value></fault></methodResponse>x", "behind the end"},
		"an end tag with a slash too": {replace("</params>", "</params/>"), "the tag"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := cutAll(strings.NewReader(c.answer), "VM", defaultLimits)
			syntax, ok := errors.AsType[*SyntaxError](err)
			if !ok || !strings.Contains(syntax.What, c.what) {
				t.Fatalf("error %v, want a SyntaxError with %q", err, c.what)
			}
			if syntax.Class != "VM" || syntax.Offset <= 0 || syntax.Offset > int64(len(c.answer)) {
				t.Errorf("class %q, offset %d of %d", syntax.Class, syntax.Offset, len(c.answer))
			}
		})
	}
}

func TestFailuresFaultsAndOtherPagesAreTyped(t *testing.T) {
	t.Parallel()
	failing := func(description string) string {
		return `<methodResponse><params><param><value><struct>` + description + `</struct></value></param></params></methodResponse>`
	}
	description := member("ErrorDescription", "<array><data><value>HANDLE_INVALID</value><value>a&lt;b</value><value/></data></array>")
	want := &Error{Code: "HANDLE_INVALID", Params: []string{"a<b", ""}}
	for name, c := range map[string]struct {
		answer string
		want   error
	}{
		"a failure":               {failing(member("Status", "Failure") + description), want},
		"its members turned":      {failing(description + member("Status", "Failure")), want},
		"a failure with a Value":  {failing(member("Status", "Failure") + member("Value", "<struct>"+member("OpaqueRef:1", "<struct/>")+"</struct>") + description), want},
		"a fault":                 {"<methodResponse><fault><value><struct>" + member("faultCode", "<int>-32601</int>") + member("faultString", "no &amp; never") + "</struct></value></fault></methodResponse>", &Fault{-32601, "no & never"}},
		"a fault with other code": {"<methodResponse><fault><value><struct>" + member("faultCode", "E1") + member("faultString", "no") + member("more", "<i4>1</i4>") + "</struct></value></fault></methodResponse>", &Fault{0, "no"}},
		"a page":                  {"<html><body>booting</body></html>", &NotXMLRPC{Head: "<html><body>booting</body></html>"}},
		"a page with a DOCTYPE":   {"\n<!DOCTYPE html><html></html>", &NotXMLRPC{Head: " <!DOCTYPE html><html></html>"}},
		"nothing":                 {"", &NotXMLRPC{}},
		"blanks":                  {" \n", &NotXMLRPC{Head: "  "}},
		"text":                    {"Service Unavailable", &NotXMLRPC{Head: "Service Unavailable"}},
		"JSON":                    {`{"Status":"Success"}`, &NotXMLRPC{Head: `{"Status":"Success"}`}},
		"a call":                  {"<methodCall></methodCall>", &NotXMLRPC{Head: "<methodCall></methodCall>"}},
		"a long page":             {"<html>" + strings.Repeat("é", 100000), &NotXMLRPC{Head: "<html>" + strings.Repeat("é", 74) + "…"}},
		"bytes":                   {"\x1f\x8b\x08\x00", &NotXMLRPC{Head: " \uFFFD  "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := cutAll(strings.NewReader(c.answer), "VM", defaultLimits)
			if diff := cmp.Diff(c.want, err); diff != "" {
				t.Error(diff)
			}
			if _, err := newDecoder(strings.NewReader(c.answer), nil, defaultLimits).text(); cmp.Diff(c.want, err) != "" {
				t.Errorf("as a text: %v", err)
			}
		})
	}
}

func TestTextIsTheValueOfASmallAnswer(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"OpaqueRef:1": "OpaqueRef:1", "": "", "<string> a&amp;b </string>": " a&b ", "<![CDATA[<x>]]>": "<x>",
	} {
		got, err := newDecoder(strings.NewReader(envelopeHead+value+envelopeTail), nil, defaultLimits).text()
		if got != want || err != nil {
			t.Errorf("%q: %q, %v", value, got, err)
		}
	}
	for _, value := range []string{"<struct/>", "<array><data/></array>", "<nil/>"} {
		if got, err := newDecoder(strings.NewReader(envelopeHead+value+envelopeTail), nil, defaultLimits).text(); err == nil {
			t.Errorf("%s is taken for the text %q", value, got)
		}
	}
}

func TestNoRecordIsHandedOutBeforeStatusIsKnown(t *testing.T) {
	t.Parallel()
	records := "<struct>" + member("OpaqueRef:1", "<struct/>") + "</struct>"
	for _, first := range []string{"", member("Status", "Failure"), member("Status", "Unknown"), member("Status", "")} {
		answer := `<methodResponse><params><param><value><struct>` + first + member("Value", records) + member("Status", "Success") + `</struct></value></param></params></methodResponse>`
		refs, _, err := cutAll(strings.NewReader(answer), "VM", defaultLimits)
		if len(refs) > 0 || err == nil {
			t.Errorf("behind %q: records %q, %v", first, refs, err)
		}
	}
}

func TestLimitsEndAnAnswerThatCostsTooMuch(t *testing.T) {
	t.Parallel()
	nested := func(n int) string {
		return strings.Repeat("<array><data><value>", n) + strings.Repeat("</value></data></array>", n)
	}
	long := answering(member("name_label", strings.Repeat("x", 3<<20)))
	raw := int64(len(long) - len(answering("")) + len("<struct></struct>"))
	for name, c := range map[string]struct {
		answer string
		limits Limits
		want   string
	}{
		"a record of the limit":        {long, Limits{raw, 64, 1 << 30}, ""},
		"a byte more":                  {long, Limits{raw - 1, 64, 1 << 30}, "record"},
		"a record larger by far":       {long, Limits{100_000, 64, 1 << 30}, "record"},
		"a small record":               {answering(member("a", strings.Repeat("x", 100))), Limits{100, 64, 1 << 30}, "record"},
		"a name without an end":        {answerHead + "<member><name>" + strings.Repeat("x", 1<<20), Limits{500_000, 64, 1 << 30}, "record"},
		"an answer of the limit":       {long, Limits{1 << 30, 64, int64(len(long))}, ""},
		"an answer with a byte more":   {long, Limits{1 << 30, 64, int64(len(long)) - 1}, "answer"},
		"blanks without an end":        {answering("") + strings.Repeat(" ", 1<<20), Limits{1000, 64, 500_000}, "answer"},
		"a comment that nobody counts": {answerHead + "<!--" + strings.Repeat(" ", 1<<20) + "-->" + answerTail, Limits{1000, 64, 1 << 30}, ""},
		"a failure without an end":     {strings.Replace(answerHead, "Success", "Failure", 1) + "</struct></value></member><member><name>ErrorDescription</name><value><array><data>" + strings.Repeat("<value>x</value>", 1<<17), Limits{1 << 20, 64, 1 << 30}, "record"},
		"values within each other":     {answering(member("a", nested(18))), Limits{1 << 20, 64, 1 << 30}, "depth"},
		"as deep as it may be":         {answering(member("a", nested(17))), Limits{1 << 20, 64, 1 << 30}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := cutAll(strings.NewReader(c.answer), "VM", c.limits)
			limit, _ := errors.AsType[*LimitError](err)
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (limit == nil || limit.Name != c.want || limit.Class != "VM"):
				t.Errorf("error %v, want limits.%s", err, c.want)
			case limit != nil && !strings.Contains(err.Error(), "limits."+c.want):
				t.Errorf("no remedy in %q", err)
			}
		})
	}
}

func TestTheWindowIsNoLargerThanARecordMayBe(t *testing.T) {
	t.Parallel()
	const most = 5 << 20
	answer := answering(member("name_label", strings.Repeat("x", 3*most)))
	d := newDecoder(strings.NewReader(answer), model.Lookup("VM"), Limits{Record: most, Depth: 64, Answer: 1 << 30})
	var last error
	for _, err := range d.records() {
		last = err
	}
	limit, _ := errors.AsType[*LimitError](last)
	if limit == nil || limit.Name != "record" || cap(d.buf) > most+firstWindow {
		t.Errorf("a window of %d bytes for a record of %d at most: %v", cap(d.buf), most, last)
	}
}

func TestMoreRecordsThanAnyPoolHasAreRefused(t *testing.T) {
	t.Parallel()
	for most, want := range map[int64]string{3: "", 2: "more than 2 objects of class VM"} {
		d := newDecoder(bytes.NewReader(manyVMs(3)), model.Lookup("VM"), defaultLimits)
		d.most = most
		n, got := int64(0), ""
		for _, err := range d.records() {
			if err != nil {
				got = err.Error()
				break
			}
			n++
		}
		if n != most || !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%d records where %d may be: %q", n, most, got)
		}
	}
}

func TestTheWindowStaysSmallHoweverLongTheAnswer(t *testing.T) {
	t.Parallel()
	d := newDecoder(bytes.NewReader(manyVMs(300)), model.Lookup("VM"), defaultLimits)
	n := 0
	for _, err := range d.records() {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 300 || cap(d.buf) != firstWindow {
		t.Errorf("%d records through a window of %d bytes", n, cap(d.buf))
	}
}

func TestAReaderOfRecordsMayStop(t *testing.T) {
	t.Parallel()
	answer := answerHead + member("OpaqueRef:1", "<struct/>") + member("OpaqueRef:2", "x") + answerTail
	for rec, err := range newDecoder(strings.NewReader(answer), model.Lookup("VM"), defaultLimits).records() {
		if err != nil || string(rec.Ref) != "OpaqueRef:1" {
			t.Errorf("%v, %v", rec, err)
		}
		break
	}
}

func TestRecordsCostNoAllocation(t *testing.T) {
	answer := manyVMs(200)
	class := model.Lookup("VM")
	allocations := func(read func(*model.Record) error) float64 {
		return testing.AllocsPerRun(2, func() {
			d := newDecoder(bytes.NewReader(answer), class, defaultLimits)
			d.prints = printsOf(t, "key")
			for rec, err := range d.records() {
				if err == nil {
					err = read(rec)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	if n := allocations(func(*model.Record) error { return nil }); n > 40 {
		t.Errorf("%v allocations to cut 200 records", n)
	}
	if n := allocations(Decode); n > 70 {
		t.Errorf("%v allocations to decode 200 records", n)
	}
}
