package pgembed

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// socketPort is in the socket's name that everybody knows. Postgres has one port for sockets and TCP: where it listens on
// another, that name is a link.
const socketPort = 5432

const socketName = ".s.PGSQL."

// socketFile is the path of the socket of a port.
func (s *Server) socketFile(port int) string {
	return filepath.Join(s.socket, socketName+strconv.Itoa(port))
}

// address splits o.Listen, and tries it: Postgres would say less of what is wrong.
func (o Options) address() (host string, port int, err error) {
	if o.Listen == "" {
		return "", socketPort, nil
	}
	host, digits, err := net.SplitHostPort(o.Listen)
	if err == nil {
		port, err = strconv.Atoi(digits)
	}
	var probe net.Listener
	if err == nil {
		probe, err = net.Listen("tcp", o.Listen)
	}
	if err != nil {
		return "", 0, fmt.Errorf("database.listen: %w: set it to another port of 127.0.0.1, or end what uses this one", err)
	}
	return host, port, probe.Close()
}

// writeRules says who may connect: over the socket everybody, since only its folder's owner comes there; over TCP
// members of o.Members with their passwords, and never the superuser. They stand beside the database, which stays as
// initdb made it.
func (s *Server) writeRules(o Options) error {
	rules := []string{"local all all trust"}
	if o.Listen != "" {
		rules = append(rules, "host all postgres all reject")
		for _, loopback := range []string{"127.0.0.0/8", "::1/128"} {
			rules = append(rules, fmt.Sprintf("host %q +%s %s scram-sha-256", o.Database, o.Members, loopback))
		}
	}
	path := s.path("pg_hba.conf")
	if err := os.WriteFile(path, []byte(strings.Join(rules, "\n")+"\n"), 0o644); err != nil {
		return err
	}
	return os.Chmod(path, 0o644) // there is nothing secret in it, and the server may be another user
}

// linkSocket gives the socket of a server that is ready the name that everybody knows.
func (s *Server) linkSocket(port int) error {
	if port == socketPort {
		return nil
	}
	link := filepath.Join(s.socket, "link")
	if err := os.Symlink(filepath.Base(s.socketFile(port)), link); err != nil && !os.IsExist(err) {
		return err
	}
	return os.Rename(link, s.socketFile(socketPort))
}

// noteListen warns who joined a server that listens elsewhere than they want.
func (s *Server) noteListen(o Options) {
	p := s.postmaster()
	if actual := net.JoinHostPort(p.listen, p.port); o.Listen != "" && actual != o.Listen {
		if p.listen == "" {
			actual = "no port"
		}
		s.log.Warn("nothing listens on database.listen: the embedded Postgres was started by another process and listens on "+actual,
			"listen", o.Listen, "process", readPID(s.path("owner.lock")))
	}
}
