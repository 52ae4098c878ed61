import { allContainers, settingOf, type PodContainer } from './containers';
import { valueAt } from './narrow';
import type { Report } from './policy';
import type { ObjectStore } from './store';

export type AmountKind = 'requests' | 'limits';
export type Resource = 'cpu' | 'memory' | 'ephemeral-storage';

const NOTHING = new Set<unknown>([undefined, null, 0, '0', '']);

function has(owner: unknown, kind: AmountKind, resource: Resource): boolean {
  return !NOTHING.has(valueAt(owner, 'resources', kind, resource));
}

/** Whether a container is given an amount: by itself, or out of that of its pod, which Kubernetes has for CPU and memory from 1.34. */
function isGiven({ fields, pod }: PodContainer, kind: AmountKind, resource: Resource): boolean {
  const owners = resource === 'ephemeral-storage' ? [fields] : [fields, pod.spec];
  // A request that is left out is as high as the limit.
  return owners.some((owner) => has(owner, kind, resource) || (kind === 'requests' && has(owner, 'limits', resource)));
}

/** The containers that lack an amount. Ephemeral ones cannot have any. */
export function* missingAmounts(store: ObjectStore, kind: AmountKind, resources: readonly Resource[]): Iterable<Report> {
  for (const container of allContainers(store)) {
    if (container.role === 'ephemeral') continue;
    for (const resource of resources) {
      if (isGiven(container, kind, resource)) continue;
      const { value, path } = settingOf(container, 'resources', kind, resource);
      yield { object: container.pod.owner, path, received: value, message: 'must be an amount greater than 0' };
    }
  }
}
