import { cacheControl } from './cache-control';

it('says who may keep an answer, and for how long', () => {
  const shared = { kind: 'shared', browserSeconds: 0, sharedSeconds: 300, staleWhileRevalidateSeconds: 30, staleIfErrorSeconds: 600 } as const;
  expect(cacheControl(shared)).toBe('public, max-age=0, s-maxage=300, stale-while-revalidate=30, stale-if-error=600');
  expect(cacheControl({ kind: 'private' })).toBe('private, no-cache');
  expect(cacheControl({ kind: 'none' })).toBe('no-store');
});
