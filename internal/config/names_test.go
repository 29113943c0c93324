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
