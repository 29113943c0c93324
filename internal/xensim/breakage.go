package xensim

import (
	"bytes"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// serve sends the answer a, broken in this fault's way.
func (f *Fault) serve(w http.ResponseWriter, r *http.Request, a *answer) {
	switch f.Kind {
	case "error":
		code, params, _ := strings.Cut(f.Arg, ",")
		if params == "" {
			a = failure(code)
		} else {
			a = failure(code, strings.Split(params, ",")...)
		}
	case "fault":
		a = &answer{status: http.StatusOK, parts: [][]byte{[]byte(`<?xml version="1.0"?><methodResponse><fault><value><struct>` +
			`<member><name>faultCode</name><value><int>-3</int></value></member>` +
			`<member><name>faultString</name><value>a fault on purpose</value></member>` +
			`</struct></value></fault></methodResponse>`)}}
	case "html":
		a = htmlPage(http.StatusOK, "<html><body><h1>Sign in to the guest network</h1></body></html>")
	case "status":
		a = htmlPage(int(f.number()), "<html><body><h1>"+http.StatusText(int(f.number()))+"</h1></body></html>")
	case "redirect":
		w.Header().Set("Location", f.Arg)
		a = htmlPage(http.StatusFound, "")
	case "garbage":
		a = &answer{status: http.StatusOK, parts: [][]byte{bytes.Repeat([]byte{0x1f, 0x8b, 0xff, '<', 0}, 100)}}
	case "truncate":
		a = &answer{status: a.status, parts: a.first(f.cut(a))}
	case "reset":
		f.reset(w, a)
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

// with is the answer with one more record, of a uuid and the field, whose value comes in pieces and as it is. Another
// answer than get_all_records' has the record in its value's place.
func (a *answer) with(field string, value [][]byte) *answer {
	out := &answer{status: a.status, parts: [][]byte{[]byte(successHead + "<value><struct>")}}
	end := [][]byte{[]byte("</struct></value>" + tail)}
	if a.records {
		end = a.parts[1:]
	}
	out.parts = append(out.parts, []byte(recordHead("OpaqueRef:0badf00d-0000-4000-8000-000000000000")+
		"<value><struct><member><name>uuid</name><value>0badf00d-0000-4000-8000-000000000001</value></member>"+
		"<member><name>"+field+"</name><value>"))
	out.parts = append(out.parts, value...)
	out.parts = append(out.parts, []byte("</value></member></struct></value>"+recordTail))
	out.parts = append(out.parts, end...)
	return out
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
	if tls, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = tls.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
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
