package xensim

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"syncd/internal/model"
)

// null is XenAPI's reference to nothing. The empty string is another, which old releases write.
const null = "OpaqueRef:NULL"

// never is XenAPI's time for what has not happened.
var never = time.Unix(0, 0).UTC()

func isNull(ref any) bool { return ref == null || ref == "" }

// zero is what xapi has in a field that nobody set.
func zero(t model.Type) any {
	switch t.Kind {
	case model.Int:
		return int64(0)
	case model.Float:
		return 0.0
	case model.Bool:
		return false
	case model.Time:
		return never
	case model.Ref:
		return null
	case model.Set:
		return []any{}
	case model.Map:
		return pairs{}
	}
	return ""
}

// coerce turns what a caller may give (int, []string, map[string]string …) into what an object holds, and refuses what
// the field's type is not.
func coerce(t model.Type, value any) (any, error) {
	v := widen(value)
	if !fits(t, v) {
		return nil, fmt.Errorf("%T %.40q is no %s", value, fmt.Sprint(value), t)
	}
	return v, nil
}

// widen leaves only the types that an object holds. pairs have them already, so that many objects can share one map.
func widen(value any) any {
	switch v := value.(type) {
	case int:
		return int64(v)
	case time.Time:
		return v.UTC()
	case []string:
		return widenSet(v)
	case []any:
		return widenSet(v)
	case map[string]string:
		return widenMap(v)
	case map[string]any:
		return widenMap(v)
	}
	return value
}

func widenSet[E any](values []E) []any {
	set := make([]any, len(values))
	for i, v := range values {
		set[i] = widen(v)
	}
	return set
}

func widenMap[E any](values map[string]E) pairs {
	m := make(pairs, 0, len(values))
	for _, key := range slices.Sorted(maps.Keys(values)) {
		m = append(m, pair{key, widen(values[key])})
	}
	return m
}

// fits tells whether a value is one of this type.
func fits(t model.Type, value any) bool {
	switch v := value.(type) {
	case string:
		return t.Kind == model.String || t.Kind == model.Enum || t.Kind == model.Ref
	case int64:
		return t.Kind == model.Int
	case float64:
		return t.Kind == model.Float
	case bool:
		return t.Kind == model.Bool
	case time.Time:
		return t.Kind == model.Time
	case []any:
		return t.Kind == model.Set && !slices.ContainsFunc(v, func(elem any) bool { return !fits(*t.Elem, elem) })
	case pairs:
		// A key with </name> would end its name, and xapi escapes none.
		return t.Kind == model.Map && !slices.ContainsFunc(v, func(p pair) bool {
			return !fits(*t.Elem, p.value) || strings.Contains(p.key, "</name>")
		})
	}
	return false
}

// same tells whether two values of a field are one. NaN is NaN here.
func same(a, b any) bool {
	switch a := a.(type) {
	case float64:
		b, ok := b.(float64)
		return ok && (a == b || a != a && b != b)
	case time.Time:
		b, ok := b.(time.Time)
		return ok && a.Equal(b)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, same)
	case pairs:
		b, ok := b.(pairs)
		return ok && slices.EqualFunc(a, b, func(p, q pair) bool { return p.key == q.key && same(p.value, q.value) })
	}
	return a == b // texts, integers, truths and nil; of two types they are not the same
}

// export is a value as Object promises it: the caller's own, and a map is a Go map, where the last of a repeated key counts.
func export(value any) any {
	switch v := value.(type) {
	case []any:
		set := make([]any, len(v))
		for i, elem := range v {
			set[i] = export(elem)
		}
		return set
	case pairs:
		m := make(map[string]any, len(v))
		for _, p := range v {
			m[p.key] = export(p.value)
		}
		return m
	}
	return value
}
