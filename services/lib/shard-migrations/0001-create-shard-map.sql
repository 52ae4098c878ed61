-- What a shard knows of shard maps. A process with map version v may use this shard when refuses_below = in_use = v.
CREATE TABLE shard_map (
  one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
  -- Processes with a lower version are refused.
  refuses_below integer NOT NULL,
  -- Every shard is known to refuse lower versions than this: only then may a bucket be used at its new place.
  in_use integer NOT NULL,
  CHECK (in_use <= refuses_below)
);
INSERT INTO shard_map (refuses_below, in_use) VALUES (0, 0);

-- Part of every write: fails the whole statement unless this map version may be used, and keeps that true until the
-- write is committed. Volatile, so that what it reads is as new as the lock. An advisory lock, since row locks taken by
-- every write would make that one row the busiest of the database.
CREATE FUNCTION shard_map_guard(map_version integer) RETURNS integer LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  known shard_map;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(5282040905);
  SELECT * INTO STRICT known FROM shard_map;
  IF known.refuses_below > map_version THEN
    RAISE EXCEPTION 'shard map version % is refused below %', map_version, known.refuses_below USING ERRCODE = 'SM001';
  END IF;
  IF known.in_use < map_version THEN
    RAISE EXCEPTION 'shard map version % is not in use, % is', map_version, known.in_use USING ERRCODE = 'SM002';
  END IF;
  RETURN map_version;
END
$$;

-- From its commit on no write of a lower version succeeds: it waits for those under way. Returns what is refused below.
CREATE FUNCTION shard_map_refuse_below(map_version integer) RETURNS integer LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  result integer;
BEGIN
  PERFORM pg_advisory_xact_lock(5282040905);
  UPDATE shard_map SET refuses_below = greatest(refuses_below, map_version) RETURNING refuses_below INTO STRICT result;
  RETURN result;
END
$$;
