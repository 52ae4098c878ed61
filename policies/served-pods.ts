import { runningContainersOf, type PodContainer } from './containers';
import { formatRequirements, requireLabels } from './label-selector';
import { groupKindOf, namespaceOf } from './manifest';
import { listOf, textOf, valueAt } from './narrow';
import type { PodTemplate } from './pod-template';
import type { ObjectStore } from './store';

/** They end; nobody waits for them to be ready. */
const JOBS = new Set(['batch/Job', 'batch/CronJob']);

/** Whether a container says that others connect to it; to read metrics is no use of what it does. */
export function declaresPort({ fields }: PodContainer): boolean {
  return listOf(fields['ports']).some((port) => !/metrics|prom/.test(textOf(valueAt(port, 'name')) ?? ''));
}

function selectedByServices(store: ObjectStore): ReadonlySet<PodTemplate> {
  const selected = new Set<PodTemplate>();
  const seen = new Set<string>();
  for (const { object } of store.ofKind('Service')) {
    const selector = requireLabels(valueAt(object, 'spec', 'selector'));
    const namespace = namespaceOf(object);
    const key = `${namespace}\n${formatRequirements(selector)}`;
    // Services that select the same pods would be read again for each of them.
    if (selector.length === 0 || seen.has(key)) continue;
    seen.add(key);
    for (const pod of store.findPods(namespace, selector)) selected.add(pod);
  }
  return selected;
}

/** The pods that others connect to: a Service selects them, or a container of theirs declares a port. Those of Jobs are not. */
export function servedPods(store: ObjectStore): readonly PodTemplate[] {
  const selected = selectedByServices(store);
  return store.podTemplates().filter((pod) => !JOBS.has(groupKindOf(pod.owner.object)) && (selected.has(pod) || [...runningContainersOf(pod)].some(declaresPort)));
}

/** The containers of served pods that must show whether they can serve; of sidecars those to which others connect. */
export function* servingContainers(store: ObjectStore): Iterable<PodContainer> {
  for (const pod of servedPods(store)) {
    for (const container of runningContainersOf(pod)) {
      if (container.role === 'main' || declaresPort(container)) yield container;
    }
  }
}
