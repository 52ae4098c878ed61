import { containersOf, type PodContainer } from './containers';
import { atLeastZero } from './fleet';
import { scalarText, valueAt } from './narrow';
import type { PodTemplate } from './pod-template';
import { quantityOf } from './quantity';
import { POD_INJECTION } from './mesh/injection';

/** What a pod asks of its node, or a node has for pods. */
export interface Amounts {
  readonly cpuMillis: number;
  readonly memoryMiB: number;
}

const NOTHING: Amounts = { cpuMillis: 0, memoryMiB: 0 };

const MILLIS = 1_000;
const BYTES_PER_MIB = 2 ** 20;

export function sum(a: Amounts, b: Amounts): Amounts {
  return { cpuMillis: a.cpuMillis + b.cpuMillis, memoryMiB: a.memoryMiB + b.memoryMiB };
}

function most(a: Amounts, b: Amounts): Amounts {
  return { cpuMillis: Math.max(a.cpuMillis, b.cpuMillis), memoryMiB: Math.max(a.memoryMiB, b.memoryMiB) };
}

function amountsOf(cpu: unknown, memory: unknown): Amounts {
  // Rounded, as the API server does: 0.35 of a core is no 350.00000000000006.
  return { cpuMillis: Math.ceil(atLeastZero(quantityOf(cpu)) * MILLIS - 1e-6), memoryMiB: atLeastZero(quantityOf(memory)) / BYTES_PER_MIB };
}

/** A request that is left out is as high as the limit. */
function requestsOfContainer({ fields }: PodContainer): Amounts {
  const requested = (resource: string): unknown => valueAt(fields, 'resources', 'requests', resource) ?? valueAt(fields, 'resources', 'limits', resource);
  return amountsOf(requested('cpu'), requested('memory'));
}

/** Of the sidecar that Istio injects, what the pod's annotations say; what the mesh gives by default is not known here. */
function injectedRequests({ annotations, labels }: PodTemplate): Amounts {
  const isLeftOut = scalarText(labels[POD_INJECTION] ?? annotations[POD_INJECTION]) === 'false';
  return isLeftOut ? NOTHING : amountsOf(annotations['sidecar.istio.io/proxyCPU'], annotations['sidecar.istio.io/proxyMemory']);
}

/**
 * What the scheduler sets aside for a pod: its containers and sidecars together, or the largest of its init containers with the
 * sidecars before it where that is more, and its overhead (k8s.io/component-helpers/resource, PodRequests).
 */
export function requestsOf(pod: PodTemplate): Amounts {
  let sidecars = injectedRequests(pod);
  let starting = NOTHING;
  let running = NOTHING;
  for (const container of containersOf(pod)) {
    const requests = requestsOfContainer(container);
    if (container.role === 'main') running = sum(running, requests);
    if (container.role === 'sidecar') sidecars = sum(sidecars, requests);
    if (container.role === 'init') starting = most(starting, sum(sidecars, requests));
  }
  const ofContainers = most(sum(running, sidecars), starting);
  const ofPod = amountsOf(valueAt(pod.spec, 'resources', 'requests', 'cpu'), valueAt(pod.spec, 'resources', 'requests', 'memory'));
  const overhead = amountsOf(valueAt(pod.spec, 'overhead', 'cpu'), valueAt(pod.spec, 'overhead', 'memory'));
  return sum({ cpuMillis: ofPod.cpuMillis || ofContainers.cpuMillis, memoryMiB: ofPod.memoryMiB || ofContainers.memoryMiB }, overhead);
}
