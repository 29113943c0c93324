package xenapi

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"syncd/internal/model"

	"github.com/google/go-cmp/cmp"
)

// errRefused is a document that can be read, and that nobody may take for an answer to event.from.
var errRefused = errors.New("refused")

var (
	tokens          = regexp.MustCompile(`^[0-9]+(,[0-9]*)?$`)
	referenceInName = regexp.MustCompile(`<name\s*>[^<]*&`) // the names that the decoder looks for have none
)

// oracleChanges are the events of a success, and what it ends with. The oracle is that of oracleSuccess.
func oracleChanges(doc []byte) ([]oracleEvent, Changes, error) {
	value, err := oracleSuccess(doc)
	if err != nil || referenceInName.Match(doc) {
		return nil, Changes{}, errImproper
	}
	answer, err := onlyMembers(value, "events", "valid_ref_counts", "token")
	list, isList := answer["events"].([]any)
	token, isText := answer["token"].(string)
	if err != nil || !isList || !isText || !tokens.MatchString(token) {
		return nil, Changes{}, errRefused
	}
	c := Changes{Token: token, Events: len(list)}
	if counts, ok := answer["valid_ref_counts"]; ok {
		if c.Counts, err = oracleCounts(counts); err != nil {
			return nil, Changes{}, err
		}
	}
	var events []oracleEvent
	for _, value := range list {
		e, err := newOracleEvent(value)
		if err != nil {
			return nil, Changes{}, err
		}
		if e.class != nil {
			events = append(events, e)
		}
	}
	return events, c, nil
}

// oracleEvent is one event; its class is nil where it is not mirrored.
type oracleEvent struct {
	class      *model.Class
	ref        string
	deleted    bool
	generation int64
	snapshot   any
}

func newOracleEvent(value any) (e oracleEvent, err error) {
	m, err := onlyMembers(value, "class", "operation", "ref", "id", "snapshot")
	class, isText := m["class"].(string)
	if err != nil || !isText {
		return e, errRefused
	}
	for _, name := range []string{"operation", "ref", "id"} {
		if value, ok := m[name]; ok {
			if _, isText := value.(string); !isText {
				return e, errRefused
			}
		}
	}
	if e.class = oracleClass(class); e.class == nil {
		return e, nil
	}
	e.ref, _ = m["ref"].(string)
	id, _ := m["id"].(string)
	_, isRecord := m["snapshot"].(xmlStruct)
	e.snapshot, e.deleted = m["snapshot"], m["operation"] == "del"
	e.generation, err = digits(strings.TrimSpace(id))
	if err != nil || e.ref == "" || e.ref == "OpaqueRef:NULL" || !e.deleted && (!isRecord || m["operation"] != "add" && m["operation"] != "mod") {
		return e, errRefused
	}
	return e, nil
}

func oracleCounts(value any) (map[string]int64, error) {
	members, ok := value.(xmlStruct)
	if !ok {
		return nil, errRefused
	}
	counts := map[string]int64{}
	for _, m := range members {
		class := oracleClass(m.name)
		if class == nil {
			continue
		}
		text, _ := m.value.(string)
		n, err := digits(strings.TrimSpace(text))
		if _, twice := counts[class.Name]; twice || err != nil {
			return nil, errRefused
		}
		counts[class.Name] = n
	}
	return counts, nil
}

func oracleClass(name string) *model.Class {
	for _, c := range model.Classes {
		if strings.EqualFold(c.Name, name) && len(c.Name) == len(name) {
			return c
		}
	}
	return nil
}

// onlyMembers are the members of a struct that have one of these names, each of which may come once.
func onlyMembers(value any, names ...string) (map[string]any, error) {
	members, ok := value.(xmlStruct)
	if !ok {
		return nil, errRefused
	}
	found := map[string]any{}
	for _, name := range names {
		for _, m := range members {
			if m.name != name {
				continue
			}
			if _, twice := found[name]; twice {
				return nil, errRefused
			}
			found[name] = m.value
		}
	}
	return found, nil
}

// digits reads a number that is not below zero.
func digits(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err == nil && n < 0 {
		err = errRefused
	}
	return n, err
}

// toldEvent is an event as a test keeps it.
type toldEvent struct {
	Class, Ref, Raw string
	Deleted         bool
	Generation      int64
	Hash            [16]byte
}

// tellAll reads all of an answer.
func tellAll(t testing.TB, r io.Reader, limits Limits) (events []toldEvent, c Changes, err error) {
	t.Helper()
	d := newDecoder(r, nil, limits)
	d.prints = printsOf(t, "key")
	for e, err := range d.events(&c) {
		if err != nil {
			return events, Changes{}, err
		}
		if e.Deleted != (e.Record.Raw == nil) {
			t.Fatalf("deleted %v, and %q", e.Deleted, e.Record.Raw)
		}
		events = append(events, toldEvent{e.Record.Class.Name, string(e.Record.Ref), string(e.Record.Raw), e.Deleted, e.Generation, e.Record.Hash})
	}
	return events, c, nil
}

// checkEvents holds an answer against the oracle; false where it is no proper answer.
func checkEvents(t *testing.T, answer, proper []byte, limits Limits) bool {
	t.Helper()
	want, wantEnd, bad := oracleChanges(proper)
	var c Changes
	n := 0
	for e, err := range newDecoder(bytes.NewReader(answer), nil, limits).events(&c) {
		if errors.Is(bad, errImproper) {
			return false
		}
		if bad != nil && err != nil {
			return true
		}
		if bad == nil && (err != nil || n == len(want)) {
			t.Fatalf("behind event %d of %d: %v", n, len(want), err)
		}
		if n < len(want) {
			checkEvent(t, e, want[n])
		}
		n++
	}
	if errors.Is(bad, errImproper) {
		return false
	}
	if bad != nil {
		t.Fatalf("it is no answer to event.from, and is read as one: %+v", c)
	}
	if diff := cmp.Diff(wantEnd, c); diff != "" || n != len(want) {
		t.Fatalf("%d events, want %d; (-want +got):\n%s", n, len(want), diff)
	}
	return true
}

func checkEvent(t *testing.T, e *Event, want oracleEvent) {
	t.Helper()
	if e.Record.Class != want.class || string(e.Record.Ref) != want.ref || e.Deleted != want.deleted || e.Generation != want.generation {
		t.Fatalf("event of %s %s, deleted %v, generation %d; want %+v", e.Record.Class.Name, e.Record.Ref, e.Deleted, e.Generation, want)
	}
	if e.Deleted {
		if len(e.Record.Raw) > 0 || e.Record.Hash != [16]byte{} || len(e.Record.UUID()) > 0 {
			t.Fatalf("what was deleted has the record %q", e.Record.Raw)
		}
		return
	}
	if err := Decode(e.Record); err != nil {
		t.Fatal(err)
	}
	checkRecord(t, e.Record, xmlMember{want.ref, want.snapshot})
}
