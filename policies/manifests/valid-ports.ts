import { containersOf, isUnset } from '../containers';
import { exampleDeployment } from '../examples';
import type { SourcedObject } from '../manifest';
import { listOf, textOf, valueAt } from '../narrow';
import type { PodTemplate } from '../pod-template';
import type { Report, Rule } from '../policy';

const MAX_PORT = 65_535;
const MAX_CONTAINER_NAME = 15;

/** IsValidPortNum of the API server. What is no number is the schema's to judge. */
function numberFault(port: unknown): string | undefined {
  return typeof port === 'number' && (!Number.isInteger(port) || port < 1 || port > MAX_PORT) ? `must be a whole number from 1 to ${MAX_PORT}` : undefined;
}

/** IsValidPortName of the API server, for the ports of containers. */
function isContainerName(name: string): boolean {
  return name.length <= MAX_CONTAINER_NAME && /[a-z]/.test(name) && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name);
}

function* containerReports(pod: PodTemplate): Iterable<Report> {
  for (const { fields, path } of containersOf(pod)) {
    const names = new Set<string>();
    for (const [index, port] of listOf(fields['ports']).entries()) {
      const at = `${path}.ports[${index}]`;
      const number = valueAt(port, 'containerPort');
      const wrong = numberFault(number);
      if (wrong !== undefined) yield { object: pod.owner, path: `${at}.containerPort`, received: number, message: wrong };
      const name = textOf(valueAt(port, 'name'));
      if (name === undefined) continue;
      if (!isContainerName(name)) yield { object: pod.owner, path: `${at}.name`, received: name, message: `must be at most ${MAX_CONTAINER_NAME} small letters, digits and single dashes, with a letter among them` };
      else if (names.has(name)) yield { object: pod.owner, path: `${at}.name`, received: name, message: 'is the name of another port of the container' };
      names.add(name);
    }
  }
}

function* serviceReports(service: SourcedObject): Iterable<Report> {
  const ports = listOf(valueAt(service.object, 'spec', 'ports'));
  const names = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const at = `spec.ports[${index}]`;
    const number = valueAt(port, 'port');
    const wrong = numberFault(number);
    if (wrong !== undefined) yield { object: service, path: `${at}.port`, received: number, message: wrong };
    const name = valueAt(port, 'name');
    if (ports.length > 1 && (isUnset(name) || name === '')) yield { object: service, path: `${at}.name`, received: name, message: 'must be given: the Service has several ports' };
    const text = textOf(name);
    if (text === undefined) continue;
    if (names.has(text)) yield { object: service, path: `${at}.name`, received: text, message: 'is the name of another port of the Service' };
    names.add(text);
  }
}

/** The ports of containers and Services are numbers and names that the API server takes. */
export const validPorts: Rule = {
  id: 'valid-ports',
  title: 'Ports have numbers and names that the API server takes',
  why: 'The API server refuses the object; the schema says neither how high a port may be nor how long its name.',
  good: exampleDeployment(''),
  bad: exampleDeployment('').replace('name: http,', 'name: http-of-the-service,'),
  remedy: 'Number ports from 1 to 65535; name those of a container in 15 characters, each by a name of its own.',
  *check(store) {
    for (const pod of store.podTemplates()) yield* containerReports(pod);
    for (const service of store.ofKind('Service')) yield* serviceReports(service);
  },
};
