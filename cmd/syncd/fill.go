package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"syncd/configs"
)

// settings are what the configuration of one pool has to say; for the rest the defaults count.
type settings struct {
	Database                  string // embedded, or a postgres:// URL
	Name                      string
	URLs                      []string
	Username                  string
	PasswordFile, PasswordEnv string   // one of them
	TLSMode, CAFile           string   // may be empty; nothing to http://
	Pins                      []string // fingerprints, with the mode pin
}

// header stands above what fill makes.
const header = "# Made by `syncd init`. A line that begins with # and a setting is not in force: its default counts.\n#\n"

// setting is a line of the sample: what stands before its key, the key, its value and a comment.
var setting = regexp.MustCompile(`^(\s*(?:- )?)([a-z_]+):(?: ([^#]*?))?(\s*#.*)?$`)

// fill makes a configuration of the sample: with its comments and our settings, and every other one commented out by a
// # in the first column.
func (s settings) fill() []byte {
	set := map[string][2]string{ // section.key of the sample → our key and value
		"database":            {"database", ""},
		"database.url":        {"url", scalar(s.Database)},
		"pools":               {"pools", ""},
		"pools.name":          {"name", scalar(s.Name)},
		"pools.urls":          {"urls", list(s.URLs)},
		"pools.username":      {"username", scalar(s.Username)},
		"pools.password_file": {"password_file", scalar(s.PasswordFile)},
	}
	if s.PasswordEnv != "" {
		set["pools.password_file"] = [2]string{"password_env", scalar(s.PasswordEnv)}
	}
	if !s.plain() {
		set["pools.tls"] = [2]string{"tls", s.tls()}
	}
	var b strings.Builder
	b.WriteString(header)
	section := ""
	for line := range strings.Lines(string(configs.Sample)) {
		m := setting.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil {
			b.WriteString(line)
			continue
		}
		place := section + "." + m[2]
		if m[1] == "" {
			section, place = m[2], m[2]
		}
		ours, ok := set[place]
		if !ok {
			b.WriteString("#" + line)
			continue
		}
		text := strings.TrimSuffix(m[1]+ours[0]+": "+ours[1], " ")
		if m[4] != "" {
			column := len(line) - 1 - len(strings.TrimLeft(m[4], " "))
			text += strings.Repeat(" ", max(column-len(text), 2)) + strings.TrimLeft(m[4], " ")
		}
		b.WriteString(text + "\n")
	}
	return []byte(b.String())
}

// plain tells whether no URL is of https://.
func (s settings) plain() bool {
	return !slices.ContainsFunc(s.URLs, func(url string) bool { return !strings.HasPrefix(strings.ToLower(url), "http:") })
}

func (s settings) tls() string {
	switch s.TLSMode {
	case "insecure":
		return "{mode: insecure}"
	case "pin":
		return "{mode: pin, sha256: " + list(s.Pins) + "}"
	}
	if s.CAFile != "" {
		return "{mode: verify, ca_file: " + scalar(s.CAFile) + "}"
	}
	return "{mode: verify}"
}

func list(values []string) string {
	var texts []string
	for _, v := range values {
		texts = append(texts, scalar(v))
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// bare is a text that YAML takes as it stands, also within braces, unless it is one of words.
var (
	bare  = regexp.MustCompile(`^[A-Za-z/][A-Za-z0-9_./-]*(://[A-Za-z0-9_.@/-]+(:[0-9]+)?[A-Za-z0-9_./-]*)?$`)
	words = regexp.MustCompile(`(?i)^(null|true|false|yes|no|on|off|y|n)$`)
)

// scalar writes a text as YAML.
func scalar(text string) string {
	if bare.MatchString(text) && !words.MatchString(text) {
		return text
	}
	return strconv.Quote(text)
}
