import type { BuiltChart, Manifest } from '../charts/app';
import { GATEWAY_NAME } from '../platform/service-checks';

/** The order in which objects are applied: each stage waits for the one before it. */
export const stages = ['namespace', 'secrets', 'configuration', 'service-accounts', 'policies', 'migrations', 'destination-rules', 'services', 'workloads', 'routes', 'gateway'] as const;
export type Stage = (typeof stages)[number];

const stageOfKind: Readonly<Partial<Record<string, Stage>>> = {
  Namespace: 'namespace',
  Secret: 'secrets',
  ConfigMap: 'configuration',
  ServiceAccount: 'service-accounts',
  NetworkPolicy: 'policies',
  PeerAuthentication: 'policies',
  AuthorizationPolicy: 'policies',
  Job: 'migrations',
  DestinationRule: 'destination-rules',
  Service: 'services',
  Deployment: 'workloads',
  PodDisruptionBudget: 'workloads',
  HorizontalPodAutoscaler: 'workloads',
  ServiceMonitor: 'workloads',
  PrometheusRule: 'workloads',
  VirtualService: 'routes',
  // Before the gateway's pods: their readiness gates are injected only when the binding is there.
  TargetGroupBinding: 'routes',
};

/** Thrown for an object that nobody has given a place in the order. */
export class NoStageError extends Error {
  override readonly name = 'NoStageError';
  constructor({ kind, metadata }: Manifest) {
    super(`${kind} ${metadata.name}: received kind ${JSON.stringify(kind)}, allowed is one of ${Object.keys(stageOfKind).join(', ')}. Give the kind a stage in infra/workload-plan.ts.`);
  }
}

/** nginx does not start while an upstream's name is unknown, so what runs it comes last. */
export function stageOf(manifest: Manifest): Stage {
  const stage = stageOfKind[manifest.kind];
  if (stage === undefined) throw new NoStageError(manifest);
  return stage === 'workloads' && manifest.metadata.name === GATEWAY_NAME ? 'gateway' : stage;
}

/** What infra knows and charts do not. */
export interface WorkloadContext<T> {
  /** By the image that the catalog names. */
  readonly images: ReadonlyMap<string, T>;
  /** Not the secrets: a number, by which pods are rolled when these change. */
  readonly credentialsVersion: number;
  readonly targetGroupArn: T;
}

/** An object whose values may be known later. */
export interface PlannedObject {
  readonly stage: Stage;
  readonly manifest: Manifest;
}

type Fields = Readonly<Record<string, unknown>>;
const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

export const CREDENTIALS_ANNOTATION = 'rechain.network/credentials-version';

/** Pods by digest, and with the version of their credentials. A digest cannot be moved: the node's own copy will do. */
function withPinnedPods<T>(manifest: Manifest, { images, credentialsVersion }: WorkloadContext<T>): Manifest {
  const spec = fields(manifest['spec']);
  const template = fields(spec['template']);
  const pod = fields(template['spec']);
  if (!Array.isArray(pod['containers'])) return manifest;
  const containers = pod['containers'].map((container: unknown) => {
    const image = images.get(String(fields(container)['image']));
    return image === undefined ? container : { ...fields(container), image, imagePullPolicy: 'IfNotPresent' };
  });
  const metadata = fields(template['metadata']);
  const annotations = { ...fields(metadata['annotations']), [CREDENTIALS_ANNOTATION]: String(credentialsVersion) };
  return { ...manifest, spec: { ...spec, template: { ...template, metadata: { ...metadata, annotations }, spec: { ...pod, containers } } } };
}

/** Services wait for endpoints, which wait for pods, which come later: they are not awaited. */
function withoutAwait(manifest: Manifest): Manifest {
  const spec = fields(manifest['spec']);
  // The load balancer is Pulumi's, bound to the pods below: a Service of that type would make a second one.
  const balanced = spec['type'] === 'LoadBalancer';
  const plain = Object.fromEntries(Object.entries(spec).filter(([field]) => !/^(loadBalancerClass|allocateLoadBalancerNodePorts)$/.test(field)));
  const annotations = Object.entries(fields(manifest.metadata.annotations)).filter(([key]) => !key.startsWith('service.beta.kubernetes.io/aws-load-balancer'));
  return {
    ...manifest,
    metadata: { ...manifest.metadata, annotations: { ...Object.fromEntries(annotations.map(([key, value]) => [key, String(value)])), 'pulumi.com/skipAwait': 'true' } },
    spec: balanced ? { ...plain, type: 'ClusterIP' } : spec,
  };
}

function bindingOf<T>(service: Manifest, targetGroupARN: T): Manifest {
  const [port] = fields(service['spec'])['ports'] as readonly Fields[];
  return {
    apiVersion: 'elbv2.k8s.aws/v1beta1',
    kind: 'TargetGroupBinding',
    metadata: { name: service.metadata.name, ...(service.metadata.namespace !== undefined && { namespace: service.metadata.namespace }), ...(service.metadata.labels && { labels: service.metadata.labels }) },
    spec: { serviceRef: { name: service.metadata.name, port: port?.['port'] }, targetGroupARN, targetType: 'ip' },
  };
}

function planned<T>(manifest: Manifest, context: WorkloadContext<T>): readonly Manifest[] {
  if (manifest.kind !== 'Service') return [withPinnedPods(manifest, context)];
  const balanced = fields(manifest['spec'])['type'] === 'LoadBalancer';
  return [withoutAwait(manifest), ...(balanced ? [bindingOf(manifest, context.targetGroupArn)] : [])];
}

/**
 * What charts build, as it is applied: in stages, images by digest, the gateway bound to the load balancer.
 *
 * @throws NoStageError
 */
export function planWorkloads<T>(charts: readonly BuiltChart[], context: WorkloadContext<T>): readonly PlannedObject[] {
  const objects = charts.flatMap(({ manifests }) => manifests).flatMap((manifest) => planned(manifest, context)).map((manifest) => ({ stage: stageOf(manifest), manifest }));
  return stages.flatMap((stage) => objects.filter((object) => object.stage === stage));
}
