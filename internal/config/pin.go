package config

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Pinned is a certificate that a pool is to accept, and whose it is.
type Pinned struct {
	SHA256 Fingerprint
	URL    string // of the host, for a comment; may be empty
}

// PinLines are the lines of a tls entry that accepts these certificates and no others.
func PinLines(pins []Pinned, legacy bool) []string {
	lines := []string{"tls:", "  mode: pin"}
	for _, line := range pinLines(pins, legacy) {
		lines = append(lines, "  "+line)
	}
	return lines
}

// pinLines are those below mode: pin.
func pinLines(pins []Pinned, legacy bool) []string {
	lines := []string{"sha256:"}
	for _, p := range pins {
		lines = append(lines, "  "+p.item())
	}
	if legacy {
		lines = append(lines, "legacy: true")
	}
	return lines
}

// item is a line of a list. The quotes keep YAML from taking digits for a number.
func (p Pinned) item() string {
	if p.URL == "" {
		return fmt.Sprintf("- %q", p.SHA256)
	}
	return fmt.Sprintf("- %q  # %s", p.SHA256, p.URL)
}

// ErrByHand is a configuration of a shape in which only a person can write pins.
var ErrByHand = errors.New("it is written in a way that cannot be edited safely")

// Pin is the text of the configuration at path after a change: the pool also accepts these certificates, and none but
// pinned ones; with legacy it has that too. Everything else in the text stays as it is, comments and layout included; a
// ca_file, of which mode: pin has no use, becomes a comment. The result has been loaded, as Draft does it, and differs
// in the tls of that pool alone.
func Pin(path string, data []byte, pool string, pins []Pinned, legacy bool) ([]byte, error) {
	want, err := Draft(path, data)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(want.Pools, func(p Pool) bool { return p.Name == pool })
	if i < 0 {
		return nil, fmt.Errorf("%s has no pool %q", path, pool)
	}
	t := &want.Pools[i].TLS
	missing := slices.DeleteFunc(slices.Clone(pins), func(p Pinned) bool { return slices.Contains(t.SHA256, p.SHA256) })
	if t.Mode == "pin" && len(missing) == 0 && (t.Legacy || !legacy) {
		return data, nil
	}
	t.Mode, t.CAFile, t.Legacy = "pin", "", t.Legacy || legacy
	for _, p := range missing {
		t.SHA256 = append(t.SHA256, p.SHA256)
	}
	lf, crlf := []byte("\n"), []byte("\r\n")
	windows := bytes.Contains(data, crlf)
	text, err := newEditor(bytes.ReplaceAll(data, crlf, lf)).pin(i, missing, t.Legacy)
	switch {
	case err != nil:
		return nil, err
	case windows && bytes.Count(data, crlf) != bytes.Count(data, lf):
		return nil, ErrByHand
	case windows:
		text = bytes.ReplaceAll(text, lf, crlf)
	}
	if got, err := Draft(path, text); err != nil || !reflect.DeepEqual(got, want) {
		return nil, ErrByHand
	}
	return text, nil
}

func flow(pins []Pinned, legacy bool) string {
	var quoted []string
	for _, p := range pins {
		quoted = append(quoted, fmt.Sprintf("%q", p.SHA256))
	}
	text := "{mode: pin, sha256: [" + strings.Join(quoted, ", ") + "]"
	if legacy {
		text += ", legacy: true"
	}
	return text + "}"
}
