import fc from 'fast-check';
import { instanceTypes } from '../platform/aws-capabilities';
import type { NewClusterSpec } from '../platform/cloud-spec';
import { podsAtFullScale } from '../platform/connections';
import { resolveEnvironment } from '../platform/environments';
import { rechain } from '../platform/rechain';
import { planNodes, podsPerNode } from './node-group-plan';

const production = resolveEnvironment(rechain, 'production');
const names = Object.keys(instanceTypes);
const nodes = (name: string): NewClusterSpec['spot'] => ({ instanceTypes: [name], diskGiB: 50 });

test('for every instance type and number of zones the sizes are in order, one node a zone at least', () => {
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.constantFrom(...names), fc.integer({ min: 1, max: 6 }), (onDemandType, spotType, zones) => {
      const { onDemand, spot } = planNodes(production, { onDemand: nodes(onDemandType), spot: nodes(spotType) }, zones);
      for (const { minSize, averageSize, maxSize } of [onDemand, spot]) {
        expect(minSize).toBeLessThanOrEqual(averageSize);
        expect(averageSize).toBeLessThanOrEqual(maxSize);
      }
      expect(onDemand.minSize).toBeGreaterThanOrEqual(zones);
    }),
  );
});

test('flexible services fit on spot at full scale, what a rolling update adds included', () => {
  fc.assert(
    fc.property(fc.constantFrom(...names), (name) => {
      const type = instanceTypes[name];
      const flexible = production.services.filter(({ criticality }) => criticality === 'flexible');
      if (type === undefined) throw new Error(name);
      const room = planNodes(production, { onDemand: nodes(name), spot: nodes(name) }, 3).spot.maxSize * podsPerNode(type, { cpuMillis: 350, memoryMiB: 384 });
      expect(room).toBeGreaterThanOrEqual(flexible.reduce((sum, service) => sum + podsAtFullScale(service), 0));
    }),
  );
});

test('more load never means fewer nodes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 10_000 }), (load, more) => {
      const at = (averagePerSecond: number) => planNodes({ ...production, services: production.services.map((service) => ({ ...service, load: { ...service.load, averagePerSecond } })) }, { onDemand: nodes('m6i.xlarge'), spot: nodes('m6i.xlarge') }, 3);
      expect(at(load + more).onDemand.averageSize).toBeGreaterThanOrEqual(at(load).onDemand.averageSize);
      expect(at(load + more).spot.averageSize).toBeGreaterThanOrEqual(at(load).spot.averageSize);
    }),
  );
});

test('an unknown type is refused', () => {
  expect(() => planNodes(production, { onDemand: nodes('x9.huge'), spot: nodes('m6i.xlarge') }, 3)).toThrow('instance type x9.huge is not known');
});
