import { PrimaryHistory, exportReplicaLag } from './replica-lag';
import { Metrics } from './metrics';

const exact = (seconds: number) => ({ kind: 'exact', seconds });

describe('the lag of a replica', () => {
  it('is how long ago the primary was last known to be no further', () => {
    const history = new PrimaryHistory();
    for (const [atMillis, position] of [[1_000, 100], [2_000, 200], [3_000, 300], [4_000, 400]] as const) history.record(atMillis, position);
    expect(history.lagOf(400)).toEqual(exact(0));
    expect(history.lagOf(9_999)).toEqual(exact(0));
    expect(history.lagOf(399)).toEqual(exact(1));
    expect(history.lagOf(300)).toEqual(exact(1));
    expect(history.lagOf(299)).toEqual(exact(2));
    expect(history.lagOf(100)).toEqual(exact(3));
    expect(history.lagOf(99)).toEqual({ kind: 'at-least', seconds: 3 });
  });

  it('is none while the primary writes nothing, however long', () => {
    const history = new PrimaryHistory();
    for (let atMillis = 0; atMillis <= 3_600_000; atMillis += 1_000) history.record(atMillis, 100);
    expect(history.lagOf(100)).toEqual(exact(0));
    // As soon as something is written and not replayed, it counts from the last moment without it.
    history.record(3_601_000, 101);
    history.record(3_607_000, 101);
    expect(history.lagOf(100)).toEqual(exact(7));
  });

  it('does not grow while the primary does not answer, and is unknown until it has', () => {
    const history = new PrimaryHistory();
    expect(history.lagOf(100)).toBeUndefined();
    history.record(1_000, 100);
    history.record(3_000, 200);
    expect(history.lagOf(100)).toEqual(history.lagOf(150));
    expect(history.lagOf(100)).toEqual(exact(2));
  });

  it('of one that is behind all that is remembered is at least that long', () => {
    const history = new PrimaryHistory();
    for (let second = 0; second < 5_000; second += 1) history.record(second * 1_000, second);
    expect(history.lagOf(1)).toEqual({ kind: 'at-least', seconds: 999 });
    expect(history.lagOf(4_990)).toEqual(exact(9));
  });
});

it('is a metric by place in the list; one that is not known has no series', async () => {
  const { registry } = new Metrics();
  const replicas = [{ lagSeconds: 0 }, { lagSeconds: undefined as number | undefined }, { lagSeconds: 7.5 }];
  exportReplicaLag(replicas, registry);
  const lines = async () => (await registry.metrics()).match(/^database_replica_lag_seconds.*$/gm);
  expect(await lines()).toEqual(['database_replica_lag_seconds{replica="0"} 0', 'database_replica_lag_seconds{replica="2"} 7.5']);
  replicas[2] = { lagSeconds: undefined };
  expect(await lines()).toEqual(['database_replica_lag_seconds{replica="0"} 0']);
});
