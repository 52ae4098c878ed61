import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import pino from 'pino';
import { createApp } from './app';
import { messageClassesOf, type MessageClasses } from './express-messages';
import { Metrics } from './metrics';
import { Readiness } from './readiness';
import { createAppServer } from './server';
import { Traffic } from './traffic';

/** What a message is, for its server and then for Express. */
async function prototypes(classesOf: (app: express.Express) => MessageClasses): Promise<{ readonly before: readonly unknown[]; readonly after: readonly unknown[] }> {
  const app = express();
  const of = (messages: readonly object[]): readonly unknown[] => messages.map((message): unknown => Object.getPrototypeOf(message));
  let before: readonly unknown[] = [];
  let after: readonly unknown[] = [];
  app.get('/things/:id', (request, response) => {
    after = of([request, response]);
    expect(request).toBeInstanceOf(IncomingMessage);
    expect(response).toBeInstanceOf(ServerResponse);
    response.json({ id: request.params.id, of: request.get('Of'), query: request.query });
  });
  const server = createServer(classesOf(app), (request, response) => {
    before = of([request, response]);
    app(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/things/7?a=1`, { headers: { Of: 'us' } });
    expect(await answer.json()).toEqual({ id: '7', of: 'us', query: { a: '1' } });
  } finally {
    server.close();
  }
  return { before, after };
}

it('are what Express wants them to be from the beginning, and are not changed', async () => {
  const { before, after } = await prototypes(messageClassesOf);
  expect(before.map((prototype, index) => prototype === after[index])).toEqual([true, true]);
});

it('would be changed by Express, were they those of Node', async () => {
  const { before, after } = await prototypes(() => ({ IncomingMessage, ServerResponse }));
  expect(before.map((prototype, index) => prototype === after[index])).toEqual([false, false]);
});

it('are those that the server of a service makes', async () => {
  const shared = { metrics: new Metrics(), logger: pino({ level: 'silent' }), traffic: new Traffic() };
  const app = createApp({ ...shared, routes: [], readiness: new Readiness() });
  const server = createAppServer({ ...shared, app });
  let made: readonly boolean[] = [];
  server.prependListener('request', (request, response) => {
    made = [Object.getPrototypeOf(request) === app.classes.IncomingMessage.prototype, Object.getPrototypeOf(response) === app.classes.ServerResponse.prototype];
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/health`)).json();
  } finally {
    server.close();
  }
  expect(made).toEqual([true, true]);
});
