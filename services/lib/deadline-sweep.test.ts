import { once } from 'node:events';
import { createServer, Socket, type AddressInfo } from 'node:net';
import { Deadline } from './deadline';
import { DeadlineSweep, type Expiring } from './deadline-sweep';
import { until } from './testing/service-process';

function item(deadline: Deadline, expire: () => void): Expiring {
  return { deadline, expire };
}

it('ends each thing once, after its deadline, and none that was taken away', async () => {
  const sweep = new DeadlineSweep();
  const ended: string[] = [];
  let now = 0;
  const at = (millis: number) => Deadline.after(millis, () => now);
  const gone = item(at(5), () => ended.push('gone'));
  for (const one of [item(at(5), () => ended.push('early')), item(at(50), () => ended.push('late')), gone]) sweep.watch(one);
  sweep.unwatch(gone);
  now = 10;
  await until(() => ended.length > 0);
  expect(ended).toEqual(['early']);
  expect(sweep.watched.size).toBe(1);
  now = 60;
  await until(() => sweep.watched.size === 0);
  expect(ended).toEqual(['early', 'late']);
});

it('hears first what arrived while the process was held up', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connected: Promise<unknown[]> = once(server, 'connection');
  const socket = new Socket().connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [peer] = await connected;
  if (!(peer instanceof Socket)) throw new Error('a server is given sockets');
  const sweep = new DeadlineSweep();
  const order: string[] = [];
  try {
    socket.once('data', () => order.push('answer'));
    sweep.watch(item(Deadline.after(100), () => order.push('late')));
    // It is in the other socket's buffer at once, and nobody reads it until after the deadline.
    peer.write('answer');
    const held = performance.now() + 200;
    while (performance.now() < held);
    await until(() => order.length === 2);
    expect(order).toEqual(['answer', 'late']);
  } finally {
    socket.destroy();
    server.close();
  }
});
