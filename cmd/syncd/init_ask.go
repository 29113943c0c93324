package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// ask asks for what the flags did not say; for the database only where it has to ask at all. Each question comes again
// until its answer can stand in the file.
func (c *initCmd) ask(ctx context.Context, t *terminal, s *settings) error {
	questions := []struct {
		open      bool
		question  string
		otherwise func() string
		set       func(s *settings, answer string)
	}{
		{len(s.URLs) == 0, "A member of the pool (xen1.example, https://10.0.0.1)", nil,
			func(s *settings, answer string) { s.URLs = []string{withScheme(answer)} }},
		{s.Name == "", "A name for the pool, as SQL will call it", func() string { return firstLabel(s.URLs[0]) },
			func(s *settings, answer string) { s.Name = answer }},
		{s.Username == "", "The account to log in with (the role read-only is enough)", func() string { return "root" },
			func(s *settings, answer string) { s.Username = answer }},
		{s.PasswordFile == "" && s.PasswordEnv == "", "Its password is in: a file, or the NAME of a variable",
			func() string { return variable(s.Name) }, (*settings).setPassword},
		{c.Database == "" && s.missing() != nil, "The database: embedded, or postgres://USER@HOST/NAME", func() string { return s.Database },
			func(s *settings, answer string) { s.Database = answer }},
	}
	for _, q := range questions {
		otherwise := ""
		if q.otherwise != nil && q.open {
			otherwise = q.otherwise()
		}
		for q.open {
			answer, err := t.ask(ctx, q.question, otherwise)
			if err != nil {
				return fmt.Errorf("init: %w, nothing was written", err)
			}
			changed := *s
			q.set(&changed, answer)
			_, err = c.draft(changed.orSample())
			if hasPassword(changed.Database) {
				err = errors.New("leave the password out, the file would show it: write ${VARIABLE} in its place, or use PGPASSWORD or ~/.pgpass")
			}
			if err != nil {
				t.say(err)
				continue
			}
			*s, q.open = changed, false
		}
	}
	return nil
}

// orSample fills what is still open with what any pool may have.
func (s settings) orSample() settings {
	if len(s.URLs) == 0 {
		s.URLs = []string{"https://xen1.example"}
	}
	if s.Name == "" {
		s.Name = "lab"
	}
	if s.Username == "" {
		s.Username = "root"
	}
	if s.PasswordFile == "" && s.PasswordEnv == "" {
		s.PasswordEnv = "LAB_PASSWORD"
	}
	return s
}

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// setPassword takes a name for that of a variable, and everything else for a path.
func (s *settings) setPassword(answer string) {
	if variableName.MatchString(answer) {
		s.PasswordEnv = answer
	} else {
		s.PasswordFile = answer
	}
}

// firstLabel is xen1 of https://xen1.example, and lab of an address.
func firstLabel(member string) string {
	u, err := url.Parse(member)
	if err == nil {
		label, _, _ := strings.Cut(u.Hostname(), ".")
		if regexp.MustCompile(`^[A-Za-z]`).MatchString(label) && !strings.Contains(label, ":") {
			return label
		}
	}
	return "lab"
}

// variable is LAB_PASSWORD of lab.
func variable(pool string) string {
	name := regexp.MustCompile(`[^A-Z0-9]+`).ReplaceAllString(strings.ToUpper(pool), "_")
	return regexp.MustCompile(`^[0-9]*_*`).ReplaceAllString(name, "") + "_PASSWORD"
}
