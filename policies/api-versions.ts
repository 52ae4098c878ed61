import type { KubernetesVersion } from './kubernetes-version';

/** Since when a version of an API group is no longer advised, and since when it is gone. */
export interface ApiRetirement {
  /** The apiVersion: `extensions/v1beta1`. */
  readonly apiVersion: string;
  /** The kinds that it is about; all of the version where the list is empty. */
  readonly kinds: readonly string[];
  readonly deprecated: KubernetesVersion;
  readonly removed: KubernetesVersion;
  /** What is served instead; undefined where nothing is. */
  readonly replacement: string | undefined;
}

const minor = (number: number): KubernetesVersion => ({ major: 1, minor: number });

function retirement(apiVersion: string, kinds: readonly string[], deprecated: number, removed: number, replacement?: string): ApiRetirement {
  return { apiVersion, kinds, deprecated: minor(deprecated), removed: minor(removed), replacement };
}

/** https://kubernetes.io/docs/reference/using-api/deprecation-guide/, as of Kubernetes 1.34. */
export const apiRetirements: readonly ApiRetirement[] = [
  retirement('extensions/v1beta1', ['DaemonSet', 'Deployment', 'ReplicaSet'], 8, 16, 'apps/v1'),
  retirement('extensions/v1beta1', ['NetworkPolicy'], 9, 16, 'networking.k8s.io/v1'),
  retirement('extensions/v1beta1', ['PodSecurityPolicy'], 10, 16),
  retirement('extensions/v1beta1', ['Ingress'], 14, 22, 'networking.k8s.io/v1'),
  retirement('apps/v1beta1', [], 9, 16, 'apps/v1'),
  retirement('apps/v1beta2', [], 9, 16, 'apps/v1'),
  retirement('admissionregistration.k8s.io/v1beta1', ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'], 16, 22, 'admissionregistration.k8s.io/v1'),
  retirement('apiextensions.k8s.io/v1beta1', [], 16, 22, 'apiextensions.k8s.io/v1'),
  retirement('apiregistration.k8s.io/v1beta1', [], 19, 22, 'apiregistration.k8s.io/v1'),
  retirement('authentication.k8s.io/v1beta1', ['TokenReview'], 19, 22, 'authentication.k8s.io/v1'),
  retirement('authorization.k8s.io/v1beta1', [], 19, 22, 'authorization.k8s.io/v1'),
  retirement('certificates.k8s.io/v1beta1', ['CertificateSigningRequest'], 19, 22, 'certificates.k8s.io/v1'),
  retirement('coordination.k8s.io/v1beta1', ['Lease'], 19, 22, 'coordination.k8s.io/v1'),
  retirement('networking.k8s.io/v1beta1', ['Ingress', 'IngressClass'], 19, 22, 'networking.k8s.io/v1'),
  retirement('rbac.authorization.k8s.io/v1beta1', [], 17, 22, 'rbac.authorization.k8s.io/v1'),
  retirement('rbac.authorization.k8s.io/v1alpha1', [], 17, 22, 'rbac.authorization.k8s.io/v1'),
  retirement('scheduling.k8s.io/v1beta1', ['PriorityClass'], 14, 22, 'scheduling.k8s.io/v1'),
  retirement('scheduling.k8s.io/v1alpha1', ['PriorityClass'], 17, 22, 'scheduling.k8s.io/v1'),
  retirement('storage.k8s.io/v1beta1', ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment'], 19, 22, 'storage.k8s.io/v1'),
  retirement('batch/v1beta1', ['CronJob'], 21, 25, 'batch/v1'),
  retirement('discovery.k8s.io/v1beta1', ['EndpointSlice'], 21, 25, 'discovery.k8s.io/v1'),
  retirement('events.k8s.io/v1beta1', ['Event'], 19, 25, 'events.k8s.io/v1'),
  retirement('autoscaling/v2beta1', ['HorizontalPodAutoscaler'], 22, 25, 'autoscaling/v2'),
  retirement('autoscaling/v2beta2', ['HorizontalPodAutoscaler'], 23, 26, 'autoscaling/v2'),
  retirement('policy/v1beta1', ['PodDisruptionBudget'], 21, 25, 'policy/v1'),
  retirement('policy/v1beta1', ['PodSecurityPolicy'], 21, 25),
  retirement('node.k8s.io/v1beta1', ['RuntimeClass'], 22, 25, 'node.k8s.io/v1'),
  retirement('storage.k8s.io/v1beta1', ['CSIStorageCapacity'], 24, 27, 'storage.k8s.io/v1'),
  retirement('flowcontrol.apiserver.k8s.io/v1beta1', [], 23, 26, 'flowcontrol.apiserver.k8s.io/v1'),
  retirement('flowcontrol.apiserver.k8s.io/v1beta2', [], 26, 29, 'flowcontrol.apiserver.k8s.io/v1'),
  retirement('flowcontrol.apiserver.k8s.io/v1beta3', [], 29, 32, 'flowcontrol.apiserver.k8s.io/v1'),
];
