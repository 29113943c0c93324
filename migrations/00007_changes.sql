-- +goose Up
-- What a pass leaves for the next one, so that it need not read the whole pool again: docs/decisions/0013-only-what-changed.md.
ALTER TABLE syncd.pool ADD event_token text, ADD event_source text, ADD full_at timestamptz;
COMMENT ON COLUMN syncd.pool.event_token IS 'Up to where the pool told what changed, as it counts (event.from); the next pass asks from here. NULL: it must read everything';
COMMENT ON COLUMN syncd.pool.event_source IS 'Fingerprint of who gave the token: pool, master, its software and the start of its toolstack, and what this version of syncd reads. Of another one the token says nothing';
COMMENT ON COLUMN syncd.pool.full_at IS 'When the last pass that read everything was published; NULL = never';

ALTER TABLE syncd.sync_run ADD mode text, ADD reason text, ADD rounds bigint, ADD quiet boolean, ADD counts_agree boolean, ADD missed bigint,
    ADD CONSTRAINT sync_run_mode_check CHECK (mode IN ('full', 'incremental', 'follow'));
COMMENT ON TABLE syncd.sync_run IS 'One row for each pass over a pool, also those that failed and changed nothing. A full pass removes those of mode incremental and follow that are older than 7 days';
COMMENT ON COLUMN syncd.sync_run.mode IS 'full: everything was read; incremental: what changed since the pass before; follow: the same, in a session that is held open to be told of changes. NULL where the pass came to no end';
COMMENT ON COLUMN syncd.sync_run.reason IS 'Why everything was read where what changed might have done; NULL else';
COMMENT ON COLUMN syncd.sync_run.rounds IS 'How often the pool was asked what changed until it said nothing, five times at most; 0 where it cannot tell';
COMMENT ON COLUMN syncd.sync_run.quiet IS 'true: its last answer was nothing, so that what is stored is the pool of one instant';
COMMENT ON COLUMN syncd.sync_run.counts_agree IS 'Whether the pool counted as many objects of each class as are stored, those left out for a fault included; NULL where it does not count';
COMMENT ON COLUMN syncd.sync_run.missed IS 'Differences that only a full pass found: passes before should have been told of them. NULL where that is not known, as in other passes';
COMMENT ON COLUMN syncd.sync_run.residency_mismatches IS 'Pairs of host and VM that host.resident_VMs and VM.resident_on tell differently; some are normal while VMs move during a pass. NULL where only changes were read';
COMMENT ON TABLE syncd.sync_class IS 'What a published pass found in each class. One that read only what changed has no row of a class in which it wrote nothing';
COMMENT ON COLUMN syncd.sync_class.seen IS 'Records that the pool sent: all of a full pass, the changed ones of another';

-- Passes are many where each costs little. The one that runs is found without a look at those before.
CREATE INDEX sync_run_pool_id_running_idx ON syncd.sync_run (pool_id) WHERE status = 'running';

CREATE TABLE syncd.object_count (
    pool_id bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    class text NOT NULL,
    live bigint,
    left_out bigint,
    PRIMARY KEY (pool_id, class)
);
COMMENT ON TABLE syncd.object_count IS 'How many objects of each class are stored, kept by every pass, to be compared with what the pool counts';
COMMENT ON COLUMN syncd.object_count.pool_id IS 'The pool';
COMMENT ON COLUMN syncd.object_count.class IS 'XenAPI''s name of the class, such as VM';
COMMENT ON COLUMN syncd.object_count.live IS 'Objects of the class that exist, which is the number of rows of its table; NULL where the last full pass could not read the class';
COMMENT ON COLUMN syncd.object_count.left_out IS 'Objects that the pool counts and that are not stored, since their records have a fault';

-- A new view body keeps the view, and with it what people built on it.
CREATE OR REPLACE VIEW inventory.freshness AS
SELECT p.name AS pool,
       good.finished_at AS last_success_at,
       extract(epoch FROM now() - good.finished_at)::double precision AS age_seconds,
       newest.status AS last_run_status,
       ended.error AS last_error,
       good.mode AS last_success_mode,
       p.full_at AS last_full_at,
       good.quiet AND good.counts_agree AS last_success_proven
