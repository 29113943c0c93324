-- +goose Up
ALTER TABLE syncd.pool ADD refused_until timestamptz, ADD refused_credentials text;
COMMENT ON COLUMN syncd.pool.refused_until IS 'Until when the daemon leaves the pool alone because it refused username and password: more attempts would lock a directory account; NULL where it did not';
COMMENT ON COLUMN syncd.pool.refused_credentials IS 'Two bytes of a salted hash of what was refused, by which syncd sees that username or password changed; too few to find either by';

-- +goose Down
ALTER TABLE syncd.pool DROP refused_until, DROP refused_credentials;
