package store_test

import (
	"errors"
	"testing"

	"syncd/internal/model"
)

// From decoded records to the server's temporary table; every disk of 10,000 VMs.
func BenchmarkStage(b *testing.B) {
	db := open(b)
	e := large(10_000)
	class := model.Lookup("VDI")
	var records []*model.Record
	bytes := 0
	for _, o := range e[class.Name] {
		rec := record(class, o)
		records = append(records, rec)
		bytes += len(rec.AppendRow(nil, 1))
	}
	b.SetBytes(int64(bytes))
	b.ReportAllocs()
	for b.Loop() {
		p := begin(b, db, "lab")
		if err := p.Begin(b.Context(), class); err != nil {
			b.Fatal(err)
		}
		for _, rec := range records {
			if p.Unchanged(rec) {
				b.Fatal("nothing is stored")
			}
			if err := p.Stage(b.Context(), rec); err != nil {
				b.Fatal(err)
			}
		}
		if err := p.End(b.Context()); err != nil {
			b.Fatal(err)
		}
		if err := p.Fail(b.Context(), errors.New("ended by a benchmark")); err != nil {
			b.Fatal(err)
		}
	}
}
