import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Nginx } from '../lib/testing/nginx';
import type { ServiceProcess } from '../lib/testing/service-process';
import type { Check, Fault, Scale } from './fault';
import { startGateway } from './gateway';
import { Setting } from './setting';

/** As many as nginx keeps unused connections to one pod. */
const CLIENTS = 32;
/** In the cluster 75 s, and nginx's 60 s; but 10,000 gaps of 75 s take days. What lies between must outlast a busy machine here. */
const POD_KEEP_ALIVE_SECONDS = 0.3;
const GATEWAY_KEEP_ALIVE_SECONDS = 0.1;
/** When a pod may close an unused connection: later versions of Node do so one second later than they are told. */
const POD_CLOSES_AFTER_MILLIS = [POD_KEEP_ALIVE_SECONDS * 1_000 + 1_000, POD_KEEP_ALIVE_SECONDS * 1_000] as const;
/** How far gaps lie from the time at which one side closes an unused connection. */
const LARGEST_DISTANCE_MILLIS = { gateway: 50, pod: 10 };
/** So long before and after that time the pod does something else: a request that comes meanwhile is read after it. */
const BUSY_MILLIS = 30;
/** How often the race is tried without the margin. */
const MOST_BURSTS_WITHOUT_MARGIN = 20;

interface Answer {
  /** 0 for a reset. */
  readonly status: number;
  /** Whether its connection to the pod had been used before. */
  readonly reused: boolean;
}

/** Clients of one gateway who all send at once, so that every connection has been idle for the whole gap. */
class Clients {
  private readonly pool: Pool;
  private bursts = 0;

  constructor(
    private readonly pod: ServiceProcess,
    gateway: Nginx,
  ) {
    this.pool = new Pool(gateway.url, { connections: CLIENTS });
  }

  /** POST, which nginx does not send again for us. */
  burst(): Promise<readonly Answer[]> {
    this.bursts += 1;
    return Promise.all(Array.from({ length: CLIENTS }, (_, client) => this.post(`/orders/${this.bursts}-${client}`)));
  }

  /** Sends when the pod is about to close the connections, and has no time just then. */
  async burstAsPodCloses(closesAfterMillis: number, distanceMillis: number): Promise<readonly Answer[]> {
    await sleep(closesAfterMillis - BUSY_MILLIS);
    const busy = fetch(`${this.pod.url}/busy?millis=${2 * BUSY_MILLIS}`, { headers: { Connection: 'close' } });
    await sleep(BUSY_MILLIS + distanceMillis);
    const answers = await this.burst();
    await (await busy).arrayBuffer();
    return answers;
  }

  async stop(): Promise<void> {
    await this.pool.destroy();
  }

  private async post(path: string): Promise<Answer> {
    try {
      const { statusCode, body } = await this.pool.request({ method: 'POST', path, headers: { 'content-type': 'application/json' }, body: '{}' });
      return { status: statusCode, reused: (await body.text()).includes('"reused":true') };
    } catch {
      return { status: 0, reused: false };
    }
  }
}

/** With nginx keeping connections longer than the pod: what the margin is for. */
async function withoutMargin(setting: Setting, pod: ServiceProcess): Promise<{ readonly broken: number; readonly podClosesAfterMillis: number }> {
  const gateway = setting.with(await startGateway([pod]));
  const clients = setting.with(new Clients(pod, gateway));
  await clients.burst();
  for (let burst = 0; burst < MOST_BURSTS_WITHOUT_MARGIN; burst += 1) {
    const podClosesAfterMillis = POD_CLOSES_AFTER_MILLIS[burst % 2 === 0 ? 0 : 1];
    const broken = (await clients.burstAsPodCloses(podClosesAfterMillis, 0)).filter(({ status }) => status === 502).length;
    if (broken > 0) return { broken, podClosesAfterMillis };
  }
  return { broken: 0, podClosesAfterMillis: POD_CLOSES_AFTER_MILLIS[0] };
}

/** As the gateway has it. Some of the gaps surround the time at which the pod closes an unused connection, the others that of nginx, so that some are reused. */
async function withMargin(setting: Setting, pod: ServiceProcess, podClosesAfterMillis: number, scale: Scale): Promise<readonly Answer[]> {
  const gateway = setting.with(await startGateway([pod], GATEWAY_KEEP_ALIVE_SECONDS));
  const clients = setting.with(new Clients(pod, gateway));
  const answers = [...(await clients.burst())];
  // Those of the pod last long.
  const every = scale.name === 'full' ? 2 : 8;
  for (let burst = 1; answers.length < 10_000 / scale.countDivisor; burst += 1) {
    const share = (Math.floor(burst / every) % 21) / 10 - 1;
    if (burst % every === 0) {
      answers.push(...(await clients.burstAsPodCloses(podClosesAfterMillis, share * LARGEST_DISTANCE_MILLIS.pod)));
    } else {
      // Most of them close by.
      await sleep(GATEWAY_KEEP_ALIVE_SECONDS * 1_000 + ((burst % 21) / 10 - 1) ** 3 * LARGEST_DISTANCE_MILLIS.gateway);
      answers.push(...(await clients.burst()));
    }
  }
  return answers;
}

async function keepAliveRace(setting: Setting, scale: Scale): Promise<readonly Check[]> {
  const pod = await setting.service('faults/slow', { KEEP_ALIVE_SECONDS: String(POD_KEEP_ALIVE_SECONDS) });
  const { broken, podClosesAfterMillis } = await withoutMargin(setting, pod);
  const answers = await withMargin(setting, pod, podClosesAfterMillis, scale);
  const check = (what: string, value: number, limit: Check['limit']): Check => ({ what, value, unit: 'requests', limit, kind: 'state' });
  const count = (picked: (answer: Answer) => boolean): number => answers.filter(picked).length;
  return [
    check('without the margin: answers 502', broken, { atLeast: 1 }),
    check('requests', answers.length, { atLeast: 10_000 / scale.countDivisor }),
    check('resets', count(({ status }) => status === 0), { exactly: 0 }),
    check('answers 502', count(({ status }) => status === 502), { exactly: 0 }),
    check('other answers than 201', count(({ status }) => status !== 201), { exactly: 0 }),
    check('requests on a connection that had been used before', count(({ reused }) => reused), { atLeast: 1 }),
  ];
}

/**
 * The keep-alive race, with a pod of known slowness. At the fast scale fewer gaps, and of those only every eighth around the
 * pod's time instead of every second.
 */
export const f3: Fault = { id: 'F3', title: 'idle gaps around the server’s keep-alive time, behind nginx', run: (scale) => Setting.run((setting) => keepAliveRace(setting, scale)) };
