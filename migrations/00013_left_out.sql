-- +goose Up
-- What it means that the configuration leaves a class out.
COMMENT ON COLUMN syncd.sync_class.note IS 'Why the class was not read. excluded by the configuration: what was stored of it is removed. An error of XenAPI: this release lacks it or the account may not see it; its rows stay as they are';
COMMENT ON COLUMN syncd.object_count.live IS 'Objects of the class that exist, which is the number of rows of its table; NULL where the last full pass could not read the class or left it out, and of messages, which no pool counts';
COMMENT ON COLUMN syncd.pool.event_source IS 'Fingerprint of who gave the token: pool, master, its software and the start of its toolstack, and what this version of syncd reads, of which classes. Of another one the token says nothing';

-- +goose Down
COMMENT ON COLUMN syncd.sync_class.note IS 'Why the class was not read, where this release lacks it or the account may not see it; its rows stay as they are';
COMMENT ON COLUMN syncd.object_count.live IS 'Objects of the class that exist, which is the number of rows of its table; NULL where the last full pass could not read the class';
COMMENT ON COLUMN syncd.pool.event_source IS 'Fingerprint of who gave the token: pool, master, its software and the start of its toolstack, and what this version of syncd reads. Of another one the token says nothing';
