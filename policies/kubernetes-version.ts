/** A minor version of Kubernetes: 1.30. */
export interface KubernetesVersion {
  readonly major: number;
  readonly minor: number;
}

/** What our own manifests ask for (README, "In the cluster"). */
export const DEFAULT_KUBERNETES_VERSION: KubernetesVersion = { major: 1, minor: 30 };

/** The version in a text such as `1.30`, `v1.30` or `1.30.4`; undefined where it is none. */
export function parseKubernetesVersion(text: string): KubernetesVersion | undefined {
  const match = /^v?(\d{1,3})\.(\d{1,4})(?:\.\d+)?(?:[-+].*)?$/.exec(text);
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : undefined;
}

/** Whether `version` is `other` or later. */
export function isAtLeast(version: KubernetesVersion, other: KubernetesVersion): boolean {
  return version.major > other.major || (version.major === other.major && version.minor >= other.minor);
}

/** As people write it: `1.30`. */
export function formatKubernetesVersion({ major, minor }: KubernetesVersion): string {
  return `${major}.${minor}`;
}
