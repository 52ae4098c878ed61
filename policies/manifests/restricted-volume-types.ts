import { isUnset } from '../containers';
import { examplePod } from '../examples';
import { isFields, listOf, textOf, valueAt } from '../narrow';
import type { PodTemplate } from '../pod-template';
import type { Report, Rule } from '../policy';

/** A volume without any type is an emptyDir. */
const ALLOWED = new Set(['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret']);
/** Whoever may talk to the container runtime may start containers as root of the node. */
const RUNTIME_SOCKET = /(?:docker|containerd|crio|podman)[^/]*\.sock$/;

function messageFor(type: string, source: unknown): string {
  if (type !== 'hostPath') return `volumes of type ${type} are not allowed`;
  if (RUNTIME_SOCKET.test(textOf(valueAt(source, 'path')) ?? '')) return 'gives control of the container runtime, and with it of the node';
  return 'gives access to files of the node';
}

function* reportsOn({ owner, spec, path }: PodTemplate): Iterable<Report> {
  for (const [index, volume] of listOf(spec['volumes']).entries()) {
    if (!isFields(volume)) continue;
    for (const [type, source] of Object.entries(volume)) {
      if (type === 'name' || ALLOWED.has(type) || isUnset(source)) continue;
      const received = type === 'hostPath' ? (valueAt(source, 'path') ?? source) : source;
      yield { object: owner, path: `${path}.volumes[${index}].${type}`, received, message: messageFor(type, source) };
    }
  }
}

/** Volumes are of types that reach neither the node nor past storage classes. Pod Security Standard, restricted. */
export const restrictedVolumeTypes: Rule = {
  id: 'restricted-volume-types',
  title: 'Volumes are of harmless types',
  why: 'A hostPath opens the files of the node, its credentials and its container runtime to the pod; other old types go past the claims that an administrator controls.',
  good: examplePod('volumeMounts: [{ name: work, mountPath: /scratch }]', 'volumes: [{ name: work, emptyDir: { sizeLimit: 64Mi } }]'),
  bad: examplePod('volumeMounts: [{ name: work, mountPath: /scratch }]', 'volumes: [{ name: work, hostPath: { path: /var/run/docker.sock } }]'),
  remedy: `Use one of ${[...ALLOWED].join(', ')}.`,
  *check(store) {
    for (const pod of store.podTemplates()) yield* reportsOn(pod);
  },
};
