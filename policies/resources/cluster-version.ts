import { formatKubernetesVersion, type KubernetesVersion, parseKubernetesVersion } from '../kubernetes-version';
import { textOf } from '../narrow';
import { expectInput } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const CLUSTER = 'aws:eks/cluster:Cluster';
const example = exampleOf(CLUSTER);
/** The oldest in standard support of EKS, until 2026-12-02: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html */
const OLDEST: KubernetesVersion = { major: 1, minor: 34 };

function isSupported(value: unknown): boolean {
  const version = parseKubernetesVersion(textOf(value) ?? '');
  return version !== undefined && version.major * 1_000 + version.minor >= OLDEST.major * 1_000 + OLDEST.minor;
}

/** A cluster runs a version that is still mended. */
export const clusterVersion: ResourceRule = {
  id: 'cluster-version',
  title: 'A cluster runs a version of Kubernetes in standard support',
  why: 'A version beyond standard support costs six times as much, and after that is upgraded at a time that AWS chooses.',
  good: example('{ version: "1.35" }'),
  bad: example('{ version: "1.29" }'),
  remedy: 'Name a version in standard support, and upgrade within it.',
  *check(plan) {
    for (const resource of plan.ofType(CLUSTER)) {
      yield* expectInput(resource, ['version'], isSupported, `must be ${formatKubernetesVersion(OLDEST)} or newer, and stated`);
    }
  },
};
