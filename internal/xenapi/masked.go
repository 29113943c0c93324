package xenapi

import (
	"strconv"
	"strings"

	"syncd/internal/model"
)

// masked is an error in whose text nobody finds what was secret on the wire. A server, or a proxy before it, may repeat
// what it was sent anywhere: in an error's code, a header, a tag, the address of a redirect.
type masked struct {
	error
	text string
}

func (m *masked) Error() string { return m.text }
func (m *masked) Unwrap() error { return m.error }

// unmistakable is how long a password must be to be masked wherever it stands: "xen" is in many an address.
const unmistakable = 8

// masked takes the sessions and the password out of the text of an error that leaves the session. What it wraps stays.
func (s *Session) masked(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	clean := text
	for _, i := range s.issued {
		clean = strings.ReplaceAll(clean, i.ref, model.Masked)
	}
	if password := s.options.Password; len(password) >= unmistakable {
		quoted := strconv.Quote(password) // as %q has it
		clean = strings.NewReplacer(password, model.Masked, quoted[1:len(quoted)-1], model.Masked).Replace(clean)
	}
	if clean == text {
		return err
	}
	return &masked{err, clean}
}

// maskedCut masks the beginning of a secret at the end of a text that was cut there.
func maskedCut(text string, secrets []string) string {
	body, cut := strings.CutSuffix(text, "…")
	if !cut {
		return text
	}
	for _, secret := range secrets {
		for n := min(len(secret)-1, len(body)); n >= 4; n-- {
			if strings.HasSuffix(body, secret[:n]) {
				return body[:len(body)-n] + model.Masked + "…"
			}
		}
	}
	return text
}
