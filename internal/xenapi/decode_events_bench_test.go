package xenapi

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"syncd/internal/model"
)

// idle is an answer without events as xapi gives it: 60 classes.
func idle() []byte {
	var counts strings.Builder
	for n := range 47 {
		counts.WriteString(member(fmt.Sprintf("class_%d", n), "<i4>0</i4>"))
	}
	for _, class := range model.Classes {
		counts.WriteString(member(strings.ToLower(class.Name), "<i4>12</i4>"))
	}
	return []byte(changing(member("events", "<array><data></data></array>"), member("valid_ref_counts", "<struct>"+counts.String()+"</struct>"), member("token", "00000000000000000630,00000000000000000000")))
}

func BenchmarkEventsIdle(b *testing.B) {
	answer := idle()
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := tellAll(b, bytes.NewReader(answer), defaultLimits); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEvents(b *testing.B) {
	var events strings.Builder
	for rec, err := range newDecoder(bytes.NewReader(manyVMs(1000)), vm, defaultLimits).records() {
		if err != nil {
			b.Fatal(err)
		}
		events.WriteString(event(id, ofVM, mod, member("ref", string(rec.Ref)), member("snapshot", string(rec.Raw))))
	}
	answer := []byte(listing(events.String()))
	b.SetBytes(int64(len(answer)))
	b.ReportAllocs()
	for b.Loop() {
		var c Changes
		d := newDecoder(bytes.NewReader(answer), nil, defaultLimits)
		d.prints = printsOf(b, "secret")
		for _, err := range d.events(&c) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
