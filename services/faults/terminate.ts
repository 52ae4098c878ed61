import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { startPostgres } from '../lib/testing/postgres';
import { spawnService, until, type ServiceProcess, type Variables } from '../lib/testing/service-process';
import type { Check, Fault, Scale } from './fault';
import { requestsCutOff, startGateway } from './gateway';
import { errorsOf, load, type LoadRequest } from './load';
import { drainSeconds, exitOf, failed, statusOf } from './pod';
import { probesOf } from './pod-watch';
import { metricSum } from './process-metrics';
import { Setting } from './setting';

/** How long Postgres takes over a transaction: some are always under way, when the pod stops accepting connections as well. */
const INSERT_SECONDS = 0.2;
/** At the fast scale a busy machine must not be an overload too. */
const FAST_RATE = 60;
const ACCOUNTS = 200;
/** A probe takes its own time and then waits. */
const READY_INTERVAL_MILLIS = 5;

const account = (index: number): string => `0x${(index % ACCOUNTS).toString(16).padStart(40, '0')}`;

/** POST, which nginx does not send again once a pod has it; it would hide from us that a GET or PUT was cut off. */
function request(index: number): LoadRequest {
  if (index % 5 !== 0) return { method: 'GET', path: `/api/blockchain/accounts/${account(index)}/balance` };
  return { method: 'POST', path: '/api/blockchain/transactions', body: { from: account(index / 5), to: account(index), amount: '1' } };
}

async function startPods(setting: Setting, scale: Scale): Promise<readonly [ServiceProcess, ServiceProcess]> {
  const postgres = setting.with(await startPostgres());
  const url = await postgres.createDatabase('shard0');
  const variables: Variables = {
    DATABASE_SHARD_URLS: url,
    SHARD_MAP: JSON.stringify({ version: 1, buckets: 1024, ranges: [{ from: 0, to: 1023, shard: 0 }] }),
    DATABASE_SHARD_POOL_MAX: '20',
    DRAIN_DELAY_SECONDS: String(drainSeconds(scale)),
    // A busy machine is not what is looked at.
    ...(scale.name === 'fast' && { REQUEST_DEADLINE_SECONDS: '9', SHARD_TIMEOUT_SECONDS: '9' }),
  };
  await (await spawnService('blockchain', variables, ['migrate'])).exit;
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`
    CREATE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(${INSERT_SECONDS}); RETURN new; END $$;
    CREATE TRIGGER take_time BEFORE INSERT ON transactions FOR EACH ROW EXECUTE FUNCTION take_time()`);
  await client.end();
  return Promise.all([setting.service('blockchain', variables), setting.service('blockchain', variables)]);
}

interface Draining {
  /** Requests that it has answered since it was told to end. */
  readonly served: number;
  /** Answers that told the client to take its next request elsewhere. */
  readonly closingConnections: number;
}

/** Looks at a pod that has been told to end, until it accepts no connection any more. */
async function watchDraining(pod: ServiceProcess): Promise<Draining> {
  const before = await metricSum(pod, 'http_requests_total{');
  let [served, closingConnections] = [0, 0];
  for (;;) {
    const connection = await fetch(`${pod.url}/health`).then(async (response) => (await response.arrayBuffer(), response.headers.get('connection')), () => undefined);
    if (connection === undefined) return { served, closingConnections };
    if (connection === 'close') closingConnections += 1;
    served = await metricSum(pod, 'http_requests_total{').then((sum) => sum - before, () => served);
    await sleep(50);
  }
}

async function terminateDuringLoad(setting: Setting, scale: Scale): Promise<readonly Check[]> {
  const pods = await startPods(setting, scale);
  const [pod] = pods;
  const gateway = setting.with(await startGateway(pods));
  const seconds = Math.max(scale.loadSeconds, drainSeconds(scale) + 2);
  const results = load({ url: gateway.url, seconds, requestsPerSecond: scale.name === 'fast' ? FAST_RATE : scale.requestsPerSecond, request });
  // By then its code is as fast as it gets.
  await sleep((scale.loadSeconds * 1_000) / 4);
  // By a process of its own: this one has the load to send.
  const stopProbes = await probesOf(pod, '/ready', READY_INTERVAL_MILLIS);
  const began = Date.now();
  pod.process.kill('SIGTERM');
  await until(async () => (await statusOf(pod, '/ready')) === 503);
  const { failedAtMillis } = await stopProbes();
  const { served, closingConnections } = await watchDraining(pod);
  const exitCode = await exitOf(pod);
  const exit = Date.now() - began;
  return [
    failed('failed requests', errorsOf(await results)),
    { what: 'requests that a pod cut off, as nginx saw it', value: requestsCutOff(gateway), unit: 'requests', limit: { exactly: 0 }, kind: 'state' },
    { what: 'requests that the pod answered after SIGTERM', value: served, unit: 'requests', limit: { atLeast: 1 }, kind: 'state' },
    { what: 'answers after SIGTERM that close their connection', value: closingConnections, unit: 'answers', limit: { atLeast: 1 }, kind: 'state' },
    { what: 'SIGTERM to a failing /ready', value: (failedAtMillis ?? NaN) - began, unit: 'ms', limit: { atMost: 100 }, kind: 'timing' },
    { what: 'exit code', value: exitCode, unit: '', limit: { exactly: 0 }, kind: 'state' },
    { what: 'SIGTERM to exit', value: exit, unit: 'ms', limit: { atMost: 10_000 }, kind: 'timing' },
  ];
}

/**
 * SIGTERM during load, of a real service and its database. A request is in error, too, when its client has waited 10 s. The fast
 * scale sends 60 requests a second, has deadlines that a busy machine keeps, and a drain of 2 s.
 */
export const f1: Fault = { id: 'F1', title: 'SIGTERM during load', run: (scale) => Setting.run((setting) => terminateDuringLoad(setting, scale)) };
