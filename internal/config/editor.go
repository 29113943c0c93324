package config

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
)

var byteOrderMark = []byte("\ufeff")

// editor changes a text, whose lines end in \n, at places that the parser tells.
type editor struct {
	text  []byte
	lines []int // where each begins
	edits []edit
}

// edit puts a text in the place of some bytes, perhaps none.
type edit struct {
	from, to int
	text     string
}

func newEditor(text []byte) *editor {
	e := &editor{text: text, lines: []int{0}}
	if bytes.HasPrefix(text, byteOrderMark) {
		e.lines[0] = len(byteOrderMark)
	}
	for i, c := range text {
		if c == '\n' {
			e.lines = append(e.lines, i+1)
		}
	}
	return e
}

// block is lines that begin at a column, each behind an end of line.
func block(column int, lines []string) string {
	indent := "\n" + strings.Repeat(" ", column-1)
	return indent + strings.Join(lines, indent)
}

func (e *editor) insert(at int, text string) { e.edits = append(e.edits, edit{at, at, text}) }

// offset is where a line and a column, in characters, are in the text.
func (e *editor) offset(line, column int) int {
	at := e.lines[line-1]
	for n, i := 1, 0; ; n++ {
		if n == column {
			return at + i
		}
		_, size := utf8.DecodeRune(e.text[at+i:])
		if i += size; size == 0 {
			return at + i
		}
	}
}

// end is where a line ends.
func (e *editor) end(line int) int {
	if line < len(e.lines) {
		return e.lines[line] - 1
	}
	return len(e.text)
}

// apply makes the edits, those of one place in their order.
func (e *editor) apply() ([]byte, error) {
	slices.SortStableFunc(e.edits, func(a, b edit) int { return a.from - b.from })
	var out []byte
	done := 0
	for _, edit := range e.edits {
		if edit.from < done || edit.to > len(e.text) {
			return nil, ErrByHand
		}
		out = append(append(out, e.text[done:edit.from]...), edit.text...)
		done = edit.to
	}
	return append(out, e.text[done:]...), nil
}

// child is the value of a key; nil where there is none.
func child(node ast.Node, key string) ast.Node {
	if m, ok := node.(*ast.MappingNode); ok && m != nil {
		if kv := pair(m, key); kv != nil {
			return kv.Value
		}
	}
	return nil
}

func pair(m *ast.MappingNode, key string) *ast.MappingValueNode {
	for _, kv := range m.Values {
		if kv.Key.GetToken().Value == key {
			return kv
		}
	}
	return nil
}
