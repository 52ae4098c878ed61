import { startPostgres } from '../lib/testing/postgres';
import { spawnService, type ServiceProcess, type Variables } from '../lib/testing/service-process';
import { holds, type Check, type Fault, type Scale } from './fault';
import { type Answer, converse, type Conversation, type HostileRequest } from './hostile-connection';
import { hostileConversations } from './hostile-requests';
import { subjectsOf } from './hostile-subjects';
import { samplePod, type PodSample } from './pod-watch';
import { Setting } from './setting';

const SEED = 20_240_904;
const CONNECTIONS = 20;
/** A refusal is an answer that any request may get; a service that refuses more of them is not one. */
const LARGEST_SHARE_OF_503 = 0.01;
/** The others may have been closed with a reset, which may come before the answer is read. */
const LEAST_SHARE_ANSWERED = 0.95;
/** Some statuses are rare, and their series come late; a path for a label would make it several times as many. */
const LARGEST_GROWTH = 0.2;
/** Endpoints of a service and `unmatched`, times methods, times statuses, times the series of each; and what Node says of itself. */
const MOST_SERIES = 6 * 8 * 15 * 14 + 500;

type Name = keyof typeof subjectsOf;

/** Whether a request says rightly where it ends: behind another the server cannot tell what is one. */
function isFramed({ bytes }: HostileRequest): boolean {
  const text = bytes.toString('latin1');
  const head = text.slice(0, text.indexOf('\r\n\r\n'));
  return /^[A-Z]+ \S+ HTTP\/1\.1\r\n/.test(head) && !head.startsWith('CONNECT') && head.match(/\r\nContent-Length: ?/gi)?.length === 1 && !/\r\n(?:Transfer-Encoding|Expect|Upgrade):/i.test(head);
}

/** What came back of everything sent. */
class Outcome {
  sent = 0;
  /** Requests behind an answer after which the server closes the connection, or behind what has no end: nobody has to answer them. */
  excused = 0;
  answered = 0;
  /** Answers on a connection that had brought one before. */
  further = 0;
  readonly answers: Answer[] = [];
  private readonly resembled = new Set<string>();

  add({ requests }: Conversation, answers: readonly Answer[]): void {
    this.answers.push(...answers);
    this.sent += requests.length;
    const ends = [answers.findIndex(({ last }) => last), requests.findIndex((request) => !isFramed(request))].filter((index) => index >= 0);
    const due = Math.min(requests.length, ...ends.map((index) => index + 1));
    this.excused += requests.length - due;
    this.further += Math.max(0, answers.length - 1);
    this.answered += Math.min(due, answers.length);
    // A mutation may make one request two, or two one: only then is it uncertain which answer is whose.
    if (answers.length !== due) return;
    answers.slice(0, due).forEach(({ status }, index) => {
      const resembles = requests[index]?.resembles;
      if (resembles !== undefined && status < 300) this.resembled.add(resembles);
    });
  }

  /** Kinds of what a service takes of which none was taken. */
  neverTaken(kinds: ReadonlySet<string>): readonly string[] {
    return [...kinds].filter((kind) => !this.resembled.has(kind));
  }
}

async function attack(service: ServiceProcess, name: Name, scale: Scale): Promise<readonly Check[]> {
  const count = 10_000 / scale.countDivisor;
  const subjects = await subjectsOf[name](service.url);
  const next = hostileConversations(SEED, subjects);
  const outcome = new Outcome();
  const half = async (until: number): Promise<PodSample> => {
    const client = async (): Promise<void> => {
      for (let sent = outcome.sent; sent < until; sent = outcome.sent) {
        const conversation = next();
        outcome.add(conversation, await converse(service, conversation));
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, client));
    return samplePod(service);
  };
  const first = await half(count / 2);
  const second = await half(count);
  const alive = await fetch(`${service.url}/health`).then(({ status }) => status, () => 0);
  const kinds = new Set(subjects.decent.map(({ resembles }) => resembles));
  const checks: readonly Check[] = [
    ...checksOf(outcome, kinds, count),
    exactly('status of /health afterwards', alive, 200, ''),
    exactly('ends of the process', service.process.exitCode === null && service.process.signalCode === null ? 0 : 1, 0, ''),
    state('series of metrics', second.series, { atMost: MOST_SERIES }, 'series'),
    state('series more after the second half', second.series / first.series - 1, { atMost: LARGEST_GROWTH }, 'times'),
    { what: 'memory more after the second half', value: second.memoryMegabytes - first.memoryMegabytes, unit: 'MB', limit: { atMost: 50 }, kind: 'timing' },
  ];
  return checks.map((check) => ({ ...check, what: `${name}: ${check.what}` }));
}

