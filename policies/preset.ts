import { allowedRegistry } from './manifests/allowed-registry';
import { cpuLimit } from './manifests/cpu-limit';
import { defaultProcMount } from './manifests/default-proc-mount';
import { distinctProbes } from './manifests/distinct-probes';
import { dropCapabilities } from './manifests/drop-capabilities';
import { ephemeralStorage } from './manifests/ephemeral-storage';
import { freshImage } from './manifests/fresh-image';
import { highUserId } from './manifests/high-user-id';
import { livenessProbe } from './manifests/liveness-probe';
import { memoryLimit } from './manifests/memory-limit';
import { namespaceEnforcesPodSecurity } from './manifests/namespace-enforces-pod-security';
import { networkPolicySelectsPod } from './manifests/network-policy-selects-pod';
import { noDefaultNamespace } from './manifests/no-default-namespace';
import { noFixedReplicasWithHpa } from './manifests/no-fixed-replicas-with-hpa';
import { noHostNamespaces } from './manifests/no-host-namespaces';
import { noHostPort } from './manifests/no-host-port';
import { noHostProcess } from './manifests/no-host-process';
import { noPrivilegeEscalation } from './manifests/no-privilege-escalation';
import { noPrivilegedContainer } from './manifests/no-privileged-container';
import { noProbeHost } from './manifests/no-probe-host';
import { noRootUser } from './manifests/no-root-user';
import { noSecretInConfigMap } from './manifests/no-secret-in-config-map';
import { noSecretInEnv } from './manifests/no-secret-in-env';
import { oneHpaPerTarget } from './manifests/one-hpa-per-target';
import { ownServiceAccount } from './manifests/own-service-account';
import { pdbSelectsPod } from './manifests/pdb-selects-pod';
import { pinnedImage } from './manifests/pinned-image';
import { podsMetricHasAdapterRule } from './manifests/pods-metric-has-adapter-rule';
import { probePortDeclared } from './manifests/probe-port-declared';
import { readOnlyRootFilesystem } from './manifests/read-only-root-filesystem';
import { readinessProbe } from './manifests/readiness-probe';
import { resourceRequests } from './manifests/resource-requests';
import { restrictedApparmor } from './manifests/restricted-apparmor';
import { restrictedSelinux } from './manifests/restricted-selinux';
import { restrictedVolumeTypes } from './manifests/restricted-volume-types';
import { rollingUpdate } from './manifests/rolling-update';
import { runAsNonRoot } from './manifests/run-as-non-root';
import { safeSysctls } from './manifests/safe-sysctls';
import { schema } from './manifests/schema';
import { seccompProfile } from './manifests/seccomp-profile';
import { secretKeyProvided } from './manifests/secret-key-provided';
import { selectorMatchesTemplate } from './manifests/selector-matches-template';
import { serviceAccountToken } from './manifests/service-account-token';
import { serviceSelectsPod } from './manifests/service-selects-pod';
import { spread } from './manifests/spread';
import { spreadSelectsOwnPods } from './manifests/spread-selects-own-pods';
import { subsetSelectsPod } from './manifests/subset-selects-pod';
import { threeReplicas } from './manifests/three-replicas';
import { twoReplicas } from './manifests/two-replicas';
import { uniqueEnvNames } from './manifests/unique-env-names';
import { uniqueObject } from './manifests/unique-object';
import type { Preset, Rule, Severity } from './policy';
import { relationRules } from './relation-rules';

const fitTogether: readonly Rule[] = [
  schema,
  uniqueObject,
  noFixedReplicasWithHpa,
  oneHpaPerTarget,
  podsMetricHasAdapterRule,
  serviceSelectsPod,
  subsetSelectsPod,
  pdbSelectsPod,
  networkPolicySelectsPod,
  secretKeyProvided,
  ...relationRules,
];

/** Where manifests are to run. */
export const policyEnvironments = ['local', 'staging', 'production'] as const;
export type PolicyEnvironment = (typeof policyEnvironments)[number];

/** The Pod Security Standard "restricted", which holds "baseline", as of Kubernetes 1.34. */
const podSecurity: readonly Rule[] = [
  noPrivilegedContainer,
  noPrivilegeEscalation,
  runAsNonRoot,
  noRootUser,
  dropCapabilities,
  seccompProfile,
  noHostNamespaces,
  noHostPort,
  noProbeHost,
  restrictedVolumeTypes,
  defaultProcMount,
  safeSysctls,
  restrictedSelinux,
  restrictedApparmor,
  noHostProcess,
];

/** What makes a workload safe to run, and to keep running. */
const workloads: readonly Rule[] = [
  readOnlyRootFilesystem,
  resourceRequests,
  memoryLimit,
  cpuLimit,
  readinessProbe,
  distinctProbes,
  probePortDeclared,
  pinnedImage,
  allowedRegistry,
  uniqueEnvNames,
  noSecretInEnv,
  noSecretInConfigMap,
  serviceAccountToken,
  ownServiceAccount,
  noDefaultNamespace,
  namespaceEnforcesPodSecurity,
  selectorMatchesTemplate,
  rollingUpdate,
  spread,
  spreadSelectsOwnPods,
];

/** What is better, but may well be otherwise for a reason. */
const preferences: readonly Rule[] = [
  highUserId,
  ephemeralStorage,
  livenessProbe,
  freshImage,
  twoReplicas,
  threeReplicas,
];

/** Every rule is an error, but those on what is only better. */
export const strict: Preset = [
  ...[...fitTogether, ...podSecurity, ...workloads].map((rule) => ({ rule, severity: 'error' as const })),
  ...preferences.map((rule) => ({ rule, severity: 'warning' as const })),
];

/** Rules whose severity depends on the environment, by id; all others are as severe everywhere as in {@link strict}. */
const severities: Readonly<Record<string, Readonly<Record<PolicyEnvironment, Severity>>>> = {};

/** Every rule, as severe as it is in an environment. */
export function presetFor(environment: PolicyEnvironment): Preset {
  return strict.map(({ rule, severity }) => ({ rule, severity: severities[rule.id]?.[environment] ?? severity }));
}

/**
 * Every rule but the schemas', whose validators take most of a second to load: `npm run synth` judges how objects fit together,
 * `npm start` and the tests judge each object's fields as well.
 */
export const withoutSchema: Preset = strict.map(({ rule, severity }) => ({ rule, severity: rule === schema ? 'off' : severity }));
