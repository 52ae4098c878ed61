import { once } from 'node:events';
import { openSync } from 'node:fs';
import express from 'express';
import pino from 'pino';
import { createApp } from '../../services/lib/app';
import { sendJsonText } from '../../services/lib/json-answer';
import { Metrics } from '../../services/lib/metrics';
import { Overload } from '../../services/lib/overload';
import { Readiness } from '../../services/lib/readiness';
import { startServer } from '../../services/lib/server';
import { standardLimits } from '../../services/lib/server-limits';
import { Traffic } from '../../services/lib/traffic';

/** A server of the bench: `bare` is Express alone, `ours` all that a service has around its routes. */

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

async function ours(): Promise<void> {
  const readiness = new Readiness();
  readiness.markReady();
  const metrics = new Metrics();
  const logger = pino({ base: { service: 'bench', tier: 'standard' } }, pino.destination({ dest: openSync('/dev/null', 'w'), sync: false }));
  const cache = new Map([[asset.id, JSON.stringify(asset)]]);
  const traffic = new Traffic();
  const overload = new Overload(standardLimits.overload);
  const app = createApp({
    traffic,
    overload,
    readiness,
    metrics,
    logger,
    routes: [
      {
        method: 'GET',
        path: '/api/web4/assets/:id',
        handle: async (request, response) => {
          metrics.cacheHit('memory');
          sendJsonText(response, cache.get(String(request.params['id'])) ?? '');
        },
      },
    ],
  });
  await startServer({ app, traffic, overload, metrics, readiness, logger, listen: { host: '127.0.0.1', port, metricsPort }, shutdown: { drainDelaySeconds: 0, hardStopSeconds: 1 }, release: () => Promise.resolve() });
}

const report = (): ServerReport => ({ memoryMiB: process.memoryUsage.rss() / 1_048_576 });
process.on('message', () => process.send?.(report()));
process.on('disconnect', () => process.exit());
void (kind === 'bare' ? bare() : ours()).then(() => process.send?.(report()));
