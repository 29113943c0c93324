package xenapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"syncd/internal/model"

	"github.com/google/go-cmp/cmp"
)

const null = "NULL"

// decoded is a record of a class with these members, its values by field, and extra.
func decoded(t *testing.T, class, members string) (rec *model.Record, values map[string]string) {
	t.Helper()
	rec = &model.Record{Class: model.Lookup(class), Ref: []byte("OpaqueRef:1"), Raw: []byte("<struct>" + members + "</struct>")}
	if err := Decode(rec); err != nil {
		t.Fatal(err)
	}
	values = map[string]string{}
	for i, f := range rec.Class.Columns {
		if v, ok := rec.Value(i); ok {
			values[f.Name] = string(v)
		}
	}
	if v, ok := rec.Value(rec.Class.Extra()); ok {
		if !json.Valid(v) {
			t.Errorf("extra is no JSON: %s", v)
		}
		values["extra"] = string(v)
	}
	return rec, values
}

func TestValuesAreReadByTheirType(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ field, wire, want string }{
		// strings: white space counts, every empty form is an empty string
		{"name_label", "web", "web"},
		{"name_label", "<string>web</string>", "web"},
		{"name_label", "  a\n\tb  ", "  a\n\tb  "},
		{"name_label", " \n", " \n"},
		{"name_label", "a\r\nb", "a\r\nb"},
		{"name_label", "", ""},
		{"name_label", "<string></string>", ""},
		{"name_label", "<string/>", ""},
		{"name_label", "<!-- nothing -->", ""},
		{"name_label", "<nil/>", null},
		{"name_label", "<nil></nil>", null},
		{"name_label", " <string> a </string> ", " a "},
		{"name_label", "<int>5</int>", "5"},
		{"name_label", "<boolean>1</boolean>", "1"},
		{"name_label", "<base64>AAEC</base64>", "AAEC"},
		{"name_label", "a<![CDATA[<b>&amp;]]>c<!-- d -->e<?f?>g<![CDATA[]]>", "a<b>&amp;ceg"},
		{"name_label", "&amp;&lt;&gt;&quot;&apos;", `&<>"'`},
		{"name_label", "&#65;&#x42;&#x1F600;&#0067;&#xe9;", "AB😀Cé"},
		{"name_label", "&#10;&#9;&#1;&#127;", "\n\t\x01\x7f"},
		{"name_label", "&nbsp; & &; &# &#; &#x; &#x110000; &#6a; &AMP; &#99999999999999999999; &amp", "&nbsp; & &; &# &#; &#x; &#x110000; &#6a; &AMP; &#99999999999999999999; &amp"},
		{"name_label", "\x01\x1f\u007f\u0085\uFFFE", "\x01\x1f\u007f\u0085\uFFFE"},
		{"name_label", `quotes " ' and \ and {`, `quotes " ' and \ and {`},
		{"name_label", strings.Repeat("ü", 300), strings.Repeat("ü", 300)},
		{"power_state", "Running", "Running"},

		{"VCPUs_max", "17179869184", "17179869184"},
		{"VCPUs_max", "<int>5</int>", "5"},
		{"VCPUs_max", "<i4>-5</i4>", "-5"},
		{"VCPUs_max", "<i8>9223372036854775807</i8>", "9223372036854775807"},
		{"VCPUs_max", "-9223372036854775808", "-9223372036854775808"},
		{"VCPUs_max", " +07\n", "7"},
		{"VCPUs_max", "", null},
		{"VCPUs_max", "<int/>", null},

		{"HVM_shadow_multiplier", "<double>1</double>", "1"},
		{"HVM_shadow_multiplier", "<double>1.</double>", "1"},
		{"HVM_shadow_multiplier", "0.5000", "0.5"},
		{"HVM_shadow_multiplier", "<double>1.7976931348623157e+308</double>", "1.7976931348623157e+308"},
		{"HVM_shadow_multiplier", "<double>-1e-400</double>", "-0"},
		{"HVM_shadow_multiplier", "<double>nan</double>", "NaN"},
		{"HVM_shadow_multiplier", "<double>-nan</double>", "NaN"},
		{"HVM_shadow_multiplier", "<double>NaN</double>", "NaN"},
		{"HVM_shadow_multiplier", "<double>inf</double>", "Infinity"},
		{"HVM_shadow_multiplier", "<double>infinity</double>", "Infinity"},
		{"HVM_shadow_multiplier", "<double>-inf</double>", "-Infinity"},
		{"HVM_shadow_multiplier", "<double>neg_infinity</double>", "-Infinity"},
		{"HVM_shadow_multiplier", "<double></double>", null},

		{"is_a_template", "<boolean>1</boolean>", "true"},
		{"is_a_template", "<boolean>0</boolean>", "false"},
		{"is_a_template", "true", "true"},
		{"is_a_template", "false", "false"},
		{"is_a_template", "<boolean> 1 </boolean>", "true"},
		{"is_a_template", "<boolean/>", null},

		{"snapshot_time", "<dateTime.iso8601>20080101T00:00:00Z</dateTime.iso8601>", "2008-01-01T00:00:00Z"},
		{"snapshot_time", "20080101T00:00:00", "2008-01-01T00:00:00Z"},
		{"snapshot_time", "20080101T010203", "2008-01-01T01:02:03Z"},
		{"snapshot_time", "2008-01-01T01:02:03.5Z", "2008-01-01T01:02:03.5Z"},
		{"snapshot_time", "20080101T01:02:03.123456789012Z", "2008-01-01T01:02:03.123456789Z"},
		{"snapshot_time", "2008-01-01 01:02:03+02:00", "2007-12-31T23:02:03Z"},
		{"snapshot_time", "20080101T01:02:03-0130", "2008-01-01T02:32:03Z"},
		{"snapshot_time", "20080101T01:02:03+01", "2008-01-01T00:02:03Z"},
		{"snapshot_time", "20240229T00:00:00Z", "2024-02-29T00:00:00Z"},
		{"snapshot_time", "<dateTime.iso8601>19700101T00:00:00Z</dateTime.iso8601>", null},
		{"snapshot_time", "1970-01-01T02:00:00.000+02:00", null},
		{"snapshot_time", "19700101T00:00:01Z", "1970-01-01T00:00:01Z"},
		{"snapshot_time", "<dateTime.iso8601/>", null},

		{"resident_on", "OpaqueRef:a", "OpaqueRef:a"},
		{"resident_on", "<string>OpaqueRef:a</string>", "OpaqueRef:a"},
		{"resident_on", "OpaqueRef:NULL", null},
		{"resident_on", "", null},
		{"resident_on", "<nil/>", null},

		{"tags", "<array><data></data></array>", "{}"},
		{"tags", "<array><data/></array>", "{}"},
		{"tags", "<array><data><value>b</value><value>a</value><value>c</value></data></array>", `{"a","b","c"}`},
		{"tags", "<array><data><value/><value>NULL</value><value>{,}</value></data></array>", `{"","NULL","{,}"}`},
		{"tags", `<array><data><value>a"b\c</value><value> x
y&#44;😀</value></data></array>`, `{" x
y,😀","a\"b\\c"}`},
		{"tags", "", null},
		{"tags", "<nil/>", null},

		{"other_config", "<struct></struct>", "{}"},
		{"other_config", "<struct/>", "{}"},
		{"other_config", "<struct>" + member("a", "b") + member("c", "") + "</struct>", `{"a":"b","c":""}`},
		{"other_config", "<struct>" + member("", "x") + member(`R&D <key> "q"`, "v &amp; &lt;v&gt;") + "</struct>", `{"":"x","R&D <key> \"q\"":"v & <v>"}`},
		{"other_config", "<struct>" + member("a &lt; b", "x") + member("&bogus;", "y") + "</struct>", `{"a < b":"x","&bogus;":"y"}`},
		{"other_config", "<struct>" + member("k", "a\nb\tc\\d\x01\u2028é") + "</struct>", `{"k":"a\nb\u0009c\\d\u0001` + "\u2028" + `é"}`},
		{"other_config", "<struct>" + member("n", "<nil/>") + member("i", "<int>5</int>") + member("b", "<boolean>1</boolean>") + member("d", "<double>nan</double>") + "</struct>", `{"n":null,"i":"5","b":"1","d":"nan"}`},
		{"other_config", "<struct>" + member("s", "<array><data><value>b</value><value>a</value></data></array>") + member("e", "<array><data/></array>") + "</struct>", `{"s":["b","a"],"e":[]}`},
		{"other_config", "<struct>" + member("m", "<struct>"+member("x", "y")+"</struct>") + "</struct>", `{"m":{"x":"y"}}`},
		{"other_config", "", null},
		{"other_config", "<nil/>", null},
	} {
		t.Run(c.field+" "+c.wire[:min(len(c.wire), 40)], func(t *testing.T) {
			t.Parallel()
			rec, values := decoded(t, "VM", member(c.field, c.wire))
			got, ok := values[c.field]
			if !ok {
				got = null
			}
			if got != c.want {
				t.Errorf("%s: %q, want %q", c.wire, got, c.want)
			}
			if extra, ok := values["extra"]; ok || rec.Faults > 0 || rec.Replaced > 0 {
				t.Errorf("extra %s, %d faults, %d replaced", extra, rec.Faults, rec.Replaced)
			}
		})
	}
}

