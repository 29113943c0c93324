// Package pgembed runs a private PostgreSQL server for one directory, from the binaries that are on this machine.
//
// Start from [Start]. It makes the database where there is none, starts `postgres` as a child of this process, and
// returns once the server answers on a Unix socket. Whoever may enter the socket's directory is the superuser `postgres`
// (trust), and that directory has mode 0700. There is TCP only where [Options].Listen says so, only for members of one
// role, and with passwords (scram-sha-256).
//
// What a directory holds:
//
//	data/        the database; made as init/ and renamed, so that it is whole or not there
//	socket/      the Unix socket; where the path is too long for one, a directory under the temporary one stands in
//	owner.lock   locked by the process that started the server; its text is that process
//	guests.lock  locked together by those who joined it; by the owner alone once nobody may join any more
//	server.lock  locked by the server and all its processes; its text is the server's process id
//	pg_hba.conf  who may connect, written at each start
//	server.log   what the server said, this time and earlier
//
// One process owns the server; others that start on the same directory join it as guests. The owner's [Server.Stop] waits
// until they are gone, unless it is interrupted. When the owner dies, by kill -9 too, Linux stops the server and nothing
// that was committed is lost, yet its guests' connections fail; elsewhere the server stays until the next Start, which
// stops it and starts its own.
//
// A daemon sets [Options].Stay: it starts a server again when its own crashed or when the owner whom it joined is gone.
// Nobody waits for it, and it joins nobody but another who stays.
//
// As root the server runs as the user `postgres`, else `nobody`, who must be able to pass every folder above the
// directory. A database of another major version is refused and never touched.
package pgembed
