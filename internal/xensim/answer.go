package xensim

import (
	"errors"
	"net/http"
	"strconv"
)

// answer is what goes back: its parts one behind the other. The parts are never changed, so that an answer stays the one
// snapshot that it was while the pool lives on.
type answer struct {
	status int
	list   *list // where parts[0] opens a list of records, and what follows goes on with it
	parts  [][]byte
	html   bool
}

// list is how one record more is written: its reference and its value, between the two.
type list struct {
	open  func(ref string) string
	close string
}

var recordList = &list{recordHead, recordTail}

// failure is an error of XenAPI.
func failure(code string, params ...string) *answer {
	description := []any{code}
	for _, p := range params {
		description = append(description, p)
	}
	return &answer{status: http.StatusOK, parts: [][]byte{append(appendValue([]byte(failureHead), description), tail...)}}
}

func success(value any) *answer {
	return &answer{status: http.StatusOK, parts: [][]byte{append(appendValue([]byte(successHead), value), tail...)}}
}

func (a *answer) size() int {
	n := 0
	for _, part := range a.parts {
		n += len(part)
	}
	return n
}

// head sets the fields that xapi sends, and of net/http's own only what it cannot do without.
func (a *answer) head(w http.ResponseWriter, size int) {
	h := w.Header()
	h["Date"] = nil
	h.Set("Content-Length", strconv.Itoa(size))
	h.Set("Cache-Control", "no-cache, no-store")
	if a.html {
		h.Set("Content-Type", "text/html")
		h.Set("Connection", "close")
	} else {
		h.Set("Content-Type", "text/xml")
		h.Set("Connection", "keep-alive")
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Allow-Headers", "X-Requested-With")
	}
	w.WriteHeader(a.status)
}

// write sends the answer. An error of the connection is the client's to notice.
func (a *answer) write(w http.ResponseWriter) {
	a.head(w, a.size())
	for _, part := range a.parts {
		if _, err := w.Write(part); err != nil {
			return
		}
	}
}

// read reads a call. A request that xapi could not read gives the answer to it; an error means that nobody is there.
func (s *Sim) read(r *http.Request) (methodCall, *answer, error) {
	if r.Method != http.MethodPost {
		return methodCall{}, htmlPage(http.StatusForbidden,
			"<html><body><h1>HTTP 403 forbidden</h1>Access to the requested resource is forbidden.</body></html>"), nil
	}
	call, err := readCall(r)
	if page, ok := errors.AsType[*page](err); ok {
		return methodCall{}, htmlPage(page.status, page.body), nil
	}
	return call, nil, err
}

func htmlPage(status int, body string) *answer {
	return &answer{status: status, html: true, parts: [][]byte{[]byte(body)}}
}
