package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"syncd/internal/config"
	"syncd/internal/pgembed"
	"syncd/internal/store"
)

// embeddedName is the database that the embedded server holds.
const embeddedName = "syncd"

// openEmbedded opens the database of a private PostgreSQL in data_dir, after starting or joining that. What o says of how
// it runs counts; where it is comes from the configuration. Whoever opened it stops the server.
func (p *program) openEmbedded(ctx context.Context, c *config.Config, o pgembed.Options) (*pgembed.Server, *store.DB, error) {
	o.Dir, o.Database, o.Log = filepath.Join(c.DataDir, "postgres"), embeddedName, p.log
	o.Listen, o.Members = c.Database.Listen, store.ReaderGroup
	server, err := pgembed.Start(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	db, err := store.Open(ctx, server.URL(embeddedName))
	if err == nil {
		err = admitReaders(db, c)
	}
	if err != nil {
		p.stop(ctx, server)
		return nil, nil, err
	}
	return server, db, nil
}

func (p *program) stop(ctx context.Context, server *pgembed.Server) {
	if err := server.Stop(ctx); err != nil {
		p.log.Warn("the embedded database did not stop", "err", err)
	}
}

// admitReaders lets people read: on the socket whoever may enter its folder, over TCP with the password.
func admitReaders(db *store.DB, c *config.Config) error {
	password := ""
	if c.Database.Listen != "" {
		var err error
		if password, err = readerPassword(readerPasswordFile(c)); err != nil {
			return fmt.Errorf("the password for database.listen: %w", err)
		}
	}
	db.AdmitReaders(password)
	return nil
}

func readerPasswordFile(c *config.Config) string { return filepath.Join(c.DataDir, "reader.password") }

// readerURL is what BI tools connect with; without a password they ask for it.
func readerURL(c *config.Config, password string) string {
	u := url.URL{Scheme: "postgres", User: url.User(store.Reader), Host: c.Database.Listen, Path: "/" + embeddedName}
	if password != "" {
		u.User = url.UserPassword(store.Reader, password)
	}
	return u.String()
}

// readerPassword is what a file holds; where there is none, one is made with a new password that needs no quoting anywhere.
func readerPassword(path string) (string, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := writePassword(path); err != nil {
			return "", err
		}
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return "", err
	}
	password := strings.TrimSpace(string(text))
	if password == "" {
		return "", fmt.Errorf("%s is empty: write a password into it, or remove it and one is made", path)
	}
	return password, nil
}

// writePassword makes the file whole or not at all, and leaves one that another process has made meanwhile.
func writePassword(path string) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".reader-") // of mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = fmt.Fprintln(file, rand.Text())
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := os.Link(file.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
