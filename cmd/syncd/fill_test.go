package main

import (
	"cmp"
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"syncd/configs"
	"syncd/internal/config"
)

// uncomment undoes what fill does to settings that are not ours.
func uncomment(text string) string {
	text = strings.TrimPrefix(text, header)
	return regexp.MustCompile(`(?m)^#([a-z]|  )`).ReplaceAllString(text, "$1")
}

func TestTheSampleFilledWithItsOwnSettingsIsTheSample(t *testing.T) {
	t.Parallel()
	s := settings{
		Database: "embedded", Name: "lab", URLs: []string{"https://xen1.example", "https://xen2.example"}, Username: "root",
		PasswordFile: "/run/secrets/lab", TLSMode: "verify",
	}
	if diff := gocmp.Diff(string(configs.Sample), uncomment(string(s.fill()))); diff != "" {
		t.Errorf("-sample +filled and uncommented:\n%s", diff)
	}
}

func TestWhatIsFilledInIsWhatIsLoaded(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	ca := filepath.Join(folder, "a [b], c.pem")
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	block := &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}
	if err := os.WriteFile(ca, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, s := range []settings{
		{Database: "embedded", Name: "lab", URLs: []string{"http://10.0.0.1:8080"}, Username: "root", PasswordEnv: "LAB_PASSWORD"},
		{Database: "postgres://syncd@db.example:5432/inventory?sslmode=require", Name: "1e3", URLs: []string{"https://[::1]:8443", "https://xen1"},
			Username: `DOM\user "#1": {x}`, PasswordFile: "/run/secrets/a b#c", TLSMode: "insecure"},
		{Database: "embedded", Name: "yes", URLs: []string{"https://xen1"}, Username: "- ü: ", PasswordFile: "/p", CAFile: ca},
		{Database: "embedded", Name: "pinned", URLs: []string{"https://xen1"}, Username: "root", PasswordFile: "/p", TLSMode: "pin",
			Pins: []string{strings.Repeat("0A:", 31) + "0A", strings.Repeat("FF:", 31) + "FF"}},
		{Database: "embedded", Name: "a, b", URLs: []string{"https://xen1"}, Username: "'@", PasswordEnv: "null"},
	} {
		text := s.fill()
		c, err := config.Draft(filepath.Join(folder, "syncd.yaml"), text)
		if err != nil {
			t.Errorf("%+v: %v\n%s", s, err, text)
			continue
		}
		p := c.Pools[0]
		got := settings{c.Database.URL.Reveal(), p.Name, p.URLs, p.Username, p.PasswordFile, p.PasswordEnv, s.TLSMode, p.TLS.CAFile, nil}
		for _, pin := range pins(p.TLS) {
			got.Pins = append(got.Pins, pin.String())
		}
		if diff := gocmp.Diff(s, got); diff != "" {
			t.Errorf("-filled in +loaded:\n%s", diff)
		}
		if want := cmp.Or(s.TLSMode, "verify"); p.TLS.Mode != want {
			t.Errorf("%s: mode %s, want %s", s.Name, p.TLS.Mode, want)
		}
		if c.Database.Listen != "" || c.HTTP.Listen != "" {
			t.Errorf("%s: what was not chosen is in force: %+v", s.Name, c)
		}
	}
}
