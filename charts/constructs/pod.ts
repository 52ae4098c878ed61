import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IEnvFromSource } from 'kubernetes-models/v1/EnvFromSource';
import type { IEnvVar } from 'kubernetes-models/v1/EnvVar';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import type { ResourcesSpec } from '../../platform/spec';
import { CONTAINER_NAME } from './names';

/** Seconds that Envoy drains after the application has ended: the native sidecar stops last. */
export const SIDECAR_DRAIN_SECONDS = 5;
const GRACE_MARGIN_SECONDS = 5;

/** A file or folder that a container sees. */
export type Mount =
  | { readonly kind: 'secret'; readonly name: string; readonly mountPath: string; readonly secret: string; readonly keys: readonly string[] }
  | { readonly kind: 'config'; readonly name: string; readonly mountPath: string; readonly subPath: string; readonly configMap: string };

export interface PodProps {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  readonly image: string;
  readonly resources: ResourcesSpec;
  readonly environment: readonly IEnvVar[];
  readonly environmentFrom: readonly IEnvFromSource[];
  readonly mounts: readonly Mount[];
  /** A uid of the image that is neither root's nor Envoy's (1337). */
  readonly userId: number;
}

/** Seconds from the pod's deletion to SIGKILL: preStop, the process's own hard stop, then the sidecar's drain. */
export function gracePeriodSeconds(shutdown: { readonly preStopSeconds: number; readonly hardStopSeconds: number }): number {
  return shutdown.preStopSeconds + shutdown.hardStopSeconds + SIDECAR_DRAIN_SECONDS + GRACE_MARGIN_SECONDS;
}

/** What the mesh must know of every meshed pod. Needs Istio 1.24 or newer, where the annotation for native sidecars came. */
export function meshAnnotations({ excludedInboundPorts, excludedOutboundPorts }: { readonly excludedInboundPorts: readonly number[]; readonly excludedOutboundPorts: readonly number[] }): Record<string, string> {
  return {
    // A native sidecar starts before the application, outlives it, and lets Jobs end.
    'sidecar.istio.io/nativeSidecar': 'true',
    'proxy.istio.io/config': JSON.stringify({ terminationDrainDuration: `${SIDECAR_DRAIN_SECONDS}s` }),
    'sidecar.istio.io/proxyCPU': '100m',
    'sidecar.istio.io/proxyCPULimit': '1000m',
    'sidecar.istio.io/proxyMemory': '128Mi',
    'sidecar.istio.io/proxyMemoryLimit': '256Mi',
    // Through Envoy a connection to a dead database would succeed, and break only with the first query.
    ...(excludedOutboundPorts.length > 0 && { 'traffic.sidecar.istio.io/excludeOutboundPorts': excludedOutboundPorts.join(',') }),
    ...(excludedInboundPorts.length > 0 && { 'traffic.sidecar.istio.io/excludeInboundPorts': excludedInboundPorts.join(',') }),
  };
}

export function computeResources({ requests, limits }: ResourcesSpec): NonNullable<IContainer['resources']> {
  const amounts = (of: ResourcesSpec['requests']): Record<string, string> => ({ cpu: `${of.cpuMillis}m`, memory: `${of.memoryMiB}Mi`, 'ephemeral-storage': `${of.ephemeralStorageMiB}Mi` });
  return { requests: amounts(requests), limits: amounts(limits) };
}

function volumeOf(mount: Mount): NonNullable<IPodSpec['volumes']>[number] {
  return mount.kind === 'secret'
    ? { name: mount.name, secret: { secretName: mount.secret, defaultMode: 0o440, items: mount.keys.map((key) => ({ key, path: key })) } }
    : { name: mount.name, configMap: { name: mount.configMap } };
}

function containerOf({ image, resources, environment, environmentFrom, mounts }: PodProps): IContainer {
  return {
    name: CONTAINER_NAME,
    image,
    // A tag can be moved under a node's cache; a digest cannot.
    imagePullPolicy: image.includes('@sha256:') ? 'IfNotPresent' : 'Always',
    env: [...environment],
    envFrom: [...environmentFrom],
    resources: computeResources(resources),
    securityContext: { allowPrivilegeEscalation: false, privileged: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    volumeMounts: [
      ...mounts.map((mount) => ({ name: mount.name, mountPath: mount.mountPath, readOnly: true, ...(mount.kind === 'config' && { subPath: mount.subPath }) })),
      { name: 'tmp', mountPath: '/tmp' },
    ],
  };
}

/**
 * A pod under the restricted Pod Security Standard: no root, read-only root file system, no service account token.
 * seccomp and the user stand on the pod, so that injected containers have them too.
 */
export function podTemplate(props: PodProps, container: Partial<IContainer>, pod: Partial<IPodSpec>): IPodTemplateSpec {
  const { userId, resources } = props;
  return {
    metadata: { labels: { ...props.labels }, annotations: { ...props.annotations } },
    spec: {
      serviceAccountName: props.serviceAccount,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: userId, runAsGroup: userId, fsGroup: userId, fsGroupChangePolicy: 'OnRootMismatch', seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{ ...containerOf(props), ...container }],
      volumes: [...props.mounts.map(volumeOf), { name: 'tmp', emptyDir: { sizeLimit: `${Math.ceil(resources.limits.ephemeralStorageMiB / 2)}Mi` } }],
      ...pod,
    },
  };
}
