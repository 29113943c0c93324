-- +goose Up
ALTER TABLE syncd.pool ADD fingerprint_key bytea NOT NULL DEFAULT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
COMMENT ON COLUMN syncd.pool.fingerprint_key IS 'Random key of the fingerprints in xen.object.content_hash, for syncd alone: whoever knew it could make changes of a record that no pass sees';

-- +goose Down
ALTER TABLE syncd.pool DROP fingerprint_key;
