// Package xensim is a XenServer pool made of real HTTP and real XML: the other side of syncd's wire, for its tests, its
// demo and for anybody who wants to try it without a pool.
//
// Start from [New]: a [Sim] is an http.Handler that answers as xapi does, in form and in its errors: untyped strings,
// map keys that nobody escapes, sessions with limits and expiry, HOST_IS_SLAVE from a [Sim.Member]. Its inventory is
// generated from a seed, or read from a database dump (xe pool-dump-database). [Sim.Change] makes it live, [Sim.Set]
// and its like change exactly one thing, [Sim.Inject] breaks an answer on purpose, and [Sim.Objects] says what a
// faithful copy of the pool must hold.
//
// The sets that only mirror a reference (host.resident_VMs of VM.resident_on) are derived here as in xapi, so that they
// cannot disagree with it, except where a test sets one by hand.
//
// event.from answers as xapi does, warts and all: one event an object however often it changed, a mirror's object among
// them; objects that came and went are not told; the newest deletions only are remembered, and EVENTS_LOST is never said;
// a token of the future comes back as it is; an object that comes again under its reference is told as add and then as
// del; the first host is told as mod. Tokens outlive sessions, and [Sim.Restart] makes them lie. [Sim.Served] is what
// each method cost.
//
// The package takes names and types of fields from model, and nothing from the client that it tests: a double made of
// the code under test proves nothing. It has no setters, no tasks, and of the classes that are not
// mirrored no objects and no events.
package xensim
