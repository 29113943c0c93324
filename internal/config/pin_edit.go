package config

import (
	"bytes"
	"fmt"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// pin edits the tls of a pool, in the smallest way that its shape allows.
func (e *editor) pin(pool int, pins []Pinned, legacy bool) ([]byte, error) {
	parsed, err := parser.ParseBytes(bytes.TrimPrefix(e.text, byteOrderMark), 0)
	if err != nil {
		return nil, ErrByHand
	}
	pools, _ := child(parsed.Docs[0].Body, "pools").(*ast.SequenceNode)
	if pools == nil {
		return nil, ErrByHand
	}
	entry, _ := pools.Values[pool].(*ast.MappingNode)
	tls, given := child(entry, "tls").(*ast.MappingNode)
	switch {
	case entry == nil:
		return nil, ErrByHand
	case !given && entry.IsFlowStyle:
		e.insert(e.offset(entry.End.Position.Line, entry.End.Position.Column), ", tls: "+flow(pins, legacy))
	case !given:
		e.afterAccount(entry, PinLines(pins, legacy))
	case child(tls, "sha256") != nil:
		e.addTo(tls, pins, legacy)
	case tls.IsFlowStyle:
		return e.replaceFlow(entry, tls, pins, legacy)
	default:
		e.fillBlock(tls, pins, legacy)
	}
	return e.apply()
}

// afterAccount adds lines to a pool behind the line of the account, which is a short one.
func (e *editor) afterAccount(entry *ast.MappingNode, lines []string) {
	for _, key := range []string{"password_file", "password_env"} {
		if kv := pair(entry, key); kv != nil {
			at := kv.Key.GetToken().Position
			e.insert(e.end(at.Line), block(at.Column, lines))
			return
		}
	}
}

// addTo adds pins to a list, and legacy where it lacks. A list in brackets over several lines may hold comments: it is
// left alone, and Pin sees that pins are missing.
func (e *editor) addTo(tls *ast.MappingNode, pins []Pinned, legacy bool) {
	list, ok := child(tls, "sha256").(*ast.SequenceNode)
	switch {
	case !ok || len(list.Values) == 0: // Draft takes neither
	case list.IsFlowStyle && list.Start.Position.Line < list.End.Position.Line:
	case list.IsFlowStyle:
		for _, p := range pins {
			e.insert(e.offset(list.End.Position.Line, list.End.Position.Column), fmt.Sprintf(", %q", p.SHA256))
		}
	default:
		last := list.Values[len(list.Values)-1].GetToken().Position.Line
		for _, p := range pins {
			e.insert(e.end(last), block(list.Start.Position.Column, []string{p.item()}))
		}
	}
	switch {
	case !legacy, e.turnOn(tls):
	case tls.IsFlowStyle:
		e.insert(e.offset(tls.End.Position.Line, tls.End.Position.Column), ", legacy: true")
	default:
		at := tls.Values[0].Key.GetToken().Position
		e.insert(e.offset(at.Line, at.Column), "legacy: true"+block(at.Column, []string{""}))
	}
}

// turnOn tells whether the key legacy is there, and makes it true.
func (e *editor) turnOn(tls *ast.MappingNode) bool {
	value := child(tls, "legacy")
	if value == nil {
		return false
	}
	at := value.GetToken()
	from := e.offset(at.Position.Line, at.Position.Column)
	e.edits = append(e.edits, edit{from, from + len(at.Value), "true"})
	return true
}

// replaceFlow puts pins in the place of {mode: verify} and its like. They become lines where those of the pool are.
func (e *editor) replaceFlow(entry, tls *ast.MappingNode, pins []Pinned, legacy bool) ([]byte, error) {
	start, end := tls.Start.Position, tls.End.Position
	if start.Line != end.Line {
		return nil, ErrByHand // there may be comments within
	}
	from, to := e.offset(start.Line, start.Column), e.offset(end.Line, end.Column)+1
	if entry.IsFlowStyle {
		e.edits = append(e.edits, edit{from, to, flow(pins, legacy)})
		return e.apply()
	}
	for from > 0 && e.text[from-1] == ' ' {
		from--
	}
	e.edits = append(e.edits, edit{from, to, ""})
	e.insert(e.end(start.Line), block(pair(entry, "tls").Key.GetToken().Position.Column, PinLines(pins, legacy)[1:]))
	return e.apply()
}

// fillBlock changes the lines of an entry that has no pins yet.
func (e *editor) fillBlock(tls *ast.MappingNode, pins []Pinned, legacy bool) {
	first := tls.Values[0].Key.GetToken().Position
	lines := pinLines(pins, legacy && !(child(tls, "legacy") != nil && e.turnOn(tls)))
	if mode := child(tls, "mode"); mode != nil {
		at := mode.GetToken()
		from := e.offset(at.Position.Line, at.Position.Column)
		to := from + len(at.Value)
		if bytes.ContainsAny(e.text[from:from+1], `"'`) {
			to += 2
		}
		e.edits = append(e.edits, edit{from, to, "pin"})
		e.insert(e.end(at.Position.Line), block(first.Column, lines))
	} else {
		e.insert(e.offset(first.Line, first.Column), "mode: pin"+block(first.Column, append(lines, "")))
	}
	if ca := pair(tls, "ca_file"); ca != nil {
		at := ca.Key.GetToken().Position
		e.insert(e.offset(at.Line, at.Column), "# ")
	}
}