func TestWhatATypeCannotReadIsNullCountedAndKeptInExtra(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ field, wire, extra string }{
		{"VCPUs_max", "abc", `{"VCPUs_max":"abc"}`},
		{"VCPUs_max", "9223372036854775808", `{"VCPUs_max":"9223372036854775808"}`},
		{"VCPUs_max", "<double>5.0</double>", `{"VCPUs_max":"5.0"}`},
		{"VCPUs_max", "<struct/>", `{"VCPUs_max":{}}`},
		{"VCPUs_max", "<array><data><value>1</value></data></array>", `{"VCPUs_max":["1"]}`},
		{"HVM_shadow_multiplier", "1e999", `{"HVM_shadow_multiplier":"1e999"}`},
		{"HVM_shadow_multiplier", "much", `{"HVM_shadow_multiplier":"much"}`},
		{"is_a_template", "yes", `{"is_a_template":"yes"}`},
		{"is_a_template", "2", `{"is_a_template":"2"}`},
		{"snapshot_time", "yesterday", `{"snapshot_time":"yesterday"}`},
		{"snapshot_time", "20080230T00:00:00Z", `{"snapshot_time":"20080230T00:00:00Z"}`},
		{"snapshot_time", "20081301T00:00:00Z", `{"snapshot_time":"20081301T00:00:00Z"}`},
		{"snapshot_time", "20080101T24:00:00Z", `{"snapshot_time":"20080101T24:00:00Z"}`},
		{"snapshot_time", "20080101T00:00:00X", `{"snapshot_time":"20080101T00:00:00X"}`},
		{"snapshot_time", "20080101T00:00:00+99", `{"snapshot_time":"20080101T00:00:00+99"}`},
		{"snapshot_time", "20080101T00:00:00Zulu", `{"snapshot_time":"20080101T00:00:00Zulu"}`},
		{"snapshot_time", "00000101T00:00:00Z", `{"snapshot_time":"00000101T00:00:00Z"}`},
		{"snapshot_time", "20080101", `{"snapshot_time":"20080101"}`},
		{"name_label", "<struct>" + member("a", "b") + "</struct>", `{"name_label":{"a":"b"}}`},
		{"name_label", "<array><data/></array>", `{"name_label":[]}`},
		{"resident_on", "<array><data><value>OpaqueRef:a</value></data></array>", `{"resident_on":["OpaqueRef:a"]}`},
		{"resident_on", strings.Repeat("r", model.LongestKey+1), `{"resident_on":"` + strings.Repeat("r", model.LongestKey+1) + `"}`},
		{"tags", "a", `{"tags":"a"}`},
		{"tags", "<struct/>", `{"tags":{}}`},
		{"tags", "<array><data><value>a</value><value><array><data/></array></value></data></array>", `{"tags":["a",[]]}`},
		{"tags", "<array><data><value>a</value><value><nil/></value></data></array>", `{"tags":["a",null]}`},
		{"platform", "a=b", `{"platform":"a=b"}`},
		{"platform", "<array><data><value>a</value></data></array>", `{"platform":["a"]}`},
	} {
		t.Run(c.extra, func(t *testing.T) {
			t.Parallel()
			rec, values := decoded(t, "VM", member("uuid", "u")+member(c.field, c.wire)+member("name_description", "d"))
			want := map[string]string{"uuid": "u", "name_description": "d", "extra": c.extra}
			if diff := cmp.Diff(want, values); diff != "" {
				t.Error(diff)
			}
			if rec.Faults != 1 {
				t.Errorf("%d faults", rec.Faults)
			}
		})
	}
}

