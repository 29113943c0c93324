package model

import (
	"fmt"
	"strings"
)

// Kind is what a value of XenAPI is.
type Kind uint8

// The kinds, each with the text that a value of it has in a Record.
const (
	String Kind = iota // the characters themselves: valid UTF-8 without NUL
	Enum               // a string of a fixed list
	Int                // decimal, 64 bit
	Float              // decimal, or NaN, Infinity, -Infinity
	Bool               // true or false
	Time               // RFC 3339 in UTC; XenAPI's 1970, which means never, is NULL
	Ref                // the reference, of LongestKey bytes at most; no reference (OpaqueRef:NULL or empty) is NULL
	Set                // an array literal, {"a","b"}, sorted since order means nothing in XenAPI
	Map                // a JSON object; values are strings, a set among them is an array
)

// LongestKey is how many bytes a reference or a uuid may have. XenAPI's have 46 and 36; an index of PostgreSQL holds
// 2700, and an object whose keys have more than this is not one of XenAPI's.
const LongestKey = 512

// Type is a field's type.
type Type struct {
	Kind  Kind
	Class string // the class that a Ref leads to
	Key   *Type  // of a Map
	Elem  *Type  // of a Set or a Map
}

var scalars = map[string]Kind{"string": String, "enum": Enum, "int": Int, "float": Float, "bool": Bool, "datetime": Time}

// String is the type as model.txt writes it: map(int,set(string)).
func (t Type) String() string {
	switch t.Kind {
	case Ref:
		return "ref(" + t.Class + ")"
	case Set:
		return "set(" + t.Elem.String() + ")"
	case Map:
		return "map(" + t.Key.String() + "," + t.Elem.String() + ")"
	}
	for name, kind := range scalars {
		if kind == t.Kind {
			return name
		}
	}
	return "unknown"
}

func parseType(s string) (Type, error) {
	if kind, ok := scalars[s]; ok {
		return Type{Kind: kind}, nil
	}
	name, inner, ok := strings.Cut(strings.TrimSuffix(s, ")"), "(")
	if !ok || !strings.HasSuffix(s, ")") {
		return Type{}, fmt.Errorf("unknown type %q", s)
	}
	switch name {
	case "ref":
		return Type{Kind: Ref, Class: inner}, nil
	case "set":
		elem, err := parseType(inner)
		return Type{Kind: Set, Elem: &elem}, err
	case "map":
		// A key is never a map, so that the first comma ends it.
		k, v, _ := strings.Cut(inner, ",")
		key, err := parseType(k)
		if err != nil {
			return Type{}, err
		}
		elem, err := parseType(v)
		return Type{Kind: Map, Key: &key, Elem: &elem}, err
	}
	return Type{}, fmt.Errorf("unknown type %q", s)
}
