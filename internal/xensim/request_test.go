package xensim

import (
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestFloatsAreSpelledAsOCamlDoes(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]float64{
		"nan": math.NaN(), "inf": math.Inf(1), "-inf": math.Inf(-1), "0": 0, "-0": math.Copysign(0, -1), "1": 1, "0.1": 0.1, "1e+21": 1e21,
		"0.3333333333333333": 1.0 / 3, "1e-09": 1e-9, "12.5": 12.5, "100000": 1e5, "1.797693134862316e+308": math.MaxFloat64,
	} {
		if got := string(appendFloat(nil, f)); got != want {
			t.Errorf("%s, not %s", got, want)
		}
	}
}

func TestValuesAreWrittenUntypedAndEscapedAndNamesAreNot(t *testing.T) {
	t.Parallel()
	for want, value := range map[string]any{
		"<value></value>": "",
		"<value>&lt;a&gt; &amp; &quot;b&quot; 'c'\r\n\t</value>": "<a> & \"b\" 'c'\r\n\t\x00\x1b",
		"<value>-1</value>":                   int64(-1),
		"<value><boolean>1</boolean></value>": true,
		"<value><dateTime.iso8601>20261124T13:30:13Z</dateTime.iso8601></value>":                      time.Date(2026, 11, 24, 13, 30, 13, 0, time.UTC),
		"<value><array><data></data></array></value>":                                                 []any{},
		"<value><struct></struct></value>":                                                            pairs{},
		`<value><struct><member><name>R&D <key> "q"</name><value>v</value></member></struct></value>`: pairs{{`R&D <key> "q"`, "v"}},
	} {
		if got := string(appendValue(nil, value)); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

func TestXapisLimitsOfARequestHold(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newSim(t, Options{}))
	defer server.Close()
	good := request("system.listMethods")
	for name, test := range map[string]struct {
		body   io.Reader
		head   string
		status int
	}{
		"good":             {strings.NewReader(good), "", 200},
		"a long head":      {strings.NewReader(good), strings.Repeat("x", 1006), 431},
		"chunked":          {io.MultiReader(strings.NewReader(good)), "", 500}, // of a length that net/http does not know
		"more than 300 KB": {strings.NewReader(good + strings.Repeat(" ", 300*1024)), "", 500},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, test.body)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Test", test.head)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		resp.Body.Close()
		if resp.StatusCode != test.status {
			t.Errorf("%s: status %d, not %d", name, resp.StatusCode, test.status)
		}
	}
	resp, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("GET: status %d", resp.StatusCode)
	}
}

func TestRequestsComeInEveryLegalForm(t *testing.T) {
	t.Parallel()
	s := newSim(t, Options{Password: "a <b> & c"})
	for _, params := range []string{
		"<param><value><string>root</string></value></param><param><value><string>a &lt;b&gt; &amp; c</string></value></param>",
		"<param><value>root</value></param>\n  <param><value>a &lt;b&gt; &amp; c</value></param>",
		"<param><value><string>root</string></value></param><param><value><string><![CDATA[a <b> & c]]></string></value></param>",
	} {
		body, err := io.ReadAll(post(t, s, "<methodCall>\n <methodName>session.login_with_password</methodName>\n <params>"+params+"</params></methodCall>").Body)
		if err != nil || !strings.Contains(string(body), "<value>Success</value>") {
			t.Errorf("%s: %v %s", params, err, body)
		}
	}
	body, err := io.ReadAll(post(t, s, "<methodCall><methodName>pool.get_all</methodName><params><param><value><array><data/></array></value></param></params></methodCall>").Body)
	if err != nil || !strings.Contains(string(body), "<value>INTERNAL_ERROR</value><value>Failure(&quot;Expected string, got '[]'&quot;)</value>") {
		t.Errorf("a session that is an array: %v %s", err, body)
	}
}

func TestOneObjectIsFoundByReferenceAndByUUID(t *testing.T) {
	t.Parallel()
	s := newSim(t, Options{})
	session := login(t, s)
	o := s.Objects("PIF")[2]
	if body := call(t, s, "PIF.get_by_uuid", session, o.Fields["uuid"].(string)); !strings.Contains(body, "<value>"+o.Ref+"</value>") {
		t.Errorf("get_by_uuid: %s", body)
	}
	_, all := records(t, call(t, s, "PIF.get_all_records", session))
	_, envelope := parse(t, call(t, s, "PIF.get_record", session, o.Ref)).Children[0].Children[0].Children[0].members()
	names, _ := envelope[1].members()
	want, values := all[2].members()
	if len(names) != len(want) || values[0].Text != o.Fields["uuid"] {
		t.Errorf("get_record has %d fields, get_all_records %d", len(names), len(want))
	}
	if body := call(t, s, "PIF.get_all", session); strings.Count(body, "OpaqueRef:") != len(all) {
		t.Errorf("get_all: %s", body)
	}
}
