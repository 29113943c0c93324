package model

import (
	"strings"
	"testing"
)

func TestARowEscapesWhatCopyGivesAMeaning(t *testing.T) {
	t.Parallel()
	rec := Record{Class: Lookup("VBD"), Ref: []byte("OpaqueRef:\t1"), Hash: [16]byte{0xab}}
	rec.Reset()
	mark := func(i int, text string, mark func(i, from int)) {
		from := len(rec.Buf)
		rec.Buf = append(rec.Buf, text...)
		mark(i, from)
	}
	mark(0, "a\\b\tc\nd\re", rec.Mark)
	mark(1, "plain", rec.MarkPlain)
	mark(rec.Class.Extra(), "{}", rec.Mark)
	want := "7\tOpaqueRef:\\t1\t\\\\xab000000000000000000000000000000\ta\\\\b\\tc\\nd\\re\tplain" +
		strings.Repeat("\t\\N", rec.Class.Extra()-2) + "\t{}\n"
	if got := string(rec.AppendRow(nil, 7)); got != want {
		t.Errorf("\n%q, want\n%q", got, want)
	}
}