func TestFieldsThatTheModelLacksGoToExtra(t *testing.T) {
	t.Parallel()
	rec, values := decoded(t, "VM", member("uuid", "u")+
		member("brand_new", "<boolean>1</boolean>")+
		member("newer", "<struct>"+member("a", "<array><data><value>1</value><value><nil/></value></data></array>")+"</struct>")+
		member(`odd "name" & <more>`, "")+
		member("gone", "<nil/>")+
		member("UUID", "another"))
	want := `{"brand_new":"1","newer":{"a":["1",null]},"odd \"name\" & <more>":"","gone":null,"UUID":"another"}`
	if values["extra"] != want || values["uuid"] != "u" || rec.Faults != 0 {
		t.Errorf("extra %s, uuid %s, %d faults", values["extra"], values["uuid"], rec.Faults)
	}
}

func TestOfARepeatedFieldTheLastCounts(t *testing.T) {
	t.Parallel()
	for members, want := range map[string]map[string]string{
		member("name_label", "a") + member("name_label", "b"):              {"name_label": "b"},
		member("name_label", "a") + member("name_label", "<nil/>"):         {},
		member("resident_on", "x") + member("resident_on", ""):             {},
		member("VCPUs_max", "1") + member("VCPUs_max", "x"):                {"extra": `{"VCPUs_max":"x"}`},
		member("VCPUs_max", "x") + member("VCPUs_max", "1"):                {"VCPUs_max": "1"},
		member("tags", "<array><data/></array>") + member("tags", ""):      {},
		member("platform", "<struct/>") + member("platform", "<struct/>"):  {"platform": "{}"},
		member("VBDs", "<array><data/></array>") + member("VBDs", "x"):     {},
		member("VCPUs_max", "x") + "<!-- y -->" + member("VCPUs_max", "2"): {"VCPUs_max": "2"},
	} {
		rec, values := decoded(t, "VM", members)
		if diff := cmp.Diff(want, values); diff != "" {
			t.Errorf("%s: %s", members, diff)
		}
		if wantFaults := len(want["extra"]); (rec.Faults > 0) != (wantFaults > 0) {
			t.Errorf("%s: %d faults", members, rec.Faults)
		}
	}
	_, values := decoded(t, "VM", member("platform", "<struct>"+member("k", "1")+member("k", "2")+"</struct>"))
	var platform map[string]string
	if err := json.Unmarshal([]byte(values["platform"]), &platform); err != nil || platform["k"] != "2" {
		t.Errorf("platform %s, %v", values["platform"], err)
	}
}

