package xensim

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/model"
)

// The session and the password of the recordings.
const (
	recordedSession  = "OpaqueRef:49e031c1-e2e0-d0a8-3679-38fd729ad37e"
	readOnlySession  = "OpaqueRef:ea76a0ef-e3f7-f1c7-e559-2ad2278eb2a6"
	slaveSession     = "OpaqueRef:1ce3161d-b179-f75d-2e77-da7bb91c22a5"
	recordedPassword = "xapi-pass"
)

// newerThanRecorded are the releases that came after the recorded xapi, 24.19.2.
func newerThanRecorded(since string) bool {
	year, rest, ok := strings.Cut(since, ".")
	minor, _, _ := strings.Cut(rest, ".")
	y, err := strconv.Atoi(year)
	m, _ := strconv.Atoi(minor)
	return ok && err == nil && (y > 24 && y < 1000 || y == 24 && m > 19)
}

func TestRecordsHaveTheFieldsTheOrderAndTheFormOfARealXapi(t *testing.T) {
	t.Parallel()
	dir := shared(t, "xapi-recorded")
	s := newSim(t, Options{Password: recordedPassword})
	session := login(t, s)
	for _, class := range model.Classes {
		t.Run(class.Name, func(t *testing.T) {
			body, err := os.ReadFile(filepath.Join(dir, class.Name+".get_all_records.xml"))
			recorded := string(body)
			if err != nil || !strings.Contains(recorded, "OpaqueRef:") {
				t.Skip("no object of the class was recorded")
			}
			ours := call(t, s, class.Name+".get_all_records", session)
			if a, b := ours[:strings.Index(ours, "OpaqueRef:")], recorded[:strings.Index(recorded, "OpaqueRef:")]; a != b {
				t.Errorf("the answer begins with\n%s, not with\n%s", a, b)
			}
			end := recorded[strings.LastIndex(recorded, "</member></struct></value></member></struct></value></member>"):]
			if !strings.HasSuffix(ours, end) {
				t.Errorf("the answer ends with\n%s, not with\n%s", ours[len(ours)-len(end):], end)
			}
			names, forms := formOf(t, ours)
			recordedNames, recordedForms := formOf(t, recorded)
			names = slices.DeleteFunc(names, func(name string) bool {
				return newerThanRecorded(class.Field(name).Since) && !slices.Contains(recordedNames, name)
			})
			if diff := cmp.Diff(recordedNames, names); diff != "" {
				t.Errorf("fields (-recorded +ours):\n%s", diff)
			}
			for name, form := range recordedForms {
				if forms[name] != form {
					t.Errorf("%s is sent as %s, not as %s", name, forms[name], form)
				}
			}
		})
	}
}

// formOf is the fields of the first record in order, and how the values of each are written.
func formOf(t *testing.T, body string) (names []string, forms map[string]string) {
	forms = map[string]string{}
	_, values := records(t, body)
	for i, record := range values {
		fields, values := record.members()
		if i == 0 {
			names = fields
		}
		for j, name := range fields {
			forms[name] = values[j].kind()
		}
	}
	return names, forms
}

