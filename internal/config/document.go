package config

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// document is a parsed file: plain values (map[string]any, []any, string, bool, nil and numbers) under root, and
// where each of them stands. A path joins keys and indices with slashes: pools/0/name; the root's is empty.
type document struct {
	file   string
	root   any
	keys   map[string]place             // where the key of a path stands
	values map[string]place             // where its value stands
	vars   map[string]map[string]string // the environment variables in the value of a path

	faults []fault
	broken map[string]bool // paths whose value cannot be used: their fault has been told

	draft bool // passwords may be missing
}

type place struct{ line, column int }

// largest is more than any configuration needs, and less than the parser needs to run out of stack.
const largest = 1 << 20

// parse makes a document of a file's bytes. Where the bytes are no YAML, root is nil and the one fault says why.
func parse(file string, data []byte) *document {
	d := &document{
		file: file, keys: map[string]place{}, values: map[string]place{"": {1, 1}},
		vars: map[string]map[string]string{}, broken: map[string]bool{},
	}
	data = bytes.TrimPrefix(data, byteOrderMark)
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")) // the parser counts a line of comment twice
	if len(data) > largest {
		d.add(place{1, 1}, "", "has %d bytes, more than the %d that are read, check that it is the configuration", len(data), largest)
		return d
	}
	if at, bad := invalidUTF8(data); bad {
		d.add(at, "", "is not UTF-8 here, save the file as UTF-8")
		return d
	}
	parsed, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		d.syntax(data, err)
		return d
	}
	if len(parsed.Docs) > 1 {
		at := place{1, 1}
		if start := parsed.Docs[1].Start; start != nil {
			at = placeOf(start.Position.Line, start.Position.Column)
		}
		d.add(at, "", "a second YAML document begins here, keep one and remove the --- or the %% line")
		return d
	}
	if len(parsed.Docs) == 0 || parsed.Docs[0].Body == nil {
		d.add(place{1, 1}, "", "is empty, write at least database and pools (syncd config schema describes every key)")
		return d
	}
	d.root = d.value("", parsed.Docs[0].Body)
	return d
}

func invalidUTF8(data []byte) (place, bool) {
	at := place{1, 1}
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && size == 1:
			return at, true
		case r == '\n':
			at = place{at.line + 1, 1}
		default:
			at.column++
		}
		data = data[size:]
	}
	return at, false
}

// syntax says what the parser said, without the excerpt of the file that comes with it: it may hold a credential.
func (d *document) syntax(data []byte, err error) {
	at, what := place{1, 1}, "cannot be parsed"
	if err, ok := errors.AsType[yaml.Error](err); ok {
		what = err.GetMessage()
		if t := err.GetToken(); t != nil && t.Position != nil {
			at = placeOf(t.Position.Line, t.Position.Column)
		}
	}
	remedy := "check the indentation, the quotes and the brackets here"
	lines := bytes.Split(data, []byte("\n"))
	switch line := lines[min(at.line, len(lines))-1]; {
	case bytes.Contains(line, []byte("\t")):
		remedy = "indent with spaces, not with tabs"
	case bytes.Contains(line, []byte(": *")):
		remedy = "put a value that begins with * in quotes"
	}
	d.add(at, "", "is not YAML: %s, %s", strings.NewReplacer("\n", " ", "\t", `\t`).Replace(what), remedy)
}

// value turns a node into plain values and notes where they stand.
func (d *document) value(path string, node ast.Node) any {
	if node == nil {
		return nil
	}
	at := node.GetToken().Position
	d.values[path] = placeOf(at.Line, at.Column)
	switch n := node.(type) {
	case *ast.AnchorNode, *ast.AliasNode:
		d.breaks(path, "YAML anchors (&) and aliases (*) are not read here, write the value out, in quotes where it begins with one of them")
	case *ast.TagNode:
		d.breaks(path, "YAML tags (!) are not read here, remove it, or put a value that begins with it in quotes")
	case *ast.MappingNode:
		return d.mapping(path, n)
	case *ast.SequenceNode:
		list := make([]any, len(n.Values))
		for i, v := range n.Values {
			list[i] = d.value(join(path, i), whole(v))
		}
		return list
	case *ast.StringNode:
		return d.expand(path, n.Value)
	case *ast.LiteralNode:
		return d.expand(path, n.Value.Value)
	case *ast.IntegerNode:
		return n.Value
	case *ast.FloatNode:
		return n.Value
	case *ast.BoolNode:
		return n.Value
	case *ast.NullNode:
	default: // infinity and NaN among them
		d.breaks(path, "cannot be used as a value, write text or a number")
	}
	return nil
}

func (d *document) mapping(path string, n *ast.MappingNode) any {
	values := map[string]any{}
	for i, kv := range n.Values {
		token := kv.Key.GetToken()
		key, at := token.Value, placeOf(token.Position.Line, token.Position.Column)
		if i == 0 && !n.IsFlowStyle { // the node's own token is the first colon
			d.values[path] = at
		}
		below := join(path, key)
		if _, ok := values[key]; ok {
			d.add(at, path, "%s stands twice, first in line %d, remove one", dotted(below), d.keys[below].line)
			continue
		}
		d.keys[below] = at
		values[key] = d.value(below, kv.Value)
	}
	return values
}

// whole undoes a mistake of the parser: in {urls: [http://xen1:8080], sha256: [12:AB]} it makes a mapping of each
// list's item, though no blank follows the colon.
func whole(item ast.Node) ast.Node {
	n, ok := item.(*ast.MappingNode)
	if !ok || n.IsFlowStyle || len(n.Values) != 1 {
		return item
	}
	key, plain := n.Values[0].Key.(ast.ScalarNode)
	value, scalar := n.Values[0].Value.(ast.ScalarNode)
	if !plain || !scalar || value.Type() == ast.NullType {
		return item
	}
	colon, rest := n.Values[0].Start, value.GetToken()
	if rest.Position.Line != colon.Position.Line || rest.Position.Column != colon.Position.Column+1 {
		return item
	}
	return &ast.StringNode{BaseNode: &ast.BaseNode{}, Token: key.GetToken(), Value: key.GetToken().Value + ":" + rest.Value}
}

func placeOf(line, column int) place { return place{max(line, 1), max(column, 1)} }

func join(path string, below any) string {
	if path == "" {
		return fmt.Sprint(below)
	}
	return fmt.Sprintf("%s/%v", path, below)
}
