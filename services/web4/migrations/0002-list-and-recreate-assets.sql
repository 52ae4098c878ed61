-- An asset that is deleted and made again counts its versions from 1 again; its ETags must differ from those it had.
CREATE SEQUENCE asset_generations;
-- Without a default at first, so that no row is rewritten: rows that are there stay NULL, which stands for 0.
ALTER TABLE assets ADD COLUMN generation bigint;
ALTER TABLE assets ALTER COLUMN generation SET DEFAULT nextval('asset_generations');
-- Lists are in the order of bytes, whatever the database's own.
CREATE INDEX assets_by_bytes ON assets (id COLLATE "C");
