-- Two maps may bear the same version, and one shard may be taken for another: each shard knows which it is, and what the
-- map says. Null until a process tells it, which one with a map that is in use does at its first statement.
ALTER TABLE shard_map
  -- Counted from 0; once told, for good.
  ADD COLUMN shard integer,
  -- Of the map whose version is refuses_below.
  ADD COLUMN fingerprint text;

-- What a process claims of itself: `version/shard/fingerprint`. Otherwise as the guard of a version alone, which the
-- processes of the release before this one still call.
CREATE FUNCTION shard_map_guard(claim text) RETURNS integer LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  map_version CONSTANT integer := split_part(claim, '/', 1);
  known shard_map;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(5282040905);
  SELECT * INTO STRICT known FROM shard_map;
  IF known.refuses_below > map_version THEN
    RAISE EXCEPTION 'shard map version % is refused below %', map_version, known.refuses_below USING ERRCODE = 'SM001';
  END IF;
  IF known.in_use < map_version OR known.shard IS NULL OR known.fingerprint IS NULL THEN
    RAISE EXCEPTION 'shard map version % is not in use, % is', map_version, known.in_use USING ERRCODE = 'SM002';
  END IF;
  IF claim <> concat_ws('/', known.refuses_below, known.shard, known.fingerprint) THEN
    RAISE EXCEPTION 'shard map % is not that of shard %', claim, known.shard USING ERRCODE = 'SM003';
  END IF;
  RETURN map_version;
END
$$;

-- As before, and forgets the fingerprint of a map that it replaces.
CREATE OR REPLACE FUNCTION shard_map_refuse_below(map_version integer) RETURNS integer LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  result integer;
BEGIN
  PERFORM pg_advisory_xact_lock(5282040905);
  UPDATE shard_map
  SET refuses_below = greatest(refuses_below, map_version), fingerprint = CASE WHEN map_version > refuses_below THEN NULL ELSE fingerprint END
  RETURNING refuses_below INTO STRICT result;
  RETURN result;
END
$$;

-- Tells a shard of a map, which from then on refuses lower versions, and what it does not know yet. Returns what it knows then.
CREATE FUNCTION shard_map_tell(map_version integer, map_shard integer, map_fingerprint text) RETURNS shard_map LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  result shard_map;
BEGIN
  PERFORM shard_map_refuse_below(map_version);
  UPDATE shard_map
  SET shard = coalesce(shard, map_shard), fingerprint = CASE WHEN refuses_below = map_version THEN coalesce(fingerprint, map_fingerprint) ELSE fingerprint END
  RETURNING * INTO STRICT result;
  RETURN result;
END
$$;
