// Package xenapi is the wire: it reads the inventory of a XenServer or XCP-ng pool over XML-RPC.
//
// Start from [Open], which logs in at the master of a pool, and [Session.Read], which streams the records of one class.
// A record comes as bytes with a hash; [Decode] reads its values, as the types of package model describe them, where
// somebody needs them. [Refs] reads one set of references without that. [Session.Events] streams what changed since an
// earlier call, as such records and as references to what is gone.
//
// It promises that a class, or a list of events, counts as read only when its answer was whole: what was handed out is
// worth nothing until Read or Events returns nil. It promises that every session is logged out in [Session.Close], that
// nothing that names a credential leaves Decode, and that every text is one that PostgreSQL can hold. Errors are typed
// where a caller branches ([Error], [Fault], [NotXMLRPC], [SyntaxError], [LimitError]) and say what an operator can do.
//
// It finds the master from any member, also from those known earlier, and reads one pool alone: a host that answers as
// another one is passed over. [Logout] ends what a process that is gone left open; see Options.Issued.
//
// It refuses to guess: a document with mismatched tags, with a DOCTYPE or with something behind its end is an error,
// and so is one that is larger than the limits. It makes one call at a time and knows no SQL.
//
// Requests are encoded by kolo/xmlrpc, answers are read by a decoder of our own (scan_*.go walks over the bytes,
// decode*.go knows the envelope, values*.go the types): see docs/decisions/0001-own-xmlrpc-decoder.md.
package xenapi
