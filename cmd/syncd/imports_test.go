package main

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// rooms says which of our packages each of ours may import, and which library is its own. A package that is not here
// has no place in the house yet.
var rooms = map[string]struct{ ours, libraries string }{
	"cmd/xensim":         {"internal/xensim", "github.com/alecthomas/kong"},
	"internal/config":    {"internal/model internal/schedule", "github.com/goccy/go-yaml github.com/invopop/jsonschema github.com/santhosh-tekuri/jsonschema/v6"},
	"internal/schedule":  {"", "github.com/robfig/cron/v3"},
	"internal/model":     {"", ""},
	"internal/xenapi":    {"internal/model", "github.com/kolo/xmlrpc"},
	"internal/collector": {"internal/model internal/xenapi", ""},
	"internal/ledger":    {"", ""},
	"internal/store":     {"internal/model migrations", "github.com/jackc/pgx/v5 github.com/pressly/goose/v3"},
	"internal/xensim":    {"internal/model", ""},
	"internal/pgembed":   {"", "github.com/jackc/pgx/v5 golang.org/x/sys"},
	"internal/pgtest":    {"internal/store internal/pgembed", "github.com/jackc/pgx/v5"},
	"internal/torture":   {"", ""}, // tests only: of all of them
	"bench":              {"internal/collector internal/model internal/pgembed internal/store internal/xenapi internal/xensim", "github.com/jackc/pgx/v5 github.com/kolo/xmlrpc"},
	"migrations":         {"", ""},
	"configs":            {"", ""},
}

func TestEveryPackageImportsOnlyWhatItsRoomAllows(t *testing.T) {
	t.Parallel()
	list := exec.Command("go", "list", "-json=ImportPath,Imports", "syncd/...")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for packages := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := packages.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(p.ImportPath, "syncd/")
		seen[name] = true
		if name == "cmd/syncd" {
			continue // the only place that knows everyone
		}
		room, ok := rooms[name]
		if !ok {
			t.Errorf("%s has no room: say what it may import", name)
		}
		for _, path := range p.Imports {
			ours, isOurs := strings.CutPrefix(path, "syncd/")
			switch {
			case isOurs && !slices.Contains(strings.Fields(room.ours), ours):
				t.Errorf("%s imports %s: an arrow that the house does not have", name, ours)
			case !isOurs && strings.Contains(path, ".") && !isOf(path, strings.Fields(room.libraries)):
				t.Errorf("%s imports %s, which is another room's library", name, path)
			}
		}
	}
	for name := range rooms {
		if !seen[name] {
			t.Errorf("%s is gone: take it out of the rooms", name)
		}
	}
}

// isOf tells whether a package belongs to one of the modules.
func isOf(path string, modules []string) bool {
	return slices.ContainsFunc(modules, func(m string) bool { return path == m || strings.HasPrefix(path, m+"/") })
}
