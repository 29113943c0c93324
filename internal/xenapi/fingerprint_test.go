package xenapi

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"syncd/internal/model"
)

// printsOf makes fingerprints under a secret.
func printsOf(t testing.TB, secret string) *fingerprinter {
	f, err := newFingerprinter([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func hashesOf(t *testing.T, secret string, values ...string) (hashes [][16]byte) {
	t.Helper()
	var answer strings.Builder
	answer.WriteString(answerHead)
	for i, value := range values {
		answer.WriteString(member(fmt.Sprint("OpaqueRef:", i), "<struct>"+member("uuid", value)+"</struct>"))
	}
	d := newDecoder(strings.NewReader(answer.String()+answerTail), model.Lookup("VM"), defaultLimits)
	d.prints = printsOf(t, secret)
	for rec, err := range d.records() {
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, rec.Hash)
	}
	return hashes
}

func TestHashesTellRecordsApart(t *testing.T) {
	t.Parallel()
	hashes := hashesOf(t, "secret", "a", "b", "a", "a\x00")
	if hashes[0] == hashes[1] || hashes[0] != hashes[2] || hashes[0] == hashes[3] || hashes[0] == [16]byte{} {
		t.Errorf("hashes %x", hashes)
	}
}

func TestHashesOfOneSecretAreOfNoUseUnderAnother(t *testing.T) {
	t.Parallel()
	if one, other := hashesOf(t, "secret", "a")[0], hashesOf(t, "another", "a")[0]; one == other {
		t.Errorf("both are %x", one)
	}
}

// Without the last encryption the hashes of two records would tell the difference of any two others of like form: GMAC
// is linear.
func TestHashesDoNotAddUp(t *testing.T) {
	t.Parallel()
	h := hashesOf(t, "secret", "aa", "ab", "ba", "bb")
	var sum [16]byte
	for i := range sum {
		sum[i] = h[0][i] ^ h[1][i] ^ h[2][i] ^ h[3][i]
	}
	if sum == [16]byte{} {
		t.Error("they do")
	}
}

// SHA-256, which would need no secret, beside what is used; of a VBD, a small VM and a large one.
func BenchmarkHash(b *testing.B) {
	prints := printsOf(b, "secret")
	for _, size := range []int{1_500, 6_000, 12_000} {
		raw := make([]byte, size)
		rand.Read(raw)
		run := func(name string, sum func()) {
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				b.SetBytes(int64(size))
				b.ReportAllocs()
				for b.Loop() {
					sum()
				}
			})
		}
		var hash [16]byte
		run("AES+GMAC", func() { prints.sum(&hash, raw) })
		run("SHA-256", func() { sha256.Sum256(raw) })
	}
}
