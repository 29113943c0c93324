package main

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"syncd/internal/model"
)

// writes are what passes of syncd write, measured while nothing else does: autovacuum is off.
//
// The first page that is changed after a checkpoint goes into the WAL as a whole. How much of it there is depends on
// when the last checkpoint was, by default five minutes ago at most, so both ends are measured: without these images,
// and with all of them, right after a checkpoint.
type writes struct {
	Some    []written `json:"some"` // passes with 1 % changed
	None    []written `json:"none"` // passes with nothing changed
	Rewrite []written `json:"rewrite"`
}

// written is what one pass wrote, or an UPDATE of every row of every class in syncd's own tables. The same tables and
// indexes are what is fair; that the script's rows are larger is not held against it.
type written struct {
	Images  bool  `json:"page_images"`
	WAL     int64 `json:"wal_bytes"`
	Rows    int64 `json:"rows"`    // new, changed and removed
	Dead    int64 `json:"dead"`    // row versions of syncd's tables about objects that it left for vacuum
	Own     int64 `json:"own"`     // of its tables about its own passes
	Catalog int64 `json:"catalog"` // of Postgres's own tables, which know temporary tables
}

func (b *bench) measureWrites(ctx context.Context, pool *pool) (err error) {
	if err := b.postgres.set(ctx, "autovacuum = off"); err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, b.postgres.set(ctx, "autovacuum = on"), b.postgres.set(ctx, "full_page_writes = on"))
	}()
	for _, images := range []string{"off", "on"} {
		if err := b.postgres.set(ctx, "full_page_writes = "+images); err != nil {
			return err
		}
		for range b.repeats {
			if err := pool.change(changes(pool.vms)); err != nil {
				return err
			}
			for _, list := range []*[]written{&b.writes.Some, &b.writes.None} {
				w, err := b.write(ctx, pool)
				if err != nil {
					return err
				}
				w.Images = images == "on"
				*list = append(*list, w)
			}
			w, err := b.rewrite(ctx)
			if err != nil {
				return err
			}
			w.Images = images == "on"
			b.writes.Rewrite = append(b.writes.Rewrite, w)
		}
	}
	return nil
}

// write makes one pass.
func (b *bench) write(ctx context.Context, pool *pool) (w written, err error) {
	before, err := b.dead(ctx)
	if err != nil {
		return w, err
	}
	r, err := b.exec(ctx, b.all[ours], pool.http)
	if err != nil {
		return w, err
	}
	after, err := b.dead(ctx)
	return written{WAL: r.WAL, Rows: r.Counts.written(), Dead: after.Dead - before.Dead,
		Own: after.Own - before.Own, Catalog: after.Catalog - before.Catalog}, err
}

// dead counts the row versions that were left for vacuum so far: every update and every delete leaves one, also where the
// page is tidied at once.
func (b *bench) dead(ctx context.Context) (w written, err error) {
	err = b.postgres.in(ctx, b.ours(), func(conn *pgx.Conn) error {
		return conn.QueryRow(ctx, `SELECT sum(n_tup_upd + n_tup_del) FILTER (WHERE schemaname = 'xen' OR relname = 'dangling'),
				sum(n_tup_upd + n_tup_del) FILTER (WHERE schemaname = 'syncd' AND relname <> 'dangling'),
				sum(n_tup_upd + n_tup_del) FILTER (WHERE schemaname = 'pg_catalog')
			FROM pg_stat_all_tables`).Scan(&w.Dead, &w.Own, &w.Catalog)
	})
	return w, err
}

// rewrite updates every row of every class, takes it back, and tidies up.
func (b *bench) rewrite(ctx context.Context) (w written, err error) {
	r, err := b.postgres.watched(ctx, func() (run, error) {
		return run{}, b.postgres.in(ctx, b.ours(), func(conn *pgx.Conn) error {
			tx, err := conn.Begin(ctx)
			if err != nil {
				return err
			}
			for _, class := range model.Classes {
				tag, err := tx.Exec(ctx, "UPDATE xen."+class.SQLTable()+" SET uuid = uuid")
				if err != nil {
					return err
				}
				w.Rows += tag.RowsAffected()
			}
			return tx.Rollback(ctx)
		})
	})
	w.WAL, w.Dead = r.WAL, w.Rows
	if err != nil {
		return w, err
	}
	return w, b.postgres.in(ctx, b.ours(), func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "VACUUM")
		return err
	})
}

// ours is the URL of syncd's database.
func (b *bench) ours() string { return b.postgres.server.URL(b.all[ours].database()) }

// pick takes a figure of the passes with or without page images.
func pick(passes []written, images bool, figure func(written) float64) (figures []float64) {
	for _, w := range passes {
		if w.Images == images {
			figures = append(figures, figure(w))
		}
	}
	return figures
}
