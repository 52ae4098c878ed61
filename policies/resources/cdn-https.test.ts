import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { cdnHttps as rule } from './cdn-https';

itIsAResourceRule(rule);

const example = exampleOf('aws:cloudfront/distribution:Distribution');
const behaviors = (policy: string): string => example(`{ defaultCacheBehavior: { viewerProtocolPolicy: https-only }, orderedCacheBehaviors: [{ viewerProtocolPolicy: https-only }, { viewerProtocolPolicy: ${policy} }] }`);
itTellsResourcesApart(rule, [
  ['what nothing is said of', example('{ defaultCacheBehavior: "${web.behavior}" }'), example('{}'), 'defaultCacheBehavior.viewerProtocolPolicy'],
  ['one behavior of many', behaviors('redirect-to-https'), behaviors('allow-all'), 'orderedCacheBehaviors[1].viewerProtocolPolicy'],
]);
