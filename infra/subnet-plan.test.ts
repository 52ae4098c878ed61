import fc from 'fast-check';
import { blockAt, overlaps, rangeOf } from '../platform/address-blocks';
import { rechain } from '../platform/rechain';
import { natZones, planSubnets, SubnetPlanError } from './subnet-plan';

const zoneNames = (count: number): string[] => Array.from({ length: count }, (_, index) => `zone-${index}`);

/** Catalog blocks of one size, `offset` blocks apart from the start of the VPC. */
const blocks = (vpc: string, bits: number, offset: number, count: number): string[] => Array.from({ length: count }, (_, index) => blockAt(rangeOf(vpc).first + (offset + index) * 2 ** (32 - bits), bits));

describe('planSubnets', () => {
  test('subnets lie in the VPC and never overlap, for any number of zones', () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 20 }), fc.integer({ min: 1, max: 6 }), fc.nat({ max: 31 }), fc.nat({ max: 3 }), (vpcBits, zones, loadBalancerOffset, gap) => {
        const vpc = blockAt(rangeOf('10.32.0.0/12').first, vpcBits);
        const bits = vpcBits + 6;
        const loadBalancers = blocks(vpc, bits, loadBalancerOffset, zones);
        const databases = blocks(vpc, bits, loadBalancerOffset + zones + gap, zones);
        const planned = planSubnets({ vpc, zones: zoneNames(zones), loadBalancers, databases });
        const all = planned.flatMap((zone) => [zone.public, zone.loadBalancer, zone.private, zone.database]);
        expect(all).toHaveLength(zones * 4);
        for (const [index, block] of all.entries()) {
          const range = rangeOf(block);
          expect(range.first).toBeGreaterThanOrEqual(rangeOf(vpc).first);
          expect(range.last).toBeLessThanOrEqual(rangeOf(vpc).last);
          for (const other of all.slice(index + 1)) expect(overlaps(range, rangeOf(other))).toBe(false);
        }
      }),
    );
  });

  test('our catalog’s private subnets hold every pod at full scale', () => {
    const { vpc, loadBalancers, databases } = rechain.network;
    const planned = planSubnets({ vpc, zones: zoneNames(3), loadBalancers, databases });
    expect(planned[0]).toEqual({ zone: 'zone-0', public: '10.0.12.0/28', loadBalancer: '10.0.0.0/22', private: '10.0.32.0/19', database: '10.0.192.0/22' });
  });

  test('a VPC that the catalog’s blocks fill is refused', () => {
    const full = { vpc: '10.0.0.0/24', zones: zoneNames(2), loadBalancers: ['10.0.0.0/26', '10.0.0.64/26'], databases: ['10.0.0.128/26', '10.0.0.192/26'] };
    expect(() => planSubnets(full)).toThrow(SubnetPlanError);
    expect(() => planSubnets(full)).toThrow(/network.vpc: received "10.0.0.0\/24", allowed is .* 2 private/);
  });
});

test.each([['one', ['a', 'a', 'a']], ['per-zone', ['a', 'b', 'c']]] as const)('%s NAT gateway serves the zones', (natGateways, expected) => {
  expect([...natZones(['a', 'b', 'c'], natGateways).values()]).toEqual(expected);
});