func TestErrorsAreThoseOfARealXapiByteForByte(t *testing.T) {
	t.Parallel()
	dir := shared(t, "xapi-recorded")
	admin := newSim(t, Options{Password: recordedPassword})
	readOnly := newSim(t, Options{Password: recordedPassword, Role: "read-only"})
	sessions := strings.NewReplacer(recordedSession, login(t, admin), readOnlySession, login(t, readOnly), slaveSession, login(t, admin))
	for name, handler := range map[string]http.Handler{
		"err.*":                                         admin,
		"session.login_with_password.bad":               admin,
		"session.login_with_password.baduser":           admin,
		"V*.get_all_records":                            admin, // those that xapi removed; the others are no errors
		"rbac.read-only.METHOD_UNKNOWN.class":           readOnly,
		"rbac.read-only.session.get_all_records_denied": readOnly,
		"rbac.read-only.secret.get_all_records":         readOnly,
		"slave.session.*":                               admin.Member("127.0.0.1"),
		"slave.no_such_method":                          admin.Member("127.0.0.1"),
		"slave.VM.*":                                    admin.Member("10.0.0.11"),
	} {
		files, err := filepath.Glob(filepath.Join(dir, name+".req"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no recording: %v", name, err)
		}
		for _, file := range files {
			base := strings.TrimSuffix(file, ".req")
			want := read(t, base+".xml")
			switch name := filepath.Base(base); {
			case strings.HasPrefix(name, "err.param_type"): // of setters, which a simulator for readers has not
				continue
			case strings.HasPrefix(name, "err.SESSION_INVALID"): // its session was dead when it was recorded
				compareAnswer(t, handler, base, read(t, base+".req"), want)
			case !strings.Contains(want, "<value>Success</value>"):
				compareAnswer(t, handler, base, sessions.Replace(read(t, base+".req")), sessions.Replace(want))
			}
		}
	}
}

// compareAnswer holds body, status and fields of the head against what was recorded.
func compareAnswer(t *testing.T, h http.Handler, base, request, want string) {
	t.Helper()
	resp := post(t, h, request)
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(body)); diff != "" {
		t.Errorf("%s (-recorded +ours):\n%s", filepath.Base(base), diff)
	}
	head := filepath.Base(base) + ".head"
	if strings.HasPrefix(head, "rbac.") {
		return // some were recorded without
	}
	lines := strings.Split(strings.TrimSpace(read(t, base+".head")), "\n")
	recorded, ours := []string{strings.Fields(lines[0])[1]}, []string{strconv.Itoa(resp.StatusCode)}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if !strings.EqualFold(name, "content-length") { // a reference of another length changes it
			recorded = append(recorded, strings.ToLower(name)+": "+value)
		}
	}
	for name, values := range resp.Header {
		if len(values) > 0 && name != "Content-Length" {
			ours = append(ours, strings.ToLower(name)+": "+values[0])
		}
	}
	slices.Sort(recorded[1:])
	slices.Sort(ours[1:])
	if diff := cmp.Diff(recorded, ours); diff != "" {
		t.Errorf("%s (-recorded +ours):\n%s", head, diff)
	}
	if n := resp.Header.Get("Content-Length"); n != strconv.Itoa(len(body)) {
		t.Errorf("%s: content-length %s of %d bytes", head, n, len(body))
	}
}

func TestSuccessesWithoutRecordsAreThoseOfARealXapi(t *testing.T) {
	t.Parallel()
	dir := shared(t, "xapi-recorded")
	s := newSim(t, Options{Password: recordedPassword})
	compare := func(name string) {
		t.Helper()
		request := strings.ReplaceAll(read(t, dir, name+".req"), recordedSession, login(t, s))
		body, err := io.ReadAll(post(t, s, request).Body)
		if err != nil {
			t.Fatal(err)
		}
		want := aReference.ReplaceAllString(read(t, dir, name+".xml"), "REF")
		if got := aReference.ReplaceAllString(string(body), "REF"); got != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, want)
		}
	}
	compare("session.login_with_password")
	compare("session.login_with_password.2params")
	compare("session.logout")
	empty := 0
	s.mu.Lock()
	classes := slices.Clone(otherClasses)
	for _, class := range model.Classes {
		if table := s.inv.tables[class.Name]; class.Name != "pool" {
			classes, table.rows, table.byRef = append(classes, class.Name), nil, map[string]*object{}
		}
	}
	s.mu.Unlock()
	for _, class := range classes {
		body, err := os.ReadFile(filepath.Join(dir, class+".get_all_records.xml"))
		if err == nil && strings.Contains(string(body), "<name>Value</name><value><struct></struct></value>") {
			compare(class + ".get_all_records")
			empty++
		}
	}
	if empty < 20 {
		t.Errorf("only %d classes were recorded empty", empty)
	}
	begin, _, _ := strings.Cut(read(t, dir, "system.listMethods.xml"), "session.")
	if body := call(t, s, "system.listMethods"); !strings.HasPrefix(body, begin) {
		t.Errorf("system.listMethods begins otherwise: %.150s", body)
	}
}
