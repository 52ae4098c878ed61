import { machineSizeOf } from './machine-size';
import { allocatableOf } from './node-groups';

it.each([
  ['m6i.xlarge', 4, 16], ['c7g.large', 2, 4], ['r7g.medium', 1, 8], ['db.r7g.large', 2, 16], ['db.m6gd.2xlarge', 8, 32], ['m5.12xlarge', 48, 192], ['c7i-flex.large', 2, 4],
  ['t3.medium', 2, 4], ['db.t4g.micro', 2, 1], ['t3a.2xlarge', 8, 32],
])('%s has %d cores and %d GiB', (type, cores, memoryGiB) => {
  expect(machineSizeOf(type)).toEqual({ cores, memoryGiB });
});

it.each(['', 'm6i', 'c5n.large', 'm4.large', 't2.micro', 'x2gd.large', 'm6i.metal', 'm6i.huge', '${type}'])('of %j nothing is known', (type) => {
  expect(machineSizeOf(type)).toBeUndefined();
});

// CPU as Karpenter's generated tables have it (platform/aws-capabilities.ts); memory before what depends on the number of pods.
it.each([['m6i.large', 1_930, 7_837], ['m6i.xlarge', 3_920, 16_029], ['m6i.2xlarge', 7_910, 32_413]])('%s leaves %d m and %d MiB for pods', (type, cpuMillis, memoryMiB) => {
  expect(allocatableOf(type)).toEqual({ cpuMillis, memoryMiB });
});
