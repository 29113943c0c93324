package xenapi

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"syncd/internal/model"

	"github.com/google/go-cmp/cmp"
)

// recorded is where the answers of a real xapi lie; each file is one body.
const recorded = "../../../shared/xapi-recorded"

func recordedAnswers(t *testing.T) map[string][]byte {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(recorded, "*.xml"))
	if len(files) == 0 {
		t.Skipf("NOT TESTED: the recorded answers of a real xapi are missing, %s/*.xml", recorded)
	}
	answers := map[string][]byte{}
	for _, file := range files {
		answer, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		answers[strings.TrimSuffix(filepath.Base(file), ".xml")] = answer
	}
	return answers
}

// escaped is an answer with what xapi sends as it is, and encoding/xml would refuse or change: a key of a map with
// markup in it, and carriage returns in strings.
func escaped(answer []byte) []byte {
	return []byte(strings.NewReplacer(`<name>R&D <key> "q"</name>`, `<name>R&amp;D &lt;key&gt; "q"</name>`, "\r", "&#13;").Replace(string(answer)))
}

func TestEveryRecordedRecordDecodesToWhatItSays(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for name, answer := range recordedAnswers(t) {
		class, ok := classOf(name)
		if !ok {
			continue
		}
		want, err := oracleRecords(escaped(answer))
		if err != nil {
			if _, isFailure := oracleFailure(answer); !isFailure {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		n := 0
		for rec, err := range newDecoder(bytes.NewReader(answer), class, defaultLimits).records() {
			if err == nil {
				err = Decode(rec)
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if n < len(want) {
				checkRecord(t, rec, want[n])
			}
			if rec.Faults+rec.Replaced > 0 {
				t.Errorf("%s %s: %d faults, %d replaced", name, rec.Ref, rec.Faults, rec.Replaced)
			}
			if text, ok := rec.Value(class.Extra()); ok {
				t.Errorf("%s %s: the model lacks %s", name, rec.Ref, text)
			}
			n++
		}
		if n != len(want) {
			t.Errorf("%s: %d records, want %d", name, n, len(want))
		}
		seen[class.Name] += n
	}
	// The recorded pool has neither graphics cards nor clusters.
	for _, class := range append([]string{"PIF_metrics", "VLAN", "host_cpu", "Certificate", "VM_appliance"}, strings.Fields(
		"pool host host_metrics SR PBD network PIF VM VM_metrics VM_guest_metrics VIF VDI VBD")...) {
		if seen[class] == 0 {
			t.Errorf("no record of %s was recorded", class)
		}
	}
}

// classOf is the mirrored class that an answer holds records of.
func classOf(name string) (*model.Class, bool) {
	if strings.Contains(name, ".get_all_records") {
		for _, class := range model.Classes {
			if slices.Contains(strings.Split(name, "."), class.Name) {
				return class, true
			}
		}
	}
	class := map[string]*model.Class{"gzip_asked": model.Lookup("pool"), "json_path_with_xml_body": model.Lookup("pool")}[name]
	return class, class != nil
}

// oracleFailure is the ErrorDescription of an answer that is a failure.
func oracleFailure(answer []byte) (description []string, ok bool) {
	value, err := oracleValue(answer)
	members, _ := plainValue(value, false).(map[string]any)
	if err != nil || members["Status"] != "Failure" {
		return nil, false
	}
	for _, s := range members["ErrorDescription"].([]any) {
		description = append(description, s.(string))
	}
	return description, true
}

func TestEveryRecordedAnswerIsReadAsItIs(t *testing.T) {
	t.Parallel()
	successes, failures, pages := 0, 0, 0
	for name, answer := range recordedAnswers(t) {
		got, err := valueOf(t, newDecoder(bytes.NewReader(answer), nil, defaultLimits))
		description, isFailure := oracleFailure(answer)
		switch {
		case bytes.HasPrefix(answer, []byte("<html>")):
			pages++
			page, ok := errors.AsType[*NotXMLRPC](err)
			if !ok || !strings.HasPrefix(page.Head, "<html><body><h1>HTTP 500 internal server error</h1>") {
				t.Errorf("%s: a page is %v", name, err)
			}
		case isFailure:
			failures++
			want := &Error{Code: description[0], Params: description[1:]}
			if diff := cmp.Diff(error(want), err); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		case name == "system.listMethods": // a bare array
			if _, ok := errors.AsType[*SyntaxError](err); !ok || !strings.Contains(err.Error(), "Status") {
				t.Errorf("%s: %v", name, err)
			}
			w := window{buf: answer, limits: defaultLimits, pos: bytes.Index(answer, []byte("<value>"))}
			want, err := oracleValue(answer)
			if diff := cmp.Diff(plainValue(want, false), rawValue(t, &w)); diff != "" || err != nil {
				t.Errorf("%s: %s, %v", name, diff, err)
			}
		default:
			successes++
			want, oracleErr := oracleSuccess(escaped(answer))
			if err != nil || oracleErr != nil {
				t.Errorf("%s: %v; the oracle: %v", name, err, oracleErr)
			}
			if diff := cmp.Diff(plainValue(want, false), got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
			if s, isText := want.(string); isText {
				text, err := newDecoder(bytes.NewReader(answer), nil, defaultLimits).text()
				if text != s || err != nil {
					t.Errorf("%s: the text %q, %v", name, text, err)
				}
			}
		}
	}
	if successes < 50 || failures < 30 || pages < 5 {
		t.Errorf("%d successes, %d failures, %d pages: some are missing", successes, failures, pages)
	}
}

func TestTheRecordedWartsKeepTheirKeys(t *testing.T) {
	t.Parallel()
	answers := recordedAnswers(t)
	for name, want := range map[string]struct{ key, value string }{
		"wart.unescaped_map_key.VM.get_other_config": {`R&D <key> "q"`, "v & <v>"},
		"wart.entity_in_map_key.VM.get_other_config": {"a < b", "entity key"},
	} {
		got, err := valueOf(t, newDecoder(bytes.NewReader(answers[name]), nil, defaultLimits))
		if m, _ := got.(map[string]any); err != nil || m[want.key] != want.value {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	class, found := model.Lookup("VM"), false
	for rec, err := range newDecoder(bytes.NewReader(answers["wart.unescaped_map_key.VM.get_all_records"]), class, defaultLimits).records() {
		if err == nil {
			err = Decode(rec)
		}
		if err != nil {
			t.Fatal(err)
		}
		config, _ := rec.Value(class.Field("other_config").Index)
		m, _ := unmarshal(t, config).(map[string]any)
		found = found || m[`R&D <key> "q"`] == "v & <v>"
	}
	if !found {
		t.Error("no VM has the unescaped key")
	}
}
