-- +goose Up
CREATE SCHEMA IF NOT EXISTS syncd; -- it holds the table of applied migrations, so it may be here already
COMMENT ON SCHEMA syncd IS 'How the mirror itself is doing: pools, passes and what each pass changed';
CREATE SCHEMA xen;
COMMENT ON SCHEMA xen IS 'The current state of every pool: one table for each XenAPI class, one row for each object that exists now';
CREATE SCHEMA inventory;
COMMENT ON SCHEMA inventory IS 'Views for people and BI tools: plain typed columns, units in the names';

CREATE TABLE syncd.pool (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    uuid text UNIQUE,
    generation bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE syncd.pool IS 'The pools that have been read, or at least tried; a pool that leaves the configuration stays here with its rows';
COMMENT ON COLUMN syncd.pool.id IS 'Key of the pool in every table of the schemas xen and syncd';
COMMENT ON COLUMN syncd.pool.name IS 'Name of the pool in the configuration; XenServer''s own name for it is xen.pool.name_label';
COMMENT ON COLUMN syncd.pool.uuid IS 'UUID that the pool gives itself; NULL until its first good pass. An answer under another UUID is refused';
COMMENT ON COLUMN syncd.pool.generation IS 'Counts the passes that were published; a pass that started from an older generation cannot publish';
COMMENT ON COLUMN syncd.pool.created_at IS 'When the pool was first tried';

CREATE TABLE syncd.sync_run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    pool_id bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'ok', 'failed', 'skipped')),
    error text,
    residency_mismatches bigint
);
CREATE INDEX sync_run_pool_id_id_idx ON syncd.sync_run (pool_id, id);
CREATE INDEX sync_run_pool_id_finished_at_idx ON syncd.sync_run (pool_id, finished_at) WHERE status = 'ok';
COMMENT ON TABLE syncd.sync_run IS 'One row for each pass over a pool, also those that failed and changed nothing';
COMMENT ON COLUMN syncd.sync_run.id IS 'Key of the pass';
COMMENT ON COLUMN syncd.sync_run.pool_id IS 'The pool that was read';
COMMENT ON COLUMN syncd.sync_run.started_at IS 'When the pass began';
COMMENT ON COLUMN syncd.sync_run.finished_at IS 'When it was published or gave up; NULL while it runs';
COMMENT ON COLUMN syncd.sync_run.status IS 'running, ok (published), failed (nothing was changed) or skipped (another pass over the pool was under way)';
COMMENT ON COLUMN syncd.sync_run.error IS 'Why the pass failed or was skipped, with the remedy';
COMMENT ON COLUMN syncd.sync_run.residency_mismatches IS 'Pairs of host and VM that host.resident_VMs and VM.resident_on tell differently; some are normal while VMs move during a pass';

CREATE TABLE syncd.sync_class (
    run_id bigint NOT NULL REFERENCES syncd.sync_run DEFERRABLE INITIALLY DEFERRED,
    class text NOT NULL,
    seen bigint NOT NULL,
    new bigint NOT NULL,
    changed bigint NOT NULL,
    removed bigint NOT NULL,
    dangling bigint NOT NULL,
    faults bigint NOT NULL,
    note text,
    PRIMARY KEY (run_id, class)
);
COMMENT ON TABLE syncd.sync_class IS 'What a published pass found in each class';
COMMENT ON COLUMN syncd.sync_class.run_id IS 'The pass';
COMMENT ON COLUMN syncd.sync_class.class IS 'XenAPI''s name of the class, such as VM';
COMMENT ON COLUMN syncd.sync_class.seen IS 'Records that the pool sent';
COMMENT ON COLUMN syncd.sync_class.new IS 'Rows that were added, objects that came back among them';
COMMENT ON COLUMN syncd.sync_class.changed IS 'Rows of which at least one stored value changed';
COMMENT ON COLUMN syncd.sync_class.removed IS 'Rows that were removed because the object is gone';
COMMENT ON COLUMN syncd.sync_class.dangling IS 'References from this class to objects that do not exist, counted after the pass';
COMMENT ON COLUMN syncd.sync_class.faults IS 'Records that were left out (no UUID, or one that another record has) and values that could not be read or stored as they were';
COMMENT ON COLUMN syncd.sync_class.note IS 'Why the class was not read, where this release lacks it or the account may not see it; its rows stay as they are';

CREATE TABLE xen.object (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    pool_id bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    class text NOT NULL,
    uuid text NOT NULL,
    ref text NOT NULL,
    content_hash bytea,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    removed_at timestamptz,
    UNIQUE (pool_id, class, uuid)
);
CREATE INDEX object_pool_id_ref_idx ON xen.object (pool_id, ref);
COMMENT ON TABLE xen.object IS 'Every object that was ever seen, and the key by which all other tables know it';
COMMENT ON COLUMN xen.object.id IS 'Key of the object in the table of its class; an object that is removed and comes back keeps it';
COMMENT ON COLUMN xen.object.pool_id IS 'The pool that the object belongs to; a VM seen in two pools is two objects';
COMMENT ON COLUMN xen.object.class IS 'XenAPI''s name of the class, such as VM';
COMMENT ON COLUMN xen.object.uuid IS 'UUID of the object; with pool and class it is what identifies an object for good';
COMMENT ON COLUMN xen.object.ref IS 'XenAPI''s reference to it when it was last seen; references change, so never use one as a key';
COMMENT ON COLUMN xen.object.content_hash IS 'Fingerprint of the record as it was last read, for syncd alone; NULL once the object is removed';
COMMENT ON COLUMN xen.object.first_seen_at IS 'When a pass first published the object';
COMMENT ON COLUMN xen.object.removed_at IS 'When a pass found it gone; NULL while it exists';

CREATE TABLE syncd.dangling (
    id bigint NOT NULL REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED,
    field text NOT NULL,
    ref text NOT NULL,
    pool_id bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    class text NOT NULL,
    target text NOT NULL,
    PRIMARY KEY (id, field)
);
CREATE INDEX dangling_pool_id_ref_idx ON syncd.dangling (pool_id, ref);
COMMENT ON TABLE syncd.dangling IS 'References to objects that the pool does not have; each is NULL in its row and filled in when its target appears';
COMMENT ON COLUMN syncd.dangling.id IS 'The object that holds the reference, as in xen.object';
COMMENT ON COLUMN syncd.dangling.field IS 'XenAPI''s name of the field that holds it, such as resident_on';
COMMENT ON COLUMN syncd.dangling.ref IS 'The reference as the pool sent it';
COMMENT ON COLUMN syncd.dangling.pool_id IS 'The pool of both';
COMMENT ON COLUMN syncd.dangling.class IS 'Class of the object that holds it';
COMMENT ON COLUMN syncd.dangling.target IS 'Class that the reference should lead to';

-- +goose Down
DROP TABLE syncd.dangling, xen.object, syncd.sync_class, syncd.sync_run, syncd.pool;
DROP SCHEMA inventory;
DROP SCHEMA xen;
