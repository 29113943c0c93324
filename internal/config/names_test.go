package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"syncd/internal/config"
)

func TestThePoolNamesOfAFileAreFoundWhateverElseIsWrongWithIt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"pools: [{name: lab}, {name: east side, urls: nonsense}, {urls: []}, 5, {name: 6}]": {"lab", "east side"},
		"pools:\n- name: lab\n  password_env: NOT_SET_ANYWHERE\nunknown: key":               {"lab"},
		"pools: {name: lab}": nil,
		"pools":              nil,
		"{":                  nil,
		"":                   nil,
	} {
		path := filepath.Join(t.TempDir(), "syncd.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := config.PoolNames(path); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := config.PoolNames(filepath.Join(t.TempDir(), "absent.yaml")); got != nil {
		t.Errorf("a file that is not there: %q", got)
	}
}

func TestADraftNeedsNoPasswordYetAndReadsOneThatIsThere(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "there"), []byte("hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "syncd.yaml")
	for source, want := range map[string]string{"password_file: there": "hunter2", "password_file: absent": "", "password_env: NOT_SET_ANYWHERE": ""} {
		text := "pools:\n- name: lab\n  urls: [https://xen1]\n  username: root\n  " + source + "\n"
		c, err := config.Draft(path, []byte(text))
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got := c.Pools[0].Password.Reveal(); got != want {
			t.Errorf("%s: password %q, want %q", source, got, want)
		}
	}
	if _, err := config.Draft(path, []byte("pools:\n- {name: lab, user: root, password_file: absent}")); err == nil {
		t.Error("a draft with an unknown key is taken")
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a draft was written")
	}
}
