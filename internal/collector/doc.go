// Package collector asks one pool once: it logs in, reads every class in a fixed order, hands what it reads to a
// [Sink], and is logged out when it returns, however it returns.
//
// Start from [Collect]. It reads pool first, so that an answer of another pool is refused before anything is
// staged, then the other classes in the model's order, hosts before VMs. A class of [Plan].Exclude is asked for in no call.
// One that the pool's release does not have, or that the account may not see, is noted and left alone. Any other failure
// ends the pass: the schedule is the retry, and what xenapi repeats inside a pass it repeats itself.
//
// Where a [Plan] says from where, and the pool can tell, what changed is read instead (event.from), and everything only
// where that will not do. A pass that reads everything then asks what changed meanwhile.
//
// The relation of hosts and their resident VMs is VM.resident_on. Hosts and VMs are two snapshots: where a VM is
// resident on a host that the first one lacks, the hosts are read once more.
package collector
