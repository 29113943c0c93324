-- +goose Up
CREATE TABLE xen.message (
    id        bigint PRIMARY KEY,
    pool_id   bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid      text NOT NULL,
    ref       text NOT NULL,
    body      text,
    cls       text,
    name      text,
    obj_uuid  text,
    priority  bigint,
    timestamp timestamptz,
    extra     jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
-- A pass asks for the newest one, and for those about it.
CREATE INDEX message_timestamp ON xen.message (pool_id, timestamp);
COMMENT ON TABLE xen.message IS 'What the pool told people of: alerts, and what happened to VMs, hosts and storage. Rows stay when the pool forgets its messages (it keeps the latest 10,000) or somebody dismisses one';
COMMENT ON COLUMN xen.message.id IS 'Key of the message, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.message.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.message.uuid IS 'UUID of the message; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.message.ref IS 'XenAPI''s reference to it';
COMMENT ON COLUMN xen.message.body IS 'What it says further: text, or XML of alarms';
COMMENT ON COLUMN xen.message.cls IS 'Class of the object that it is about: VM, Host, SR, Pool and so on';
COMMENT ON COLUMN xen.message.name IS 'What happened, a fixed word such as VM_STARTED or ALARM';
COMMENT ON COLUMN xen.message.obj_uuid IS 'UUID of the object that it is about, which may be gone; with cls it is what to join by';
COMMENT ON COLUMN xen.message.priority IS '1: data is lost or in danger; 2: a service failed; 3: a service suffers; 4: a service recovered; 5: for information; other numbers of old releases mean less';
COMMENT ON COLUMN xen.message.timestamp IS 'When it was made, by the clock of the pool''s master';
COMMENT ON COLUMN xen.message.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

-- +goose Down
DROP TABLE xen.message;
DELETE FROM xen.object WHERE class = 'message';
