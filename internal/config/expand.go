package config

import (
	"os"
	"regexp"
	"strings"
)

// variable matches ${NAME}, what was meant to be one, and the escape $${.
var variable = regexp.MustCompile(`\$?\$\{([^}]*\}?)`)

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*\}$`)

// expand puts environment variables in the place of ${NAME}. What they hold is not expanded again.
func (d *document) expand(path, text string) string {
	return variable.ReplaceAllStringFunc(text, func(match string) string {
		if strings.HasPrefix(match, "$$") {
			return match[1:]
		}
		inner := strings.TrimPrefix(match, "${")
		if !variableName.MatchString(inner) {
			d.breaks(path, "${ begins an environment variable's name and } ends it, write ${NAME}, or $${ for the characters themselves")
			return ""
		}
		name := strings.TrimSuffix(inner, "}")
		value, ok := os.LookupEnv(name)
		if !ok {
			d.breaks(path, "the environment variable %s is not set, set it, or write $${ for the characters ${ themselves", name)
			return ""
		}
		if d.vars[path] == nil {
			d.vars[path] = map[string]string{}
		}
		d.vars[path][name] = value
		return value
	})
}
