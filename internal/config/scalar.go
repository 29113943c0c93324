package config

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Duration is a length of time, as Go writes it: 10s, 1m30s, 15m.
type Duration time.Duration

// UnmarshalText reads a duration of more than nothing.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	switch {
	case err != nil:
		return fmt.Errorf("%q is no duration, write one such as 10s, 1m30s or 15m", text)
	case parsed <= 0:
		return fmt.Errorf("%s is no time to wait, write more than 0s", text)
	}
	*d = Duration(parsed)
	return nil
}

// Size is a number of bytes.
type Size int64

var units = []struct {
	name  string
	bytes int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}}

// UnmarshalText reads a whole number of KiB, MiB, GiB or TiB, from 1KiB up.
func (s *Size) UnmarshalText(text []byte) error {
	for _, unit := range units {
		digits, ok := strings.CutSuffix(string(text), unit.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		switch {
		case err != nil && !errors.Is(err, strconv.ErrRange):
		case err != nil || n > (1<<62)/unit.bytes:
			return fmt.Errorf("%s is too large, write 1TiB or less", text)
		case n < 1:
			return fmt.Errorf("%s is no size, write 1KiB or more", text)
		default:
			*s = Size(n * unit.bytes)
			return nil
		}
	}
	return fmt.Errorf("%q is no size, write a whole number with its unit such as 512KiB, 16MiB or 2GiB", text)
}

// Fingerprint is the SHA-256 of a certificate in DER.
type Fingerprint [sha256.Size]byte

// UnmarshalText reads 64 hexadecimal digits of either case, with a colon between each two pairs or without any.
func (f *Fingerprint) UnmarshalText(text []byte) error {
	digits := text
	if pairs := bytes.Split(text, []byte(":")); len(pairs) == len(f) {
		digits = bytes.Join(pairs, nil)
		if slices.ContainsFunc(pairs, func(pair []byte) bool { return len(pair) != 2 }) {
			digits = nil
		}
	}
	if n, err := hex.Decode(f[:], digits[:min(len(digits), 2*len(f))]); err != nil || n != len(f) || len(digits) != 2*len(f) {
		return fmt.Errorf("%.100q is no SHA-256 of a certificate, write 32 pairs of hexadecimal digits as syncd trust shows them, in quotes", text)
	}
	return nil
}

// String is the form that `openssl x509 -fingerprint -sha256` prints.
func (f Fingerprint) String() string {
	return strings.ReplaceAll(fmt.Sprintf("% X", f[:]), " ", ":")
}

// MarshalText is String.
func (f Fingerprint) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// Secret is a password, or a text that may hold one. Everything that prints, logs or encodes it gives ***.
type Secret string

const masked = "***"

// Reveal is the text itself.
func (s Secret) Reveal() string { return string(s) }

// String is ***.
func (s Secret) String() string { return masked }

// GoString is ***, for %#v.
func (s Secret) GoString() string { return masked }

// LogValue is ***, for slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText is ***, for JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(masked), nil }
