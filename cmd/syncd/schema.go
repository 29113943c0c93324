package main

import "syncd/internal/config"

type configCmd struct {
	Schema configSchemaCmd `cmd:"" help:"Print the JSON Schema of the configuration, for editors."`
}

type configSchemaCmd struct{}

// Run prints the schema.
func (*configSchemaCmd) Run(p *program) error {
	_, err := p.stdout.Write(config.Schema())
	return err
}
