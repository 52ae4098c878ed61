import { exampleResource } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { cdnLogs as rule } from './cdn-logs';

itIsAResourceRule(rule);

const DISTRIBUTION = 'aws:cloudfront/distribution:Distribution';
const cdn = (inputs: string): string => exampleResource(DISTRIBUTION, 'cdn', inputs);
const source = exampleResource('aws:cloudwatch/logDeliverySource:LogDeliverySource', 'cdn', '{ name: cdn-logs }', [`${DISTRIBUTION}::cdn`]);
const delivery = (name: string): string => exampleResource('aws:cloudwatch/logDelivery:LogDelivery', 'cdn', `{ deliverySourceName: ${name} }`);
itTellsResourcesApart(rule, [
  ['no bucket', cdn('{ loggingConfig: { bucket: "${logs.bucketDomainName}" } }'), cdn('{ loggingConfig: { prefix: cdn } }'), 'loggingConfig'],
  ['a source without delivery', cdn('{}') + source + delivery('cdn-logs'), cdn('{}') + source + delivery('other'), 'loggingConfig'],
  ['none, whatever is decided later', cdn('{ loggingConfig: "${logs.config}" }'), cdn('{}'), 'loggingConfig'],
]);
