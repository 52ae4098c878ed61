import { kubernetesVersions } from '../../platform/aws-capabilities';
import type { ResolvedPlatform } from '../../platform/environments';
import { type Charge, chargesOf } from './charges';
import { componentsOf } from './components';
import type { Price, PriceTable } from './prices';
import { recommendationsOf } from './recommendations';
import type { RecordedResource } from './recorder';
import { usageOf } from './usage';

/** What a plan costs, as far as it is known. */
export interface Cost {
  /** The sum of what is known. What is not is named in `assumptions`, and is never counted as nothing. */
  readonly monthlyUsd: number;
  /** USD a month by component; null where nothing that a component costs is known. */
  readonly byComponent: Readonly<Record<string, number | null>>;
  /** The oldest date among the prices that were used. */
  readonly priceDate: string;
  /** What the numbers rest on, what is not known, and what is recommended. */
  readonly assumptions: readonly string[];
}

interface Line {
  readonly component: string;
  /** Undefined: not known. */
  readonly usd: number | undefined;
  readonly range?: { readonly low: number; readonly high: number };
  readonly used: readonly Price[];
  readonly note?: string;
}

const cents = (usd: number): number => Math.round(usd * 100) / 100;
const money = (usd: number): string => (usd >= 100 ? String(Math.round(usd)) : usd.toFixed(2));

function marketLine(component: string, { prices: keys, quantity }: Extract<Charge, { kind: 'market' }>, { prices }: PriceTable): Line {
  const found = keys.map((key) => prices.get(key));
  const used = found.filter((price) => price !== undefined);
  if (used.length < found.length || used.length === 0 || Number.isNaN(quantity)) return { component, usd: undefined, used: [], note: `not known: a price for ${keys.filter((key) => !prices.has(key)).join(', ')}` };
  const [low, high] = [Math.min(...used.map(({ usd, low: least }) => least ?? usd)), Math.max(...used.map(({ usd, high: most }) => most ?? usd))];
  const mean = used.reduce((sum, { usd }) => sum + usd, 0) / used.length;
  return { component, usd: mean * quantity, range: { low: low * quantity, high: high * quantity }, used };
}

function lineOf(component: string, charge: Charge, table: PriceTable): Line {
  if (charge.kind === 'market') return marketLine(component, charge, table);
  const price = table.prices.get(charge.price);
  if (charge.kind === 'unknown') return { component, usd: undefined, used: [], note: `not known: ${charge.what}, ${price === undefined ? 'nor its price' : `${price.usd} USD a ${price.unit}`}` };
  if (price === undefined) return { component, usd: undefined, used: [], note: `not known: a price for ${charge.price}` };
  if (Number.isNaN(charge.quantity)) return { component, usd: undefined, used: [], note: `not known: how much of ${charge.price}` };
  return { component, usd: price.usd * charge.quantity, used: [price] };
}

function linesOf(platform: ResolvedPlatform, resources: readonly RecordedResource[], table: PriceTable): readonly Line[] {
  const components = componentsOf(resources);
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const context = { usage: usageOf(platform), find: (urn: string | undefined) => byUrn.get(urn ?? '') };
  return resources.flatMap((resource) => {
    const component = components.get(resource.urn) ?? 'stack';
    const charges = chargesOf(resource, context);
    return charges === undefined ? [{ component, usd: undefined, used: [], note: `not known: what ${resource.type} costs` }] : charges.map((charge) => lineOf(component, charge, table));
  });
}

function byComponent(lines: readonly Line[]): Record<string, number | null> {
  const sums = new Map<string, number | null>();
  for (const { component, usd } of lines) {
    const sum = sums.get(component) ?? null;
    sums.set(component, usd === undefined ? sum : (sum ?? 0) + usd);
  }
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([component, sum]) => [component, sum === null ? null : cents(sum)]));
}

/** Notes once each, with the components that they are of. */
function notes(lines: readonly Line[]): readonly string[] {
  const components = new Map<string, Set<string>>();
  for (const { note, component } of lines) if (note !== undefined) components.set(note, (components.get(note) ?? new Set()).add(component));
  return [...components].map(([note, names]) => `${note} (${[...names].join(', ')})`);
}

function ranges(lines: readonly Line[]): readonly string[] {
  const ranged = lines.flatMap(({ range }) => range ?? []);
  const [low, high] = [ranged.reduce((sum, range) => sum + range.low, 0), ranged.reduce((sum, range) => sum + range.high, 0)];
  return ranged.length === 0 ? [] : [`spot nodes cost between ${money(low)} and ${money(high)} USD a month; counted is the mean of their types`];
}

function weakPrices(used: readonly Price[]): readonly string[] {
  const weak = used.filter(({ asOf, confidence }) => !/\d{4}-\d{2}-\d{2}/.test(asOf) || /secondary|memory/.test(confidence)).length;
  return weak === 0 ? [] : [`${weak} of ${used.length} prices have no exact date or come from a secondary source: see lab/plan/prices.json`];
}

/** Until when the control plane costs what it does. */
function supportOf({ cloud }: ResolvedPlatform): readonly string[] {
  if (cloud.kind === 'none' || cloud.cluster.kind === 'existing') return [];
  const { kubernetesVersion: version } = cloud.cluster;
  return [`Kubernetes ${version} is in standard support until ${kubernetesVersions[version]}; then EKS upgrades it by itself`];
}

/** The cost of recorded resources, in the order of their URNs. */
export function costOf(platform: ResolvedPlatform, resources: readonly RecordedResource[], table: PriceTable): Cost {
  const region = platform.cloud.kind === 'aws' ? platform.cloud.region : 'none';
  // Prices differ from region to region by up to a half: none of another is taken.
  const applicable = region === table.region ? table : { ...table, prices: new Map<string, Price>() };
  const lines = linesOf(platform, resources, applicable);
  const used = [...new Set(lines.flatMap((line) => line.used))];
  const dates = used.flatMap(({ asOf }) => /\d{4}-\d{2}-\d{2}/.exec(asOf)?.[0] ?? []).sort();
  const components = byComponent(lines);
  return {
    monthlyUsd: cents(lines.reduce((sum, { usd }) => sum + (usd ?? 0), 0)),
    byComponent: components,
    priceDate: dates[0] ?? 'unknown',
    assumptions: [`on-demand list prices of ${table.region}, each service’s first tier, without taxes, support and commitments`, ...(region === table.region ? [] : [`not known: any price of ${region}`]), ...usageOf(platform).assumptions, ...supportOf(platform), ...ranges(lines), ...weakPrices(used), ...notes(lines), ...recommendationsOf(resources, applicable, components)],
  };
}
