import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { SERVICE_PORT } from '../charts/constructs/names';
import { assetsBucket } from './assets-bucket';
import { KEY_COOKIES, KEY_HEADERS, managedPolicies, planPaths } from './cdn-plan';
import type { ClusterPlace } from './cluster';
import { componentType, type Deployment, physicalName } from './deployment';
import { domainOf } from './domain';
import { firewallOf } from './firewall';
import type { LoadBalancer } from './load-balancer';
import { logsBucket } from './logs-bucket';
import { podIdentity } from './pod-identity';

type Behavior = aws.types.input.cloudfront.DistributionDefaultCacheBehavior;

const GATEWAY = 'gateway';
const ASSETS = 'assets';
const READ = ['GET', 'HEAD', 'OPTIONS'];
const EVERY_METHOD = [...READ, 'PUT', 'POST', 'PATCH', 'DELETE'];
const YEAR_SECONDS = 31_536_000;

/**
 * CloudFront before the gateway, which it reaches inside the VPC, and before a bucket of assets that it alone may read. Answers
 * are kept for as long as their Cache-Control says, and only those of services that invalidate; everything else passes through.
 *
 * Cost (2024-07, US): 0.01 USD for 10,000 requests and 0.085 USD a GB. At thousands of requests a second this is more than all
 * the rest: see the plan's recommendation.
 */
export class Cdn extends pulumi.ComponentResource {
  readonly distributionArn: pulumi.Output<string>;
  readonly distributionId: pulumi.Output<string>;
  readonly domainName: pulumi.Output<string>;

  constructor(private readonly name: string, private readonly deployment: Deployment, private readonly balancer: LoadBalancer, options: pulumi.ComponentResourceOptions) {
    super(componentType('Cdn'), name, {}, options);
    const domain = domainOf(deployment, { parent: this });
    const logs = logsBucket(deployment, { parent: this });
    const bucket = assetsBucket(deployment, logs, { parent: this });
    const webAclId = firewallOf(deployment, { parent: this });
    const distribution = new aws.cloudfront.Distribution(name, {
      enabled: true, httpVersion: 'http2and3', isIpv6Enabled: true, priceClass: 'PriceClass_All', comment: physicalName(deployment, name),
      origins: [this.gatewayOrigin(), { originId: ASSETS, domainName: bucket.domainName, originAccessControlId: bucket.accessControlId }],
      ...this.behaviors(),
      restrictions: { geoRestriction: { restrictionType: 'none' } },
      ...domain.certificate, ...(webAclId !== undefined && { webAclId }),
    }, { parent: this });
    bucket.admit(distribution.arn);
    logs.ofDistribution(name, distribution.arn);
    domain.pointTo(distribution);
    this.distributionArn = distribution.arn;
    this.distributionId = distribution.id;
    this.domainName = distribution.domainName;
    this.registerOutputs({ domainName: this.domainName });
  }

  private gatewayOrigin(): aws.types.input.cloudfront.DistributionOrigin {
    const { platform: { gateway: { timeouts } } } = this.deployment;
    const origin = new aws.cloudfront.VpcOrigin(GATEWAY, {
      vpcOriginEndpointConfig: { name: physicalName(this.deployment, GATEWAY), arn: this.balancer.arn, httpPort: SERVICE_PORT, httpsPort: 443, originProtocolPolicy: 'http-only', originSslProtocols: { items: ['TLSv1.2'], quantity: 1 } },
    }, { parent: this });
    // CloudFront waits 60 s for an answer, and no longer unless AWS raises the quota.
    return { originId: GATEWAY, domainName: this.balancer.dnsName, vpcOriginConfig: { vpcOriginId: origin.id, originReadTimeout: Math.min(timeouts.readSeconds, 60), originKeepaliveTimeout: 30 } };
  }

