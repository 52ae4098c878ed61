import path from 'node:path';
import { exportCacheMetrics } from '../lib/cache-metrics';
import { openCdn } from '../lib/cdn/cdn';
import { replicatedData } from '../lib/config';
import { ConsistencyTokens } from '../lib/consistency-token';
import { DatabaseUnavailableError } from '../lib/database-error';
import { LayeredCache } from '../lib/layered-cache/layered-cache';
import { openReplicated, runService } from '../lib/service';
import { assetRoutes, userActions } from './app';
import { AssetCache, isCachedAnswer, sizeOfAnswer } from './asset-cache';
import { AssetStore } from './store';

void runService({
  name: 'web4',
  data: replicatedData,
  migrationsFolder: path.join(__dirname, 'migrations'),
  userActions,
  open: openReplicated,
  routes: ({ pool }, metrics, { configuration, logger, onEnd }) => {
    const { service, redisUrl, cache: times, environment } = configuration;
    const cdn = openCdn(configuration.cdn, logger);
    const isUnavailable = (error: unknown): boolean => error instanceof DatabaseUnavailableError;
    const leavesDoubt = (error: unknown): boolean => error instanceof DatabaseUnavailableError && error.wasAsked;
    const cache = new LayeredCache({ service, redisUrl, times, sizeOf: sizeOfAnswer, isValue: isCachedAnswer, isUnavailable, metrics, logger });
    exportCacheMetrics(cache, cdn, metrics.registry);
    const store = new AssetStore(pool);
    const assets = new AssetCache({ store, cache, cdn, leavesDoubt, logger });
    onEnd(async () => {
      await assets.close();
      await Promise.all([cache.close(), cdn.close()]);
    });
    const tokens = new ConsistencyTokens({ scope: 'web4', path: '/api/web4', secure: environment !== 'local' });
    return assetRoutes({ store, cache: assets, tokens, metrics });
  },
});
