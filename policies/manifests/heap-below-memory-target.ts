import { runningContainersOf, type PodContainer } from '../containers';
import { exampleDeployment } from '../examples';
import { heapBoundOf } from '../heap-bound';
import type { SourcedObject } from '../manifest';
import { listOf, numberOf, textOf, valueAt } from '../narrow';
import { podTemplateOf } from '../pod-template';
import type { Report, Rule } from '../policy';
import { quantityOf } from '../quantity';
import { exampleAutoscaler } from '../relation-examples';
import { AUTOSCALER, scaleTargetOf } from '../scale-target';
import type { ObjectStore } from '../store';

const MEBIBYTE = 2 ** 20;
const inMebibytes = (bytes: number): string => `${Math.floor(bytes / MEBIBYTE)}Mi`;

/** A metric that is the share of memory in use of the memory requested. */
interface MemoryMetric {
  readonly path: string;
  readonly percent: number;
  /** Undefined for one over all containers. */
  readonly container: string | undefined;
}

function* memoryMetrics({ object }: SourcedObject): Iterable<MemoryMetric> {
  for (const [index, metric] of listOf(valueAt(object, 'spec', 'metrics')).entries()) {
    for (const field of ['resource', 'containerResource']) {
      const source = valueAt(metric, field);
      const percent = numberOf(valueAt(source, 'target', 'averageUtilization'));
      if (valueAt(source, 'name') === 'memory' && percent > 0) yield { path: `spec.metrics[${index}].${field}.target.averageUtilization`, percent, container: textOf(valueAt(source, 'container')) };
    }
  }
}

/** What is wrong between a metric and one container that it counts; undefined where nothing is, or nothing is known. */
function faultOf(store: ObjectStore, { percent }: MemoryMetric, container: PodContainer): string | undefined {
  const resources = container.fields['resources'];
  const request = quantityOf(valueAt(resources, 'requests', 'memory') ?? valueAt(resources, 'limits', 'memory'));
  const target = (request * percent) / 100;
  if (Number.isNaN(target)) return undefined;
  const name = `container ${textOf(container.fields['name']) ?? ''}`;
  const bound = heapBoundOf(store, container);
  if (bound.kind === 'none') return `${percent} % of the request is ${inMebibytes(target)}, and nothing bounds the heap of ${name} below that`;
  return bound.kind === 'bytes' && bound.bytes >= target ? `${percent} % of the request is ${inMebibytes(target)}, and the heap of ${name} may grow to ${inMebibytes(bound.bytes)}` : undefined;
}

function* reportsOf(store: ObjectStore, autoscaler: SourcedObject): Iterable<Report> {
  const target = scaleTargetOf(autoscaler.object);
  const workload = target && store.find(target.groupKind, target.namespace, target.name);
  const pod = workload && podTemplateOf(workload);
  if (!pod) return;
  for (const metric of memoryMetrics(autoscaler)) {
    for (const container of runningContainersOf(pod)) {
      if (metric.container !== undefined && metric.container !== container.fields['name']) continue;
      const message = faultOf(store, metric, container);
      if (message !== undefined) yield { object: autoscaler, path: metric.path, received: metric.percent, message };
    }
  }
}

const web = (variables: string): string =>
  exampleDeployment('').replace('ports:', `resources: { requests: { memory: 256Mi } }, env: [${variables}], ports:`) +
  exampleAutoscaler('maxReplicas: 9\n  metrics: [{ type: ContainerResource, containerResource: { container: web, name: memory, target: { type: Utilization, averageUtilization: 80 } } }]');

/** A heap that is warm stays below the memory at which its fleet grows. */
export const heapBelowMemoryTarget: Rule = {
  id: 'heap-below-memory-target',
  title: 'A heap stays below the memory by which its fleet is scaled',
  why: 'A runtime keeps what its heap once took. Where that alone is above the target, the fleet rises to its maximum when it is warm, and never comes down.',
  good: web('{ name: NODE_OPTIONS, value: --max-old-space-size=96 }'),
  bad: web('{ name: NODE_OPTIONS, value: --enable-source-maps }'),
  remedy: 'Bound the heap (--max-old-space-size, -Xmx or MaxRAMPercentage, GOMEMLIMIT) so that with the rest of the process it stays below request x target, or leave memory out of the metrics.',
  *check(store) {
    for (const autoscaler of store.ofKind(AUTOSCALER)) yield* reportsOf(store, autoscaler);
  },
};
