import { once } from 'node:events';
import { openSync } from 'node:fs';
import express from 'express';
import pino from 'pino';
import { createApp, type Route } from '../../services/lib/app';
import { openCdn } from '../../services/lib/cdn/cdn';
import { ConsistencyTokens } from '../../services/lib/consistency-token';
import { LayeredCache } from '../../services/lib/layered-cache/layered-cache';
import { standardCacheTimes } from '../../services/lib/layered-cache/settings';
import { Metrics } from '../../services/lib/metrics';
import { Overload } from '../../services/lib/overload';
import { Readiness } from '../../services/lib/readiness';
import { startServer } from '../../services/lib/server';
import { standardLimits } from '../../services/lib/server-limits';
import { Traffic } from '../../services/lib/traffic';
import { assetRoutes, userActions } from '../../services/web4/app';
import { AssetCache, isCachedAnswer, sizeOfAnswer } from '../../services/web4/asset-cache';

/** A server of the bench: `bare` is Express alone, `ours` web4's route and all that a service has around it. */

export type ServerKind = 'bare' | 'ours';

/** What the parent is told when it asks. */
export interface ServerReport {
  readonly memoryMiB: number;
}

const [kind, port, metricsPort] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const asset = { id: 'greeting', mediaType: 'text/plain', content: 'hello '.repeat(20), version: 7, updatedAt: '2026-11-24T12:00:00.000Z' };

async function bare(): Promise<void> {
  const app = express();
  app.disable('etag');
  app.get('/api/web4/assets/:id', (_request, response) => {
    response.json(asset);
  });
  await once(app.listen(port, '127.0.0.1'), 'listening');
}

/** web4's own routes, with what they keep in memory: the store is asked once. */
function routesOf(metrics: Metrics<(typeof userActions)[number]>, logger: pino.Logger): readonly Route[] {
  const cache = new LayeredCache({ service: 'bench', redisUrl: undefined, times: standardCacheTimes, sizeOf: sizeOfAnswer, isValue: isCachedAnswer, isUnavailable: () => false, metrics, logger });
  const unused = (): never => {
    throw new Error('the bench reads one asset');
  };
  const find = () => Promise.resolve({ asset: { ...asset, generation: '1', updatedAt: new Date(asset.updatedAt) }, seen: 1 });
  const assets = new AssetCache({ store: { find, list: unused, position: unused }, cache, cdn: openCdn({ kind: 'none' }, logger), leavesDoubt: () => true, logger });
  return assetRoutes({ store: { put: unused, delete: unused }, cache: assets, tokens: new ConsistencyTokens({ scope: 'web4', path: '/api/web4', secure: true }), metrics });
}

async function ours(): Promise<void> {
  const readiness = new Readiness();
  readiness.markReady();
  const metrics = new Metrics(userActions);
  const logger = pino({ base: { service: 'bench', tier: 'standard' } }, pino.destination({ dest: openSync('/dev/null', 'w'), sync: false }));
  const traffic = new Traffic();
  const overload = new Overload(standardLimits.overload);
  const app = createApp({ traffic, overload, readiness, metrics, logger, routes: routesOf(metrics, logger) });
  await startServer({ app, traffic, overload, metrics, readiness, logger, listen: { host: '127.0.0.1', port, metricsPort }, shutdown: { drainDelaySeconds: 0, hardStopSeconds: 1 }, release: () => Promise.resolve() });
}

const report = (): ServerReport => ({ memoryMiB: process.memoryUsage.rss() / 1_048_576 });
process.on('message', () => process.send?.(report()));
process.on('disconnect', () => process.exit());
void (kind === 'bare' ? bare() : ours()).then(() => process.send?.(report()));
