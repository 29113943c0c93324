package main

import (
	"context"
	"fmt"

	"syncd/internal/store"
)

type migrateCmd struct {
	Up     migrateUpCmd     `cmd:"" help:"Bring the schema to the version of this syncd; sync does so too."`
	Down   migrateDownCmd   `cmd:"" help:"Take back the newest migration, with the rows of the tables that it made."`
	Status migrateStatusCmd `cmd:"" help:"List the migrations, applied and pending."`
}

// migrate brings the schema to this program's version, and logs what that took.
func (p *program) migrate(ctx context.Context, db *store.DB) error {
	applied, err := db.Migrate(ctx)
	for _, m := range applied {
		p.log.Info("applied migration " + m.Name)
	}
	return err
}

// database is what the three commands begin with.
func (p *program) database(ctx context.Context) (db *store.DB, done func(), err error) {
	cfg, err := p.load()
	if err != nil {
		return nil, nil, err
	}
	return p.open(ctx, cfg)
}

type migrateUpCmd struct{}

// Run applies what is pending.
func (*migrateUpCmd) Run(ctx context.Context, p *program) error {
	db, done, err := p.database(ctx)
	if err != nil {
		return err
	}
	defer done()
	applied, err := db.Migrate(ctx)
	for _, m := range applied {
		fmt.Fprintln(p.stdout, "applied", m.Name)
	}
	if err == nil && len(applied) == 0 {
		fmt.Fprintln(p.stdout, "the schema is current")
	}
	return err
}

type migrateDownCmd struct{}

// Run takes back one migration.
func (*migrateDownCmd) Run(ctx context.Context, p *program) error {
	db, done, err := p.database(ctx)
	if err != nil {
		return err
	}
	defer done()
	undone, err := db.MigrateDown(ctx)
	if err != nil {
		return err
	}
	if undone == nil {
		fmt.Fprintln(p.stdout, "no migration is applied")
		return nil
	}
	fmt.Fprintln(p.stdout, "took back", undone.Name)
	return nil
}

type migrateStatusCmd struct{}

// Run changes nothing.
func (*migrateStatusCmd) Run(ctx context.Context, p *program) error {
	db, done, err := p.database(ctx)
	if err != nil {
		return err
	}
	defer done()
	migrations, err := db.Migrations(ctx)
	if err != nil {
		return err
	}
	t := table{{"VERSION", "MIGRATION", "APPLIED AT"}}
	for _, m := range migrations {
		applied := "pending"
		if m.AppliedAt != nil {
			applied = local(*m.AppliedAt)
		}
		t = append(t, []any{m.Version, m.Name, applied})
	}
	return t.write(p.stdout)
}