func TestWhatPostgresCannotHoldIsReplacedAndCounted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		wire, want string
		replaced   int
	}{
		{"a\x00b", "a\uFFFDb", 1},
		{"a\xffb\xc3", "a\uFFFDb\uFFFD", 2},
		{"\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD", 3}, // a surrogate in UTF-8's clothes
		{"\xc0\x80", "\uFFFD\uFFFD", 2},           // NUL in Java's
		{"&#0;&#x0;&#xD800;&#57343;", "\uFFFD\uFFFD\uFFFD\uFFFD", 4},
		{"<![CDATA[\x00\xff&#0;]]>", "\uFFFD\uFFFD&#0;", 2},
		{"\uFFFD&#xFFFD;", "\uFFFD\uFFFD", 0}, // that is a character too
	} {
		rec, values := decoded(t, "VM", member("name_label", c.wire))
		if values["name_label"] != c.want || rec.Replaced != c.replaced {
			t.Errorf("%q: %q, %d replaced", c.wire, values["name_label"], rec.Replaced)
		}
		rec, values = decoded(t, "VM", member("platform", "<struct>"+member("\x00", c.wire)+"</struct>"))
		var m map[string]string
		if err := json.Unmarshal([]byte(values["platform"]), &m); err != nil || m["\uFFFD"] != c.want || rec.Replaced != c.replaced+1 {
			t.Errorf("%q in a map: %q, %d replaced, %v", c.wire, values["platform"], rec.Replaced, err)
		}
		_, values = decoded(t, "VM", member("tags", "<array><data><value>"+c.wire+"</value></data></array>"))
		if values["tags"] != `{"`+c.want+`"}` {
			t.Errorf("%q in a set: %q", c.wire, values["tags"])
		}
		_, values = decoded(t, "VM", member("\xff", c.wire))
		if values["extra"] != `{"`+"\uFFFD"+`":"`+c.want+`"}` {
			t.Errorf("%q in extra: %q", c.wire, values["extra"])
		}
	}
	if rec, _ := decoded(t, "VM", member("VCPUs_max", "1\x00")); rec.Faults != 1 || rec.Replaced != 1 {
		t.Errorf("in a number: %d faults, %d replaced", rec.Faults, rec.Replaced)
	}
}

