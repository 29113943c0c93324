package main

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"sync"
)

// knocker is a way to a pool at which something can be made to happen when a call comes.
type knocker struct {
	next http.Handler

	mu     sync.Mutex
	knocks map[string]func()
}

// at makes it happen once, before the next call of a method.
func (k *knocker) at(method string, happens func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.knocks = map[string]func(){method: happens}
}

func (k *knocker) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.knocks = nil
}

var calledMethod = regexp.MustCompile(`<methodName>([^<]*)`)

func (k *knocker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if m := calledMethod.FindSubmatch(body); m != nil {
		k.mu.Lock()
		happens := k.knocks[string(m[1])]
		delete(k.knocks, string(m[1]))
		k.mu.Unlock()
		if happens != nil {
			happens()
		}
	}
	k.next.ServeHTTP(w, r)
}
