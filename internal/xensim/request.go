package xensim

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"
)

// What xapi accepts: the sizes of a request's head, line and fields together, and of its body.
const (
	maxHead = 1006
	maxBody = 300 * 1024
)

// methodCall is a request.
type methodCall struct {
	name   string
	params []param
	churn  int // what the fault of this name adds to it
}

// param is a text, whatever its type, or what has parts: of an array they are kept.
type param struct {
	text  string
	kind  string // "" for a text, array or struct
	elems []param
}

// str is the parameter's text, or the answer to one that is none.
func (p param) str() (string, *answer) {
	switch p.kind {
	case "":
		return p.text, nil
	case "array":
		return "", failure("INTERNAL_ERROR", `Failure("Expected string, got '[]'")`)
	}
	return "", failure("INTERNAL_ERROR", `Failure("Expected string, got '{}'")`)
}

// page is an HTML page instead of an answer.
type page struct {
	status int
	body   string
}

func (p *page) Error() string { return p.body }

// internalError is the page of a request that xapi could not read.
func internalError(info string) *page {
	return &page{http.StatusInternalServerError, "<html><body><h1>HTTP 500 internal server error</h1>An unexpected error occurred; " +
		"please wait a while and try again. If the problem persists, please contact your support representative." +
		"<h1> Additional information </h1>" + string(appendText(nil, info)) + "</body></html>"}
}

// readCall reads a request as xapi does: with a Content-Length, within its limits.
func readCall(r *http.Request) (methodCall, error) {
	if headSize(r) > maxHead {
		return methodCall{}, &page{http.StatusRequestHeaderFieldsTooLarge,
			"<html><body><h1>HTTP 431 request header fields too large</h1>Exceeded the maximum header size.</body></html>"}
	}
	switch {
	case r.ContentLength < 0:
		return methodCall{}, internalError(`Failure("We require a content-length: HTTP header")`)
	case r.ContentLength > maxBody:
		return methodCall{}, internalError("Http_svr.Client_requested_size_over_limit")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return methodCall{}, fmt.Errorf("reading a request: %w", err)
	}
	return parseCall(body)
}

// headSize counts the request's head again, as it came but for fields that net/http keeps to itself.
func headSize(r *http.Request) int {
	n := len(r.Method) + len(r.RequestURI) + len(r.Proto) + len("  \r\n") + len("Host: \r\n") + len(r.Host) + len("\r\n")
	for name, values := range r.Header {
		for _, value := range values {
			n += len(name) + len(value) + len(": \r\n")
		}
	}
	return n
}

// wireCall is a request's XML.
type wireCall struct {
	XMLName xml.Name `xml:"methodCall"`
	Name    string   `xml:"methodName"`
	Params  *struct {
		Values []wireValue `xml:"param>value"`
	} `xml:"params"`
}

type wireValue struct {
	Bare   string  `xml:",chardata"`
	String *string `xml:"string"`
	Others []struct {
		XMLName xml.Name
		Text    string      `xml:",chardata"`
		Elems   []wireValue `xml:"data>value"`
	} `xml:",any"`
}

// param is the value as a method takes it.
func (v wireValue) param() param {
	switch {
	case v.String != nil:
		return param{text: *v.String}
	case len(v.Others) == 0:
		return param{text: v.Bare}
	}
	typed := v.Others[0]
	p := param{text: typed.Text}
	if kind := typed.XMLName.Local; kind == "array" || kind == "struct" {
		p = param{kind: kind}
	}
	for _, elem := range typed.Elems {
		p.elems = append(p.elems, elem.param())
	}
	return p
}

func parseCall(body []byte) (methodCall, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	if text := bytes.TrimLeft(body, " \t\r\n"); len(text) > 0 && text[0] != '<' {
		return methodCall{}, internalError(`Xmlm.Error(1:1, "expected root element")`)
	}
	var wire wireCall
	if err := d.Decode(&wire); err != nil {
		return methodCall{}, malformed(d, body, err)
	}
	if wire.Params == nil {
		return methodCall{}, internalError(`Xmlrpc.Parse_error("close_tag", "open_tag", _)`)
	}
	call := methodCall{name: wire.Name}
	for _, v := range wire.Params.Values {
		call.params = append(call.params, v.param())
	}
	return call, nil
}

// malformed says where in the request its XML is broken, in the words of xapi's own parser.
func malformed(d *xml.Decoder, body []byte, err error) *page {
	line, column := d.InputPos()
	what := "unexpected markup"
	switch {
	case !utf8.Valid(body):
		what = "malformed character stream"
		valid := bytes.ToValidUTF8(body, []byte{0})
		before := body[:bytes.IndexByte(valid, 0)]
		line = 1 + bytes.Count(before, []byte("\n"))
		column = len(before) - bytes.LastIndexByte(before, '\n')
	case errors.Is(err, io.EOF) || strings.Contains(err.Error(), "unexpected EOF"):
		what = "unexpected end of input"
	}
	return internalError(fmt.Sprintf("Xmlm.Error(%d:%d, %q)", line, column, what))
}