func TestCredentialsAreMasked(t *testing.T) {
	t.Parallel()
	config := "<struct>" + member("server", "nfs") + member("chappassword", "hunter2") + member("Incoming_CHAPpassword", "hunter2") +
		member("cifspassword", "") + member("token", "<nil/>") + member("deep", "<struct>"+member("secret", "hunter2")+"</struct>") +
		member("api_key", "<struct>"+member("a", "hunter2")+"</struct>") + member("passwords", "<array><data><value>hunter2</value></data></array>") +
		member("password", "<!-- none -->") + "</struct>"
	want := `{"server":"nfs","chappassword":"***","Incoming_CHAPpassword":"***","cifspassword":"","token":null,"deep":{"secret":"***"},` +
		`"api_key":"***","passwords":"***","password":""}`

	_, values := decoded(t, "PBD", member("device_config", config))
	if values["device_config"] != want {
		t.Errorf("in a secret map:\n got %s\nwant %s", values["device_config"], want)
	}
	_, values = decoded(t, "PBD", member("brand_new", config)+member("wlb_password", "hunter2")+
		member("list", "<array><data><value>"+config+"</value></data></array>"))
	if values["extra"] != `{"brand_new":`+want+`,"wlb_password":"***","list":[`+want+`]}` {
		t.Errorf("in extra: %s", values["extra"])
	}
	_, values = decoded(t, "PBD", member("device_config", "<struct>"+member("options", "username=a,password=hunter2")+"</struct>")+member("odd", "//a:hunter2@b"))
	if values["device_config"] != `{"options":"username=a,password=***"}` || values["extra"] != `{"odd":"//a:***@b"}` {
		t.Errorf("within a value: %s, %s", values["device_config"], values["extra"])
	}
	_, values = decoded(t, "PBD", member("device_config", "password=hunter2"))
	if values["extra"] != `{"device_config":"***"}` {
		t.Errorf("a secret map that is a text: %s", values["extra"])
	}
	_, values = decoded(t, "VM", member("platform", "<struct>"+member("token", "no secret here")+"</struct>"))
	if values["platform"] != `{"token":"no secret here"}` {
		t.Errorf("a map that the model does not call secret: %s", values["platform"])
	}
}

