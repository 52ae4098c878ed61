import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheNodeTypes, databaseClasses, instanceTypes } from '../../platform/aws-capabilities';
import { resolveEnvironment } from '../../platform/environments';
import { rechain } from '../../platform/rechain';
import { costOf } from './cost';
import { PriceFileError, type PriceTable, readPrices } from './prices';
import type { RecordedResource } from './recorder';
import { usageOf } from './usage';

const production = resolveEnvironment(rechain, 'production');
const prices = readPrices();

const stack: RecordedResource = { urn: 'stack', type: 'pulumi:pulumi:Stack', name: 'stack', parent: '', custom: false, protect: false, dependencies: [], propertyDependencies: {}, ignoreChanges: [], inputs: {} };
const component: RecordedResource = { ...stack, urn: 'component', type: 'rechain:infra:Thing', name: 'thing', parent: 'stack' };
const resource = (type: string, inputs: RecordedResource['inputs'] = {}): RecordedResource => ({ ...stack, urn: type, type, name: 'it', parent: 'component', custom: true, inputs });
const cost = (type: string, inputs: RecordedResource['inputs'] = {}, table: PriceTable = prices) => costOf(production, [stack, component, resource(type, inputs)], table);
const without = (key: string): PriceTable => ({ ...prices, prices: new Map([...prices.prices].filter(([name]) => name !== key)) });

const instance = { instanceClass: 'db.r7g.large', multiAz: true, allocatedStorage: 100 };

describe('costOf', () => {
  test('an instance costs its class and its storage, twice with a standby', () => {
    expect(cost('aws:rds/instance:Instance', instance).byComponent).toEqual({ thing: 0.478 * 730 + 23 });
    expect(cost('aws:rds/instance:Instance', { ...instance, multiAz: false }).monthlyUsd).toBeCloseTo(0.239 * 730 + 11.5, 2);
  });

  test('an interface endpoint is billed in each zone, a gateway endpoint nowhere', () => {
    expect(cost('aws:ec2/vpcEndpoint:VpcEndpoint', { vpcEndpointType: 'Interface', subnetIds: ['a', 'b', 'c'] }).monthlyUsd).toBeCloseTo(3 * 7.3, 2);
    expect(cost('aws:ec2/vpcEndpoint:VpcEndpoint', { vpcEndpointType: 'Gateway' })).toMatchObject({ monthlyUsd: 0, byComponent: {} });
  });

  test('traffic between zones is billed on both sides', () => {
    const { crossZoneGbPerMonth } = usageOf(production);
    expect(cost('aws:ec2/vpc:Vpc').monthlyUsd).toBeCloseTo(crossZoneGbPerMonth * 0.01 * 2, 1);
  });

  test('spot is a range, and the mean of its types counts', () => {
    const { monthlyUsd, assumptions } = cost('aws:eks/nodeGroup:NodeGroup', { capacityType: 'SPOT', instanceTypes: ['m6i.xlarge', 'm6a.xlarge'], scalingConfig: { desiredSize: 10 } });
    expect(monthlyUsd).toBeCloseTo(((0.0723 + 0.0743) / 2) * 7_300, 1);
    expect(assumptions.join('\n')).toMatch(/spot nodes cost between 492 and 631 USD a month/);
  });

  test.each([
    ['a missing price', cost('aws:rds/instance:Instance', instance, without('rds/db.r7g.large/multi-az')), 'a price for rds/db.r7g.large/multi-az', 23],
    ['a missing quantity', cost('aws:rds/instance:Instance', { ...instance, allocatedStorage: undefined }), 'how much of rds/gp3/multi-az', 0.478 * 730],
    ['an unknown type', cost('aws:braket/computer:Quantum'), 'what aws:braket/computer:Quantum costs', 0],
    ['usage that nobody states', cost('aws:s3/bucket:Bucket'), 'size of assets and access logs, 0.023 USD a GB-month', 0],
  ])('%s is reported, not counted as nothing', (_what, { assumptions, monthlyUsd, byComponent }, note, rest) => {
    expect(assumptions).toContainEqual(expect.stringMatching(new RegExp(`^not known: ${note} \\(thing\\)$`)));
    expect(monthlyUsd).toBeCloseTo(rest, 2);
    expect(byComponent).toEqual({ thing: rest === 0 ? null : expect.closeTo(rest, 2) });
  });

  test('prices of another region are not taken', () => {
    const abroad = { ...production, cloud: { ...production.cloud, region: 'eu-west-1' as const } };
    const { monthlyUsd, byComponent, assumptions, priceDate } = costOf(abroad, [stack, component, resource('aws:rds/instance:Instance', instance)], prices);
    expect({ monthlyUsd, byComponent, priceDate }).toEqual({ monthlyUsd: 0, byComponent: { thing: null }, priceDate: 'unknown' });
    expect(assumptions).toContain('not known: any price of eu-west-1');
  });

  test('a reservation is recommended for the floor of on-demand nodes, and its saving said only where it is known', () => {
    const group = (type: string) => cost('aws:eks/nodeGroup:NodeGroup', { capacityType: 'ON_DEMAND', instanceTypes: [type], scalingConfig: { minSize: 4, desiredSize: 6 } }).assumptions.filter((line) => line.startsWith('recommended'));
    expect(group('m6i.xlarge')).toEqual(['recommended, never bought by the program: reserve 4 m6i.xlarge for a year, the floor of the group it: about 207 USD a month less (secondary page, undated (about 2025))']);
    expect(group('m7g.xlarge')).toEqual(['recommended, never bought by the program: reserve 4 m7g.xlarge for a year, the floor of the group it; what that saves is not known']);
  });

  test('instances that may be throttled are not worth reserving', () => {
    const advice = (instanceClass: string) => cost('aws:rds/instance:Instance', { ...instance, instanceClass }).assumptions.filter((line) => line.startsWith('recommended'));
    expect(advice('db.r7g.large')).toEqual([expect.stringContaining('1 db.r7g.large with standby')]);
    expect(advice('db.t4g.medium')).toEqual([]);
  });

  test('the date is the oldest of the prices that were used', () => {
    expect(cost('aws:eks/cluster:Cluster').priceDate).toBe('2026-09-28');
  });
});

