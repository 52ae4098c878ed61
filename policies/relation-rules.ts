import { heapBelowMemoryTarget } from './manifests/heap-below-memory-target';
import { hpaBehavior } from './manifests/hpa-behavior';
import { hpaBounds } from './manifests/hpa-bounds';
import { hpaDelayStated } from './manifests/hpa-delay-stated';
import { hpaMetricTarget } from './manifests/hpa-metric-target';
import { hpaPodsOfItsOwn } from './manifests/hpa-pods-of-its-own';
import { hpaResourceRequested } from './manifests/hpa-resource-requested';
import { hpaTargetExists } from './manifests/hpa-target-exists';
import { noClusterAdmin } from './manifests/no-cluster-admin';
import { noRoleEscalation } from './manifests/no-role-escalation';
import { noWildcardRole } from './manifests/no-wildcard-role';
import { pdbAllowsEviction } from './manifests/pdb-allows-eviction';
import { pdbUnhealthyEviction } from './manifests/pdb-unhealthy-eviction';
import { podHasNetworkPolicy } from './manifests/pod-has-network-policy';
import { referenceExists } from './manifests/reference-exists';
import { servedApiVersion } from './manifests/served-api-version';
import { serviceNotExposed } from './manifests/service-not-exposed';
import { servicePortProtocol } from './manifests/service-port-protocol';
import { serviceTargetPort } from './manifests/service-target-port';
import { workloadHasPdb } from './manifests/workload-has-pdb';
import { destinationRuleHostExists } from './mesh/destination-rule-host-exists';
import { destinationTlsAgrees } from './mesh/destination-tls-agrees';
import { destinationTlsVerified } from './mesh/destination-tls-verified';
import { hpaCountsContainer } from './mesh/hpa-counts-container';
import { injectionDecidedOnce } from './mesh/injection-decided-once';
import { noProxyUserId } from './mesh/no-proxy-user-id';
import { oneProtocolPerPort } from './mesh/one-protocol-per-port';
import { oneVirtualServicePerHost } from './mesh/one-virtual-service-per-host';
import { outlierDetection } from './mesh/outlier-detection';
import { reachableRoute } from './mesh/reachable-route';
import { routeDestinationExists } from './mesh/route-destination-exists';
import { routeRetriesStated } from './mesh/route-retries-stated';
import { routeSubsetExists } from './mesh/route-subset-exists';
import { routeWeights } from './mesh/route-weights';
import { subsetBeforeRoute } from './mesh/subset-before-route';
import { virtualServiceHostExists } from './mesh/virtual-service-host-exists';
import { nginxAlias } from './nginx/nginx-alias';
import { nginxAllowDeny } from './nginx/nginx-allow-deny';
import { nginxHeaderInheritance } from './nginx/nginx-header-inheritance';
import { nginxHostHeader } from './nginx/nginx-host-header';
import { nginxIdentityHeader } from './nginx/nginx-identity-header';
import { nginxIf } from './nginx/nginx-if';
import { nginxLimitFitsTargets } from './nginx/nginx-limit-fits-targets';
import { nginxLoads } from './nginx/nginx-loads';
import { nginxMeshHost } from './nginx/nginx-mesh-host';
import { nginxMeshHttpVersion } from './nginx/nginx-mesh-http-version';
import { nginxRateLimit } from './nginx/nginx-rate-limit';
import { nginxRealIp } from './nginx/nginx-real-ip';
import { nginxRequestVariable } from './nginx/nginx-request-variable';
import { nginxResolver } from './nginx/nginx-resolver';
import { nginxResponseHeaders } from './nginx/nginx-response-headers';
import { nginxRetries } from './nginx/nginx-retries';
import { nginxServerTokens } from './nginx/nginx-server-tokens';
import { nginxUpstreamExists } from './nginx/nginx-upstream-exists';
import type { Rule, Severity } from './policy';

/** Rules about how objects fit together, and about what is neither a workload nor its fields. */
export const relationRules: readonly Rule[] = [
  servedApiVersion,
  referenceExists,
  hpaTargetExists,
  hpaBounds,
  hpaBehavior,
  hpaResourceRequested,
  hpaMetricTarget,
  hpaPodsOfItsOwn,
  hpaDelayStated,
  heapBelowMemoryTarget,
  workloadHasPdb,
  pdbAllowsEviction,
  pdbUnhealthyEviction,
  podHasNetworkPolicy,
  serviceTargetPort,
  serviceNotExposed,
  servicePortProtocol,
  noClusterAdmin,
  noWildcardRole,
  noRoleEscalation,
  virtualServiceHostExists,
  routeDestinationExists,
  routeSubsetExists,
  routeWeights,
  routeRetriesStated,
  subsetBeforeRoute,
  destinationRuleHostExists,
  oneVirtualServicePerHost,
  reachableRoute,
  outlierDetection,
  destinationTlsVerified,
  destinationTlsAgrees,
  oneProtocolPerPort,
  injectionDecidedOnce,
  noProxyUserId,
  nginxLoads,
  nginxUpstreamExists,
  nginxHeaderInheritance,
  nginxResponseHeaders,
  nginxIdentityHeader,
  nginxHostHeader,
  nginxRequestVariable,
  nginxAlias,
  nginxServerTokens,
  nginxAllowDeny,
  nginxIf,
  nginxResolver,
  nginxRateLimit,
  nginxLimitFitsTargets,
  nginxRetries,
  hpaCountsContainer,
  nginxMeshHost,
  nginxMeshHttpVersion,
  nginxRealIp,
];

const preference = { local: 'warning', staging: 'warning', production: 'warning' } as const;

/** Those of them that are no error everywhere, by id. */
export const relationSeverities: Readonly<Record<string, Readonly<Record<'local' | 'staging' | 'production', Severity>>>> = {
  [pdbUnhealthyEviction.id]: preference,
  [hpaDelayStated.id]: preference,
  [heapBelowMemoryTarget.id]: preference,
  [routeRetriesStated.id]: preference,
  [subsetBeforeRoute.id]: preference,
  [serviceNotExposed.id]: { local: 'off', staging: 'error', production: 'error' },
};
