// Package pgembed runs a private PostgreSQL server for one directory, from the binaries that are on this machine.
//
// Start from [Start]. It makes the database where there is none, starts `postgres` as a child of this process, and
// returns once the server answers on a Unix socket; there is no TCP. Whoever may enter the socket's directory is the
// superuser `postgres` (trust), and that directory has mode 0700.
//
// What a directory holds:
//
//	data/        the database; made as init/ and renamed, so that it is whole or not there
//	socket/      the Unix socket; where the path is too long for one, a directory under the temporary one stands in
//	owner.lock   locked by the process that started the server
//	server.lock  locked by the server and all its processes; its text is the server's process id
//	server.log   what the server said, this time and earlier
//
// One process owns the server; others that start on the same directory connect to it. The owner's [Server.Stop] ends
// the server for all: their connections then fail. When the owner dies, by kill -9 too, Linux stops the server and
// nothing that was committed is lost; elsewhere the server stays until the next Start, which stops it and starts its
// own.
//
// As root the server runs as the user `postgres`, else `nobody`, who must be able to pass every folder above the
// directory. A database of another major version is refused and never touched.
package pgembed
