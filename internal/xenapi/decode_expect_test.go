package xenapi

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"syncd/internal/model"

	"github.com/google/go-cmp/cmp"
)

// plainValue is a value as encoding/json would read it; mask hides credentials.
func plainValue(value any, mask bool) any {
	switch value := value.(type) {
	case xmlStruct:
		m := map[string]any{}
		for _, member := range value {
			m[member.name] = maskedValue(member.name, member.value, mask)
		}
		return m
	case []any:
		all := []any{}
		for _, v := range value {
			all = append(all, plainValue(v, mask))
		}
		return all
	}
	return value
}

func maskedValue(name string, value any, mask bool) any {
	if mask && model.SecretKey([]byte(name)) && value != nil && value != "" {
		return "***"
	}
	return plainValue(value, mask)
}

// oracleText is the text of a value that a field has, and nil where it is NULL or unreadable.
func oracleText(f *model.Field, value any) (text any, unreadable bool) {
	s, isText := value.(string)
	trimmed := strings.TrimSpace(s)
	switch f.Type.Kind {
	case model.Set:
		if array, ok := value.([]any); ok {
			return oracleSet(array)
		}
	case model.Map:
		if _, ok := value.(xmlStruct); ok {
			return plainValue(value, f.Secret), false
		}
	case model.String, model.Enum:
		if isText {
			return s, false
		}
	case model.Ref:
		if len(s) > model.LongestKey {
			return nil, true
		}
		if isText && s != "" && s != "OpaqueRef:NULL" {
			return s, false
		} else if isText {
			return nil, false
		}
	case model.Int:
		if n, err := strconv.ParseInt(trimmed, 10, 64); err == nil {
			return strconv.FormatInt(n, 10), false
		}
	case model.Float:
		if n, err := strconv.ParseFloat(strings.TrimPrefix(strings.ReplaceAll(trimmed, "neg_infinity", "-inf"), "-n"), 64); err == nil {
			return n, false
		} else if strings.EqualFold(trimmed, "-nan") || strings.EqualFold(trimmed, "+nan") {
			return math.NaN(), false
		}
	case model.Bool:
		if b := map[string]string{"1": "true", "true": "true", "0": "false", "false": "false"}[trimmed]; b != "" {
			return b, false
		}
	case model.Time:
		if t, ok := oracleTime(trimmed); ok {
			if t.Equal(time.Unix(0, 0)) {
				return nil, false
			}
			return t.Format(time.RFC3339Nano), false
		}
	}
	return nil, value != nil && !(isText && trimmed == "")
}

var hourOfTwoDigits = regexp.MustCompile(`[T ][0-9]{2}`)

func oracleSet(array []any) (any, bool) {
	texts := []string{}
	for _, v := range array {
		s, ok := v.(string)
		if !ok {
			return nil, true
		}
		texts = append(texts, s)
	}
	slices.Sort(texts)
	for i, s := range texts {
		texts[i] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
	}
	return "{" + strings.Join(texts, ",") + "}", false
}

func oracleTime(s string) (time.Time, bool) {
	if !hourOfTwoDigits.MatchString(s) { // time.Parse takes one as well
		return time.Time{}, false
	}
	for _, date := range []string{"20060102", "2006-01-02", "200601-02", "2006-0102"} {
		for _, between := range []string{"T", " "} {
			for _, clock := range []string{"15:04:05", "150405", "15:0405", "1504:05"} {
				for _, zone := range []string{"", "Z07:00", "Z0700", "Z07"} {
					if t, err := time.Parse(date+between+clock+zone, s); err == nil && t.UTC().Year() > 0 && t.UTC().Year() < 10000 {
						return t.UTC(), true
					}
				}
			}
		}
	}
	return time.Time{}, false
}

// checkRecord holds a decoded record against the oracle's.
func checkRecord(t *testing.T, rec *model.Record, want xmlMember) {
	t.Helper()
	if string(rec.Ref) != want.name {
		t.Fatalf("reference %q, want %q", rec.Ref, want.name)
	}
	wantValues, odd, faults := map[string]any{}, map[string]any{}, 0
	members := want.value.(xmlStruct)
	for i, m := range members {
		switch f := rec.Class.Field(m.name); {
		case f == nil:
			odd[m.name] = maskedValue(m.name, m.value, true)
		case f.Index < 0:
		default:
			text, unreadable := oracleText(f, m.value)
			wantValues[f.Name] = text
			later := slices.ContainsFunc(members[i+1:], func(later xmlMember) bool { return later.name == m.name })
			if unreadable && later {
				t.Skip("a field that cannot be read and is repeated")
			}
			if unreadable {
				faults++
				odd[m.name] = maskedValue(m.name, m.value, true)
				if f.Secret && m.value != "" {
					odd[m.name] = "***"
				}
			}
		}
	}
	got := map[string]any{}
	for i, f := range rec.Class.Columns {
		if text, ok := rec.Value(i); ok {
			got[f.Name] = readBack(t, f, text)
		} else if _, sent := wantValues[f.Name]; sent {
			got[f.Name] = nil
		}
	}
	var gotOdd, wantOdd any = map[string]any{}, odd
	if text, ok := rec.Value(rec.Class.Extra()); ok {
		gotOdd = unmarshal(t, text)
	}
	if diff := cmp.Diff([]any{wantValues, wantOdd, faults}, []any{got, gotOdd, rec.Faults}, cmp.Comparer(sameFloat)); diff != "" {
		t.Errorf("%s %s: %s", rec.Class.Name, rec.Ref, diff)
	}
}

func readBack(t *testing.T, f *model.Field, text []byte) any {
	t.Helper()
	switch f.Type.Kind {
	case model.Map:
		return unmarshal(t, text)
	case model.Float:
		n, err := strconv.ParseFloat(string(text), 64)
		if err != nil {
			t.Error(err)
		}
		return n
	}
	return string(text)
}

func unmarshal(t *testing.T, text []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Errorf("%s: %v", text, err)
	}
	return v
}

func sameFloat(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

// valueOf is the Value of any answer, as the decoder reads it, in the form of plainValue.
func valueOf(t *testing.T, d *decoder) (any, error) {
	t.Helper()
	if err := d.open(); err != nil {
		return nil, err
	}
	return rawValue(t, &d.window), d.finish()
}

func rawValue(t *testing.T, w *window) any {
	t.Helper()
	w.hold = w.at()
	from := w.at()
	w.skip()
	v := values{window: window{buf: slices.Clone(w.cut(from, w.at())), limits: Limits{Depth: 1000}}, rec: &model.Record{}}
	w.hold = -1
	if w.err != nil {
		return nil
	}
	v.json(false)
	if v.err != nil {
		t.Fatal(fmt.Errorf("a second look differs: %w", v.err))
	}
	return unmarshal(t, v.rec.Buf)
}
