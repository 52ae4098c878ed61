import type { ResolvedPlatform } from '../platform/environments';

/** What the CDN does with a path. The rest goes to the gateway and is never kept. */
export interface PathPlan {
  /** `/api/web4/*` */
  readonly pattern: string;
  readonly kind: 'cacheable' | 'assets';
}

/** Files that a build names by their content. */
export const ASSETS_PATH = '/assets/*';

/** CloudFront's own policies, the same in every account. */
export const managedPolicies = {
  cachingDisabled: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
  cachingOptimized: '658327ea-f89d-4fab-a63d-7e88639e58f6',
  allViewer: '216adef6-5c7f-47e4-b989-5492eafa07d3',
} as const;

/**
 * What says who asks, and what he has written: part of the key wherever something is kept, so that no answer for one client is
 * given to another, and none from before his own write to him.
 */
export const KEY_HEADERS = ['Authorization', 'X-Api-Key', 'X-Consistency-Token'] as const;
/** As {@link KEY_HEADERS}. */
export const KEY_COOKIES = ['consistency-token'] as const;

/** Services that tell the CDN what has changed may have their answers kept, for as long as each Cache-Control says. */
export function planPaths({ services }: Pick<ResolvedPlatform, 'services'>): readonly PathPlan[] {
  const cacheable = services.filter(({ cdn }) => cdn === 'invalidates').flatMap(({ routes }) => routes.map((route): PathPlan => ({ pattern: `${route}*`, kind: 'cacheable' })));
  return [{ pattern: ASSETS_PATH, kind: 'assets' }, ...cacheable];
}
