import type { Redis, Result } from 'ioredis';
import { UNREACHED_POSITION } from '../wal-position';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    /** @see FILL */
    fillCacheEntry(keyCount: number, ...keysAndArguments: readonly (string | number)[]): Result<number, Context>;
    /** @see INVALIDATE */
    invalidateCache(keyCount: number, ...keysAndArguments: readonly (string | number)[]): Result<number, Context>;
  }
}

/**
 * Stores an entry unless something was invalidated since its markers were read. Markers of a position that is not known get
 * the entry's: it was asked for after they were read, and so after all that they are about.
 * KEYS: the entry, its markers. ARGV: the entry's text, its life in milliseconds, its position, a token, the markers as they
 * were read, '' for none.
 */
const FILL = `
for i = 2, #KEYS do
  if (redis.call('GET', KEYS[i]) or '') ~= ARGV[i + 3] then return 0 end
end
for i = 2, #KEYS do
  if string.match(ARGV[i + 3], '^%d+') == '${UNREACHED_POSITION}' then
    redis.call('SET', KEYS[i], ARGV[3] .. ' ' .. ARGV[4], 'KEEPTTL')
  end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;

/**
 * Leaves a marker for each key and tag, removes the keys' entries, and tells every pod. A marker is its position and a token
 * of its own, so that two invalidations never look the same; a position never goes back.
 * KEYS: the markers of keys, the markers of tags, the entries. ARGV: count of markers, position, token, life of a marker,
 * channel, message.
 */
const INVALIDATE = `
local markers = tonumber(ARGV[1])
for i = 1, markers do
  local before = tonumber(string.match(redis.call('GET', KEYS[i]) or '', '^%d+')) or 0
  local position = string.format('%.0f', math.max(before, tonumber(ARGV[2])))
  redis.call('SET', KEYS[i], position .. ' ' .. ARGV[3], 'PX', ARGV[4])
end
for i = markers + 1, #KEYS do redis.call('UNLINK', KEYS[i]) end
redis.call('PUBLISH', ARGV[5], ARGV[6])
return 1
`;

/** Teaches a client both scripts; ioredis sends them by their hash, and whole once after each restart of the server. */
export function defineScripts(redis: Redis): void {
  redis.defineCommand('fillCacheEntry', { lua: FILL });
  redis.defineCommand('invalidateCache', { lua: INVALIDATE });
}
