package xensim

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// answer is what comes in place of the call, for the kinds that let it come to nobody.
func (f *Fault) answer() *answer {
	switch f.Kind {
	case "error":
		code, params, _ := strings.Cut(f.Arg, ",")
		if params == "" {
			return failure(code)
		}
		return failure(code, strings.Split(params, ",")...)
	case "fault":
		return &answer{status: http.StatusOK, parts: [][]byte{[]byte(`<?xml version="1.0"?><methodResponse><fault><value><struct>` +
			`<member><name>faultCode</name><value><int>-3</int></value></member>` +
			`<member><name>faultString</name><value>a fault on purpose</value></member>` +
			`</struct></value></fault></methodResponse>`)}}
	case "html":
		return htmlPage(http.StatusOK, "<html><body><h1>Sign in to the guest network</h1></body></html>")
	case "redirect":
		return htmlPage(http.StatusFound, "")
	}
	status := int(f.number())
	return htmlPage(status, "<html><body><h1>"+http.StatusText(status)+"</h1></body></html>")
}

// serve sends the answer a, broken in this fault's way.
func (f *Fault) serve(w http.ResponseWriter, r *http.Request, a *answer) {
	switch f.Kind {
	case "redirect":
		w.Header().Set("Location", f.Arg)
	case "garbage":
		a = &answer{status: http.StatusOK, parts: [][]byte{bytes.Repeat([]byte{0x1f, 0x8b, 0xff, '<', 0}, 100)}}
	case "truncate":
		a = &answer{status: a.status, parts: a.first(f.cut(a))}
	case "reset":
		f.reset(w, a)
		return
	case "behead":
		f.behead(w)
		return
	case "stall":
		a.head(w, a.size())
		send(w, a.first(f.cut(a)))
		<-r.Context().Done()
		return
	case "slow":
		a.head(w, a.size())
		f.trickle(w, r, a)
		return
	case "delay":
		d, _ := time.ParseDuration(f.Arg) // checked by Inject
		if !wait(r, d) {
			return
		}
	case "huge":
		a = a.with("name_description", repeat("x", f.number()))
	case "nest":
		deep := repeat("<array><data><value>", f.number())
		a = a.with("name_description", append(deep, repeat("</value></data></array>", f.number())...))
	case "many":
		f.many(w, a)
		return
	}
	a.write(w)
}

// number is the argument of a kind that takes one; Inject has checked it.
func (f *Fault) number() int64 {
	n, _ := strconv.ParseInt(f.Arg, 10, 64)
	return n
}

// cut is how many bytes of the answer the argument, a percentage, leaves.
func (f *Fault) cut(a *answer) int { return int(int64(a.size()) * f.number() / 100) }

// first is the answer's first n bytes.
func (a *answer) first(n int) [][]byte {
	var parts [][]byte
	for _, part := range a.parts {
		part = part[:min(n, len(part))]
		parts = append(parts, part)
		n -= len(part)
	}
	return parts
}

// with is the answer with one more record, of a uuid and the field, whose value comes in pieces and as it is.
func (a *answer) with(field string, value [][]byte) *answer {
	head, list, end := a.opened()
	out := &answer{status: a.status, parts: [][]byte{head}}
	out.parts = append(out.parts, []byte(list.open("OpaqueRef:0badf00d-0000-4000-8000-000000000000")+
		"<value><struct><member><name>uuid</name><value>0badf00d-0000-4000-8000-000000000001</value></member>"+
		"<member><name>"+field+"</name><value>"))
	out.parts = append(out.parts, value...)
	out.parts = append(out.parts, []byte("</value></member></struct></value>"+list.close))
	out.parts = append(out.parts, end...)
	return out
}

// opened is the answer up to its list of records and after that. One that has no list has one in its value's place.
func (a *answer) opened() (head []byte, l *list, end [][]byte) {
	if a.list != nil {
		return a.parts[0], a.list, a.parts[1:]
	}
	return []byte(successHead + "<value><struct>"), recordList, [][]byte{[]byte("</struct></value>" + tail)}
}

// repeat is s n times over, in pieces of the same memory.
func repeat(s string, n int64) [][]byte {
	const most = 1 << 14
	piece := []byte(strings.Repeat(s, int(min(n, most))))
	var parts [][]byte
	for ; n > 0; n -= most {
		parts = append(parts, piece[:min(n, most)*int64(len(s))])
	}
	return parts
}

// send writes and sees to it that it leaves.
func send(w http.ResponseWriter, parts [][]byte) {
	for _, part := range parts {
		if _, err := w.Write(part); err != nil {
			return
		}
	}
	http.NewResponseController(w).Flush()
}

// reset ends the connection with RST where the transport lets it, else by closing it.
func (f *Fault) reset(w http.ResponseWriter, a *answer) {
	if n := f.cut(a); n > 0 {
		a.head(w, a.size())
		send(w, a.first(n))
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	sever(conn)
}

// behead sends a part of a head, and resets the connection.
func (f *Fault) behead(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: text")
	sever(conn)
}

// sever ends a connection with RST where it can.
func sever(conn net.Conn) {
	if tls, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = tls.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}

// many sends more records than anybody would keep in memory, made as they leave.
func (f *Fault) many(w http.ResponseWriter, a *answer) {
	head, list, end := a.opened()
	record := func(b []byte, n int64) []byte {
		return fmt.Appendf(b, "%s<value><struct><member><name>uuid</name><value>0badf00d-0000-4000-9000-%012x</value></member></struct></value>%s",
			list.open(fmt.Sprintf("OpaqueRef:0badf00d-0000-4000-9000-%012x", n)), n, list.close)
	}
	size := int64(len(head)) + f.number()*int64(len(record(nil, 0)))
	for _, part := range end {
		size += int64(len(part))
	}
	a.head(w, int(size))
	send(w, [][]byte{head})
	var b []byte
	for n := range f.number() {
		if b = record(b, n); len(b) > 1<<14 {
			if _, err := w.Write(b); err != nil {
				return
			}
			b = b[:0]
		}
	}
	send(w, append([][]byte{b}, end...))
}

// trickle sends ten pieces a second.
func (f *Fault) trickle(w http.ResponseWriter, r *http.Request, a *answer) {
	step := int(max(f.number()/10, 1))
	for _, part := range a.parts {
		for len(part) > 0 {
			n := min(step, len(part))
			send(w, [][]byte{part[:n]})
			part = part[n:]
			if !wait(r, time.Duration(n)*time.Second/time.Duration(f.number())) {
				return
			}
		}
	}
}

// wait is false where the client went before the time was over.
func wait(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}
