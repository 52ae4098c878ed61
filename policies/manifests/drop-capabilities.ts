import { allContainers, isWindows, settingOf, type PodContainer } from '../containers';
import { examplePod } from '../examples';
import { listOf } from '../narrow';
import type { Report, Rule } from '../policy';

const ADDABLE = 'NET_BIND_SERVICE';

function* reportsOn(container: PodContainer): Iterable<Report> {
  const object = container.pod.owner;
  const drop = settingOf(container, 'securityContext', 'capabilities', 'drop');
  if (!listOf(drop.value).includes('ALL')) yield { object, path: drop.path, received: drop.value, message: 'must contain ALL' };
  const add = settingOf(container, 'securityContext', 'capabilities', 'add');
  for (const [index, capability] of listOf(add.value).entries()) {
    if (capability !== ADDABLE) yield { object, path: `${add.path}[${index}]`, received: capability, message: `must not be added; only ${ADDABLE} may` };
  }
}

/** Containers give up all capabilities. Pod Security Standard, restricted. */
export const dropCapabilities: Rule = {
  id: 'drop-capabilities',
  title: 'Containers drop all capabilities',
  why: 'Capabilities are parts of root: with those that container runtimes grant by default a process forges packets and owns files of others.',
  good: examplePod("securityContext: { capabilities: { drop: ['ALL'], add: [NET_BIND_SERVICE] } }"),
  bad: examplePod("securityContext: { capabilities: { drop: ['ALL'], add: [NET_ADMIN] } }"),
  remedy: "Set securityContext.capabilities.drop: ['ALL'] and add nothing; listen on a port above 1024, for which no capability is needed.",
  *check(store) {
    for (const container of allContainers(store)) {
      if (!isWindows(container.pod)) yield* reportsOn(container);
    }
  },
};