  private behaviors(): Pick<aws.cloudfront.DistributionArgs, 'defaultCacheBehavior' | 'orderedCacheBehaviors'> {
    const common = { viewerProtocolPolicy: 'redirect-to-https', compress: true, responseHeadersPolicyId: this.securityHeaders() };
    const gateway = { ...common, targetOriginId: GATEWAY, originRequestPolicyId: managedPolicies.allViewer, allowedMethods: EVERY_METHOD, cachedMethods: READ };
    const kept = this.cacheByControl();
    const behaviorOf: Readonly<Record<'cacheable' | 'assets', Behavior>> = {
      cacheable: { ...gateway, cachePolicyId: kept },
      assets: { ...common, targetOriginId: ASSETS, allowedMethods: READ, cachedMethods: READ, cachePolicyId: managedPolicies.cachingOptimized },
    };
    return {
      defaultCacheBehavior: { ...gateway, cachePolicyId: managedPolicies.cachingDisabled },
      orderedCacheBehaviors: planPaths(this.deployment.platform).map(({ pattern, kind }) => ({ pathPattern: pattern, ...behaviorOf[kind] })),
    };
  }

  /** Nothing is kept that does not say so itself. */
  private cacheByControl(): pulumi.Output<string> {
    return new aws.cloudfront.CachePolicy(this.name, {
      name: physicalName(this.deployment, 'by-cache-control'), minTtl: 0, defaultTtl: 0, maxTtl: YEAR_SECONDS,
      parametersInCacheKeyAndForwardedToOrigin: {
        enableAcceptEncodingBrotli: true, enableAcceptEncodingGzip: true,
        headersConfig: { headerBehavior: 'whitelist', headers: { items: [...KEY_HEADERS] } }, cookiesConfig: { cookieBehavior: 'whitelist', cookies: { items: [...KEY_COOKIES] } }, queryStringsConfig: { queryStringBehavior: 'all' },
      },
    }, { parent: this }).id;
  }

  /** The gateway sets its own; these are for what it never sees, assets and the CDN's own errors. */
  private securityHeaders(): pulumi.Output<string> {
    return new aws.cloudfront.ResponseHeadersPolicy(this.name, {
      name: physicalName(this.deployment, 'security-headers'),
      securityHeadersConfig: {
        strictTransportSecurity: { accessControlMaxAgeSec: YEAR_SECONDS, includeSubdomains: true, preload: false, override: false },
        contentTypeOptions: { override: false },
        frameOptions: { frameOption: 'DENY', override: false },
        referrerPolicy: { referrerPolicy: 'no-referrer', override: false },
      },
    }, { parent: this }).id;
  }

  /** Lets the services that invalidate do so on this distribution, and nothing else. */
  admit({ name: clusterName }: ClusterPlace): readonly pulumi.Resource[] {
    const { services, namespace } = this.deployment.platform;
    return services.filter(({ cdn }) => cdn === 'invalidates').map(({ name }) => podIdentity(`${name}-cdn`, { clusterName, namespace, serviceAccount: name, statements: [{ Action: ['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'], Resource: this.distributionArn }] }, { parent: this }));
  }
}

/** Where clients come in. */
export interface FrontDoor {
  readonly address: pulumi.Output<string>;
  /** Undefined without a CDN. */
  readonly distributionId: pulumi.Output<string> | undefined;
  /** What lets services invalidate. */
  readonly access: readonly pulumi.Resource[];
}

/** The CDN of the catalog's choice, or the load balancer by itself. */
export function cdnOf(deployment: Deployment, balancer: LoadBalancer, cluster: ClusterPlace, options: pulumi.ComponentResourceOptions): FrontDoor {
  if (deployment.platform.data.cdn.kind === 'none') return { address: balancer.dnsName, distributionId: undefined, access: [] };
  const cdn = new Cdn('cdn', deployment, balancer, options);
  return { address: cdn.domainName, distributionId: cdn.distributionId, access: cdn.admit(cluster) };
}
