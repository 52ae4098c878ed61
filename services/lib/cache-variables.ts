import { z } from 'zod';
import type { CdnConfiguration } from './cdn/cdn';
import { standardCacheTimes, type CacheTimes } from './layered-cache/settings';
import { issueOf, NOT_SET, oneOf, optionalUrl, seconds, shown, variable, type Problem } from './variables';

const { lifeMillis, memoryLifeMillis, absentLifeMillis, graceMillis, redisTimeoutMillis, retryMillis, heartbeatMillis, unheardMillis } = standardCacheTimes;

/** What two pods' clocks, a load and a message may take beyond an entry's end. */
const MARKER_MARGIN_MILLIS = 60_000;

const hearing = z
  .object({
    REDIS_HEARTBEAT_SECONDS: seconds({ minimum: 0.05, maximum: 60, standard: heartbeatMillis / 1_000 }),
    REDIS_UNHEARD_SECONDS: seconds({ minimum: 0.1, maximum: 300, standard: unheardMillis / 1_000 }),
  })
  .superRefine((values, context) => {
    if (values.REDIS_UNHEARD_SECONDS > values.REDIS_HEARTBEAT_SECONDS) return;
    const limit = `above REDIS_HEARTBEAT_SECONDS, ${values.REDIS_HEARTBEAT_SECONDS}: counted from the last proof, it would be over before the next one`;
    context.addIssue(issueOf({ received: String(values.REDIS_UNHEARD_SECONDS), limit, remedy: 'raise it, or lower the other' }, ['REDIS_UNHEARD_SECONDS']));
  });

/**
 * REDIS_URL; CACHE_SECONDS (default 3600), CACHE_MEMORY_SECONDS (300), CACHE_ABSENT_SECONDS (30), CACHE_GRACE_SECONDS (600);
 * REDIS_TIMEOUT_SECONDS (0.1), REDIS_RETRY_SECONDS (1), REDIS_HEARTBEAT_SECONDS (1), REDIS_UNHEARD_SECONDS (5).
 */
export const cacheVariables = z
  .object({
    REDIS_URL: optionalUrl(['redis', 'rediss']),
    CACHE_SECONDS: seconds({ minimum: 0.1, maximum: 86_400, standard: lifeMillis / 1_000 }),
    CACHE_MEMORY_SECONDS: seconds({ minimum: 0.1, maximum: 300, standard: memoryLifeMillis / 1_000 }),
    CACHE_ABSENT_SECONDS: seconds({ minimum: 0.1, maximum: 3_600, standard: absentLifeMillis / 1_000 }),
    CACHE_GRACE_SECONDS: seconds({ minimum: 0, maximum: 86_400, standard: graceMillis / 1_000 }),
    REDIS_TIMEOUT_SECONDS: seconds({ minimum: 0.01, maximum: 5, standard: redisTimeoutMillis / 1_000 }),
    REDIS_RETRY_SECONDS: seconds({ minimum: 0.05, maximum: 60, standard: retryMillis / 1_000 }),
  })
  .and(hearing)
  .transform((values): { readonly redisUrl: URL | undefined; readonly cache: CacheTimes } => ({
    redisUrl: values.REDIS_URL,
    cache: {
      lifeMillis: values.CACHE_SECONDS * 1_000,
      memoryLifeMillis: values.CACHE_MEMORY_SECONDS * 1_000,
      absentLifeMillis: values.CACHE_ABSENT_SECONDS * 1_000,
      graceMillis: values.CACHE_GRACE_SECONDS * 1_000,
      redisTimeoutMillis: values.REDIS_TIMEOUT_SECONDS * 1_000,
      retryMillis: values.REDIS_RETRY_SECONDS * 1_000,
      heartbeatMillis: values.REDIS_HEARTBEAT_SECONDS * 1_000,
      unheardMillis: values.REDIS_UNHEARD_SECONDS * 1_000,
      markerMillis: Math.max(values.CACHE_SECONDS, values.CACHE_ABSENT_SECONDS) * 1_000 + values.CACHE_GRACE_SECONDS * 1_000 + MARKER_MARGIN_MILLIS,
    },
  }));

const text = variable((given) => given);

/** CDN_KIND (default none); with any other CDN_URL, where clients find it, and CDN_DISTRIBUTION_ID for cloudfront, CDN_PURGE_TOKEN for edge. */
export const cdnVariables = z
  .object({
    CDN_KIND: oneOf(['none', 'cloudfront', 'edge'], 'none'),
    CDN_URL: optionalUrl(['https', 'http']),
    CDN_DISTRIBUTION_ID: text,
    CDN_PURGE_TOKEN: text,
  })
  .transform((values, context): { readonly cdn: CdnConfiguration } => {
    const report = (name: string, problem: Problem): void => context.addIssue(issueOf(problem, [name]));
    const { CDN_KIND: kind, CDN_URL: url, CDN_DISTRIBUTION_ID: distributionId, CDN_PURGE_TOKEN: purgeToken } = values;
    if (kind === 'none') {
      if (url !== undefined) report('CDN_KIND', { received: NOT_SET, limit: 'cloudfront or edge, since CDN_URL is set', remedy: 'say how this CDN is told of changes, or leave CDN_URL out' });
      return { cdn: { kind } };
    }
    if (url === undefined) report('CDN_URL', { received: NOT_SET, limit: `set for CDN_KIND ${kind}`, remedy: 'give the URL at which clients find the CDN' });
    if (kind === 'cloudfront') {
      const isId = distributionId !== undefined && /^[A-Z0-9]{5,32}$/.test(distributionId);
      if (!isId) report('CDN_DISTRIBUTION_ID', { received: shown(distributionId), limit: 'the id of a distribution, such as E2QWRUHAPOMQZL', remedy: 'set it from the Secret that holds it' });
      return isId && url !== undefined ? { cdn: { kind, url, distributionId } } : z.NEVER;
    }
    const isToken = purgeToken !== undefined && /^[A-Za-z0-9_-]{16,128}$/.test(purgeToken);
    // Never shown: whoever has it can make every request reach the origin.
    if (!isToken) report('CDN_PURGE_TOKEN', { received: purgeToken === undefined ? NOT_SET : '***', limit: '16 to 128 letters, digits, _ or -', remedy: 'set the token that the edge compares with' });
    return isToken && url !== undefined ? { cdn: { kind, url, purgeToken } } : z.NEVER;
  });
