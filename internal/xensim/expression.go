package xensim

import (
	"fmt"
	"strings"

	"syncd/internal/model"
)

// expression is a set or a map as xapi's database writes it: ('a' 'b'), (('key' 'value') ('key' 'value')). A string
// stands in quotes, in which a backslash takes what follows it as it is; one without quotes ends at a space or bracket.
type expression struct {
	list bool
	text string
	sub  []expression
}

func parseExpression(s string) (expression, error) {
	e, rest, err := expressionOf(s)
	if err != nil {
		return expression{}, err
	}
	if strings.TrimSpace(rest) != "" {
		return expression{}, fmt.Errorf("there is more behind the closing bracket: %.20q", rest)
	}
	return e, nil
}

// expressionOf cuts the first expression off s.
func expressionOf(s string) (e expression, rest string, err error) {
	s = strings.TrimLeft(s, " \t\r\n")
	switch {
	case s == "":
		return e, "", fmt.Errorf("a set or a map is written as (…), and this is empty")
	case s[0] == '(':
		e.list, s = true, s[1:]
		for {
			s = strings.TrimLeft(s, " \t\r\n")
			if s == "" || s[0] == ')' { // a genuine dump of 5.5 has a set that nothing closes
				return e, strings.TrimPrefix(s, ")"), nil
			}
			var sub expression
			if sub, s, err = expressionOf(s); err != nil {
				return e, "", err
			}
			e.sub = append(e.sub, sub)
		}
	case s[0] == '\'' || s[0] == '"':
		e.text, rest, err = quoted(s[1:], s[0])
		return e, rest, err
	case s[0] == ')':
		return e, "", fmt.Errorf("a bracket closes what none opens")
	}
	end := strings.IndexAny(s, " \t\r\n()")
	if end < 0 {
		end = len(s)
	}
	e.text = s[:end]
	return e, s[end:], nil
}

// quoted cuts off the text up to the closing quote.
func quoted(s string, quote byte) (text, rest string, err error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == quote:
			return b.String(), s[i+1:], nil
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return "", "", fmt.Errorf("a string has no closing quote: %.20q", s)
}

// value is the expression as a value of this type.
func (e expression) value(t model.Type) (any, error) {
	nested := t.Kind == model.Set || t.Kind == model.Map
	switch {
	case nested && !e.list: // a set inside a map is written as a string
		inner, err := parseExpression(e.text)
		if err != nil {
			return nil, err
		}
		if !inner.list {
			return nil, fmt.Errorf("%.20q is no %s", e.text, t)
		}
		return inner.value(t)
	case !nested && e.list:
		return nil, fmt.Errorf("a list where a %s should be", t)
	case !nested:
		return parseStored(t, e.text)
	case t.Kind == model.Set:
		set := make([]any, len(e.sub))
		for i, sub := range e.sub {
			v, err := sub.value(*t.Elem)
			if err != nil {
				return nil, err
			}
			set[i] = v
		}
		return set, nil
	}
	m := make(pairs, len(e.sub))
	for i, sub := range e.sub {
		if !sub.list || len(sub.sub) != 2 || sub.sub[0].list {
			return nil, fmt.Errorf("an entry of a map is no pair of a key and a value")
		}
		v, err := sub.sub[1].value(*t.Elem)
		if err != nil {
			return nil, err
		}
		m[i] = pair{sub.sub[0].text, v}
	}
	return m, nil
}
