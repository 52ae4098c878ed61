import type { CdnConfiguration, PurgeApi } from './cdn';

type EdgeConfiguration = Extract<CdnConfiguration, { readonly kind: 'edge' }>;

/** The header that makes an edge ask its origin, and keep the new answer: `proxy_cache_bypass $purge`. */
export const PURGE_HEADER = 'X-Purge-Token';

/**
 * An edge of our own, such as nginx with `proxy_cache`: a request with the token goes to the origin, and what comes replaces
 * what was kept. A path is renewed, not removed, and each by itself.
 */
export class Edge implements PurgeApi {
  readonly batch = 20;
  readonly everyPath = undefined;

  constructor(private readonly configuration: EdgeConfiguration) {}

  async purge(paths: readonly string[]): Promise<void> {
    await Promise.all(paths.map((path) => this.renew(path)));
  }

  private async renew(path: string): Promise<void> {
    const { url, purgeToken } = this.configuration;
    const target = new URL(`${url.pathname.replace(/\/$/, '')}${path}`, url);
    const response = await fetch(target, { headers: { [PURGE_HEADER]: purgeToken }, redirect: 'manual', signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    // 404 is what a deleted asset answers; any other error leaves what was kept.
    if (response.status >= 400 && response.status !== 404) throw new Error(`the edge answered ${response.status}`);
  }
}
