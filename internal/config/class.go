package config

import (
	"errors"
	"fmt"
	"strings"

	"syncd/internal/model"
)

// ClassName is the name of a class that can be left out, as XenAPI spells it.
type ClassName string

// indispensable are the classes that cannot be left out, and why.
var indispensable = map[string]string{
	"pool": "tells which pool answered",
	"host": "is what syncd is for",
	"VM":   "is what syncd is for",
}

// UnmarshalText reads the name of a class that syncd mirrors and can do without.
func (c *ClassName) UnmarshalText(text []byte) error {
	name := string(text)
	for class, why := range indispensable {
		if strings.EqualFold(name, class) {
			return fmt.Errorf("%s cannot be left out, since it %s, remove it here", class, why)
		}
	}
	if name == "" {
		return errors.New("is empty, write the name of a class or remove it")
	}
	if model.Lookup(name) == nil {
		return fmt.Errorf("%.100q is no class that syncd mirrors, %s", name, suggest(name, excludable()))
	}
	*c = ClassName(name)
	return nil
}

// excludable are the classes that can be left out, in the order in which they are read.
func excludable() (names []string) {
	for _, class := range model.Classes {
		if indispensable[class.Name] == "" {
			names = append(names, class.Name)
		}
	}
	return names
}
