package config

import (
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/invopop/jsonschema"

	"syncd/internal/schedule"
)

var update = flag.Bool("update", false, "write schema.json anew")

// reflectSchema makes the schema of Config; a field's comment is its description.
func reflectSchema(t *testing.T) []byte {
	texts := map[reflect.Type]string{
		reflect.TypeFor[Duration]():          "go-duration",
		reflect.TypeFor[Size]():              "byte-size",
		reflect.TypeFor[schedule.Schedule](): "cron",
		reflect.TypeFor[Fingerprint]():       "sha256",
		reflect.TypeFor[ClassName]():         "class",
	}
	r := jsonschema.Reflector{
		Anonymous:                  true,
		ExpandedStruct:             true,
		RequiredFromJSONSchemaTags: true,
		Mapper: func(typ reflect.Type) *jsonschema.Schema {
			format, ok := texts[typ]
			if !ok {
				return nil
			}
			s := &jsonschema.Schema{Type: "string", Format: format}
			if format == "class" { // editors complete from examples
				for _, name := range excludable() {
					s.Examples = append(s.Examples, name)
				}
			}
			return s
		},
	}
	if err := r.AddGoComments("syncd/internal/config", "."); err != nil {
		t.Fatal(err)
	}
	for name, comment := range r.CommentMap {
		r.CommentMap[name] = strings.Join(strings.Fields(comment), " ")
	}
	s := r.Reflect(Config{})
	s.Title = "syncd.yaml"
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

func TestTheSchemaIsWhatTheStructsSay(t *testing.T) {
	t.Parallel()
	want := reflectSchema(t)
	if *update {
		if err := os.WriteFile("schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(want), string(Schema())); diff != "" {
		t.Errorf("schema.json is not what the structs say, run go generate (-structs +file):\n%s", diff)
	}
}
