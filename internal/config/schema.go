package config

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// The structs of config.go and their comments as a JSON Schema; a test holds them equal.
//
//go:generate go test -run TestTheSchemaIsWhatTheStructsSay -update
//go:embed schema.json
var schemaJSON []byte

// Schema is the JSON Schema (draft 2020-12) of the configuration, for editors: descriptions, defaults and examples
// included.
func Schema() []byte { return bytes.Clone(schemaJSON) }

const schemaName = "schema.json"

// compiler holds the schema with its formats. A fault names the part of the schema that it is about; compiling that
// part again is a look-up.
var compiler = sync.OnceValue(func() *jsonschema.Compiler {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for name, check := range formats {
		c.RegisterFormat(&jsonschema.Format{Name: name, Validate: func(v any) error {
			if s, ok := v.(string); ok {
				return check(s)
			}
			return nil // another type is another fault
		}})
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaJSON))
	if err == nil {
		err = c.AddResource(schemaName, doc)
	}
	if err != nil {
		panic(err) // schema.json is part of the program
	}
	return c
})

var compile sync.Mutex // a Compiler is for one goroutine at a time

// validate holds the document against the schema.
func (d *document) validate() {
	compile.Lock()
	defer compile.Unlock()
	err, ok := compiler().MustCompile(schemaName).Validate(d.root).(*jsonschema.ValidationError)
	if ok {
		d.invalid(err)
	}
}

// invalid walks to the leaves of a validation error and tells each as a fault.
func (d *document) invalid(e *jsonschema.ValidationError) {
	path := strings.Join(e.InstanceLocation, "/")
	switch k := e.ErrorKind.(type) {
	case *kind.Type:
		d.breaks(path, "%s", wrongType(k))
	case *kind.Format:
		d.breaks(path, "%v", k.Err)
	case *kind.Enum:
		d.breaks(path, "%q is not known, write one of %s", k.Got, strings.Trim(fmt.Sprintf("%q", k.Want), "[]"))
	case *kind.MinLength, *kind.MinItems:
		d.breaks(path, "is empty, give it a value")
	case *kind.Minimum:
		d.breaks(path, "%s is too small, write %s or more", decimal(k.Got), decimal(k.Want))
	case *kind.Maximum:
		d.breaks(path, "%s is too large, write %s or less", decimal(k.Got), decimal(k.Want))
	case *kind.UniqueItems:
		first, second := join(path, k.Duplicates[0]), join(path, k.Duplicates[1])
		d.fault(second, "is the same as %s, remove one", dotted(first))
	case *kind.Required:
		for _, key := range k.Missing {
			d.fault(path, "lacks %s, add it", key)
		}
	case *kind.OneOf: // the only one is a pool's password
		if len(k.Subschemas) > 1 {
			d.fault(path, "has both password_file and password_env, remove one")
		} else {
			d.fault(path, "has neither password_file nor password_env, add one of them")
		}
	case *kind.AdditionalProperties:
		known := slices.Collect(maps.Keys(compiler().MustCompile(e.SchemaURL).Properties))
		for _, key := range k.Properties {
			below := join(path, key)
			d.add(d.keys[below], below, "unknown key %s, %s", dotted(below), suggest(key, known))
		}
	default:
		if len(e.Causes) == 0 {
			d.fault(path, "%s", fmt.Sprint(e))
		}
		for _, cause := range e.Causes {
			d.invalid(cause)
		}
	}
}

func decimal(r *big.Rat) string {
	f, _ := r.Float64()
	return strconv.FormatFloat(f, 'g', -1, 64)
}

var typeNames = map[string]string{
	"object": "keys with values", "array": "a list", "string": "text", "number": "a number", "integer": "a whole number",
	"boolean": "true or false", "null": "nothing",
}

func wrongType(k *kind.Type) string {
	if k.Got == "null" {
		return "is empty, give it a value or remove it"
	}
	want := k.Want[0]
	remedy := map[string]string{
		"object": "write its keys below it", "array": "write a list such as [first, second]",
		"string": "write text, in quotes where it looks like something else", "number": "write a number without quotes",
		"integer": "write a whole number without quotes", "boolean": "write true or false without quotes",
	}[want]
	return fmt.Sprintf("is %s where %s is wanted, %s", typeNames[k.Got], typeNames[want], remedy)
}
