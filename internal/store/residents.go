package store

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// residents is what host.resident_VMs said in this pass: pairs of references. It is only compared with
// VM.resident_on, which is the authority, and never stored.
type residents struct {
	hosts, vms []string
}

func newResidents() *residents { return &residents{} }

// Resident notes that host.resident_VMs of this host names this VM.
func (p *Pass) Resident(host, vm string) {
	p.residents.hosts = append(p.residents.hosts, text(host))
	p.residents.vms = append(p.residents.vms, text(vm))
}

// mismatches counts the pairs of host and VM that only one of the two sides tells of. The pool sent them as two
// snapshots, so that a few are normal while VMs move.
func (w *writer) mismatches(ctx context.Context) error {
	if w.pass.proof.incremental() {
		return nil // what the other hosts say was not read
	}
	r := w.pass.residents
	if !w.staged && len(w.goneOf) == 0 {
		// Neither side's bytes changed, so the last full pass counted the same.
		return w.tx.QueryRow(ctx, `SELECT coalesce((SELECT residency_mismatches FROM syncd.sync_run
			WHERE pool_id = $1 AND status = 'ok' AND residency_mismatches IS NOT NULL ORDER BY finished_at DESC LIMIT 1), 0)`,
			w.pass.poolID).Scan(&w.result.ResidencyMismatches)
	}
	return w.tx.QueryRow(ctx, `SELECT count(*) FROM unnest($2::text[], $3::text[]) r (host, vm)
		FULL JOIN (SELECT h.ref AS host, v.ref AS vm FROM xen.vm v JOIN xen.host h ON h.id = v.resident_on_id WHERE v.pool_id = $1) s
			ON s.host = r.host AND s.vm = r.vm
		WHERE r.vm IS NULL OR s.vm IS NULL`, pgx.QueryExecModeExec, w.pass.poolID, r.hosts, r.vms).Scan(&w.result.ResidencyMismatches)
}
