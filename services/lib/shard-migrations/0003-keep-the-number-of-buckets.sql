-- Ids carry their bucket, so every map in the life of the data has as many of them. Null until a process tells it; once
-- told, for good.
ALTER TABLE shard_map ADD COLUMN buckets integer;

-- As that of three parameters, which the processes of the release before this one still call.
CREATE FUNCTION shard_map_tell(map_version integer, map_shard integer, map_fingerprint text, map_buckets integer) RETURNS shard_map LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  result shard_map;
BEGIN
  PERFORM shard_map_tell(map_version, map_shard, map_fingerprint);
  UPDATE shard_map SET buckets = coalesce(buckets, map_buckets) RETURNING * INTO STRICT result;
  RETURN result;
END
$$;
