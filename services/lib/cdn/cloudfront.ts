import { randomUUID } from 'node:crypto';
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import type { CdnConfiguration, PurgeApi } from './cdn';

type CloudFrontConfiguration = Extract<CdnConfiguration, { readonly kind: 'cloudfront' }>;

/** CloudFront takes 3,000 paths in progress at a time, over all pods of a distribution: each call takes a small share. */
const BATCH = 100;

/**
 * CloudFront's invalidations, with the credentials that the SDK finds: in the cluster those of the pod's service account.
 *
 * Cost (2026-11): 1,000 paths a month are free, then 0.005 USD each.
 */
export class CloudFront implements PurgeApi {
  readonly batch = BATCH;
  readonly everyPath = '/*';
  private client: Promise<CloudFrontClient> | undefined;

  constructor(private readonly configuration: CloudFrontConfiguration) {}

  async purge(paths: readonly string[]): Promise<void> {
    const { CreateInvalidationCommand } = await import('@aws-sdk/client-cloudfront');
    const { url, distributionId } = this.configuration;
    const prefix = url.pathname.replace(/\/$/, '');
    const items = paths.map((path) => `${prefix}${path}`);
    this.client ??= this.connect();
    const client = await this.client;
    // The reference makes an attempt that is repeated by the SDK one invalidation.
    await client.send(new CreateInvalidationCommand({ DistributionId: distributionId, InvalidationBatch: { CallerReference: randomUUID(), Paths: { Quantity: items.length, Items: items } } }));
  }

  /** The SDK takes memory and time that services without CloudFront should not pay. */
  private async connect(): Promise<CloudFrontClient> {
    const { CloudFrontClient: Client } = await import('@aws-sdk/client-cloudfront');
    // CloudFront is global; its API is in this region.
    return new Client({ region: 'us-east-1', maxAttempts: 2 });
  }
}
