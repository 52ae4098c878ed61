import { once } from 'node:events';
import { connect } from 'node:net';
import { serverLimits, standardLimits } from './server-limits';
import { AppServer } from './testing/app-server';
import { until } from './testing/service-process';

function problemsOf(variables: Readonly<Record<string, string>>): readonly unknown[] {
  return serverLimits.safeParse(variables).error?.issues.map(({ path, message }) => [path.join(), message]) ?? [];
}

describe('variables', () => {
  it('have these limits where they are not set', () => {
    expect(standardLimits).toEqual({
      deadlineMillis: 1_000,
      keepAliveMillis: 75_000,
      headersMillis: 10_000,
      requestMillis: 20_000,
      connections: 1_000,
      overload: { requestsInFlight: 200, turnMillis: 2, toleratedMillis: 250 },
    });
  });

  it('are read', () => {
    const variables = { REQUEST_DEADLINE_SECONDS: '0.1', KEEP_ALIVE_SECONDS: '2', HEADERS_TIMEOUT_SECONDS: '3', REQUEST_TIMEOUT_SECONDS: '3', MAX_CONNECTIONS: '5', MAX_REQUESTS_IN_FLIGHT: '6', EVENT_LOOP_TURN_SECONDS: '0.007', EVENT_LOOP_TOLERANCE_SECONDS: '0' };
    expect(serverLimits.parse(variables).server).toEqual({
      deadlineMillis: 100,
      keepAliveMillis: 2_000,
      headersMillis: 3_000,
      requestMillis: 3_000,
      connections: 5,
      overload: { requestsInFlight: 6, turnMillis: 7, toleratedMillis: 0 },
    });
  });

  it.each([
    ['REQUEST_DEADLINE_SECONDS', '0', 'seconds, 0.01 to 600'],
    ['KEEP_ALIVE_SECONDS', 'long', 'seconds, 0.1 to 3600'],
    ['MAX_CONNECTIONS', '0', 'a whole number, 1 to 100000'],
    ['MAX_REQUESTS_IN_FLIGHT', '1.5', 'a whole number, 1 to 100000'],
    ['EVENT_LOOP_TURN_SECONDS', '-1', 'seconds, 0.001 to 60'],
    ['HEADERS_TIMEOUT_SECONDS', '21', 'at most REQUEST_TIMEOUT_SECONDS, 20: headers are a part of the request'],
  ])('%s is not %s', (variable, value, message) => {
    expect(problemsOf({ [variable]: value })).toEqual([[variable, message]]);
  });
});

it('more connections than allowed are closed at once, and counted', async () => {
  const server = new AppServer([], { connections: 1 });
  await server.start();
  const first = connect(server.port, '127.0.0.1');
  try {
    await once(first, 'connect');
    await once(connect(server.port, '127.0.0.1').resume(), 'close');
    expect(await server.metrics.registry.getSingleMetricAsString('http_connections_dropped_total')).toMatch(/_total 1$/m);
    expect(first.closed).toBe(false);
    first.destroy();
    // The place is free again.
    await until(() => fetch(`${server.url}/health`).then(({ status }) => status === 200, () => false));
  } finally {
    first.destroy();
    await server.stop();
  }
});
