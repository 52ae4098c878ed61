/** For how long whom may keep an answer, in seconds (RFC 9111 and RFC 5861). */
export type Caching =
  | {
      readonly kind: 'shared';
      /** Browsers, which nobody can tell of a change: they ask again after this. */
      readonly browserSeconds: number;
      /** The CDN, which is told. */
      readonly sharedSeconds: number;
      /** Afterwards the CDN still answers, and asks meanwhile. */
      readonly staleWhileRevalidateSeconds: number;
      /** Afterwards the CDN still answers when it gets no answer. */
      readonly staleIfErrorSeconds: number;
    }
  /** For one client, who may keep it and asks each time whether it still holds. */
  | { readonly kind: 'private' }
  | { readonly kind: 'none' };

/** The header Cache-Control. */
export function cacheControl(caching: Caching): string {
  if (caching.kind === 'none') return 'no-store';
  if (caching.kind === 'private') return 'private, no-cache';
  const { browserSeconds, sharedSeconds, staleWhileRevalidateSeconds, staleIfErrorSeconds } = caching;
  return `public, max-age=${browserSeconds}, s-maxage=${sharedSeconds}, stale-while-revalidate=${staleWhileRevalidateSeconds}, stale-if-error=${staleIfErrorSeconds}`;
}
