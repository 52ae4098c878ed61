import { containersOf, isUnset, runningContainersOf, settingOf, type PodContainer, type Setting } from './containers';
import { listOf, numberOf, textOf, valueAt } from './narrow';
import type { PodTemplate } from './pod-template';
import type { ObjectStore } from './store';

/** The port that a probe asks, and those that are declared where it looks. */
export interface ProbePort extends Setting {
  readonly pod: PodTemplate;
  /** Of the container itself. */
  readonly names: readonly string[];
  /** Of every container, for all of them share the network of their pod. */
  readonly numbers: ReadonlySet<number>;
}

/** The ports that a probe can reach: it speaks TCP, whatever it asks. */
function tcpPorts({ fields }: PodContainer): readonly unknown[] {
  return listOf(fields['ports']).filter((port) => (valueAt(port, 'protocol') ?? 'TCP') === 'TCP');
}

function namesIn(container: PodContainer): readonly string[] {
  return tcpPorts(container).map((port) => textOf(valueAt(port, 'name'))).filter((name) => name !== undefined);
}

function numbersIn(pod: PodTemplate): ReadonlySet<number> {
  const ports = [...containersOf(pod)].flatMap(tcpPorts);
  return new Set(ports.map((port) => numberOf(valueAt(port, 'containerPort'))).filter((port) => !Number.isNaN(port)));
}

function* portsOf(pod: PodTemplate): Iterable<ProbePort> {
  const numbers = numbersIn(pod);
  for (const container of runningContainersOf(pod)) {
    const names = namesIn(container);
    for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
      for (const action of ['httpGet', 'tcpSocket', 'grpc']) {
        const setting = settingOf(container, probe, action, 'port');
        if (!isUnset(setting.value)) yield { ...setting, pod, names, numbers };
      }
    }
  }
}

/** The port of every probe that asks one. */
export function* probePorts(store: ObjectStore): Iterable<ProbePort> {
  for (const pod of store.podTemplates()) yield* portsOf(pod);
}
