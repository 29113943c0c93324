// Package store keeps Postgres equal to the pools: it owns the schema and everything that is written to it.
//
// Start from [Open], then [DB.BeginPass]. A [Pass] is one reading of one pool: the caller announces each class
// ([Pass.Begin]), asks for each record whether its bytes are those that are stored ([Pass.Unchanged]), hands over those
// that are not ([Pass.Stage]), says that the class was read to its end ([Pass.End]), and publishes everything at once
// ([Pass.Publish]) or nothing ([Pass.Fail]). A dry pass ([PassOptions].Dry) takes what it published back and tells of it.
//
// What a pass writes, in three levels: a record whose bytes are the same costs a look-up; one whose bytes differ is
// staged and its hash renewed; only one whose stored values differ changes its row. Objects are known by (pool, class,
// uuid) in xen.object, whose id is the key of every other table. References are resolved among the live objects of
// the pool; one that leads nowhere is NULL in its row, remembered in syncd.dangling and tried again when an object
// with that reference appears.
//
// What it promises: a pass is one transaction; two passes over one pool never run at once (an advisory lock, and a
// generation that is checked when a pass is published); an object is removed only when its class was read to the end
// in the pass that is published; ids are never given twice.
//
// It knows nothing of the wire. The SQL for a class is made from the model (statements.go).
package store