const state = (what: string, value: number, limit: Check['limit'], unit: string): Check => ({ what, value, unit, limit, kind: 'state' });
const exactly = (what: string, value: number, expected: number, unit: string): Check => state(what, value, { exactly: expected }, unit);

function checksOf(outcome: Outcome, kinds: ReadonlySet<string>, count: number): readonly Check[] {
  const { answers, sent, excused, answered } = outcome;
  const numberOf = (picked: (answer: Answer) => boolean): number => answers.filter(picked).length;
  const failures = answers.filter(({ status }) => status >= 500 && status !== 503).map(({ status }) => status);
  const neverTaken = outcome.neverTaken(kinds);
  if (failures.length + neverTaken.length > 0) process.stderr.write(`answers: ${[...new Set(failures)].join()}; never taken: ${neverTaken.join()}\n`);
  return [
    exactly('answers 5xx but 503', failures.length, 0, 'answers'),
    exactly('errors that are no problem+json', numberOf(({ status, problem }) => status >= 400 && !problem), 0, 'answers'),
    state('requests', sent, { atLeast: count }, 'requests'),
    state('answers 503, of all', numberOf(({ status }) => status === 503) / answers.length, { atMost: LARGEST_SHARE_OF_503 }, 'times'),
    state('requests answered, of those before the connection was to be closed', answered / (sent - excused), { atLeast: LEAST_SHARE_ANSWERED }, 'times'),
    state('answers on a connection that had brought one before', outcome.further, { atLeast: count / 20 }, 'answers'),
    exactly('kinds of decent requests of which none was taken', neverTaken.length, 0, 'kinds'),
  ];
}

async function attackAll(setting: Setting, scale: Scale): Promise<readonly Check[]> {
  const postgres = setting.with(await startPostgres());
  const map = { version: 1, buckets: 1024, ranges: [{ from: 0, to: 1023, shard: 0 }] };
  const replicated = async (name: string): Promise<Variables> => ({ DATABASE_URL: await postgres.createDatabase(name), DATABASE_POOL_MAX: '10', DATABASE_REPLICA_POOL_MAX: '10' });
  const services: readonly (readonly [Name, Variables])[] = [
    ['web4', await replicated('web4')],
    ['web5', await replicated('web5')],
    ['blockchain', { DATABASE_SHARD_URLS: await postgres.createDatabase('shard0'), SHARD_MAP: JSON.stringify(map), DATABASE_SHARD_POOL_MAX: '10' }],
  ];
  const limits: Variables = {
    LOG_LEVEL: 'error',
    HEADERS_TIMEOUT_SECONDS: '0.5',
    REQUEST_TIMEOUT_SECONDS: '0.5',
    KEEP_ALIVE_SECONDS: '0.5',
    // A busy machine is no reason for a 503 here.
    ...(scale.name === 'fast' && { REQUEST_DEADLINE_SECONDS: '9', SHARD_TIMEOUT_SECONDS: '9' }),
  };
  const checks = await Promise.all(
    services.map(async ([name, variables]) => {
      await (await spawnService(name, variables, ['migrate'])).exit;
      const service = await setting.service(name, { ...limits, ...variables });
      const found = await attack(service, name, scale);
      if (!found.every(holds)) process.stderr.write(service.output());
      return found;
    }),
  );
  return checks.flat();
}

/**
 * Random requests: paths, methods, bodies, headers, encodings, and what is no HTTP at all, alone, one after the other and
 * pipelined. The fast scale sends a tenth, with deadlines that a busy machine keeps.
 */
export const f23: Fault = { id: 'F23', title: '10,000 random requests to each service', run: (scale) => Setting.run((setting) => attackAll(setting, scale)) };
