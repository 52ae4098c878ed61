import { bucketAccessLog } from './resources/bucket-access-log';
import { bucketNotPublic } from './resources/bucket-not-public';
import { bucketTlsOnly } from './resources/bucket-tls-only';
import { bucketVersioned } from './resources/bucket-versioned';
import { budgetPresent } from './resources/budget-present';
import { cacheEncryptedAtRest } from './resources/cache-encrypted-at-rest';
import { cacheEncryptedInTransit } from './resources/cache-encrypted-in-transit';
import { cacheFailover } from './resources/cache-failover';
import { cacheUpkeep } from './resources/cache-upkeep';
import { cdnBucketAccess } from './resources/cdn-bucket-access';
import { cdnFirewall } from './resources/cdn-firewall';
import { cdnHttps } from './resources/cdn-https';
import { cdnLogs } from './resources/cdn-logs';
import { cdnOriginTls } from './resources/cdn-origin-tls';
import { cdnTlsMinimum } from './resources/cdn-tls-minimum';
import { clusterDeletionProtection } from './resources/cluster-deletion-protection';
import { clusterEndpoint } from './resources/cluster-endpoint';
import { clusterLogs } from './resources/cluster-logs';
import { clusterSecretsEncrypted } from './resources/cluster-secrets-encrypted';
import { clusterVersion } from './resources/cluster-version';
import { costTags } from './resources/cost-tags';
import { databaseBackups } from './resources/database-backups';
import { databaseDeletionProtection } from './resources/database-deletion-protection';
import { databaseEncrypted } from './resources/database-encrypted';
import { databaseLogin } from './resources/database-login';
import { databaseLogs } from './resources/database-logs';
import { databaseMonitoring } from './resources/database-monitoring';
import { databaseMultiAz } from './resources/database-multi-az';
import { databaseNotPublic } from './resources/database-not-public';
import { databaseSubnetsPrivate } from './resources/database-subnets-private';
import { databaseTls } from './resources/database-tls';
import { databaseUpkeep } from './resources/database-upkeep';
import { defaultSecurityGroupClosed } from './resources/default-security-group-closed';
import { imageScanning } from './resources/image-scanning';
import { imageTagsImmutable } from './resources/image-tags-immutable';
import { keyDeletionWindow } from './resources/key-deletion-window';
import { keyRotation } from './resources/key-rotation';
import { listenerRedirects } from './resources/listener-redirects';
import { listenerTlsMinimum } from './resources/listener-tls-minimum';
import { loadBalancerDeletionProtection } from './resources/load-balancer-deletion-protection';
import { loadBalancerHeaders } from './resources/load-balancer-headers';
import { loadBalancerLogs } from './resources/load-balancer-logs';
import { logRetention } from './resources/log-retention';
import { managedSecretRotation } from './resources/managed-secret-rotation';
import { networkFlowLogs } from './resources/network-flow-logs';
import { noCredentialInInput } from './resources/no-credential-in-input';
import { noDecryptOfAllKeys } from './resources/no-decrypt-of-all-keys';
import { noOpenIngress } from './resources/no-open-ingress';
import { noWildcardAction } from './resources/no-wildcard-action';
import { nodeMetadataToken } from './resources/node-metadata-token';
import { nodeNoPublicAddress } from './resources/node-no-public-address';
import { nodeNoSsh } from './resources/node-no-ssh';
import { nodeVolumeEncrypted } from './resources/node-volume-encrypted';
import { resourcePolicyNotPublic } from './resources/resource-policy-not-public';
import { securityGroupRulesInOnePlace } from './resources/security-group-rules-in-one-place';
import { subnetNoPublicAddress } from './resources/subnet-no-public-address';
import { topicEncrypted } from './resources/topic-encrypted';
import type { Severity } from './finding';
import type { PolicyEnvironment } from './preset';
import type { ResourcePreset, ResourceRule } from './resource-rule';

/** Every rule on resources of the cloud. */
export const resourceRules: readonly ResourceRule[] = [
  databaseBackups,
  databaseDeletionProtection,
  databaseEncrypted,
  databaseLogin,
  databaseLogs,
  databaseMonitoring,
  databaseMultiAz,
  databaseNotPublic,
  databaseSubnetsPrivate,
  databaseTls,
  databaseUpkeep,
  cacheEncryptedAtRest,
  cacheEncryptedInTransit,
  cacheFailover,
  cacheUpkeep,
  clusterDeletionProtection,
  clusterEndpoint,
  clusterLogs,
  clusterSecretsEncrypted,
  clusterVersion,
  nodeMetadataToken,
  nodeNoPublicAddress,
  nodeNoSsh,
  nodeVolumeEncrypted,
  networkFlowLogs,
  defaultSecurityGroupClosed,
  subnetNoPublicAddress,
  noOpenIngress,
  securityGroupRulesInOnePlace,
  cdnBucketAccess,
  cdnFirewall,
  cdnHttps,
  cdnLogs,
  cdnOriginTls,
  cdnTlsMinimum,
  bucketAccessLog,
  bucketNotPublic,
  bucketTlsOnly,
  bucketVersioned,
  listenerRedirects,
  listenerTlsMinimum,
  loadBalancerDeletionProtection,
  loadBalancerHeaders,
  loadBalancerLogs,
  imageScanning,
  imageTagsImmutable,
  keyRotation,
  keyDeletionWindow,
  topicEncrypted,
  logRetention,
  managedSecretRotation,
  noCredentialInInput,
  noDecryptOfAllKeys,
  noWildcardAction,
  resourcePolicyNotPublic,
  costTags,
  budgetPresent,
];

/** What small environments go without: they are torn down, and one zone is enough for them. */
const inProduction = { local: 'off', staging: 'off', production: 'error' } as const;

/** Rules that are no error everywhere, by id. */
const severities: Readonly<Record<string, Readonly<Record<PolicyEnvironment, Severity>>>> = {
  [databaseMultiAz.id]: inProduction,
  [databaseDeletionProtection.id]: inProduction,
  [cacheFailover.id]: inProduction,
  [clusterDeletionProtection.id]: inProduction,
  [loadBalancerDeletionProtection.id]: inProduction,
  [keyDeletionWindow.id]: inProduction,
  [cdnFirewall.id]: inProduction,
  // Without a domain of its own a CDN bears a certificate of CloudFront's, which takes no minimum.
  [cdnTlsMinimum.id]: { local: 'off', staging: 'warning', production: 'error' },
};

/** Every rule is an error, but those that are none in some environment. */
export const strictResources: ResourcePreset = resourceRules.map((rule) => ({ rule, severity: severities[rule.id] ? 'warning' : 'error' }));

/** How severe a rule on resources is in an environment. */
export function resourceSeverityOf(rule: string, environment: PolicyEnvironment): Severity {
  return severities[rule]?.[environment] ?? 'error';
}

/** Every rule on resources, as severe as it is in an environment. */
export function resourcePresetFor(environment: PolicyEnvironment): ResourcePreset {
  return resourceRules.map((rule) => ({ rule, severity: resourceSeverityOf(rule.id, environment) }));
}
