import { isFields, listOf, valueAt, type Fields } from './narrow';
import type { PodTemplate } from './pod-template';
import type { ObjectStore } from './store';

/** What a container is to its pod. A `sidecar` is an init container that goes on running beside the main ones. */
export type ContainerRole = 'main' | 'init' | 'sidecar' | 'ephemeral';

/** A container of a pod template. */
export interface PodContainer {
  readonly pod: PodTemplate;
  readonly role: ContainerRole;
  readonly fields: Fields;
  /** Such as `spec.template.spec.containers[0]`. */
  readonly path: string;
}

/** A value and the field that it is in, or would be in. */
export interface Setting {
  readonly value: unknown;
  readonly path: string;
}

const LISTS = [['initContainers', 'init'], ['containers', 'main'], ['ephemeralContainers', 'ephemeral']] as const;

/** Whether a field is left out; a YAML field without a value is null, and means the same. */
export function isUnset(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** Every container of a pod, in the order in which they start. */
export function* containersOf(pod: PodTemplate): Iterable<PodContainer> {
  for (const [field, role] of LISTS) {
    for (const [index, fields] of listOf(pod.spec[field]).entries()) {
      if (!isFields(fields)) continue;
      const isSidecar = role === 'init' && fields['restartPolicy'] === 'Always';
      yield { pod, role: isSidecar ? 'sidecar' : role, fields, path: `${pod.path}.${field}[${index}]` };
    }
  }
}

/** Every container of every pod template. */
export function* allContainers(store: ObjectStore): Iterable<PodContainer> {
  for (const pod of store.podTemplates()) yield* containersOf(pod);
}

/** Those whose life is the pod's own: neither those that end before it starts, nor those that a debugger adds. */
export function* runningContainersOf(pod: PodTemplate): Iterable<PodContainer> {
  for (const container of containersOf(pod)) {
    if (container.role === 'main' || container.role === 'sidecar') yield container;
  }
}

/** A field of the container, such as `securityContext.privileged`, as it is written. */
export function settingOf({ fields, path }: PodContainer, ...names: readonly string[]): Setting {
  return { value: valueAt(fields, ...names), path: [path, ...names].join('.') };
}

/** A field of the pod's spec as it is written. */
export function podSetting({ spec, path }: PodTemplate, ...names: readonly string[]): Setting {
  return { value: valueAt(spec, ...names), path: [path, ...names].join('.') };
}

/** A field of the security context that takes effect: the container's, else the pod's; the container's where neither has it. */
export function effectiveSetting(container: PodContainer, ...names: readonly string[]): Setting {
  const own = settingOf(container, 'securityContext', ...names);
  if (!isUnset(own.value)) return own;
  const ofPod = podSetting(container.pod, 'securityContext', ...names);
  return isUnset(ofPod.value) ? own : ofPod;
}

/** A field of every security context that is set: of the pod, and of each container. */
export function* settingsInContexts(pod: PodTemplate, ...names: readonly string[]): Iterable<Setting> {
  const settings = [podSetting(pod, 'securityContext', ...names)];
  for (const container of containersOf(pod)) settings.push(settingOf(container, 'securityContext', ...names));
  for (const setting of settings) {
    if (!isUnset(setting.value)) yield setting;
  }
}

/**
 * Where a setting is wrong that the pod or else every container must have, as the Pod Security Standard judges it: where it is
 * written and wrong, even if nothing inherits it, and in each container for which nobody writes it.
 */
export function* unmetSettings(pod: PodTemplate, isMet: (value: unknown) => boolean, ...names: readonly string[]): Iterable<Setting> {
  const ofPod = podSetting(pod, 'securityContext', ...names);
  if (!isUnset(ofPod.value) && !isMet(ofPod.value)) yield ofPod;
  for (const container of containersOf(pod)) {
    const own = settingOf(container, 'securityContext', ...names);
    if (isUnset(own.value) ? isUnset(ofPod.value) : !isMet(own.value)) yield own;
  }
}

/** Whether the pod says that it runs on Windows, which knows neither capabilities, seccomp nor read-only root file systems. */
export function isWindows({ spec }: PodTemplate): boolean {
  return valueAt(spec, 'os', 'name') === 'windows';
}
