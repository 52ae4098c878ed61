import fc from 'fast-check';
import { connectionBudgets, podsAtFullScale, rdsMaxConnections } from './connections';
import { environmentFrom, resolveEnvironment, UnknownEnvironmentError } from './environments';
import { rechain } from './rechain';
import { evenShardMap } from './shard-map';
import { tiersOf } from './spec';

describe('connection budgets', () => {
  const production = resolveEnvironment(rechain, 'production');

  test('rdsMaxConnections is the formula of RDS', () => {
    expect([1, 4, 16, 32, 64].map(rdsMaxConnections)).toEqual([112, 450, 1_802, 3_604, 5_000]);
  });

  test('count every pod at full scale, those of a rolling update included', () => {
    expect(production.services.map(podsAtFullScale)).toEqual([125 + 63, 125, 125]);
    expect(production.connectionBudgets.map(({ role, pods }) => [role, pods])).toEqual([['primary', 438], ['replicas', 250], ['shards', 188]]);
  });

  test('never give out more than an instance has, nor more than the catalog allows', () => {
    for (const environment of ['local', 'staging', 'production'] as const) {
      const platform = resolveEnvironment(rechain, environment);
      for (const budget of platform.connectionBudgets) {
        expect(budget.pods * budget.poolMaximum + budget.reservedConnections).toBeLessThanOrEqual(budget.maxConnections);
        expect(budget.poolMaximum).toBeLessThanOrEqual(platform.data[budget.role].poolMaximum);
      }
    }
  });

  test('a pool is its share of any instance, as long as a share is a connection', () => {
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 5_000 }), fc.integer({ min: 1, max: 100 }), (maxConnections, poolMaximum) => {
        const data = { ...production.data, primary: { ...production.data.primary, maxConnections, poolMaximum } };
        const [primary] = connectionBudgets({ services: production.services, data });
        expect(primary?.poolMaximum).toBe(Math.min(poolMaximum, Math.max(1, Math.floor((maxConnections - 20) / 438))));
      }),
    );
  });

  test('behind a pooler a pod keeps the upper bound', () => {
    const [primary] = connectionBudgets({ services: production.services, data: { ...production.data, pooler: 'rds-proxy' } });
    expect(primary?.poolMaximum).toBe(20);
  });

  test('without replicas there is no budget for them', () => {
    const data = { ...production.data, replicas: { ...production.data.replicas, count: 0 } };
    expect(connectionBudgets({ services: production.services, data }).map(({ role }) => role)).toEqual(['primary', 'shards']);
  });
});

describe('environments', () => {
  test('production is the default', () => {
    expect(environmentFrom(undefined)).toBe('production');
    expect(environmentFrom('local')).toBe('local');
  });

  test.each(['', 'prod', 'Production'])('refuse %j, naming what is allowed', (name) => {
    expect(() => environmentFrom(name)).toThrow(UnknownEnvironmentError);
    expect(() => environmentFrom(name)).toThrow(/local, staging, production/);
  });

  test('caps lower every fleet and raise none', () => {
    const local = resolveEnvironment(rechain, 'local');
    expect(local.services.flatMap(tiersOf).map(({ scaling }) => [scaling.minReplicas, scaling.maxReplicas])).toEqual([[1, 3], [1, 3], [1, 3], [1, 3]]);
    expect(resolveEnvironment(rechain, 'production').services.flatMap(tiersOf).map(({ scaling }) => [scaling.minReplicas, scaling.maxReplicas])).toEqual([[3, 100], [3, 50], [3, 100], [3, 100]]);
  });

  test('an override of the data replaces its part and leaves the others', () => {
    const staging = resolveEnvironment(rechain, 'staging');
    expect(staging.data.replicas.count).toBe(1);
    expect(staging.data.reservedConnections).toBe(rechain.data.reservedConnections);
  });
});

describe('evenShardMap', () => {
  test('covers every bucket once, as evenly as can be', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 256 }), fc.integer({ min: 1_024, max: 4_096 }), (shards, buckets) => {
        const { ranges } = evenShardMap(shards, buckets);
        const sizes = ranges.map(({ from, to }) => to - from + 1);
        expect(ranges.map(({ from }) => from)).toEqual([0, ...ranges.slice(0, -1).map(({ to }) => to + 1)]);
        expect(sizes.reduce((sum, size) => sum + size)).toBe(buckets);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
