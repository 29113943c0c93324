package xensim

import (
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What the tests need of a client: it knows nothing of the package under test.

// element is a piece of an answer.
type element struct {
	XMLName  xml.Name
	Text     string    `xml:",chardata"`
	Children []element `xml:",any"`
}

var nameElement = regexp.MustCompile(`(?s)<name>(.*?)</name>`)

// parse reads an answer. encoding/xml cannot read a name that nobody escaped; it is escaped here, so that what comes out is
// the name's bytes.
func parse(t *testing.T, body string) element {
	t.Helper()
	body = nameElement.ReplaceAllStringFunc(body, func(s string) string {
		var b strings.Builder
		xml.EscapeText(&b, []byte(nameElement.FindStringSubmatch(s)[1]))
		return "<name>" + b.String() + "</name>"
	})
	var e element
	if err := xml.Unmarshal([]byte(body), &e); err != nil {
		t.Fatalf("the answer is no XML: %v\n%.300s", err, body)
	}
	return e
}

// kind is the tag inside a <value>, or text.
func (e element) kind() string {
	if len(e.Children) == 0 {
		return "text"
	}
	return e.Children[0].XMLName.Local
}

// members are the pairs of a <value> with a struct, in order.
func (e element) members() (names []string, values []element) {
	for _, m := range e.Children[0].Children {
		names = append(names, m.Children[0].Text)
		values = append(values, m.Children[1])
	}
	return names, values
}

// elems are the values of a <value> with an array.
func (e element) elems() []element { return e.Children[0].Children[0].Children }

// records are the records of a get_all_records, by reference.
func records(t *testing.T, body string) (refs []string, values []element) {
	t.Helper()
	_, envelope := parse(t, body).Children[0].Children[0].Children[0].members()
	if envelope[0].Text != "Success" {
		t.Fatalf("no success: %.300s", body)
	}
	return envelope[1].members()
}

func request(method string, args ...string) string {
	var b strings.Builder
	b.WriteString("<?xml version='1.0'?><methodCall><methodName>" + method + "</methodName><params>")
	for _, arg := range args {
		b.WriteString("<param><value><string>")
		xml.EscapeText(&b, []byte(arg))
		b.WriteString("</string></value></param>")
	}
	b.WriteString("</params></methodCall>")
	return b.String()
}

// post sends a request in this process, without a network.
func post(t *testing.T, h http.Handler, body string) *http.Response {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/any/path", strings.NewReader(body)))
	return w.Result()
}

func call(t *testing.T, h http.Handler, method string, args ...string) string {
	t.Helper()
	body, err := io.ReadAll(post(t, h, request(method, args...)).Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

var aReference = regexp.MustCompile(`OpaqueRef:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

func login(t *testing.T, s *Sim) string {
	t.Helper()
	body := call(t, s, "session.login_with_password", s.o.User, s.o.Password)
	ref := aReference.FindString(body)
	if ref == "" {
		t.Fatalf("login: %s", body)
	}
	return ref
}

func newSim(t *testing.T, o Options) *Sim {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// shared is a folder of real data beside the repository; without it the test is skipped.
func shared(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("SKIPPED: the real data of %s is not beside this repository: %v", name, err)
	}
	return dir
}

func read(t *testing.T, elem ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(elem...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
