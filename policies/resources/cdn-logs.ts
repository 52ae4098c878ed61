import { valueAt } from '../narrow';
import { isDecidedLater } from '../planned-resource';
import { exampleResource } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const [DISTRIBUTION, SOURCE, DELIVERY] = ['aws:cloudfront/distribution:Distribution', 'aws:cloudwatch/logDeliverySource:LogDeliverySource', 'aws:cloudwatch/logDelivery:LogDelivery'] as const;
const distribution = (inputs: string): string => exampleResource(DISTRIBUTION, 'cdn', inputs);

/** Requests to a CDN can be read later. */
export const cdnLogs: ResourceRule = {
  id: 'cdn-logs',
  title: 'A CDN logs requests',
  why: 'What the CDN answers itself, and what its firewall stops, is in no other log.',
  good: distribution('{ enabled: true }') + exampleResource(SOURCE, 'cdn', '{ logType: ACCESS_LOGS }', [`${DISTRIBUTION}::cdn`]) + exampleResource(DELIVERY, 'cdn', '{}', [`${SOURCE}::cdn`]),
  bad: distribution('{ enabled: true }'),
  remedy: 'Set loggingConfig.bucket, or add a LogDeliverySource of the distribution and a LogDelivery of that.',
  *check(plan) {
    for (const resource of plan.ofType(DISTRIBUTION)) {
      const delivered = plan.of(SOURCE, resource, 'resourceArn').some((source) => plan.of(DELIVERY, source, 'deliverySourceName', String(source.inputs['name'] ?? '')).length > 0);
      const { loggingConfig } = resource.inputs;
      if (!delivered && !isDecidedLater(loggingConfig) && valueAt(loggingConfig, 'bucket') === undefined) yield { resource, path: 'loggingConfig', received: loggingConfig, message: 'must name a bucket: logs are delivered nowhere' };
    }
  },
};
