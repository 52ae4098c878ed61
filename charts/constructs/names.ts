import type { ResolvedPlatform } from '../../platform/environments';

/** Namespaces that the platform talks to and does not own. */
export const ISTIO_NAMESPACE = 'istio-system';
export const DNS_NAMESPACE = 'kube-system';

/** The port names everything selects ports by. */
export const HTTP_PORT_NAME = 'http';
export const METRICS_PORT_NAME = 'http-metrics';

/** The Service port in front of every workload. */
export const SERVICE_PORT = 80;

/** The container that runs the workload; an injected sidecar stands beside it. */
export const CONTAINER_NAME = 'app';

/** Spot nodes bear this taint and label; only flexible services tolerate it. */
export const CAPACITY_KEY = 'rechain.network/capacity';

/** `1.2.3` of an image tag, or the first 12 digits of a digest: the version in names and labels. */
export function imageVersion(image: string): string {
  const digest = /@sha256:([0-9a-f]{12})/.exec(image)?.[1];
  return digest ?? image.slice(image.lastIndexOf(':') + 1);
}

/** The recommended `app.kubernetes.io/*` set, and `app`, which Services and Istio select by. */
export function appLabels(app: string, image: string, component: string, platform: Pick<ResolvedPlatform, 'name'>): Record<string, string> {
  return {
    app,
    'app.kubernetes.io/name': app,
    'app.kubernetes.io/instance': app,
    'app.kubernetes.io/version': imageVersion(image),
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/part-of': platform.name,
    'app.kubernetes.io/managed-by': 'cdk8s',
  };
}
