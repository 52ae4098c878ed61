import { HOURS_PER_MONTH } from './usage';
import type { PriceTable } from './prices';
import type { RecordedResource } from './recorder';

/** Advice that follows from a plan. The program itself never buys a commitment. */

const money = (usd: number): string => Math.round(usd).toLocaleString('en-US');

function floorOf({ inputs }: RecordedResource): number {
  const scaling = inputs['scalingConfig'];
  return typeof scaling === 'object' && scaling !== null && 'minSize' in scaling ? Number(scaling.minSize) : 0;
}

/** The predictable base: nodes that are there at every hour. */
function reservedNodes(resources: readonly RecordedResource[], { prices }: PriceTable): readonly string[] {
  return resources.filter(({ type, inputs }) => type === 'aws:eks/nodeGroup:NodeGroup' && inputs['capacityType'] === 'ON_DEMAND').map((group) => {
    const types: unknown = group.inputs['instanceTypes'];
    const type = String(Array.isArray(types) ? types[0] : undefined);
    const [onDemand, reserved] = [prices.get(`ec2/${type}`), prices.get(`reserved/ec2/${type}`)];
    const nodes = floorOf(group);
    const advice = `recommended, never bought by the program: reserve ${nodes} ${type} for a year, the floor of the group ${group.name}`;
    if (onDemand === undefined || reserved === undefined) return `${advice}; what that saves is not known`;
    return `${advice}: about ${money((onDemand.usd - reserved.usd) * nodes * HOURS_PER_MONTH)} USD a month less (${reserved.confidence}, ${reserved.asOf})`;
  });
}

/** Instances never sleep; what a commitment for them costs is not in the table, so the advice is to ask. */
function reservedDatabases(resources: readonly RecordedResource[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { type, inputs } of resources) {
    if (type !== 'aws:rds/instance:Instance' || String(inputs['instanceClass']).startsWith('db.t')) continue;
    const name = `${String(inputs['instanceClass'])}${inputs['multiAz'] === true ? ' with standby' : ''}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const list = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `${count} ${name}`).join(', ');
  return list === '' ? [] : [`recommended, never bought by the program: a year's reservation of ${list}, once their sizes have held for a month; its price is not known here`];
}

/** A CDN paid by the request is dear for what it may not keep. */
function cdnPlan(costUsd: number | null | undefined, totalUsd: number): readonly string[] {
  if (costUsd === null || costUsd === undefined || costUsd < totalUsd / 2) return [];
  return [`recommended: the CDN is ${Math.round((costUsd / totalUsd) * 100)} % of the cost, most of it requests that it passes on; ask AWS for committed prices, or send what is never kept to the load balancer under a host of its own`];
}

export function recommendationsOf(resources: readonly RecordedResource[], prices: PriceTable, byComponent: Readonly<Record<string, number | null>>): readonly string[] {
  const total = Object.values(byComponent).reduce<number>((sum, usd) => sum + (usd ?? 0), 0);
  return [...reservedNodes(resources, prices), ...reservedDatabases(resources), ...cdnPlan(byComponent['cdn'], total)];
}