FROM syncd.pool p
LEFT JOIN LATERAL (
    SELECT r.finished_at, r.mode, r.quiet, r.counts_agree
    FROM syncd.sync_run r
    WHERE r.pool_id = p.id AND r.status = 'ok'
    ORDER BY r.finished_at DESC
    LIMIT 1
) good ON true
LEFT JOIN LATERAL (
    SELECT r.status
    FROM syncd.sync_run r
    WHERE r.pool_id = p.id AND r.status <> 'skipped'
    ORDER BY r.id DESC
    LIMIT 1
) newest ON true
LEFT JOIN LATERAL (
    SELECT CASE WHEN r.status = 'failed' THEN r.error END AS error
    FROM syncd.sync_run r
    WHERE r.pool_id = p.id AND r.status IN ('ok', 'failed')
    ORDER BY r.id DESC
    LIMIT 1
) ended ON true;
COMMENT ON COLUMN inventory.freshness.last_success_mode IS 'full, incremental or follow: how the last good pass read the pool, as in syncd.sync_run.mode; NULL = none yet';
COMMENT ON COLUMN inventory.freshness.last_full_at IS 'When the last pass that read everything was published; NULL = never';
COMMENT ON COLUMN inventory.freshness.last_success_proven IS 'true: the pool confirmed that nothing changed meanwhile and that it has as many objects as are stored; false: it did not; NULL: it cannot tell';

-- +goose Down
DROP VIEW inventory.freshness;
CREATE VIEW inventory.freshness AS
SELECT p.name AS pool,
       good.finished_at AS last_success_at,
       extract(epoch FROM now() - good.finished_at)::double precision AS age_seconds,
       newest.status AS last_run_status,
       ended.error AS last_error
FROM syncd.pool p
LEFT JOIN LATERAL (
    SELECT r.finished_at
    FROM syncd.sync_run r
    WHERE r.pool_id = p.id AND r.status = 'ok'
    ORDER BY r.finished_at DESC
    LIMIT 1
) good ON true
LEFT JOIN LATERAL (
    SELECT r.status
    FROM syncd.sync_run r
    WHERE r.pool_id = p.id AND r.status <> 'skipped'
    ORDER BY r.id DESC
    LIMIT 1
) newest ON true
LEFT JOIN LATERAL (
    SELECT CASE WHEN r.status = 'failed' THEN r.error END AS error
    FROM syncd.sync_run r
    WHERE r.pool_id = p.id AND r.status IN ('ok', 'failed')
    ORDER BY r.id DESC
    LIMIT 1
) ended ON true;

COMMENT ON VIEW inventory.freshness IS 'How old the data of each pool is: one row for each pool, also for one that was never read';
COMMENT ON COLUMN inventory.freshness.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.freshness.last_success_at IS 'When the last good pass was published; NULL = never, and the pool has no rows';
COMMENT ON COLUMN inventory.freshness.age_seconds IS 'Seconds since last_success_at; NULL = never. Watch this one: it grows whatever the reason';
COMMENT ON COLUMN inventory.freshness.last_run_status IS 'running, ok or failed: the newest pass, those that were skipped for another pass left out; NULL = none yet';
COMMENT ON COLUMN inventory.freshness.last_error IS 'Why the last pass that ended failed; NULL = it was good, or there is none; a pass that runs does not hide it';
DROP TABLE syncd.object_count;
DROP INDEX syncd.sync_run_pool_id_running_idx;
ALTER TABLE syncd.sync_run DROP mode, DROP reason, DROP rounds, DROP quiet, DROP counts_agree, DROP missed;
ALTER TABLE syncd.pool DROP event_token, DROP event_source, DROP full_at;
COMMENT ON COLUMN syncd.sync_run.residency_mismatches IS 'Pairs of host and VM that host.resident_VMs and VM.resident_on tell differently; some are normal while VMs move during a pass';
COMMENT ON TABLE syncd.sync_run IS 'One row for each pass over a pool, also those that failed and changed nothing';
COMMENT ON TABLE syncd.sync_class IS 'What a published pass found in each class';
COMMENT ON COLUMN syncd.sync_class.seen IS 'Records that the pool sent';
