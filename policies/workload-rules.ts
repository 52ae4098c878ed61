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
import { namespaceExists } from './manifests/namespace-exists';
import { noDefaultNamespace } from './manifests/no-default-namespace';
import { noHostNamespaces } from './manifests/no-host-namespaces';
import { noHostPort } from './manifests/no-host-port';
import { noHostProcess } from './manifests/no-host-process';
import { noPrivilegeEscalation } from './manifests/no-privilege-escalation';
import { noPrivilegedContainer } from './manifests/no-privileged-container';
import { noProbeHost } from './manifests/no-probe-host';
import { noRootUser } from './manifests/no-root-user';
import { noSecretInConfigMap } from './manifests/no-secret-in-config-map';
import { noSecretInEnv } from './manifests/no-secret-in-env';
import { ownServiceAccount } from './manifests/own-service-account';
import { pinnedImage } from './manifests/pinned-image';
import { preStop } from './manifests/pre-stop';
import { probePortDeclared } from './manifests/probe-port-declared';
import { probePortExists } from './manifests/probe-port-exists';
import { readOnlyRootFilesystem } from './manifests/read-only-root-filesystem';
import { readinessProbe } from './manifests/readiness-probe';
import { resourceRequests } from './manifests/resource-requests';
import { restrictedApparmor } from './manifests/restricted-apparmor';
import { restrictedSelinux } from './manifests/restricted-selinux';
import { restrictedVolumeTypes } from './manifests/restricted-volume-types';
import { rollingUpdate } from './manifests/rolling-update';
import { runAsNonRoot } from './manifests/run-as-non-root';
import { safeSysctls } from './manifests/safe-sysctls';
import { seccompProfile } from './manifests/seccomp-profile';
import { selectorMatchesTemplate } from './manifests/selector-matches-template';
import { serviceAccountToken } from './manifests/service-account-token';
import { spread } from './manifests/spread';
import { spreadSelectsOwnPods } from './manifests/spread-selects-own-pods';
import { startupProbe } from './manifests/startup-probe';
import { threeReplicas } from './manifests/three-replicas';
import { twoReplicas } from './manifests/two-replicas';
import { uniqueEnvNames } from './manifests/unique-env-names';
import { validPorts } from './manifests/valid-ports';
import { validSpread } from './manifests/valid-spread';
import type { Rule, Severity } from './policy';

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

/** Rules on one workload and the pods it makes. */
export const workloadRules: readonly Rule[] = [
  ...podSecurity,
  highUserId,
  readOnlyRootFilesystem,
  resourceRequests,
  memoryLimit,
  cpuLimit,
  ephemeralStorage,
  readinessProbe,
  livenessProbe,
  distinctProbes,
  startupProbe,
  preStop,
  probePortExists,
  probePortDeclared,
  pinnedImage,
  freshImage,
  allowedRegistry,
  uniqueEnvNames,
  noSecretInEnv,
  noSecretInConfigMap,
  serviceAccountToken,
  ownServiceAccount,
  noDefaultNamespace,
  namespaceEnforcesPodSecurity,
  namespaceExists,
  selectorMatchesTemplate,
  twoReplicas,
  threeReplicas,
  rollingUpdate,
  spread,
  spreadSelectsOwnPods,
  validSpread,
  validPorts,
];

const preference = { local: 'warning', staging: 'warning', production: 'warning' } as const;

/** Those of them that are no error everywhere, by id: what is only better, and what small environments go without. */
export const workloadSeverities: Readonly<Record<string, Readonly<Record<'local' | 'staging' | 'production', Severity>>>> = {
  [highUserId.id]: preference,
  [ephemeralStorage.id]: preference,
  [livenessProbe.id]: preference,
  [startupProbe.id]: preference,
  [preStop.id]: preference,
  [probePortDeclared.id]: preference,
  [freshImage.id]: preference,
  [twoReplicas.id]: { local: 'off', staging: 'warning', production: 'error' },
  [threeReplicas.id]: { local: 'off', staging: 'off', production: 'warning' },
};
