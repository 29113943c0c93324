// Package ledger remembers, in a folder, the sessions that a process has open at pools, so that a later process can log
// out what one that was killed left behind.
//
// Start from [New]. [Ledger.Pool] gives what is told of each session of a pool, and [Ledger.Sweep] walks through the
// sessions whose processes are gone.
//
// Each session is a file of its own (PID-RANDOM.json, mode 0600 in a folder of 0700), since its reference is a
// credential: written to the disk before the session is used, removed once it was logged out. The process holds a lock
// (flock) on it as long as it lives, whatever its end; a file whose lock can be taken is an orphan. A logout that
// failed gives the lock back and leaves the file.
//
// It promises to keep nobody from work: what cannot be written is warned about, without the reference. It knows no wire:
// who sweeps says how a session is logged out.
package ledger
