package xenapi

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
)

// The oracle reads answers with encoding/xml and shares no line with the decoder. It calls a document improper where
// encoding/xml refuses it, where it is no answer of XML-RPC, and where the two are meant to differ: carriage returns
// (the decoder keeps them), markup in names (the decoder takes it for the name), and what goes beyond the decoder's
// patience (very long tags and references).

var errImproper = errors.New("improper")

// xmlNode is an element with what is in it: text, and elements.
type xmlNode struct {
	name     string
	children []any // *xmlNode, string, xmlCDATA
	from, to int64 // of what is in it, in the document
}

type xmlCDATA string

var longReference = regexp.MustCompile(`&#x?[0-9a-fA-F]{20,}`)

func parseXML(doc []byte) (*xmlNode, error) {
	if bytes.ContainsRune(doc, '\r') || longReference.Match(doc) {
		return nil, errImproper
	}
	tokens := xml.NewDecoder(bytes.NewReader(doc))
	top := &xmlNode{}
	for open := []*xmlNode{top}; ; {
		from := tokens.InputOffset()
		token, err := tokens.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, errImproper
		}
		inner := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			if len(token.Attr) > 0 || token.Name.Space != "" || tokens.InputOffset()-from > longestTag {
				return nil, errImproper
			}
			n := &xmlNode{name: token.Name.Local, from: tokens.InputOffset()}
			inner.children = append(inner.children, n)
			open = append(open, n)
		case xml.EndElement:
			if tokens.InputOffset()-from > longestTag {
				return nil, errImproper
			}
			inner.to = from
			open = open[:len(open)-1]
		case xml.CharData:
			if bytes.HasPrefix(doc[from:], []byte("<![CDATA[")) {
				inner.children = append(inner.children, xmlCDATA(token))
			} else {
				inner.children = append(inner.children, string(token))
			}
		case xml.Directive:
			return nil, errImproper
		}
	}
	return top, nil
}

// elements are the elements in n, between which only blanks may stand.
func (n *xmlNode) elements() ([]*xmlNode, error) {
	var all []*xmlNode
	for _, c := range n.children {
		switch c := c.(type) {
		case *xmlNode:
			all = append(all, c)
		case xmlCDATA:
			return nil, errImproper
		case string:
			if strings.Trim(c, " \t\n") != "" {
				return nil, errImproper
			}
		}
	}
	return all, nil
}

// only steps down through elements that hold one element each.
func (n *xmlNode) only(names ...string) (*xmlNode, error) {
	for _, name := range names {
		inner, err := n.elements()
		if err != nil || len(inner) != 1 || inner[0].name != name {
			return nil, errImproper
		}
		n = inner[0]
	}
	return n, nil
}

// text is what n holds where there is no element in it.
func (n *xmlNode) text() (string, bool) {
	var s strings.Builder
	for _, c := range n.children {
		switch c := c.(type) {
		case string:
			s.WriteString(c)
		case xmlCDATA:
			s.WriteString(string(c))
		default:
			return "", false
		}
	}
	return s.String(), true
}

// xmlStruct is a struct in its order, with what repeats.
type xmlStruct []xmlMember

type xmlMember struct {
	name  string
	value any // string, nil, xmlStruct, []any
}

// value reads a <value>.
func (n *xmlNode) value(doc []byte) (any, error) {
	if s, ok := n.text(); ok {
		return s, nil
	}
	inner, err := n.elements()
	if err != nil || len(inner) != 1 {
		return nil, errImproper
	}
	switch typed := inner[0]; typed.name {
	case "struct":
		return typed.members(doc)
	case "array":
		data, err := typed.only("data")
		if err != nil {
			return nil, err
		}
		values, err := data.elements()
		all := []any{}
		for _, v := range values {
			if v.name != "value" {
				return nil, errImproper
			}
			value, bad := v.value(doc)
			err = errors.Join(err, bad)
			all = append(all, value)
		}
		return all, err
	case "nil", "string", "int", "i4", "i8", "boolean", "double", "dateTime.iso8601", "base64":
		s, ok := typed.text()
		if !ok {
			return nil, errImproper
		}
		if typed.name == "nil" {
			return nil, nil
		}
		return s, nil
	}
	return nil, errImproper
}

func (n *xmlNode) members(doc []byte) (xmlStruct, error) {
	all, err := n.elements()
	members := xmlStruct{}
	for _, m := range all {
		parts, bad := m.elements()
		if bad != nil || m.name != "member" || len(parts) != 2 || parts[0].name != "name" || parts[1].name != "value" {
			return nil, errImproper
		}
		name, _ := parts[0].text()
		if bytes.ContainsRune(doc[parts[0].from:max(parts[0].from, parts[0].to)], '<') {
			return nil, errImproper
		}
		value, bad := parts[1].value(doc)
		err = errors.Join(err, bad)
		members = append(members, xmlMember{name, value})
	}
	return members, err
}

// oracleValue is what an answer holds, whatever it is.
func oracleValue(doc []byte) (any, error) {
	top, err := parseXML(doc)
	if err != nil {
		return nil, err
	}
	value, err := top.only("methodResponse", "params", "param", "value")
	if err != nil {
		return nil, err
	}
	return value.value(doc)
}

// oracleSuccess is the Value of an answer that is a success, with Status before it, each once.
func oracleSuccess(doc []byte) (any, error) {
	answer, err := oracleValue(doc)
	if err != nil {
		return nil, err
	}
	members, _ := answer.(xmlStruct)
	var names []string
	var value any
	for _, m := range members {
		switch m.name {
		case "Status":
			if m.value != "Success" {
				return nil, errImproper
			}
		case "ErrorDescription":
			return nil, errImproper
		case "Value":
			value = m.value
		default:
			continue
		}
		names = append(names, m.name)
	}
	if !slices.Equal(names, []string{"Status", "Value"}) {
		return nil, errImproper
	}
	return value, nil
}

// oracleRecords are the records of a success.
func oracleRecords(doc []byte) (xmlStruct, error) {
	value, err := oracleSuccess(doc)
	records, ok := value.(xmlStruct)
	if err != nil || !ok {
		return nil, errImproper
	}
	for _, r := range records {
		if _, ok := r.value.(xmlStruct); !ok {
			return nil, errImproper
		}
	}
	return records, nil
}
