-- Ids carry their bucket, so every map in the life of the data has as many of them. Told by the first map that is taken
-- into use. One with a wrong number, over shards without rows, is set right by hand: UPDATE shard_map SET buckets = NULL.
ALTER TABLE shard_map ADD COLUMN buckets integer;