func TestMirrorsAreSteppedOver(t *testing.T) {
	t.Parallel()
	rec, values := decoded(t, "VM", member("VBDs", "<array><data><value>OpaqueRef:a</value></data></array>")+member("uuid", "u"))
	if diff := cmp.Diff(map[string]string{"uuid": "u"}, values); diff != "" || rec.Faults != 0 {
		t.Errorf("%s, %d faults", diff, rec.Faults)
	}
}

func TestARecordCanBeDecodedTwice(t *testing.T) {
	t.Parallel()
	rec, first := decoded(t, "VM", member("VCPUs_max", "x")+member("name_label", "a\x00"))
	if err := Decode(rec); err != nil {
		t.Fatal(err)
	}
	label, _ := rec.Value(rec.Class.Field("name_label").Index)
	if string(label) != first["name_label"] || rec.Faults != 1 || rec.Replaced != 1 {
		t.Errorf("name_label %q, %d faults, %d replaced", label, rec.Faults, rec.Replaced)
	}
}

func TestBytesThatAreNoRecordAreAnError(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", "x", "<struct>", "<struct></struct>x", "<array><data/></array>", "<value/>", "</struct>", "<struct><member>", "<struct>" + member("a", "b")} {
		rec := &model.Record{Class: model.Lookup("VM"), Ref: []byte("OpaqueRef:1"), Raw: []byte(raw)}
		if err := Decode(rec); err == nil || !strings.HasPrefix(err.Error(), "decoding VM OpaqueRef:1: ") {
			t.Errorf("%q: %v", raw, err)
		}
		if refs := slices.Collect(Refs(rec, "a")); len(refs) > 0 {
			t.Errorf("%q: references %q", raw, refs)
		}
	}
}

func TestRefsAreTheMembersOfOneSet(t *testing.T) {
	t.Parallel()
	set := func(refs ...string) string {
		return "<array><data><value>" + strings.Join(refs, "</value><value>") + "</value></data></array>"
	}
	for members, want := range map[string][]string{
		member("resident_VMs", set("b", "a", "OpaqueRef:NULL", "", "a&amp;b")):                                    {"b", "a", "a&b"},
		member("resident_VMs", "<array><data/></array>"):                                                          nil,
		member("resident_VMs", "a"):                                                                               nil,
		member("resident_VMs", "<array><data/></array>") + member("resident_VMs", set("a")) + member("uuid", "x"): {"a"},
		member("other", set("a")):                                                                                 nil,
		"":                                                                                                        nil,
	} {
		rec := &model.Record{Class: model.Lookup("host"), Raw: []byte("<struct>" + members + "</struct>")}
		if diff := cmp.Diff(want, slices.Collect(Refs(rec, "resident_VMs"))); diff != "" {
			t.Errorf("%s: %s", members, diff)
		}
		for range Refs(rec, "resident_VMs") {
			break
		}
	}
}

func TestMapsAndExtraAreValidJSONWhateverStandsInThem(t *testing.T) {
	t.Parallel()
	for c := range 256 {
		text := fmt.Sprintf("a%cb", c)
		bytes := fmt.Sprintf("a%sb", string([]byte{byte(c)}))
		for _, s := range []string{text, bytes} {
			wire := strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(s)
			_, values := decoded(t, "VM", member("platform", "<struct>"+member("k"+wire, wire)+"</struct>")+member("new"+wire, wire))
			want := strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
			var platform, extra map[string]string
			if err := json.Unmarshal([]byte(values["platform"]), &platform); err != nil || platform["k"+want] != want {
				t.Errorf("%q: platform %s, %v", s, values["platform"], err)
			}
			if err := json.Unmarshal([]byte(values["extra"]), &extra); err != nil || extra["new"+want] != want {
				t.Errorf("%q: extra %s, %v", s, values["extra"], err)
			}
		}
	}
}
