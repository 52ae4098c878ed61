import { containersOf } from '../containers';
import { exampleDeployment } from '../examples';
import { requireLabels } from '../label-selector';
import { groupKindOf, namespaceOf, type SourcedObject } from '../manifest';
import { listOf, numberOf, scalarText, textOf, valueAt } from '../narrow';
import type { PodTemplate } from '../pod-template';
import type { Report, Rule } from '../policy';
import { exampleService } from '../relation-examples';
import type { ObjectStore } from '../store';
import { suggestion } from '../suggestion';

interface ContainerPort {
  readonly name: string | undefined;
  readonly number: number;
  readonly protocol: string;
}

const protocolOf = (port: unknown): string => textOf(valueAt(port, 'protocol')) ?? 'TCP';

function portsOf(pod: PodTemplate): readonly ContainerPort[] {
  return [...containersOf(pod)].flatMap(({ fields }) =>
    listOf(fields['ports']).map((port) => ({ name: textOf(valueAt(port, 'name')), number: numberOf(valueAt(port, 'containerPort')), protocol: protocolOf(port) })),
  );
}

/** What is wrong with a target port; undefined where a pod has it, or might. */
function faultOf(target: unknown, protocol: string, pods: readonly PodTemplate[]): string | undefined {
  const isNumber = typeof target === 'number';
  if (isNumber ? target < 1 || target > 65_535 : !/^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/.test(scalarText(target)) || scalarText(target).length > 15) {
    return 'must be a number from 1 to 65535, or a name of at most 15 letters, digits and dashes';
  }
  const ports = pods.map(portsOf);
  const has = ports.some((candidates) => candidates.some((port) => port.protocol === protocol && (isNumber ? port.number === target : port.name === target)));
  // A container may listen on a port that it does not declare; one that declares others probably declares all.
  if (has || pods.length === 0 || (isNumber && ports.some((declared) => declared.length === 0))) return undefined;
  const known = ports.flat().map(({ name, number }) => (isNumber ? String(number) : (name ?? '')));
  return `no container of the selected pods has this ${protocol} port${suggestion(scalarText(target), known)}; they have ${[...new Set(known.filter((port) => port !== ''))].join(', ') || 'no named ports'}`;
}

function* reportsOf(store: ObjectStore, service: SourcedObject): Iterable<Report> {
  const selector = requireLabels(valueAt(service.object, 'spec', 'selector'));
  if (selector.length === 0 || valueAt(service.object, 'spec', 'type') === 'ExternalName') return;
  const jobs = new Set(['batch/Job', 'batch/CronJob']);
  const pods = store.findPods(namespaceOf(service.object), selector).filter(({ owner }) => !jobs.has(groupKindOf(owner.object)));
  for (const [index, port] of listOf(valueAt(service.object, 'spec', 'ports')).entries()) {
    const written = valueAt(port, 'targetPort') ?? undefined;
    const message = faultOf(written ?? valueAt(port, 'port'), protocolOf(port), pods);
    if (message === undefined) continue;
    const field = written === undefined ? 'port' : 'targetPort';
    yield { object: service, path: `spec.ports[${index}].${field}`, received: valueAt(port, field), message };
  }
}

/** The port to which a Service sends is one that its pods have. */
export const serviceTargetPort: Rule = {
  id: 'service-target-port',
  title: 'A Service sends to a port that its pods have',
  why: 'Connections to a port on which nothing listens are refused, though the Service looks healthy.',
  good: exampleDeployment('') + exampleService('{ port: 80, targetPort: http }'),
  bad: exampleDeployment('') + exampleService('{ port: 80, targetPort: htpp }'),
  remedy: 'Name a port of a container, or declare the port there.',
  *check(store) {
    for (const service of store.ofKind('Service')) yield* reportsOf(store, service);
  },
};
