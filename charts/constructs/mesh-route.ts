import type { IDestinationRule } from '@kubernetes-models/istio/networking.istio.io/v1beta1/DestinationRule';
import type { IVirtualService } from '@kubernetes-models/istio/networking.istio.io/v1beta1/VirtualService';
import { Construct } from 'constructs';
import { type ServiceSpec, type TierName, tiersOf } from '../../platform/spec';
import { manifest, type WithApiVersion } from './manifest';
import { SERVICE_PORT } from './names';

type DestinationRule = WithApiVersion<IDestinationRule, 'networking.istio.io/v1'>;
type VirtualService = WithApiVersion<IVirtualService, 'networking.istio.io/v1'>;
type HttpRoute = NonNullable<NonNullable<VirtualService['spec']>['http']>[number];
type RouteDestination = NonNullable<HttpRoute['route']>[number];

/** The header by which the gateway, and only it, says which tier a client has. */
export const USER_TYPE_HEADER = 'user-type';

/**
 * How the mesh treats a service's pods.
 *
 * Outlier detection counts every 5xx, a service's deliberate 503 too (one dead shard, shed load): five in a row take a pod out
 * for 30 s, at most half of them. Services keep deliberate 503s rare for that reason.
 */
const trafficPolicy: NonNullable<NonNullable<DestinationRule['spec']>['trafficPolicy']> = {
  loadBalancer: { simple: 'LEAST_REQUEST' },
  connectionPool: { tcp: { maxConnections: 100, connectTimeout: '1s' }, http: { http1MaxPendingRequests: 50, maxRequestsPerConnection: 10 } },
  outlierDetection: { consecutive5xxErrors: 5, interval: '30s', baseEjectionTime: '30s', maxEjectionPercent: 50 },
  tls: { mode: 'ISTIO_MUTUAL' },
};

/** One request's limits. Only what never reached a service is retried, so that no POST runs twice. */
const limits = {
  timeout: '10s',
  retries: { attempts: 2, perTryTimeout: '10s', retryOn: 'connect-failure,refused-stream' },
} as const;

export interface MeshRouteProps {
  readonly service: Pick<ServiceSpec, 'name' | 'tiers'>;
  readonly labels: Readonly<Record<string, string>>;
}

/** The DestinationRule of a service, with a subset for each tier. Comes before the VirtualService that uses its subsets. */
export class MeshDestination extends Construct {
  constructor(scope: Construct, id: string, { service, labels }: MeshRouteProps) {
    super(scope, id);
    const subsets = service.tiers.kind === 'tiered' ? tiersOf(service).map(({ tier }) => ({ name: tier, labels: { tier } })) : [];
    manifest<DestinationRule>(this, 'destination-rule', {
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { name: service.name, labels: { ...labels } },
      spec: { host: service.name, exportTo: ['.'], trafficPolicy, ...(subsets.length > 0 && { subsets }) },
    });
  }
}

function routeTo(host: string, tier: TierName | undefined): RouteDestination[] {
  return [{ destination: { host, port: { number: SERVICE_PORT }, ...(tier && { subset: tier }) } }];
}

function routesOf(service: MeshRouteProps['service']): HttpRoute[] {
  if (service.tiers.kind === 'untiered') return [{ name: 'default', route: routeTo(service.name, undefined), ...limits }];
  const tiers = tiersOf(service).map(({ tier }) => tier);
  const fallback = tiers.includes('standard') ? 'standard' : tiers[0];
  const matched = tiers.filter((tier) => tier !== fallback);
  return [
    ...matched.map((tier) => ({ name: tier, match: [{ headers: { [USER_TYPE_HEADER]: { exact: tier } } }], route: routeTo(service.name, tier), ...limits })),
    { name: fallback ?? 'default', route: routeTo(service.name, fallback), ...limits },
  ];
}

/** The VirtualService of a service: a client's tier by header, everything else to `standard`; timeout and retries stated. */
export class MeshRoute extends Construct {
  constructor(scope: Construct, id: string, { service, labels }: MeshRouteProps) {
    super(scope, id);
    manifest<VirtualService>(this, 'virtual-service', {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: service.name, labels: { ...labels } },
      spec: { hosts: [service.name], exportTo: ['.'], http: routesOf(service) },
    });
  }
}
