import { connect } from 'node:net';
import { startPostgres } from '../lib/testing/postgres';
import { spawnService, type ServiceProcess, type Variables } from '../lib/testing/service-process';
import { holds, type Check, type Fault, type Scale } from './fault';
import { hostileRequests } from './hostile-requests';
import { Setting } from './setting';

const SEED = 20_240_904;
const CONNECTIONS = 20;
/** Nothing is wrong with a client that waits; the generator does not, for ever. */
const PATIENCE_MILLIS = 5_000;
/** Endpoints of a service and `unmatched`, times methods, times statuses: more cannot be, however many requests come. */
const SERIES = 6 * 8 * 15;

interface Answer {
  readonly status: number;
  readonly problem: boolean;
}

/** Sends bytes on a connection of their own and reads all that comes back. */
function send(service: ServiceProcess, bytes: Buffer): Promise<readonly Answer[]> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    let text = '';
    socket.setEncoding('latin1').on('data', (data: string) => { text += data; });
    // A reset is an answer too.
    socket.on('error', () => undefined).on('close', () => resolve(answersIn(text)));
    socket.setTimeout(PATIENCE_MILLIS, () => socket.destroy());
    // Not its end: a server takes that for a client that has gone.
    socket.write(bytes);
  });
}

function answersIn(text: string): readonly Answer[] {
  return [...text.matchAll(/^HTTP\/1\.1 (\d{3})[^]*?\r\n\r\n/gm)].map(([head, status]) => ({ status: Number(status), problem: /\r\ncontent-type: application\/problem\+json\r\n/i.test(head) }));
}

async function metrics(service: ServiceProcess): Promise<{ readonly series: number; readonly memoryMiB: number }> {
  const text = await (await fetch(service.metricsUrl)).text();
  return { series: text.match(/^http_requests_total\{/gm)?.length ?? 0, memoryMiB: Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]) / 1_048_576 };
}

async function attack(service: ServiceProcess, name: string, count: number): Promise<readonly Check[]> {
  const next = hostileRequests(SEED);
  const answers: Answer[] = [];
  let sent = 0;
  const client = async (): Promise<void> => {
    while (sent < count) {
      sent += 1;
      answers.push(...(await send(service, next())));
    }
  };
  const clients = (): Promise<unknown> => Promise.all(Array.from({ length: CONNECTIONS }, client));
  await clients();
  const half = await metrics(service);
  sent = 0;
  await clients();
  const { series, memoryMiB } = await metrics(service);
  const alive = await fetch(`${service.url}/health`).then(({ status }) => status, () => 0);
  const exactly = (what: string, value: number, expected: number, unit: string): Check => ({ what: `${name}: ${what}`, value, unit, limit: { exactly: expected }, kind: 'state' });
  const statuses = new Map<number, number>();
  for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  const failures = [...statuses].filter(([status]) => status >= 500 && status !== 503);
  return [
    exactly(`answers 5xx but 503 (${failures.map(([status, times]) => `${times} times ${status}`).join(', ')})`, failures.reduce((sum, [, times]) => sum + times, 0), 0, 'answers'),
    exactly('errors that are no problem+json', answers.filter(({ status, problem }) => status >= 400 && !problem).length, 0, 'answers'),
    exactly('status of /health afterwards', alive, 200, ''),
    exactly('ends of the process', service.process.exitCode === null ? 0 : 1, 0, ''),
    { what: `${name}: answers`, value: answers.length, unit: 'answers', limit: { atLeast: count }, kind: 'state' },
    { what: `${name}: series of http_requests_total`, value: series, unit: 'series', limit: { atMost: SERIES }, kind: 'state' },
    { what: `${name}: memory more after the second half`, value: memoryMiB - half.memoryMiB, unit: 'MiB', limit: { atMost: 50 }, kind: 'timing' },
  ];
}

async function attackAll(setting: Setting, scale: Scale): Promise<readonly Check[]> {
  const postgres = setting.with(await startPostgres());
  const map = { version: 1, buckets: 1024, ranges: [{ from: 0, to: 1023, shard: 0 }] };
  const replicated = async (name: string): Promise<Variables> => ({ DATABASE_URL: await postgres.createDatabase(name), DATABASE_POOL_MAX: '10', DATABASE_REPLICA_POOL_MAX: '10' });
  const services: Readonly<Record<string, Variables>> = {
    web4: await replicated('web4'),
    web5: await replicated('web5'),
    blockchain: { DATABASE_SHARD_URLS: await postgres.createDatabase('shard0'), SHARD_MAP: JSON.stringify(map), DATABASE_SHARD_POOL_MAX: '10' },
  };
  const checks = await Promise.all(
    Object.entries(services).map(async ([name, variables]) => {
      await (await spawnService(name, variables, ['migrate'])).exit;
      const service = await setting.service(name, { LOG_LEVEL: 'error', HEADERS_TIMEOUT_SECONDS: '0.5', REQUEST_TIMEOUT_SECONDS: '0.5', ...variables });
      const found = await attack(service, name, 10_000 / scale.countDivisor / 2);
      if (!found.every(holds)) process.stderr.write(service.output());
      return found;
    }),
  );
  return checks.flat();
}

/** Random requests: paths, methods, bodies, headers, encodings, and what is no HTTP at all. */
export const f23: Fault = { id: 'F23', title: '10,000 random requests to each service', run: (scale) => Setting.run((setting) => attackAll(setting, scale)) };
