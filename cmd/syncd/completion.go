package main

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"syncd/internal/config"
)

// The scripts ask `syncd __complete WORD…` what may stand in place of the last word, which may be empty. Each line of
// the answer is a word, a tab and what it means; the one line :files asks the shell for the names of files.
//
//go:embed completion
var completionScripts embed.FS

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"The shell to print it for: ${enum}."`
}

// Run needs no configuration.
func (c *completionCmd) Run(p *program) error {
	script, err := completionScripts.ReadFile("completion/syncd." + c.Shell)
	if err != nil {
		return err
	}
	_, err = p.stdout.Write(script)
	return err
}

type candidatesCmd struct {
	Words []string `arg:"" optional:""`
}

// Run never fails: who presses a key wants no error.
func (c *candidatesCmd) Run(p *program, app *kong.Context) error {
	for _, found := range candidates(app.Model.Node, c.Words) {
		fmt.Fprintln(p.stdout, found)
	}
	return nil
}

// candidates walks the words before the last one through the commands, and lists what may come next.
func candidates(node *kong.Node, words []string) []string {
	if len(words) == 0 {
		return nil
	}
	before, last := words[:len(words)-1], words[len(words)-1]
	var given []*kong.Flag
	var configFile string
	args := 0
	for len(before) > 0 {
		word := before[0]
		before = before[1:]
		name, value, joined := strings.Cut(word, "=")
		flag := findFlag(node, name)
		child := slices.IndexFunc(node.Children, func(n *kong.Node) bool { return n.Name == word })
		switch {
		case flag != nil && takesValue(flag):
			given = append(given, flag)
			if !joined && len(before) > 0 && before[0] == "=" { // as bash splits it
				before = before[1:]
			}
			if !joined && len(before) == 0 {
				return values(flag.Value, flag.PlaceHolder, configFile)
			}
			if !joined {
				value, before = before[0], before[1:]
			}
			if flag.Name == "config" {
				configFile = value
			}
		case flag != nil:
			given = append(given, flag)
		case child >= 0:
			node, args = node.Children[child], 0
		default:
			args++
		}
	}
	if name, _, joined := strings.Cut(last, "="); joined {
		flag := findFlag(node, name)
		if flag == nil {
			return nil
		}
		return prefixed(name+"=", values(flag.Value, flag.PlaceHolder, configFile))
	}
	if strings.HasPrefix(last, "-") {
		return flags(node, given)
	}
	var found []string
	for _, child := range node.Children {
		if args == 0 && !child.Hidden {
			found = append(found, child.Name+"\t"+child.Help)
		}
	}
	if args < len(node.Positional) {
		arg := node.Positional[args]
		found = append(found, values(arg, arg.Tag.PlaceHolder, configFile)...)
	}
	return found
}

func takesValue(flag *kong.Flag) bool { return !flag.IsBool() && !flag.IsCounter() }

// findFlag finds a flag of a command by --name or -n.
func findFlag(node *kong.Node, word string) *kong.Flag {
	for _, group := range node.AllFlags(true) {
		for _, flag := range group {
			if word == "--"+flag.Name || flag.Short != 0 && word == "-"+string(flag.Short) {
				return flag
			}
		}
	}
	return nil
}

// flags lists those of a command that can still be given.
func flags(node *kong.Node, given []*kong.Flag) []string {
	var found []string
	for _, group := range node.AllFlags(true) {
		for _, flag := range group {
			if !slices.Contains(given, flag) || flag.IsSlice() {
				found = append(found, "--"+flag.Name+"\t"+flag.Help)
			}
		}
	}
	return found
}

// values lists what a flag or an argument can be: one of its enum, a pool where it is called so, a file where its
// placeholder says FILE.
func values(v *kong.Value, placeholder, configFile string) []string {
	var found []string
	switch {
	case v.Enum != "":
		for _, value := range v.EnumSlice() {
			if value != "" {
				found = append(found, value+"\t")
			}
		}
	case v.Name == "pool":
		for _, name := range config.PoolNames(findConfig(configFile)) {
			found = append(found, name+"\tpool")
		}
	case placeholder == "FILE":
		found = []string{":files"}
	}
	return found
}

func prefixed(prefix string, words []string) []string {
	for i, word := range words {
		if word != ":files" {
			words[i] = prefix + word
		}
	}
	return words
}
