package xenapi

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kolo/xmlrpc"
)

// Why answers are not read by kolo/xmlrpc, which encodes our requests: its decoder walks out of a struct at an untyped
// value that is empty, and reports no error: decoder.go:93-96 has read </value> already, which Skip at :208, and at :282
// in an array, looks for once more and finds behind the next thing. What it loses, a mirror would delete.
func TestRecordsWithAnEmptyTextAreAllReadWhereKoloLosesThem(t *testing.T) {
	t.Parallel()
	const vms = 1000
	var b strings.Builder
	b.WriteString(answerHead)
	for i := range vms {
		description := "a virtual machine"
		if i == 10 || i == 600 {
			description = ""
		}
		b.WriteString(member(fmt.Sprintf("OpaqueRef:%04d", i), "<struct>"+member("uuid", fmt.Sprintf("u%04d", i))+
			member("name_description", description)+member("name_label", "vm")+"</struct>"))
	}
	b.WriteString(answerTail)
	answer := b.String()

	refs, _, err := cutAll(strings.NewReader(answer), "VM", defaultLimits)
	if len(refs) != vms || err != nil {
		t.Errorf("%d of %d records, %v", len(refs), vms, err)
	}

	var kolo struct {
		Status string
		Value  map[string]struct {
			UUID        string `xmlrpc:"uuid"`
			Description string `xmlrpc:"name_description"`
			Label       string `xmlrpc:"name_label"`
		}
	}
	err = xmlrpc.Response(answer).Unmarshal(&kolo)
	if err != nil || len(kolo.Value) != 11 {
		t.Errorf("kolo reads %d records, %v: the decision for a decoder of our own says 11 and no error", len(kolo.Value), err)
	}
}
