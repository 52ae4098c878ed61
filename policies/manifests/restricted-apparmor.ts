import { isUnset, settingsInContexts } from '../containers';
import { examplePod } from '../examples';
import { textOf, valueAt } from '../narrow';
import type { PodTemplate } from '../pod-template';
import type { Report, Rule } from '../policy';

const CONFINED = new Set<unknown>(['RuntimeDefault', 'Localhost']);
/** How profiles were given before Kubernetes 1.30; still read. One for each container. */
const ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';

function isConfinedByAnnotation(profile: unknown): boolean {
  return isUnset(profile) || profile === '' || profile === 'runtime/default' || (textOf(profile)?.startsWith('localhost/') ?? false);
}

function* reportsOn(pod: PodTemplate): Iterable<Report> {
  for (const { value, path } of settingsInContexts(pod, 'appArmorProfile')) {
    const received = valueAt(value, 'type');
    if (!CONFINED.has(received)) yield { object: pod.owner, path: `${path}.type`, received, message: 'must be RuntimeDefault or Localhost' };
  }
  for (const [key, value] of Object.entries(pod.annotations)) {
    if (!key.startsWith(ANNOTATION) || isConfinedByAnnotation(value)) continue;
    const path = `${pod.metadataPath}.annotations[${JSON.stringify(key)}]`;
    yield { object: pod.owner, path, received: value, message: 'must be runtime/default or localhost/<profile>' };
  }
}

/** AppArmor is not switched off. Pod Security Standard, baseline. */
export const restrictedApparmor: Rule = {
  id: 'restricted-apparmor',
  title: 'AppArmor is not switched off',
  why: 'Container runtimes confine each container by a profile; Unconfined takes it away, and with it the last barrier to mounts and /proc.',
  good: examplePod('', 'securityContext: { appArmorProfile: { type: RuntimeDefault } }'),
  bad: examplePod('', 'securityContext: { appArmorProfile: { type: Unconfined } }'),
  remedy: 'Remove the profile, or use RuntimeDefault.',
  *check(store) {
    for (const pod of store.podTemplates()) yield* reportsOn(pod);
  },
};
