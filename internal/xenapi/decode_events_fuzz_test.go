package xenapi

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// FuzzEvents holds what is read of an answer to event.from against encoding/xml: what that can read must be told as it
// is, or refused where it says too little. It must not depend on how the bytes come in, and no part is the whole.
func FuzzEvents(f *testing.F) {
	f.Add([]byte(listing()), 100)
	f.Add([]byte(listing(event(asXapi...), event(id, ofVM, del, ref))), 300)
	f.Add([]byte(listing(event(snapshot, ref, id, member("class", "<![CDATA[VM]]>"), mod), event(member("class", "task"), snapshot))), 500)
	f.Add([]byte(changing(member("token", "7"), member("events", "<array><data/></array>"), member("more", object))), 200)
	files, _ := filepath.Glob(filepath.Join(recorded, "event.*.xml"))
	for _, file := range files {
		if answer, err := os.ReadFile(file); err == nil && len(answer) < 20000 {
			f.Add(answer, len(answer)/2)
		}
	}
	limits := Limits{Record: 1 << 20, Depth: 1 << 20, Answer: 1 << 30}
	f.Fuzz(func(t *testing.T, answer []byte, cut int) {
		checkEvents(t, answer, answer, limits)
		events, end, err := tellAll(t, bytes.NewReader(answer), limits)
		slowEvents, slowEnd, slowErr := tellAll(t, iotest.OneByteReader(bytes.NewReader(answer)), limits)
		if diff := cmp.Diff([]any{events, end, text(err)}, []any{slowEvents, slowEnd, text(slowErr)}); diff != "" {
			t.Fatalf("a byte at a time differs: %s", diff)
		}
		if last := bytes.LastIndexByte(answer, '>'); err == nil && last > 0 {
			part := answer[:max(cut, -cut, 0)%(last+1)]
			_, _, err := tellAll(t, bytes.NewReader(part), limits)
			_, page := errors.AsType[*NotXMLRPC](err)
			whole := strings.Contains(string(part), "</methodResponse")
			if err == nil && !whole || err != nil && !page && !errors.Is(err, io.ErrUnexpectedEOF) && !whole {
				t.Fatalf("a part of a good answer is %v: %q", err, part)
			}
		}
	})
}
