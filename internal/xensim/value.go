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
	switch v := value.(type) {
	case string:
		if t.Kind == model.String || t.Kind == model.Enum || t.Kind == model.Ref {
			return v, nil
		}
	case int:
		if t.Kind == model.Int {
			return int64(v), nil
		}
	case int64:
		if t.Kind == model.Int {
			return v, nil
		}
	case float64:
		if t.Kind == model.Float {
			return v, nil
		}
	case bool:
		if t.Kind == model.Bool {
			return v, nil
		}
	case time.Time:
		if t.Kind == model.Time {
			return v.UTC(), nil
		}
	case []string:
		set := make([]any, len(v))
		for i, s := range v {
			set[i] = s
		}
		return coerce(t, set)
	case []any:
		if t.Kind == model.Set {
			return coerceSet(t, v)
		}
	case map[string]string:
		m := make(pairs, 0, len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			m = append(m, pair{key, v[key]})
		}
		return coerce(t, m)
	case map[string]any:
		m := make(pairs, 0, len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			m = append(m, pair{key, v[key]})
		}
		return coerce(t, m)
	case pairs:
		if t.Kind == model.Map {
			return coerceMap(t, v)
		}
	}
	return nil, fmt.Errorf("a %T is no %s", value, t)
}

func coerceSet(t model.Type, values []any) (any, error) {
	set := make([]any, len(values))
	for i, value := range values {
		v, err := coerce(*t.Elem, value)
		if err != nil {
			return nil, err
		}
		set[i] = v
	}
	return set, nil
}

func coerceMap(t model.Type, values pairs) (any, error) {
	m := make(pairs, len(values))
	for i, p := range values {
		v, err := coerce(*t.Elem, p.value)
		if err != nil {
			return nil, err
		}
		// A key with </name> would end the name: xapi escapes none and could not send it either.
		if strings.Contains(p.key, "</name>") {
			return nil, fmt.Errorf("no key of a map can have </name> in it: %q", p.key)
		}
		m[i] = pair{p.key, v}
	}
	return m, nil
}

// export is a value as Object promises it: a map is a Go map, where the last of a repeated key counts.
func export(value any) any {
	m, ok := value.(pairs)
	if !ok {
		return value
	}
	out := make(map[string]any, len(m))
	for _, p := range m {
		out[p.key] = p.value
	}
	return out
}
