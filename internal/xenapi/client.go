package xenapi

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"

	"github.com/kolo/xmlrpc"
)

// client sends calls to the members of one pool, one at a time.
type client struct {
	http     *http.Client
	dialer   dialer
	agent    string
	timeouts Timeouts
}

func newClient(o Options, tlsConfig *tls.Config) *client {
	d := dialer{connect: o.Timeouts.Connect, tls: tlsConfig}
	return &client{
		dialer:   d,
		agent:    "syncd/" + o.Version,
		timeouts: o.Timeouts,
		http: &http.Client{
			Transport: &http.Transport{
				DialContext:            d.dial,
				DialTLSContext:         d.dialTLS,
				DisableCompression:     true, // xapi never compresses, and a record's bytes are hashed
				MaxResponseHeaderBytes: 64 << 10,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// post sends a call and hands out its answer as soon as its headers are there; the caller closes it. When ctx ends,
// or the call takes too long, a call that has been sent goes on for grace, so that a late answer is still seen.
func (c *client) post(ctx context.Context, base *url.URL, grace time.Duration, method string, args ...any) (*answer, error) {
	body, err := xmlrpc.EncodeMethodCall(method, args...)
	if err != nil {
		return nil, fmt.Errorf("encoding %s: %w", method, err)
	}
	// A time in UTC: xapi writes the zone Z, which the encoder leaves out. No text has this tag.
	body = bytes.ReplaceAll(body, []byte("</dateTime.iso8601>"), []byte("Z</dateTime.iso8601>"))
	w := newWatch(ctx, c.timeouts, grace)
	traced := httptrace.WithClientTrace(w.cut, &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) {
		if !w.sending() {
			got.Conn.Close() // the transport would write on it, whatever its context says
		}
	}})
	// A bytes.Reader has a length, which xapi wants to know, and leaves together with the headers.
	req, err := http.NewRequestWithContext(traced, http.MethodPost, base.String()+"/", bytes.NewReader(body))
	if err != nil {
		w.end()
		return nil, err
	}
	req.Header.Set("Content-Type", "text/xml")
	req.Header.Set("User-Agent", c.agent)

	resp, err := c.http.Do(req)
	if err != nil {
		defer w.end()
		return nil, w.explain(err)
	}
	w.firstByte.Stop()
	a := &answer{
		body:        resp.Body,
		contentType: resp.Header.Get("Content-Type"),
		untilClose:  resp.ContentLength < 0 && len(resp.TransferEncoding) == 0,
		watch:       w,
	}
	if resp.StatusCode != http.StatusOK {
		defer a.Close()
		head, _ := io.ReadAll(io.LimitReader(a, shownBytes)) // as far as it comes
		return nil, &NotXMLRPC{
			Status:      resp.StatusCode,
			ContentType: a.contentType,
			Location:    resp.Header.Get("Location"),
			Head:        printable(string(head), 80),
		}
	}
	return a, nil
}

// answer is the body of an answer as it comes in.
type answer struct {
	body        io.ReadCloser
	contentType string
	untilClose  bool // its end is that of the connection, wanted or not
	watch       *watch
}

func (a *answer) Read(p []byte) (int, error) {
	a.watch.idle.Reset(a.watch.timeouts.Idle)
	n, err := a.body.Read(p)
	a.watch.idle.Stop()
	if err != nil && err != io.EOF {
		err = a.watch.explain(err)
	}
	return n, err
}

// Close drops the connection too when the answer was not read to its end.
func (a *answer) Close() error {
	a.watch.end()
	return a.body.Close()
}
