import { eksStandardSupport } from '../eks-versions';
import { formatKubernetesVersion, isAtLeast, type KubernetesVersion, parseKubernetesVersion } from '../kubernetes-version';
import { textOf } from '../narrow';
import { expectInput } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const CLUSTER = 'aws:eks/cluster:Cluster';
const example = exampleOf(CLUSTER);
const versions = Object.entries(eksStandardSupport).flatMap(([text, until]) => {
  const version = parseKubernetesVersion(text);
  return version ? [{ version, until }] : [];
});

function isEqual(one: KubernetesVersion, other: KubernetesVersion): boolean {
  return isAtLeast(one, other) && isAtLeast(other, one);
}

/** What is wrong with a version on a day; undefined where it is in standard support, or newer than all that we know of. */
function faultOf(value: unknown, today: string): string | undefined {
  const version = parseKubernetesVersion(textOf(value) ?? '');
  const supported = versions.filter(({ until }) => until >= today).map(({ version: candidate }) => formatKubernetesVersion(candidate));
  const remedy = supported.length === 0 ? 'must be stated, and newer' : `must be stated, and one of ${supported.join(', ')}, or newer`;
  if (!version) return remedy;
  const known = versions.find((candidate) => isEqual(candidate.version, version));
  if (known) return known.until >= today ? undefined : `${remedy}: standard support ended on ${known.until}`;
  return versions.every((candidate) => isAtLeast(version, candidate.version)) ? undefined : remedy;
}

/** A cluster runs a version that is still mended. */
export const clusterVersion: ResourceRule = {
  id: 'cluster-version',
  title: 'A cluster runs a version of Kubernetes in standard support',
  why: 'A version beyond standard support costs six times as much, and after that is upgraded at a time that AWS chooses.',
  good: example('{ version: "1.36" }'),
  bad: example('{ version: "1.29" }'),
  remedy: 'Name a version in standard support, and upgrade within it.',
  *check(plan, today) {
    const day = today.toISOString().slice(0, 10);
    for (const resource of plan.ofType(CLUSTER)) {
      const message = faultOf(resource.inputs['version'], day);
      if (message !== undefined) yield* expectInput(resource, ['version'], () => false, message);
    }
  },
};