describe('the price table', () => {
  test('has everything that the catalog may choose', () => {
    const needed = [
      ...Object.keys(instanceTypes).flatMap((type) => [`ec2/${type}`, `ec2-spot/${type}`]),
      ...databaseClasses.flatMap((name) => [`rds/${name}/single-az`, `rds/${name}/multi-az`]),
      ...cacheNodeTypes.map((type) => `valkey/${type}`),
    ];
    expect(needed.filter((key) => !prices.prices.has(key))).toEqual([]);
  });

  test('names a date and a source for each price', () => {
    for (const { asOf, source, confidence } of prices.prices.values()) expect([asOf, source, confidence].every((text) => text.length > 3)).toBe(true);
  });
});

describe('a price file', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'prices-')); });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const file = (text: string): string => {
    const path = join(folder, 'prices.json');
    writeFileSync(path, text);
    return path;
  };

  test('overrides one price and leaves the others', () => {
    const table = readPrices(file('{"prices": {"eks/control-plane": {"usd": 0.2, "asOf": "2026-11-01"}}}'));
    expect(cost('aws:eks/cluster:Cluster', {}, table)).toMatchObject({ monthlyUsd: 146, priceDate: '2026-11-01' });
    expect(table.prices.size).toBe(prices.prices.size);
  });

  test.each([
    ['no JSON', '{', /received .* allowed is a JSON document/],
    ['a misspelt price', '{"prices": {"eks/controlplane": {"usd": 1, "asOf": "2026-11-01"}}}', /prices.eks\/controlplane: received "eks\/controlplane", allowed is a price of the repository: eks\/control-plane/],
    ['a price without a date', '{"prices": {"eks/control-plane": {"usd": 1}}}', /prices.eks\/control-plane.asOf/],
    ['a negative price', '{"prices": {"eks/control-plane": {"usd": -1, "asOf": "2026-11-01"}}}', /prices.eks\/control-plane.usd/],
  ])('%s is refused', (_what, text, words) => {
    const path = file(text);
    expect(() => readPrices(path)).toThrow(PriceFileError);
    expect(() => readPrices(path)).toThrow(words);
  });

  test('a missing file is refused', () => {
    expect(() => readPrices(join(folder, 'none.json'))).toThrow(/ENOENT/);
  });
});
