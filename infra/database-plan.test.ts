import fc from 'fast-check';
import { databaseFamilies, type DatabaseFamily } from '../platform/aws-capabilities';
import { resolveEnvironment } from '../platform/environments';
import { rechain } from '../platform/rechain';
import type { AwsSpec } from '../platform/cloud-spec';
import { planInstance, replicaMaxConnections } from './database-plan';

const platform = resolveEnvironment(rechain, 'production');
const cloud = platform.cloud as AwsSpec;

test('the class has exactly the memory that the catalog states, for every family and size', () => {
  const classes = Object.entries(databaseFamilies).flatMap(([family, sizes]) => Object.entries(sizes).map(([size, memoryGiB]) => [family as DatabaseFamily, size, memoryGiB] as const));
  fc.assert(
    fc.property(fc.constantFrom(...classes), ([family, size, memoryGiB]) => {
      const data = { ...platform.data, primary: { ...platform.data.primary, memoryGiB } };
      expect(planInstance('primary', { data }, { databases: { ...cloud.databases, primaryFamily: family } }).instanceClass).toBe(`${family}.${size}`);
    }),
  );
});

test('a memory that the family lacks is refused', () => {
  const data = { ...platform.data, primary: { ...platform.data.primary, memoryGiB: 33 } };
  expect(() => planInstance('primary', { data }, cloud)).toThrow('no instance class of db.r7g has 33 GiB');
});

test('a replica never allows fewer connections than its primary', () => {
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 5_000 }), fc.integer({ min: 10, max: 5_000 }), (primary, replicas) => {
      const data = { ...platform.data, primary: { ...platform.data.primary, maxConnections: primary }, replicas: { ...platform.data.replicas, maxConnections: replicas } };
      const value = Number(planInstance('replicas', { data }, cloud).parameters.find(({ name }) => name === 'max_connections')?.value);
      expect(value).toBe(replicaMaxConnections(data));
      expect(value).toBeGreaterThanOrEqual(primary);
    }),
  );
});

test('replicas have no standby, whatever the primary has', () => {
  expect(planInstance('primary', platform, cloud).multiAz).toBe(true);
  expect(planInstance('replicas', platform, cloud).multiAz).toBe(false);
});

test('alarms ring before connections run out, on the budget and not on the parameter', () => {
  expect(planInstance('replicas', platform, cloud).connectionsAlarm).toBe(1_690);
});
