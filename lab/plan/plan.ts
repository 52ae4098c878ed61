import type { ConnectionBudget, InstanceRole } from '../../platform/connections';
import type { ResolvedPlatform } from '../../platform/environments';
import { type Cost, costOf } from './cost';
import { masked } from './masking';
import type { PriceTable } from './prices';
import type { RecordedResource } from './recorder';

/** A resource of a plan: nothing secret, nothing that only Pulumi understands. */
export interface PlannedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** URN; empty for the stack. */
  readonly parent: string;
  /** Secrets are `[secret]`; `${primary.address}` is what the resource of that name will have. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly dependencies: readonly string[];
  readonly protect: boolean;
}

/** What `npm run plan -- --json` prints. */
export interface Plan {
  /** In the order of their URNs. */
  readonly resources: readonly PlannedResource[];
  readonly cost: Cost;
  readonly connections: {
    readonly budget: readonly ConnectionBudget[];
    /** What pods at full scale and the reserve come to, of each instance. */
    readonly used: readonly { readonly role: InstanceRole; readonly connections: number; readonly maxConnections: number }[];
  };
}

function planned({ urn, type, name, parent, inputs, dependencies, protect }: RecordedResource): PlannedResource {
  return { urn, type, name, parent, inputs: masked(inputs) as Record<string, unknown>, dependencies, protect };
}

/** What was recorded, as a plan: masked, sorted, priced. */
export function planOf(platform: ResolvedPlatform, recorded: readonly RecordedResource[], prices: PriceTable): Plan {
  const sorted = [...recorded].sort((a, b) => (a.urn < b.urn ? -1 : 1));
  return {
    resources: sorted.map(planned),
    cost: costOf(platform, sorted, prices),
    connections: {
      budget: platform.connectionBudgets,
      used: platform.connectionBudgets.map(({ role, pods, poolMaximum, reservedConnections, maxConnections }) => ({ role, connections: pods * poolMaximum + reservedConnections, maxConnections })),
    },
  };
}
