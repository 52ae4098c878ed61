import { apiRetirements, type ApiRetirement } from '../api-versions';
import { DEFAULT_KUBERNETES_VERSION, formatKubernetesVersion, isAtLeast, type KubernetesVersion } from '../kubernetes-version';
import type { ManifestObject } from '../manifest';
import type { Rule } from '../policy';

function retirementOf({ apiVersion, kind }: ManifestObject): ApiRetirement | undefined {
  return apiRetirements.find((candidate) => candidate.apiVersion === apiVersion && (candidate.kinds.length === 0 || candidate.kinds.includes(kind)));
}

function describe({ deprecated, removed }: ApiRetirement, version: KubernetesVersion): string | undefined {
  if (isAtLeast(version, removed)) return `Kubernetes ${formatKubernetesVersion(version)} does not serve it: it was removed in ${formatKubernetesVersion(removed)}`;
  if (!isAtLeast(version, deprecated)) return undefined;
  return `deprecated since Kubernetes ${formatKubernetesVersion(deprecated)}, and removed in ${formatKubernetesVersion(removed)}`;
}

const autoscaler = (version: string): string => `
apiVersion: autoscaling/${version}
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, maxReplicas: 9 }
`;

/** Every object is in a version that the cluster serves, now and after its next upgrades. */
export const servedApiVersion: Rule = {
  id: 'served-api-version',
  title: 'Objects are in versions that Kubernetes serves',
  why: 'The API server refuses a version that is gone; a deprecated one is refused after an upgrade, when nobody thinks of it.',
  good: autoscaler('v2'),
  bad: autoscaler('v2beta2'),
  remedy: 'Write the object in the version that replaces it.',
  *check(store, { kubernetesVersion = DEFAULT_KUBERNETES_VERSION }) {
    for (const object of store.objects) {
      const retirement = retirementOf(object.object);
      const message = retirement && describe(retirement, kubernetesVersion);
      if (!message) continue;
      const remedy = retirement.replacement === undefined ? 'Remove it: nothing replaces it under this kind.' : `Write the object as ${retirement.replacement}.`;
      yield { object, path: 'apiVersion', received: object.object.apiVersion, message, remedy };
    }
  },
};
